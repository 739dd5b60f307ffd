"""A school's report to its governors: drafted from the figures, put in words, approved, sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.ids import PersonId, SchoolId
from chalicelib.reports.document import Section
from chalicelib.reports.model import Figures, Period, Snapshot


class State(StrEnum):
    """How far a report is. Stored words; governors see the last one only."""

    MAKING = "making"
    DRAFT = "draft"
    APPROVED = "approved"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def colour(self) -> str:
        return _COLOURS[self]


@dataclass(frozen=True)
class Change:
    """A sentence as somebody put it; no text leaves it out.

    `figures` is what the figures said then: when they say something else, the change is flagged.
    """

    text: str
    figures: str


@dataclass(frozen=True)
class Wording:
    """What was done to the sentences of a draft: changes by key, paragraphs added by section."""

    changed: Mapping[str, Change] = field(default_factory=dict)
    added: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """A report of a period, and how far it is. `version` goes up with every change (R32)."""

    id: str
    school: SchoolId
    period: Period
    state: State
    asked_by: str
    asked_at: datetime
    version: int = 1
    counted_at: datetime | None = None
    wording: Wording = Wording()
    approved_by: str = ""
    approver: str = ""
    approved_at: datetime | None = None

    @property
    def is_approved(self) -> bool:
        return self.state is State.APPROVED


@dataclass(frozen=True)
class Counted:
    """What a report was made of: its figures, and how things stood that are no figures.

    `trend` are the figures of the terms that lead to it, its own last among them, oldest first.
    """

    snapshot: Snapshot
    states: tuple[Section, ...] = ()
    trend: tuple[Figures, ...] = ()


@dataclass(frozen=True)
class Receiver:
    """Somebody who was told of an approved report, and when they said that they had read it."""

    person: PersonId
    name: str
    told_at: datetime
    read_at: datetime | None = None


_LABELS = {State.MAKING: "Being made", State.DRAFT: "Draft", State.APPROVED: "Approved"}
_COLOURS = {State.MAKING: "blue", State.DRAFT: "amber", State.APPROVED: "green"}
