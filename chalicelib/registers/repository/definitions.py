"""What a place changed about its registers, version by version, and every definition ever used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib import clock
from chalicelib.errors import Conflict
from chalicelib.ids import SchoolId, TrustId
from chalicelib.registers.model.definition import Definition
from chalicelib.registers.model.overlay import Overlay, from_data, to_data
from chalicelib.registers.model.reading import read
from chalicelib.registers.rows import DefinitionsRow, SnapshotRow
from chalicelib.storage import Transaction, every, get

_CURRENT = "definitions"


@dataclass(frozen=True)
class Kept:
    """A place's own overlay and, at a school, its trust's, with the version a change must meet."""

    own: Overlay
    trust: Overlay
    version: int


@dataclass(frozen=True)
class Version:
    number: int
    overlay: Overlay
    by: str
    at: datetime


def kept(place: SchoolId | TrustId) -> Kept:
    row = get(DefinitionsRow, place, _CURRENT)
    private = row.unseal() if row else {}
    return Kept(
        from_data(private.get("own", {})),
        from_data(private.get("trust", {})),
        int(row.version or 0) if row else 0,
    )


def change(
    tx: Transaction, place: SchoolId | TrustId, before: Kept, after: Overlay, *, by: str
) -> int:
    """Write a place's own overlay, and keep it as a version; gives the version's number."""
    row = _write(tx, place, before, Kept(after, before.trust, before.version))
    number = int(row.changes or 0)
    version = DefinitionsRow(
        place, f"{_CURRENT}#{number:06d}", by=by, at=clock.stamp(clock.now()), changes=number
    )
    version.seal(to_data(after))
    tx.create(version)
    return number


def hand_on(tx: Transaction, school: SchoolId, before: Kept, trust: Overlay) -> None:
    """Write the trust's overlay into a school's row."""
    _write(tx, school, before, Kept(before.own, trust, before.version))


def versions(place: SchoolId | TrustId) -> list[Version]:
    """Every version of a place's own overlay, newest first."""
    rows = every(DefinitionsRow, place, f"{_CURRENT}#", newest_first=True)
    return [
        Version(int(row.changes), from_data(row.unseal()), row.by or "", clock.parse(row.at))
        for row in rows
    ]


def snapshot(school: SchoolId, digest: str) -> Definition | None:
    """A definition as it was."""
    row = get(SnapshotRow, school, _snapshot(digest))
    return read(row.unseal()) if row else None


def has_snapshot(school: SchoolId, digest: str) -> bool:
    return get(SnapshotRow, school, _snapshot(digest)) is not None


def keep_snapshot(
    tx: Transaction, school: SchoolId, digest: str, source: Mapping[str, Any], register: str
) -> None:
    """The same digest is the same words: whoever writes it again changes nothing."""
    row = SnapshotRow(school, _snapshot(digest), register=register)
    row.seal(source)
    tx.put(row)


def _write(tx: Transaction, place: SchoolId | TrustId, before: Kept, after: Kept) -> DefinitionsRow:
    row = get(DefinitionsRow, place, _CURRENT)
    changed = before.own != after.own
    if row is None:
        row = DefinitionsRow(place, _CURRENT, version=1, changes=int(changed))
        _seal(row, after)
        tx.create(row, error=Conflict())
        return row
    if int(row.version or 0) != before.version:
        raise Conflict
    row.changes = int(row.changes or 0) + changed
    _seal(row, after)
    tx.replace(row)
    return row


def _seal(row: DefinitionsRow, kept: Kept) -> None:
    row.seal({"own": to_data(kept.own), "trust": to_data(kept.trust)})


def _snapshot(digest: str) -> str:
    return f"snapshot#{digest}"
