"""What became of what a source sent, counted by the day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum


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
    SILENT = "silent"  # alarms of that day that nothing came


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
