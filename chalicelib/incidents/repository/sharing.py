"""Where it stands that a trust may read a record: at the school, with a pointer at the trust."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from chalicelib import clock, ids
from chalicelib.ids import SchoolId, TrustId
from chalicelib.incidents.model.sharing import Opening, Sharing
from chalicelib.incidents.repository.times import instant
from chalicelib.incidents.rows import OpenedRow, SharedRow, SharingRow
from chalicelib.storage import Key, Transaction, every, get, query, together, transaction
from chalicelib.tenancy import repository as tenancy
from chalicelib.tenancy.rows import SchoolRow

MOST_OPENINGS = 20  # that a page shows; the audit has every one


class Pointer(NamedTuple):
    """What a trust has of a record that a school shared: where it is, and until when."""

    sharing: str
    school: SchoolId
    record: str
    until: date


def add(tx: Transaction, school: SchoolId, trust: TrustId, made: Sharing) -> None:
    """The scope covers both. The transaction raises Conflict when the school has left the trust."""
    row = SharingRow(
        school,
        _key(made.record, made.id),
        version=1,
        trust=trust,
        until=made.until.isoformat(),
        at=clock.stamp(made.at),
        by=made.by,
    )
    row.seal({"who": made.who, "why": made.why})
    tx.create(row)
    place = tenancy.school_key(school)
    tx.check(SchoolRow, place.tenant, place.sk, SchoolRow.trust == trust)
    tx.create(
        SharedRow(
            trust,
            _pointer(made.id),
            school=school,
            record=made.record,
            until=made.until.isoformat(),
        )
    )


def end(tx: Transaction, school: SchoolId, made: Sharing, at: datetime) -> None:
    """The scope covers both. The transaction raises Conflict when it was ended meanwhile."""
    tx.update(
        SharingRow,
        school,
        _key(made.record, made.id),
        set={"ended_at": clock.stamp(at)},
        condition=SharingRow.ended_at.does_not_exist(),
    )
    tx.delete(SharedRow, made.trust, _pointer(made.id))


def of_record(school: SchoolId, record: str) -> list[Sharing]:
    """Everything a record was shared by, latest first."""
    return sorted(
        (_sharing(row) for row in every(SharingRow, school, f"sharing#{record}#", consistent=True)),
        key=lambda each: each.at,
        reverse=True,
    )


def of_school(school: SchoolId) -> Iterator[Sharing]:
    """Everything the school has ever shared that is still kept."""
    for row in every(SharingRow, school, "sharing#", consistent=True):
        yield _sharing(row)


def some(
    school: SchoolId, pointers: Collection[Pointer]
) -> tuple[SchoolRow | None, list[Sharing | None]]:
    """The school and what stands behind each of these pointers, in one trip; 99 at most."""
    keys = [Key(SharingRow, school, _key(each.record, each.sharing)) for each in pointers]
    place, *rows = together(tenancy.school_key(school), *keys)
    found = [_sharing(row) if isinstance(row, SharingRow) else None for row in rows]
    return (place if isinstance(place, SchoolRow) else None), found


def opened(tx: Transaction, school: SchoolId, made: Sharing, who: str, at: datetime) -> None:
    stamp = clock.stamp(at)
    row = OpenedRow(school, f"{_openings(made)}{stamp}#{ids.new()}", at=stamp)
    row.seal({"who": who})
    tx.create(row)


def openings(school: SchoolId, made: Sharing) -> list[Opening]:
    """Who opened it and when, the latest first, and no more than MOST_OPENINGS."""
    prefix = _openings(made)
    rows, _ = query(
        OpenedRow, school, prefix, newest_first=True, limit=MOST_OPENINGS, consistent=True
    )
    return [Opening(clock.parse(row.at), row.unseal()["who"]) for row in rows]


# --- at the trust, whose scope is in force ---


def pointers(trust: TrustId) -> list[Pointer]:
    return [_to_pointer(row) for row in every(SharedRow, trust, "shared#", consistent=True)]


def pointer(trust: TrustId, sharing: str) -> Pointer | None:
    row = get(SharedRow, trust, _pointer(sharing))
    return _to_pointer(row) if row else None


def forget(trust: TrustId, gone: Iterable[Pointer]) -> int:
    """Take pointers away; gives how many."""
    number = 0
    for each in gone:
        with transaction() as tx:
            tx.delete(SharedRow, trust, _pointer(each.sharing))
        number += 1
    return number


def _key(record: str, sharing: str) -> str:
    return f"sharing#{record}#{sharing}"


def _pointer(sharing: str) -> str:
    return f"shared#{sharing}"


def _openings(made: Sharing) -> str:
    return f"opened#{made.record}#{made.id}#"


def _to_pointer(row: SharedRow) -> Pointer:
    until = date.fromisoformat(row.until)
    return Pointer(row.sk.partition("#")[2], SchoolId(row.school), row.record, until)


def _sharing(row: SharingRow) -> Sharing:
    _, record, sharing = row.sk.split("#")
    private = row.unseal()
    return Sharing(
        sharing,
        record,
        row.trust,
        date.fromisoformat(row.until),
        clock.parse(row.at),
        row.by,
        private["who"],
        private["why"],
        instant(row.ended_at),
    )
