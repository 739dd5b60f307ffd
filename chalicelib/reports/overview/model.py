"""Schools side by side, compared as far as chance allows. Pure: from numbers that may be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.figures import Measure
from chalicelib.ids import SchoolId
from chalicelib.reports import tables
from chalicelib.reports.document import Cell
from chalicelib.reports.model import Figures
from chalicelib.reports.rates import Rate, rate
from chalicelib.reports.view import View
from chalicelib.tenancy.model import School


class Sort(StrEnum):
    """What the table can be sorted by; words of its links."""

    SCHOOL = "school"
    PHASE = "phase"
    PUPILS = "pupils"
    INCIDENTS = "incidents"
    STANDING = "rate"
    ALERTS = "alerts"
    QUICK = "quick"
    SIGNED = "signed"


class Standing(StrEnum):
    """How a school's rate stands to that of all the schools shown, as far as chance allows."""

    HIGHER = "higher"
    ALIKE = "alike"
    LOWER = "lower"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return {
            Standing.HIGHER: "Higher",
            Standing.ALIKE: "No clear difference",
            Standing.LOWER: "Lower",
            Standing.UNKNOWN: "Not known",
        }[self]


@dataclass(frozen=True)
class Line:
    """A school: `None` is a number that is hidden, "" one that is not known.

    `each_hundred` is incidents for each 100 pupils, `least` and `most` its 95% range.
    """

    school: SchoolId
    name: str
    phase: str
    pupils: int
    incidents: Cell
    each_hundred: Rate | None
    standing: Standing
    alerts: Cell
    quick: Cell
    signed: Cell


def lines(view: View, schools: Sequence[School]) -> list[Line]:
    """Every school that is shown, in no order."""
    phases = {each.id: each.kind.value.capitalize() for each in schools}
    on_roll = sum(each.pupils for each in view.schools)
    overall = rate(view.incidents.total, on_roll) if view.incidents.total is not None else None
    waits = view.incidents.shown.tables[0].rows
    return [
        _line(view, place, figures, phases.get(figures.school, ""), overall, waits[place])
        for place, figures in enumerate(view.schools)
    ]


def _line(
    view: View,
    place: int,
    figures: Figures,
    phase: str,
    overall: Rate | None,
    waits: Sequence[int | None],
) -> Line:
    incidents = view.incidents.by_school[place]
    own = rate(incidents, figures.pupils) if incidents is not None else None
    sent, signed = (
        figures.n(each) for each in (Measure.AGREEMENTS_SENT, Measure.AGREEMENTS_SIGNED)
    )
    return Line(
        school=figures.school,
        name=figures.name,
        phase=phase,
        pupils=figures.pupils,
        incidents=incidents,
        each_hundred=own,
        standing=standing(own, overall),
        alerts=view.alerts.by_school[place],
        quick=tables.quick_share(waits, incidents),
        signed=tables.signed_row("", sent, signed)[-1],
    )


def standing(own: Rate | None, overall: Rate | None) -> Standing:
    """Higher or lower only where chance alone could not have done it."""
    if own is None or overall is None:
        return Standing.UNKNOWN
    if own.least > overall.each_hundred:
        return Standing.HIGHER
    return Standing.LOWER if own.most < overall.each_hundred else Standing.ALIKE


_RANK = {Standing.HIGHER: 2.0, Standing.ALIKE: 1.0, Standing.LOWER: 0.0, Standing.UNKNOWN: None}


def ordered(found: Sequence[Line], by: Sort, *, down: bool) -> list[Line]:
    """Lines in an order; what is hidden or not known comes last, and equals come by name.

    By rate they come in three groups, as chance allows: no school is ranked within one.
    """
    named = sorted(found, key=lambda each: (each.name.casefold(), each.school))
    if by in (Sort.SCHOOL, Sort.PHASE):
        return sorted(named, key=lambda each: _word(each, by), reverse=down)
    known = [each for each in named if _number(each, by) is not None]
    rest = [each for each in named if _number(each, by) is None]
    sign = -1 if down else 1
    return [*sorted(known, key=lambda each: sign * (_number(each, by) or 0)), *rest]


def _word(line: Line, by: Sort) -> str:
    return line.phase if by is Sort.PHASE else line.name.casefold()


def _number(line: Line, by: Sort) -> float | None:
    if by is Sort.STANDING:
        return _RANK[line.standing]
    cell = {
        Sort.PUPILS: line.pupils,
        Sort.INCIDENTS: line.incidents,
        Sort.ALERTS: line.alerts,
        Sort.QUICK: line.quick,
        Sort.SIGNED: line.signed,
    }[by]
    return cell if isinstance(cell, int | float) else None
