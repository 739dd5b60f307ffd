"""The record of one incident as it stands; what may be done to it is in `acts.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.incidents.model.actions import UNDECIDED, Action, Taken
from chalicelib.incidents.model.concerns import Matter
from chalicelib.incidents.model.lado import Lado
from chalicelib.incidents.model.report import Involved, Report
from chalicelib.incidents.model.severity import Judged, suggested
from chalicelib.incidents.model.wall import OPEN, Wall


class Status(StrEnum):
    """Submitted, acknowledged, in progress, closed; a closed record reopens into progress."""

    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]


class Mark(StrEnum):
    """How somebody was involved: more than one may be true (S227, S262)."""

    TARGET = "target"
    OFFENDER = "offender"
    WITNESS = "witness"

    @property
    def label(self) -> str:
        return _MARK_LABELS[self]

    @property
    def letter(self) -> str:
        """As the log marks it: T, O or W."""
        return self.value[0].upper()


class Outcome(StrEnum):
    """How it ended, in words that can be counted; the reasons are beside it (R-KCSIE 7)."""

    DEALT_WITH = "dealt_with"
    REFERRED = "referred"
    SUPPORT = "support"
    NO_ACTION = "no_action"
    UNFOUNDED = "unfounded"
    DUPLICATE = "duplicate"

    @property
    def label(self) -> str:
        return _OUTCOME_LABELS[self]


_STATUS_LABELS = {
    Status.SUBMITTED: "New",
    Status.ACKNOWLEDGED: "Acknowledged",
    Status.IN_PROGRESS: "In progress",
    Status.CLOSED: "Closed",
}
_MARK_LABELS = {Mark.TARGET: "Target", Mark.OFFENDER: "Offender", Mark.WITNESS: "Witness"}
_OUTCOME_LABELS = {
    Outcome.DEALT_WITH: "Dealt with in school",
    Outcome.REFERRED: "Passed to another agency, which now leads",
    Outcome.SUPPORT: "Support continues, nothing more to do on this record",
    Outcome.NO_ACTION: "Looked into, no action needed",
    Outcome.UNFOUNDED: "Nothing was found",
    Outcome.DUPLICATE: "The same incident as another record, where it goes on",
}
CLOSING = tuple(each for each in Outcome if each is not Outcome.DUPLICATE)  # that is by merging


class Roster(StrEnum):
    """Which of the school's lists somebody was found in."""

    PUPIL = "pupil"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Linked:
    """Who somebody named in a report is in the school's own lists, since a person said so.

    `year` is a pupil's year group then, as figures count it: it stays when the child moves up.
    """

    roster: Roster
    id: str
    year: str = ""

    @property
    def key(self) -> str:
        return f"{self.roster}:{self.id}"


class Tie(StrEnum):
    """How one record belongs to another."""

    RELATED = "related"
    MERGED_INTO = "merged_into"
    MERGED_FROM = "merged_from"
    SPLIT_INTO = "split_into"
    SPLIT_FROM = "split_from"

    @property
    def label(self) -> str:
        return _TIE_LABELS[self]

    @property
    def other_way(self) -> "Tie":
        return _OTHER_WAY[self]


_TIE_LABELS = {
    Tie.RELATED: "Related to",
    Tie.MERGED_INTO: "The same incident as",
    Tie.MERGED_FROM: "Holds what was also reported as",
    Tie.SPLIT_INTO: "Part of it became",
    Tie.SPLIT_FROM: "Was part of",
}
_OTHER_WAY = {
    Tie.RELATED: Tie.RELATED,
    Tie.MERGED_INTO: Tie.MERGED_FROM,
    Tie.MERGED_FROM: Tie.MERGED_INTO,
    Tie.SPLIT_INTO: Tie.SPLIT_FROM,
    Tie.SPLIT_FROM: Tie.SPLIT_INTO,
}


@dataclass(frozen=True, slots=True)
class Other:
    """Another record that this one is tied to."""

    id: str
    reference: str
    tie: Tie


class NotPossible(Exception):
    """The record's state does not allow the act; the message is a plain sentence for people."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing done to a record: `detail` is JSON and private, `why` is what the person gave."""

    name: str
    why: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Incident:
    """The record as it stands now. `people_used` is how many person keys were ever given out.

    `team` are those who work on it, by person id with their names; `owner` is the one of them who
    has it in hand. `linked` says who the people named are in the school's lists, by their keys.
    `acknowledged_as` and `closed_as` are the part of whoever did, as figures count it.
    """

    id: str
    reference: str
    report: Report
    submitted_at: datetime
    submitted_by: str = ""
    status: Status = Status.SUBMITTED
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    closed_at: datetime | None = None
    actions: Mapping[Action, Taken] = field(default_factory=dict)
    marks: Mapping[str, frozenset[Mark]] = field(default_factory=dict)
    people_used: int = 0
    summary: str = ""
    outcome: Outcome | None = None
    reasons: str = ""
    alert: str = ""
    wall: Wall = OPEN
    judged: Judged | None = None
    owner: str = ""
    team: Mapping[str, str] = field(default_factory=dict)
    linked: Mapping[str, Linked] = field(default_factory=dict)
    others: tuple[Other, ...] = ()
    lado: Lado | None = None
    acknowledged_as: str = ""
    closed_as: str = ""

    @property
    def matter(self) -> Matter:
        """What it is kept as: an incident, or a concern about a member of staff."""
        return Matter(self.wall.area or Matter.INCIDENT)

    @property
    def severity(self) -> Judged:
        """As somebody judged it, else as the report suggests."""
        return self.judged or suggested(self.report)

    @property
    def owner_name(self) -> str:
        return self.team.get(self.owner, "")

    def tied(self, tie: Tie) -> tuple[Other, ...]:
        return tuple(each for each in self.others if each.tie is tie)

    @property
    def is_open(self) -> bool:
        return self.status is not Status.CLOSED

    def action(self, action: Action) -> Taken:
        return self.actions.get(action, UNDECIDED)

    def marks_of(self, person: str) -> tuple[Mark, ...]:
        return tuple(mark for mark in Mark if mark in self.marks.get(person, frozenset()))

    def marked(self, mark: Mark) -> tuple[Involved, ...]:
        return tuple(p for p in self.report.people if mark in self.marks.get(p.key, frozenset()))

    @property
    def decided(self) -> int:
        """How many of the nine actions have been decided."""
        return sum(taken.decided for taken in self.actions.values())
