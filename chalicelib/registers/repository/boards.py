"""A trust's copy of how each of its schools' registers stand: counts, and no entry."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib import clock
from chalicelib.ids import SchoolId, TrustId
from chalicelib.registers.rows import BoardRow
from chalicelib.storage import Transaction, every, transaction


@dataclass(frozen=True)
class Board:
    name: str
    at: datetime
    figures: Mapping[str, dict[str, int]]


def put(
    tx: Transaction,
    trust: TrustId,
    school: SchoolId,
    name: str,
    figures: Mapping[str, dict[str, int]],
    *,
    at: datetime,
) -> None:
    row = BoardRow(trust, f"board#{school}", at=clock.stamp(at), figures=dict(figures))
    row.seal({"name": name})
    tx.put(row)


def of(trust: TrustId) -> list[Board]:
    """The trust's schools by name."""
    rows = every(BoardRow, trust, "board#")
    found = [Board(str(row.unseal()["name"]), clock.parse(row.at), row.figures) for row in rows]
    return sorted(found, key=lambda each: each.name)


def forget(trust: TrustId, gone: Collection[SchoolId]) -> int:
    """Take away the boards of schools that have left; gives how many there were."""
    left = schools_in(trust) & set(gone)
    for school in sorted(left):
        with transaction() as tx:
            tx.delete(BoardRow, trust, f"board#{school}")
    return len(left)


def schools_in(trust: TrustId) -> set[SchoolId]:
    """The schools that a trust has a board of."""
    return {SchoolId(row.sk.partition("#")[2]) for row in every(BoardRow, trust, "board#")}
