"""A report that staff write down for somebody else: a telephone call, a paper form (S183, S111)."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum


class How(StrEnum):
    """How somebody told the school. Stored words."""

    IN_PERSON = "in_person"
    TELEPHONE = "telephone"
    PAPER = "paper"
    LETTER = "letter"
    REMOTE = "remote"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def hint(self) -> str:
        return "Say under “evidence” where the signed form is kept" if self is How.PAPER else ""


_LABELS = {
    How.IN_PERSON: "In person",
    How.TELEPHONE: "By telephone",
    How.PAPER: "On a paper form",
    How.LETTER: "By letter or email",
    How.REMOTE: "In a remote lesson or meeting",
}


@dataclass(frozen=True, slots=True)
class Behalf:
    """Who told the school, how and when; `told_by` is empty for somebody who gave no name."""

    told_by: str
    who: str
    how: How
    on: date
    at: time | None = None

    @property
    def name(self) -> str:
        return f"{self.told_by} ({self.who.lower()})" if self.told_by else f"{self.who}, no name"

    @property
    def when(self) -> str:
        day = f"{self.on.day} {self.on:%B %Y}"
        return f"{day} at {self.at:%H:%M}" if self.at else day


def behalf_answers(behalf: Behalf | None) -> list[tuple[str, str, tuple[str, ...]]]:
    """The questions with their answers; none for a report of one's own."""
    if behalf is None:
        return []
    return [
        ("told_by", "Told by", (behalf.name,)),
        ("told_how", "How they told us", (behalf.how.label,)),
        ("told_when", "When they told us", (behalf.when,)),
    ]
