"""What each source sent, day by day: counts only, for the page that says whether it is working.

A process writes to one of four items a day and source, so that busy senders do not wait.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from chalicelib.alerts.rows import TrafficRow
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction, every

_SHARDS = 4
_OUR_SHARD = secrets.randbelow(_SHARDS)


class Fate(StrEnum):
    """What became of an event, or of a delivery. Stored words."""

    DELIVERIES = "deliveries"
    RAISED = "raised"
    JOINED = "joined"
    SUPPRESSED = "suppressed"
    REPEATED = "repeated"
    NOT_FILTER = "not_filter"
    UNREADABLE = "unreadable"
    LAG = "lag"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Day:
    """One source's counts of one day."""

    on: date
    counts: Mapping[str, int] = field(default_factory=dict)

    def of(self, fate: Fate) -> int:
        return self.counts.get(fate, 0)

    @property
    def events(self) -> int:
        return sum(self.of(each) for each in _EVENTS)

    @property
    def lag(self) -> timedelta | None:
        """How long after the event it reached us, on average of what had a clock of its own."""
        deliveries = self.of(Fate.LATE)
        return timedelta(seconds=self.of(Fate.LAG) // deliveries) if deliveries else None


_EVENTS = (Fate.RAISED, Fate.JOINED, Fate.SUPPRESSED, Fate.REPEATED, Fate.NOT_FILTER)


def count(
    tx: Transaction, school: SchoolId, source: str, on: date, fates: Mapping[Fate, int]
) -> None:
    sums = {fate.value: number for fate, number in fates.items() if number}
    if sums:
        sk = f"traffic#{source}#{on.isoformat()}#{_OUR_SHARD}"
        tx.update(TrafficRow, school, sk, add=sums)


def days(school: SchoolId, source: str, first: date, last: date) -> dict[date, Day]:
    """The days on which a source was heard, in one query."""
    start = f"traffic#{source}#"
    between = (f"{start}{first.isoformat()}", f"{start}{last.isoformat()}~")
    found: dict[date, dict[str, int]] = {}
    for row in every(TrafficRow, school, "", between=between):
        on = date.fromisoformat(row.sk.split("#")[2])
        sums = found.setdefault(on, {})
        for name, number in row.counts.items():
            sums[name] = sums.get(name, 0) + number
    return {on: Day(on, sums) for on, sums in found.items()}
