"""Which reports are due: pure, so that a day that was missed is simply planned later.

At the end of each term every trust gets one report of it. Its id follows from the trust and the
term, so planning the same day twice, or one day instead of fifty, comes to the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from chalicelib.ids import TrustId
from chalicelib.reports import periods
from chalicelib.reports.model import Period
from chalicelib.reports.schedules import model
from chalicelib.tenancy.calendar import Calendar, Term


@dataclass(frozen=True)
class Due:
    """A report that is to be made, and the id it will have whoever plans it."""

    id: str
    period: Period


def termly(
    trust: TrustId, calendars: Sequence[Calendar], *, since: date, today: date, made: Iterable[str]
) -> list[Due]:
    """The terms that ended from `since` on and have no report yet, oldest first.

    A term has ended for the trust when it has for all of its schools.
    """
    done = set(made)
    found = []
    for term in model.terms(since, today):
        due = Due(job_id(trust, term), periods.of_term(term, today))
        if since <= model.ended(term, calendars) < today and due.id not in done:
            found.append(due)
    return found


def job_id(trust: TrustId, term: Term) -> str:
    """The id of a term's report: sorts among others by when the term usually ends."""
    return model.job_id(f"termly {trust}", periods.of_term(term, term.last_on))
