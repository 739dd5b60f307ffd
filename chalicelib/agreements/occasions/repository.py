"""Events at which pictures are taken, as they are filed."""

from collections.abc import Iterator
from datetime import date

from chalicelib import clock
from chalicelib.agreements.consents.model import Consent
from chalicelib.agreements.occasions.model import Allowed, Occasion
from chalicelib.agreements.rows import OccasionRow
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction, every, get


def load(school: SchoolId, occasion_id: str) -> Occasion | None:
    row = get(OccasionRow, school, _key(occasion_id))
    return _occasion(row) if row else None


def every_one(school: SchoolId) -> Iterator[Occasion]:
    """All of a school, newest first."""
    for row in every(OccasionRow, school, "occasion#", newest_first=True, consistent=True):
        yield _occasion(row)


def save(tx: Transaction, school: SchoolId, one: Occasion) -> None:
    """File it: a Conflict when it changed since it was read."""
    row = OccasionRow(
        school,
        _key(one.id),
        first_on=one.first_on.isoformat(),
        last_on=one.last_on.isoformat(),
        groups=list(one.groups),
        channels=[kind.value for kind in one.channels],
        asks=one.asks,
        rounds=list(one.rounds),
        called_off=one.called_off,
        by=one.by,
    )
    row.seal({"name": one.name, "allowed": [_out(each) for each in one.allowed]})
    row.version = max(one.version, 0)
    if one.version < 0:
        tx.create(row)
    else:
        tx.replace(row)


def _occasion(row: OccasionRow) -> Occasion:
    private = row.unseal()
    return Occasion(
        id=row.sk.removeprefix("occasion#"),
        name=private["name"],
        first_on=date.fromisoformat(row.first_on),
        last_on=date.fromisoformat(row.last_on),
        groups=tuple(row.groups),
        channels=tuple(Consent(kind) for kind in row.channels),
        asks=bool(row.asks),
        by=row.by,
        rounds=tuple(row.rounds or ()),
        allowed=tuple(_in(each) for each in private["allowed"]),
        called_off=bool(row.called_off),
        version=int(row.version or 0),
    )


def _out(one: Allowed) -> dict[str, str]:
    return {
        "id": one.id,
        "who": one.who,
        "what": one.what,
        "why": one.why,
        "by": one.by,
        "by_name": one.by_name,
        "at": clock.stamp(one.at),
    }


def _in(stored: dict[str, str]) -> Allowed:
    return Allowed(**{**stored, "at": clock.parse(stored["at"])})  # type: ignore[arg-type]  # its other fields are text


def _key(occasion_id: str) -> str:
    return f"occasion#{occasion_id}"
