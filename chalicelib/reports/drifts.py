"""What the recount looked at last and what it found, in the school's part of the reports table.

| key | what it is |
|---|---|
| `recount` | when it looked last, and when it looks at everything again |
| `drift#<when>#<n>` | figures that were not what the records say, and were set right |
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib import clock
from chalicelib.ids import SchoolId
from chalicelib.reports.recount import Difference
from chalicelib.reports.rows import DriftRow, RecountRow
from chalicelib.storage import Page, Transaction, get, page_of, transaction

_KEY = "recount"


@dataclass(frozen=True)
class Looked:
    """When a school's figures were counted again: at all, everything, and everything next."""

    at: datetime
    whole_at: datetime
    whole_next_on: date


@dataclass(frozen=True)
class Drift:
    """Figures that were set right at a moment."""

    at: datetime
    differences: tuple[Difference, ...]


def looked(school: SchoolId) -> Looked | None:
    row = get(RecountRow, school, _KEY)
    if row is None:
        return None
    return Looked(
        clock.parse(row.at), clock.parse(row.whole_at), date.fromisoformat(row.whole_next_on)
    )


def note_looked(school: SchoolId, found: Looked) -> None:
    row = RecountRow(
        school,
        _KEY,
        at=clock.stamp(found.at),
        whole_at=clock.stamp(found.whole_at),
        whole_next_on=found.whole_next_on.isoformat(),
    )
    with transaction() as tx:
        tx.put(row)


def add(
    tx: Transaction, school: SchoolId, at: datetime, number: int, found: Sequence[Difference]
) -> None:
    tx.create(
        DriftRow(
            school,
            f"drift#{clock.stamp(at)}#{number:04d}",
            differences=[
                [each.on.isoformat(), each.measure, each.name, each.stored, each.counted]
                for each in found
            ],
        )
    )


def page(school: SchoolId, cursor: str = "") -> tuple[list[Drift], str]:
    """What was set right, the latest first, and the cursor of the page after."""
    found: Page[DriftRow] = page_of(DriftRow, school, "drift#", cursor=cursor, limit=20)
    return [_drift(row) for row in found.items], found.next


def _drift(row: DriftRow) -> Drift:
    return Drift(
        clock.parse(row.sk.split("#")[1]),
        tuple(
            Difference(date.fromisoformat(on), measure, name, int(stored), int(counted))
            for on, measure, name, stored, counted in row.differences
        ),
    )
