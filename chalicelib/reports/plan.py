"""Which reports are due: pure, so that a day that was missed is simply planned later.

At the end of each term every trust gets one report of it. Its id follows from the trust and the
term, so planning the same day twice, or one day instead of fifty, comes to the same.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from ulid import ULID

from chalicelib.ids import TrustId
from chalicelib.reports import periods
from chalicelib.reports.model import Period
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
    for term in _terms(since, today):
        ended = _ended(term, calendars)
        due = Due(job_id(trust, term), periods.of_term(term, today))
        if since <= ended < today and due.id not in done:
            found.append(due)
    return found


def job_id(trust: TrustId, term: Term) -> str:
    """The id of a term's report: sorts among others by when the term usually ends."""
    at = datetime.combine(term.last_on + timedelta(days=1), time(5), UTC)
    mark = hashlib.sha256(f"termly {trust} {term.key}".encode()).digest()
    return str(ULID(int(at.timestamp() * 1000).to_bytes(6, "big") + mark[:10]))


def _terms(since: date, today: date) -> list[Term]:
    """The terms that may have ended between two days, oldest first."""
    years = (today - since).days // 365 + 2
    terms = periods.recent_terms(today, number=3 * years)
    return [term for term in terms if term.last_on >= since - timedelta(days=60)][::-1]


def _ended(term: Term, calendars: Sequence[Calendar]) -> date:
    """The last day of a term at the school where it ends last."""
    own = [
        each.last_on
        for calendar in calendars
        for each in calendar.terms_of(term.academic_year)
        if each.name == term.name
    ]
    return max(own, default=term.last_on)
