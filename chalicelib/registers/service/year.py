"""The school year of the registers: what falls when, what is done and what is late (index C).

What is owed by the term or the year comes from the definitions' cycles, for the whole year; what is
due for an entry, from its open tasks. Three weeks that the policies name stand among them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from chalicelib.ids import SchoolId
from chalicelib.registers.model import cycles as rules
from chalicelib.registers.model.cycles import Span
from chalicelib.registers.model.definition import Cycle, Definition
from chalicelib.registers.repository import cycles as repository
from chalicelib.registers.repository.cycles import Kept
from chalicelib.registers.service import counting
from chalicelib.tenancy import service as tenancy
from chalicelib.tenancy.calendar import Calendar, academic_year
from chalicelib.web import charts
from chalicelib.web.charts import Chart

_DAY = timedelta(days=1)
_MONTHS = (9, 10, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8)
_SCHOOL_LIFE = "In school"
# Month, title, why: what the policies name that no register owes (S252, S255).
_NAMED = (
    (9, "Pupils write and sign their class agreement", "At the start of each school year."),
    (11, "Anti-Bullying Week", "Key messages in assemblies."),
    (2, "Safer Internet Week", "Key messages in assemblies."),
)


class Stand(StrEnum):
    DONE = "Done"
    LATE = "Overdue"
    SOON = "Due"
    COMING = "To come"
    UNASKED = "Not asked for"
    NAMED = "Every year"

    @property
    def colour(self) -> str:
        return {"Done": "green", "Overdue": "red", "Due": "amber"}.get(self.value, "grey")


@dataclass(frozen=True)
class Event:
    """Something that falls in the year."""

    on: date
    title: str
    why: str
    group: str
    path: str
    stand: Stand


@dataclass(frozen=True)
class Month:
    name: str
    first_on: date
    events: tuple[Event, ...]
    is_now: bool


@dataclass(frozen=True)
class Year:
    label: str
    months: tuple[Month, ...]
    picture: Chart

    @property
    def late(self) -> int:
        return sum(each.stand is Stand.LATE for month in self.months for each in month.events)


def of_school(school: SchoolId, registers: Mapping[str, Definition], today: date) -> Year:
    """The school year a day lies in, of the registers given."""
    calendar, year = tenancy.calendar_of(school), academic_year(today)
    kept = repository.all_of(school)
    events = [
        *_owed(school, registers, kept, calendar, year, today),
        *_due(school, registers, year, today),
        *_named(school, year),
    ]
    months = tuple(_months(sorted(events, key=lambda each: (each.on, each.title)), year, today))
    return Year(year.replace("-", "/"), months, _picture(months))


def _owed(
    school: SchoolId,
    registers: Mapping[str, Definition],
    kept: Mapping[tuple[str, str, str], Kept],
    calendar: Calendar,
    year: str,
    today: date,
) -> Iterator[Event]:
    for definition in registers.values():
        for cycle in definition.cycles:
            for span in _spans(cycle, calendar, year):
                found = kept.get((definition.key, cycle.key, span.key))
                yield Event(
                    span.due_on,
                    cycle.label,
                    cycle.task.why,
                    definition.group,
                    f"/s/{school}/registers/{definition.key}",
                    _stand(span, found, today),
                )


def _spans(cycle: Cycle, calendar: Calendar, year: str) -> Iterator[Span]:
    """Every period of a cycle that begins in a school year."""
    terms = calendar.terms_of(year)
    day, last = calendar.period(terms[0])[0], calendar.period(terms[-1])[1]
    while day <= last:
        span = rules.span_of(cycle, day, calendar)
        if span is None:
            day += 7 * _DAY
            continue
        if span.due_on >= terms[0].first_on:
            yield span
        day = span.last_on + _DAY


def _stand(span: Span, kept: Kept | None, today: date) -> Stand:
    if kept and kept.met_at:
        return Stand.DONE
    if span.due_on < today:
        # A period nobody was asked for, because the school was not here yet, is not late.
        return Stand.LATE if kept else Stand.UNASKED
    return Stand.SOON if span.first_on <= today else Stand.COMING


def _due(
    school: SchoolId, registers: Mapping[str, Definition], year: str, today: date
) -> Iterator[Event]:
    alike: dict[tuple[date, str], list[counting.Due]] = {}
    for each in counting.due(school):
        is_cycle = each.path.endswith(f"/registers/{each.register}")
        if each.register in registers and not is_cycle and academic_year(each.due_on) == year:
            alike.setdefault((each.due_on, each.title), []).append(each)
    for (due_on, title), found in alike.items():
        stand = Stand.LATE if due_on < today else Stand.SOON
        said = title if len(found) == 1 else f"{title}: {len(found)}"
        group = registers[found[0].register].group
        yield Event(due_on, said, found[0].why, group, found[0].path, stand)


def _named(school: SchoolId, year: str) -> Iterator[Event]:
    for month, title, why in _NAMED:
        yield Event(_first(year, month), title, why, _SCHOOL_LIFE, "", Stand.NAMED)


def _months(events: list[Event], year: str, today: date) -> Iterator[Month]:
    for month in _MONTHS:
        first = _first(year, month)
        inside = tuple(e for e in events if (e.on.year, e.on.month) == (first.year, first.month))
        now = (today.year, today.month) == (first.year, first.month)
        yield Month(f"{first:%B %Y}", first, inside, now)


def _first(year: str, month: int) -> date:
    starts = int(year[:4])
    return date(starts if month >= _MONTHS[0] else starts + 1, month, 1)


def _picture(months: tuple[Month, ...]) -> Chart:
    groups = sorted({event.group for month in months for event in month.events})
    values = [
        [sum(event.group == group for event in month.events) for month in months]
        for group in groups
    ]
    return charts.heat(
        "What falls in which month",
        [group.partition(" and ")[0] for group in groups],  # short enough for a phone
        [f"{month.first_on:%b}" for month in months],
        values,
        unit="things to do",
        first="Group",
    )
