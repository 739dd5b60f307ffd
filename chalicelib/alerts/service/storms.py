"""Many alerts from one source at once: stored and routed one by one, mailed together (4.9).

Past the school's limit within ten minutes whoever is next in turn gets one mail about all of them,
again every ten minutes while it lasts. Critical alerts are always mailed singly. Every alert keeps
its own place in the inbox and its own clock, so no pupil is hidden behind another.
"""

from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.alerts.facts import Severity
from chalicelib.alerts.model import Alert
from chalicelib.alerts.rows import StormRow
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction, every

_WINDOW = 600  # seconds


@dataclass
class Storm:
    """Ten minutes of one source: how many alerts somebody was to be told of, and who was told."""

    key: str
    raised: int
    limit: int
    more: int = 0
    told: set[str] = field(default_factory=set)
    new: list[str] = field(default_factory=list)
    expires: int = 0

    @property
    def is_on(self) -> bool:
        return self.raised + self.more > self.limit

    def calms(self, alert: Alert) -> bool:
        return self.is_on and alert.severity is not Severity.CRITICAL and not alert.is_test

    def takes(self, person: str) -> bool:
        """Whether this person is written to now; once in ten minutes they are."""
        if person in self.told:
            return False
        self.told.add(person)
        self.new.append(person)
        return True


def load(school: SchoolId, source: str, now: datetime, *, more: int = 0, limit: int) -> Storm:
    """How it stands with a source this minute, with `more` alerts about to be written."""
    bucket = int(now.timestamp()) // _WINDOW
    key = f"storm#{source}#{bucket}"
    storm = Storm(key, 0, limit, more, expires=(bucket + 12) * _WINDOW)
    for row in every(StormRow, school, key, consistent=True):
        storm.raised += int(row.raised or 0)
        if "#told#" in row.sk:
            storm.told.add(row.sk.rpartition("#")[2])
    return storm


def save(tx: Transaction, school: SchoolId, storm: Storm) -> None:
    """Count, and remember who was written to. Conflict when somebody else wrote to them first."""
    if storm.more:
        tx.update(
            StormRow,
            school,
            storm.key,
            set={"expires": storm.expires},
            add={"raised": storm.more},
        )
    for person in storm.new:
        tx.create(StormRow(school, f"{storm.key}#told#{person}", expires=storm.expires))
