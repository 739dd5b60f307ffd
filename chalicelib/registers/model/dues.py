"""When something is due for an entry, and when somebody is reminded of it: pure arithmetic.

A clock's round begins with the move that brought the entry into the clock's states, or with the
step that does what the clock asks for, so that a yearly review starts anew when it is held.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from chalicelib import clock as time_of
from chalicelib.registers.model.answers import meets
from chalicelib.registers.model.definition import Clock, Definition, Type
from chalicelib.registers.model.entry import Entry, Running
from chalicelib.registers.model.periods import Measure, Period, end_of
from chalicelib.tenancy.calendar import Calendar

_MORNING = time(8)


@dataclass(frozen=True)
class Reminder:
    """One reminder of a clock: `number` is its place in the definition's list."""

    clock: Clock
    round: int
    number: int
    at: datetime
    due_at: datetime

    @property
    def mark(self) -> str:
        return f"{self.clock.key}:{self.round}:{self.number}"

    @property
    def is_late(self) -> bool:
        """Whether it comes after the moment itself."""
        return self.at > self.due_at


def running(definition: Definition, entry: Entry, calendar: Calendar) -> dict[str, Running]:
    """The clocks that run for an entry as it stands; tasks are the caller's to name."""
    return {
        clock.key: Running(began, due_at)
        for clock in definition.clocks
        if entry.state in clock.states and meets(entry.answers, clock.when)
        for began in [_began(clock, entry)]
        for due_at in [_due(definition, clock, entry, began, calendar)]
        if due_at is not None
    }


def reminders(definition: Definition, entry: Entry, calendar: Calendar) -> Iterator[Reminder]:
    """Every reminder of the clocks that run, whether over or to come, but for those whose time
    was past when the round began: the task itself told of it then.
    """
    for clock in definition.clocks:
        runs = entry.running.get(clock.key)
        if runs is None:
            continue
        since = entry.moves[runs.round].at
        for number, about in enumerate(clock.remind):
            at = remind_at(about, runs.due_at, calendar)
            if at > since:
                yield Reminder(clock, runs.round, number, at, runs.due_at)


def remind_at(about: Period, due_at: datetime, calendar: Calendar) -> datetime:
    """Days are reminded of in the morning, hours to the hour."""
    if about.measure is Measure.HOURS:
        return about.from_(due_at, calendar)
    day = about.from_day(time_of.london(due_at).date(), calendar)
    return datetime.combine(day, _MORNING, time_of.LONDON)


def _began(clock: Clock, entry: Entry) -> int:
    """The number of the move with which the present round began."""
    within = {*clock.states, *clock.pauses}
    number = len(entry.moves) - 1
    while number > 0:
        move, before = entry.moves[number], entry.moves[number - 1]
        if before.state not in within or (clock.step and move.step == clock.step):
            break
        number -= 1
    return number


def _due(
    definition: Definition, clock: Clock, entry: Entry, began: int, calendar: Calendar
) -> datetime | None:
    since = entry.moves[began].at
    if clock.extended_to and (later := _date(definition, clock.extended_to, entry, calendar)):
        return end_of(later)
    again = bool(clock.step) and entry.moves[began].step == clock.step
    start = _start(definition, clock, entry, since, calendar, again=again)
    if start is None:
        return None
    return clock.period.from_(start, calendar) + _paused(clock, entry, began)


def _start(
    definition: Definition,
    clock: Clock,
    entry: Entry,
    since: datetime,
    calendar: Calendar,
    *,
    again: bool,
) -> datetime | None:
    """The first known of what it counts from; a date dealt with does not count again."""
    for start in clock.start:
        if start == "added":
            return entry.added_at
        if start == "entered":
            return since
        day = _date(definition, start, entry, calendar)
        if day and not (again and day <= time_of.london(since).date()):
            return datetime.combine(day, _time_of(definition, entry), time_of.LONDON)
    return None


def _time_of(definition: Definition, entry: Entry) -> time:
    """The time of day that goes with dates: the register's first time question, else midnight."""
    for field in definition.fields:
        if field.type is Type.TIME and (typed := entry.answers.get(field.key)):
            return time.fromisoformat(typed)
    return time.min


def _date(definition: Definition, key: str, entry: Entry, calendar: Calendar) -> date | None:
    value, field = entry.answers.get(key), definition.field(key)
    if not value or field is None:
        return None
    if field.type is Type.TERM:
        return term_end(str(value), calendar)
    return date.fromisoformat(value)


def term_end(key: str, calendar: Calendar) -> date:
    """The last day of a term named by its key."""
    year, _, name = key.rpartition("-")
    terms = calendar.terms_of(year)
    return next((t.last_on for t in terms if t.name == name), terms[-1].last_on)


def _paused(clock: Clock, entry: Entry, began: int) -> timedelta:
    """How long the entry was in states in which time does not count (R-DP 2)."""
    paused = timedelta()
    moves = entry.moves[began:]
    for move, after in pairwise(moves):
        if move.state in clock.pauses:
            paused += after.at - move.at
    return paused
