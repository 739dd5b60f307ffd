"""A trust's page: its copies, its schools' states and its own list of schools, three queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib import audit, clock
from chalicelib.errors import NotFound
from chalicelib.ids import SchoolId, TrustId
from chalicelib.reports import compose, gather, periods, summaries, wording
from chalicelib.reports.document import Document
from chalicelib.reports.model import Figures, Period, Snapshot
from chalicelib.reports.overview import board, model
from chalicelib.reports.overview.board import Place
from chalicelib.reports.overview.model import Line, Sort
from chalicelib.reports.states import service as states
from chalicelib.reports.view import View
from chalicelib.tenancy import calendar, directory
from chalicelib.tenancy.model import School, SchoolKind
from chalicelib.web import charts
from chalicelib.web.charts import Chart

_KINDS = 7  # columns of the heat map
_TERMS = 6


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to see: a term's key, a kind of school, an order. Unknown words are as
    if nothing were said.
    """

    term: str = ""
    phase: str = ""
    sort: Sort = Sort.SCHOOL
    down: bool = False


@dataclass(frozen=True)
class Overview:
    """The page. `document` is None where nothing has been copied for these schools."""

    schools: Sequence[School]
    terms: Sequence[tuple[str, str]]
    phases: Sequence[tuple[str, str]]
    chosen: Wanted
    period: Period
    document: Document | None = None
    lines: Sequence[Line] = ()
    heat: Chart | None = None
    board: Sequence[Place] = ()


@dataclass(frozen=True)
class OneSchool:
    """A school as its trust sees it."""

    school: School
    terms: Sequence[tuple[str, str]]
    term: str
    document: Document | None
    place: Place | None


def overview(trust: TrustId, name: str, wanted: Wanted, *, overdue: bool, by: str) -> Overview:
    """Every school on the same measures; with `overdue` also what is late where.

    What is hidden is decided over all schools, whichever are shown.
    """
    schools = directory.schools_of(trust)
    period, found = _found(trust, wanted.term)
    shown = [each for each in schools if not wanted.phase or each.kind == wanted.phase]
    base = Overview(
        schools=schools,
        terms=_terms(),
        phases=[
            (kind.value, kind.label) for kind in SchoolKind if kind in {s.kind for s in schools}
        ],
        chosen=wanted,
        period=period,
        board=_board(trust, schools, found) if overdue else (),
    )
    ids = {each.id for each in shown}
    if not any(each.part in period.parts and each.school in ids for each in found):
        return base
    audit.viewed(trust, by=by, action="figures.viewed", about=f"figures/{period.key}")
    snapshot = _snapshot(trust, name, period, found, () if len(shown) == len(schools) else ids)
    view = View(snapshot, summaries.labels())
    lines = model.lines(view, schools)
    values: dict[str, Any] = vars(base) | {
        "document": compose.trust_report(snapshot, summaries.labels()),
        "lines": model.ordered(lines, wanted.sort, down=wanted.down),
        "heat": _heat(view),
    }
    return Overview(**values)


def one_school(
    trust: TrustId, name: str, school_id: str, term: str, *, overdue: bool, by: str
) -> OneSchool:
    """A school's figures, from its trust's copies alone: never a record, never a child (R-GOV 1).

    Raises NotFound for a school that is not the trust's.
    """
    schools = directory.schools_of(trust)
    school = next((each for each in schools if each.id == school_id), None)
    if school is None:
        raise NotFound
    period, found = _found(trust, term)
    about = f"figures/{period.key}/{school.id}"
    audit.viewed(trust, by=by, action="figures.viewed", about=about)
    there = any(each.part in period.parts and each.school == school.id for each in found)
    snapshot = _snapshot(trust, name, period, found, {school.id}) if there else None
    places = _board(trust, [school], found) if overdue else []
    return OneSchool(
        school=school,
        terms=_terms(),
        term=period.key,
        document=compose.school_report(snapshot, summaries.labels()) if snapshot else None,
        place=places[0] if places else None,
    )


def _terms() -> list[tuple[str, str]]:
    today = clock.today()
    return [
        (each.key, periods.of_term(each, today).label)
        for each in periods.recent_terms(today, _TERMS)
    ]


def _found(trust: TrustId, term_key: str) -> tuple[Period, list[Figures]]:
    """The term that is wanted, or this one, with the copies that its page needs: one query."""
    today = clock.today()
    terms = periods.recent_terms(today, _TERMS)
    term = next((each for each in terms if each.key == term_key), terms[0])
    period = periods.of_term(term, today)
    return period, list(gather.stored(trust, period))


def _snapshot(
    trust: TrustId,
    name: str,
    period: Period,
    found: Sequence[Figures],
    chosen: set[SchoolId] | tuple[()],
) -> Snapshot:
    return gather.assembled(
        name,
        period,
        found,
        threshold=gather.threshold_of(trust),
        chosen=tuple(sorted(chosen)),
    )


def _board(trust: TrustId, schools: Sequence[School], found: Sequence[Figures]) -> list[Place]:
    year = calendar.academic_year(clock.today())
    terms = [each for each in found if each.part.startswith(year)]
    return board.board(schools, states.of_trust(trust), terms, clock.now())


def _heat(view: View) -> Chart | None:
    """Schools against the kinds met most, for each 100 pupils, so that size does not colour it."""
    kinds = view.incidents.kinds[:_KINDS]
    rows = view.incidents.shown.tables[1].rows
    if not kinds or not any(each.pupils for each in view.schools):
        return None
    values = [
        [_each_hundred(row[n], each.pupils) for n in range(len(kinds))]
        for row, each in zip(rows, view.schools, strict=True)
    ]
    return charts.heat(
        "Incidents for each 100 pupils, by type",
        [each.name for each in view.schools],
        [wording.of(wording.TYPES, kind) for kind in kinds],
        values,
        first="School",
    )


def _each_hundred(number: int | None, pupils: int) -> float | None:
    return round(100 * number / pupils, 1) if number is not None and pupils else None
