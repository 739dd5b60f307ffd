"""A school's figures of whole terms and months, kept in its trust's partition (P10).

A trust's pages and reports read these and nothing of a school's own: one query, whatever the number
of records. The school keeps the same copies for its own pages. Every copy holds absolute figures
and says when they were counted; an older one never replaces a newer. So copying is done after a
change, each morning and before a report is made, and doing it twice, late or at the same time as
somebody else changes nothing.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime

from chalicelib import clock, figures
from chalicelib.errors import Conflict
from chalicelib.figures import Totals
from chalicelib.ids import SchoolId, TrustId
from chalicelib.reports import packing, periods
from chalicelib.reports.model import Figures
from chalicelib.reports.rows import CopyRow
from chalicelib.storage import Key, every, query, tenants, together, transaction
from chalicelib.tenancy import directory
from chalicelib.tenancy import service as tenancy
from chalicelib.tenancy.calendar import Calendar
from chalicelib.tenancy.model import School

_AT_ONCE = 90  # deletes in one transaction
_PAGE = 5000  # rows a trip: a megabyte of them, which is what one trip brings


def copy_figures(school: SchoolId, on: date, *, changed_at: datetime | None = None) -> None:
    """Copy the term and month that a day is counted under, unless done since `changed_at`."""
    with tenants({school}):
        found, own = directory.school(school), tenancy.calendar_of(school)
        parts = periods.parts_of(on, own)
        done = changed_at is not None and _all_newer(school, parts, changed_at)
    if not done:
        copy_parts(found, own, parts)


def catch_up(school: SchoolId, today: date) -> None:
    """Copy what a school has not, or not finally: the terms of its trend, this month and the last.

    Once all is settled this is today's term and month.
    """
    with tenants({school}):
        found, own = directory.school(school), tenancy.calendar_of(school)
        terms = [term.key for term in periods.recent_terms(today)][::-1]
        months = [periods.month_key(month) for month in periods.recent_months(today)[:2]][::-1]
        kept = {
            each.part: each
            for parts in (terms, months)
            for each in read(school, parts[0], parts[-1])
        }
    stale = [part for part in (*terms, *months) if not is_final(kept.get(part), own, part)]
    copy_parts(found, own, stale)


def is_final(copy: Figures | None, own: Calendar, part: str) -> bool:
    """Whether a copy was made so late after its days that only a known change can alter it."""
    if copy is None:
        return False
    return periods.is_settled(periods.days_of(part, own)[1], clock.london(copy.counted_at).date())


def copy_parts(school: School, own: Calendar, parts: Iterable[str]) -> list[Figures]:
    """Count parts of a school's time anew and copy them. Gives what was counted."""
    counted = [count(school, own, part) for part in parts]
    # The school's own last: having it means that the trust has it too.
    for holder in (school.trust, school.id):
        if holder:
            with tenants({holder}):
                for each in counted:
                    _keep(holder, each)
    return counted


def count(school: School, own: Calendar, part: str) -> Figures:
    """A school's figures of a part, from its days."""
    counted_at = clock.now()  # before reading: what comes in meanwhile is not said to be in
    first, last = periods.days_of(part, own)
    with tenants({school.id}):
        totals = figures.everything(school.id, first, last)
    return Figures(
        school=school.id,
        name=school.name,
        pupils=school.pupil_number,
        part=part,
        counted_at=counted_at,
        totals=totals,
    )


def read(holder: TrustId | SchoolId, first: str, last: str) -> Iterator[Figures]:
    """The copies that a trust, or a school, has from one term or month to another; one query."""
    kind = _kind(first)
    between = f"{kind}#{first}#", f"{kind}#{last}#~"
    start, more = "", True
    while more:
        rows, start = query(CopyRow, holder, "", between=between, limit=_PAGE, start=start)
        yield from map(_to_model, rows)
        more = bool(start)


def _keep(holder: TrustId | SchoolId, found: Figures) -> None:
    stamp = clock.stamp(found.counted_at)
    try:
        with transaction() as tx:
            tx.update(
                CopyRow,
                holder,
                _sk(found.part, found.school),
                set={
                    "name": found.name,
                    "pupils": found.pupils,
                    "counted_at": stamp,
                    "packed": packing.pack(found.totals),
                },
                condition=CopyRow.counted_at.does_not_exist() | (CopyRow.counted_at < stamp),
            )
    except Conflict:
        return  # somebody counted later than we did: theirs stands


def _all_newer(school: SchoolId, parts: Iterable[str], changed_at: datetime) -> bool:
    rows = together(*(Key(CopyRow, school, _sk(part, school)) for part in parts))
    return all(
        isinstance(row, CopyRow) and clock.parse(row.counted_at) > changed_at for row in rows
    )


def _to_model(row: CopyRow) -> Figures:
    _, part, school = row.sk.split("#")
    totals: dict[str, Totals] = packing.unpack(row.packed)
    return Figures(
        school=SchoolId(school),
        name=row.name,
        pupils=int(row.pupils),
        part=part,
        counted_at=clock.parse(row.counted_at),
        totals=totals,
    )


def _sk(part: str, school: SchoolId) -> str:
    return f"{_kind(part)}#{part}#{school}"


def _kind(part: str) -> str:
    return periods.kind_of(part)


def forget(trust: TrustId, gone: Collection[SchoolId]) -> int:
    """Take away a trust's copies of schools that have left it; gives how many there were."""
    keys = [row.sk for row in _all_of(trust) if row.sk.rpartition("#")[2] in gone]
    for start in range(0, len(keys), _AT_ONCE):
        with transaction() as tx:
            for key in keys[start : start + _AT_ONCE]:
                tx.delete(CopyRow, trust, key)
    return len(keys)


def schools_in(trust: TrustId) -> set[SchoolId]:
    """The schools that a trust has copies of."""
    return {SchoolId(row.sk.rpartition("#")[2]) for row in _all_of(trust)}


def _all_of(trust: TrustId) -> Iterator[CopyRow]:
    for kind in ("term#", "month#", "week#"):
        yield from every(CopyRow, trust, kind)
