"""What is late where: each school's counts as the board tells them, the most pressing first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.figures import Measure
from chalicelib.ids import SchoolId
from chalicelib.reports.model import Figures
from chalicelib.reports.states.model import Count, State
from chalicelib.tenancy.model import School
from chalicelib.web import words

STALE = timedelta(hours=36)  # a morning was missed


@dataclass(frozen=True)
class Told:
    """One cell: its number and what it means, and its colour."""

    number: int
    says: str
    colour: str


@dataclass(frozen=True)
class Place:
    """A school on the board. `at` is when it was looked at; None for one not heard of yet."""

    school: SchoolId
    name: str
    at: datetime | None
    stale: bool
    cells: Mapping[str, Told]
    presses: tuple[str, ...]

    @property
    def colour(self) -> str:
        return "red" if self.presses else "green" if self.at else "grey"


COLUMNS: Mapping[str, str] = {
    "alerts": "Alerts nobody has taken",
    "cases": "Open incidents",
    "registers": "Registers and reviews",
    "tasks": "Tasks",
    "agreements": "Agreements not signed",
    "feeds": "Filters",
    "cover": "Cover",
}


def board(
    schools: Sequence[School],
    states: Mapping[SchoolId, State],
    year: Sequence[Figures],
    now: datetime,
) -> list[Place]:
    """Every school of a trust; those that press most first, else by name.

    `year` are the figures of the terms of this academic year, for agreements.
    """
    waiting = _unsigned(year)
    found = [_place(each, states.get(each.id), waiting.get(each.id, 0), now) for each in schools]
    return sorted(found, key=lambda each: (-len(each.presses), each.name.casefold()))


def _unsigned(year: Sequence[Figures]) -> dict[SchoolId, int]:
    found: dict[SchoolId, int] = {}
    for each in year:
        left = each.n(Measure.AGREEMENTS_SENT) - each.n(Measure.AGREEMENTS_SIGNED)
        found[each.school] = found.get(each.school, 0) + max(0, left)
    return found


def _place(school: School, state: State | None, unsigned: int, now: datetime) -> Place:
    if state is None:
        return Place(school.id, school.name, None, stale=True, cells={}, presses=())
    return Place(
        school=school.id,
        name=school.name,
        at=state.at,
        stale=now - state.at > STALE,
        cells={
            "alerts": _late(state, Count.ALERTS_WAITING, Count.ALERTS_LATE, "past their time"),
            "cases": _late(state, Count.CASES_OPEN, Count.CASES_LATE, "past their clock"),
            "registers": _owed(state),
            "tasks": _counted(state.n(Count.TASKS_LATE), "overdue", "red"),
            "agreements": _counted(unsigned, "this school year", "amber"),
            "feeds": _feeds(state),
            "cover": _cover(state),
        },
        presses=tuple(_presses(state)),
    )


def _counted(number: int, says: str, colour: str) -> Told:
    return Told(number, says if number else "", colour if number else "green")


def _late(state: State, all_: Count, late: Count, says: str) -> Told:
    many, past = state.n(all_), state.n(late)
    if past:
        return Told(many, f"{words.number(past)} {says}", "red")
    return Told(many, "in time" if many else "", "blue" if many else "green")


def _owed(state: State) -> Told:
    late, soon = state.n(Count.REGISTERS_LATE), state.n(Count.REGISTERS_SOON)
    if late:
        return Told(late, "overdue", "red")
    return _counted(soon, "due within a week", "amber")


def _feeds(state: State) -> Told:
    on, silent = state.n(Count.FEEDS), state.n(Count.FEEDS_SILENT)
    if silent:
        return Told(silent, f"of {words.number(on)} silent", "red")
    return Told(on, "heard" if on else "none set up", "green" if on else "amber")


def _cover(state: State) -> Told:
    missing = list(_uncovered(state))
    if not missing:
        return Told(0, "Lead, deputy and out-of-hours plan are set", "green")
    return Told(len(missing), words.listed(missing).capitalize(), "red")


def _uncovered(state: State) -> Iterator[str]:
    if not state.n(Count.LEADS):
        yield "no safeguarding lead"
    if not state.n(Count.DEPUTIES):
        yield "no deputy"
    if not state.n(Count.OUT_OF_HOURS):
        yield "no out-of-hours plan"


def _presses(state: State) -> Iterator[str]:
    """What somebody should ring the school about."""
    if late := state.n(Count.ALERTS_LATE):
        yield f"{words.counted(late, 'alert')} past their time"
    if late := state.n(Count.CASES_LATE):
        yield f"{words.counted(late, 'incident')} past their clock"
    if silent := state.n(Count.FEEDS_SILENT):
        yield f"{words.counted(silent, 'filter')} silent"
    if late := state.n(Count.REGISTERS_LATE):
        yield f"{words.number(late)} overdue in registers and reviews"
    yield from _uncovered(state)
