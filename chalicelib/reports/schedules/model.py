"""When a scheduled report is due: pure, so that a morning that was missed is simply planned later.

A report's id follows from its schedule and its period. So whatever mornings were missed, came
twice or at the same moment, and however often a school edits its terms, each is asked for once.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from ulid import ULID

from chalicelib.ids import SchoolId, TrustId
from chalicelib.reports import periods
from chalicelib.reports.model import Period, Recipients
from chalicelib.tenancy.calendar import Calendar, Term

_DAY = timedelta(days=1)
# How far back each morning looks for what is due, beside all since the last: a school may edit its
# terms, so that a day that was not due becomes so.
LOOKS_BACK = timedelta(days=60)
_LOOKS_ON = timedelta(days=400)


class Every(StrEnum):
    """How often. Stored words."""

    TERM = "term"
    MONTH = "month"
    WEEK = "week"

    @property
    def label(self) -> str:
        return {
            Every.TERM: "Every term",
            Every.MONTH: "Every month",
            Every.WEEK: "Every week",
        }[self]

    @property
    def when(self) -> str:
        return {
            Every.TERM: "the day after the term has ended at the last of its schools",
            Every.MONTH: "on the first of the next month",
            Every.WEEK: "on Monday, about the week before",
        }[self]


@dataclass(frozen=True)
class Schedule:
    """What is made by itself. No `schools` means all there are then; an empty `template` the usual
    report. Only what becomes due from `since` on is made; `planned_on` is the last London day on
    which a morning saw to it.
    """

    id: str
    trust: TrustId
    name: str
    every: Every
    since: date
    to: Recipients
    template: str = ""
    schools: tuple[SchoolId, ...] = ()
    each: bool = False
    in_holidays: bool = False
    paused: bool = False
    planned_on: date | None = None
    version: int = 0


@dataclass(frozen=True)
class Due:
    """A report that is to be made, the id it has whoever plans it, and its day."""

    id: str
    period: Period
    on: date


def due(schedule: Schedule, calendars: Sequence[Calendar], today: date) -> list[Due]:
    """Everything of a schedule that may not have been asked for by a day, oldest first.

    `calendars` are those of the schools it is about. Nothing is due early: a day counts once it
    has come. What is paused asks for nothing.
    """
    if schedule.paused:
        return []
    first = schedule.since
    if schedule.planned_on:
        first = max(first, schedule.planned_on - LOOKS_BACK)
    return sorted(_between(schedule, calendars, first, today), key=lambda each: (each.on, each.id))


def next_on(schedule: Schedule, calendars: Sequence[Calendar], today: date) -> date | None:
    """The next day on which a report comes; None while it is paused."""
    if schedule.paused:
        return None
    coming = _between(schedule, calendars, max(today + _DAY, schedule.since), today + _LOOKS_ON)
    return min((each.on for each in coming), default=None)


def job_id(schedule: str, period: Period) -> str:
    """The id of a period's report: it sorts among others by when the period usually ends."""
    at = datetime.combine(period.last + _DAY, time(5), UTC)
    mark = hashlib.sha256(f"{schedule} {period.key}".encode()).digest()
    return str(ULID(int(at.timestamp() * 1000).to_bytes(6, "big") + mark[:10]))


def _between(
    schedule: Schedule, calendars: Sequence[Calendar], first: date, last: date
) -> Iterator[Due]:
    for period, on in _periods(schedule.every, calendars, first, last):
        wanted = schedule.in_holidays or _in_school(period, calendars)
        if first <= on <= last and wanted:
            yield Due(job_id(schedule.id, period), period, on)


def _periods(
    every: Every, calendars: Sequence[Calendar], first: date, last: date
) -> Iterator[tuple[Period, date]]:
    """Periods whose day may lie between two days, each with its day."""
    if every is Every.TERM:
        for term in terms(first, last):
            on = ended(term, calendars) + _DAY
            yield periods.of_term(term, max(on, term.last_on + _DAY)), on
        return
    day = first - _DAY
    while day <= last:
        period = periods.of_week(day) if every is Every.WEEK else periods.of_months(day, day)
        yield period, period.last + _DAY
        day = period.last + _DAY


def terms(first: date, last: date) -> Iterator[Term]:
    """The terms that may have ended between two days, a school's own dates being some weeks off."""
    number = 3 * ((last - first).days // 365 + 3)
    for term in periods.recent_terms(last + timedelta(days=60), number=number)[::-1]:
        if term.last_on >= first - timedelta(days=60):
            yield term


def ended(term: Term, calendars: Collection[Calendar]) -> date:
    """The last day of a term at the school where it ends last."""
    own = [
        each.last_on
        for calendar in calendars
        for each in calendar.terms_of(term.academic_year)
        if each.name == term.name
    ]
    return max(own, default=term.last_on)


def _in_school(period: Period, calendars: Sequence[Calendar]) -> bool:
    """Whether any of the schools had pupils in on any day of it."""
    days = [period.first + n * _DAY for n in range((period.last - period.first).days + 1)]
    return any(
        calendar.is_school_day(day) for calendar in calendars or [Calendar()] for day in days
    )
