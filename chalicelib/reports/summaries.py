"""Figures at a glance, on a page: a trust's term so far, and a school's for its governors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from chalicelib import audit, clock
from chalicelib.alerts import themes as theme_lists
from chalicelib.ids import SchoolId
from chalicelib.incidents.types import PLATFORMS
from chalicelib.registers import loader
from chalicelib.reports import compose, copies, gather, periods
from chalicelib.reports.document import Document
from chalicelib.reports.model import Figures
from chalicelib.tenancy import directory, settings
from chalicelib.tenancy import service as tenancy
from chalicelib.tenancy.calendar import Calendar, Term
from chalicelib.tenancy.model import School


@dataclass(frozen=True)
class SchoolSummary:
    """A school's figures of a term, and the terms there are to choose from."""

    document: Document
    terms: tuple[tuple[str, str], ...]
    chosen: str


def themes() -> Mapping[str, str]:
    """The words for themes of alerts."""
    return {key: each.label for key, each in theme_lists.lists().by_id.items()}


def labels() -> compose.Labels:
    """The words that features have for their own kinds."""
    return compose.Labels(
        themes=themes(),
        platforms=PLATFORMS,
        registers={key: each.title for key, each in loader.shipped().items()},
    )


def of_school(school_id: SchoolId, name: str, term_key: str, *, by: str) -> SchoolSummary:
    """A term of one school: what can still change is counted as the page is opened."""
    today = clock.today()
    terms = periods.recent_terms(today)
    term = next((each for each in terms if each.key == term_key), terms[0])
    period = periods.of_term(term, today)
    school, own = directory.school(school_id), tenancy.calendar_of(school_id)
    audit.viewed(school_id, by=by, action="figures.viewed", about=f"figures/{term.key}")
    found = _counted(school, own, term, today)
    threshold = settings.read(school_id).small_number_threshold
    snapshot = gather.assembled(name, period, found, threshold=threshold)
    return SchoolSummary(
        document=compose.school_report(snapshot, labels()),
        terms=tuple((each.key, periods.of_term(each, today).label) for each in terms),
        chosen=term.key,
    )


def _counted(school: School, own: Calendar, term: Term, today: date) -> list[Figures]:
    period = periods.of_term(term, today)
    trend = [each.key for each in periods.up_to(period)]
    kept = {each.part: each for each in copies.read(school.id, trend[0], trend[-1])}
    earlier = periods.before(period)
    wanted = [*period.parts, *(earlier.parts if earlier and term.last_on < today else ())]
    for part in wanted:
        if not copies.is_final(kept.get(part), own, part):
            kept[part] = copies.count(school, own, part)
    return list(kept.values())
