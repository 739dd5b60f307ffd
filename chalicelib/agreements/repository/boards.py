"""A trust's copy of how each of its schools' agreements stand: counts, and nobody's name."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib import clock
from chalicelib.agreements.rag import NONE, Count
from chalicelib.agreements.rows import StandingsRow
from chalicelib.ids import SchoolId, TrustId
from chalicelib.storage import Transaction, every, transaction

Figures = Mapping[str, Mapping[str, Count]]
"""By kind of agreement, then by year group or role."""


@dataclass(frozen=True)
class Board:
    """One school's counts as they were copied."""

    school: SchoolId
    name: str
    year: str
    at: datetime
    figures: Figures

    def of(self, kind: str) -> Count:
        """All groups of one kind together."""
        return sum(self.figures.get(kind, {}).values(), NONE)


def put(
    tx: Transaction, trust: TrustId, school: SchoolId, name: str, year: str, figures: Figures
) -> None:
    row = StandingsRow(
        trust,
        f"standings#{school}",
        at=clock.stamp(clock.now()),
        year=year,
        figures={
            kind: {group: [one.total, one.asked, one.complete] for group, one in groups.items()}
            for kind, groups in figures.items()
        },
    )
    row.seal({"name": name})
    tx.put(row)


def of(trust: TrustId) -> list[Board]:
    """The trust's schools by name, those among them that have left as well."""
    found = [
        Board(
            SchoolId(row.sk.removeprefix("standings#")),
            str(row.unseal()["name"]),
            row.year,
            clock.parse(row.at),
            {
                kind: {group: Count(*map(int, counts)) for group, counts in groups.items()}
                for kind, groups in row.figures.items()
            },
        )
        for row in every(StandingsRow, trust, "standings#", consistent=True)
    ]
    return sorted(found, key=lambda each: each.name)


def forget(trust: TrustId, gone: Collection[SchoolId]) -> int:
    """Take away the counts of schools that have left; gives how many there were."""
    left = schools_in(trust) & set(gone)
    for school in sorted(left):
        with transaction() as tx:
            tx.delete(StandingsRow, trust, f"standings#{school}")
    return len(left)


def schools_in(trust: TrustId) -> set[SchoolId]:
    """The schools that a trust has counts of."""
    rows = every(StandingsRow, trust, "standings#", consistent=True)
    return {SchoolId(row.sk.removeprefix("standings#")) for row in rows}
