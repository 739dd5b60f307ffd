"""How long a source may be silent, in hours of school: set, or learned from its days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.alerts.traffic import Day

BUSY = 30  # events on every school day: two silent hours of one are news
LEARNS_FROM = 10  # school days
_HOUR = 60


class Limit(StrEnum):
    """How much silence is too much. Stored words."""

    LEARNED = "learned"
    HOUR = "hour"
    THREE_HOURS = "three_hours"
    DAY = "day"
    WEEK = "week"
    NEVER = "never"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Limit.LEARNED: "Learn it from what it usually sends; a school day at most",
    Limit.HOUR: "An hour of a school day",
    Limit.THREE_HOURS: "Three hours of a school day",
    Limit.DAY: "A school day",
    Limit.WEEK: "A school week",
    Limit.NEVER: "Do not watch this source",
}


@dataclass(frozen=True, slots=True)
class Watch:
    """What is set for a source, and since when it is silent, if it is."""

    limit: Limit = Limit.LEARNED
    silent_since: datetime | None = None
    trial: str = ""


def minutes(watch: Watch, days: Sequence[Day | None], day_minutes: int) -> int | None:
    """The minutes of school that may pass in silence; None: any. `days` are the last school days,
    None for one on which nothing came.
    """
    fixed = {
        Limit.HOUR: _HOUR,
        Limit.THREE_HOURS: 3 * _HOUR,
        Limit.DAY: day_minutes,
        Limit.WEEK: 5 * day_minutes,
        Limit.NEVER: None,
    }
    if watch.limit is not Limit.LEARNED:
        return fixed[watch.limit]
    is_busy = len(days) >= LEARNS_FROM and all(day and day.events >= BUSY for day in days)
    return min(2 * _HOUR, day_minutes) if is_busy else day_minutes
