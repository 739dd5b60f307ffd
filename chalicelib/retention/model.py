"""How long each class of record is kept, and what may be decided when that time is over."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from chalicelib import clock


class RecordClass(StrEnum):
    """Why a record is kept as long as it is (R-RET 2). Stored words."""

    LOW = "low"
    CHILD_PROTECTION = "child_protection"
    SEXUAL_ABUSE = "sexual_abuse"
    STAFF_ALLEGATION = "staff_allegation"
    AGREEMENT = "agreement"
    CONSENT = "consent"
    REGISTER = "register"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    RecordClass.LOW: "Low-level incident",
    RecordClass.CHILD_PROTECTION: "Child protection",
    RecordClass.SEXUAL_ABUSE: "Child sexual abuse",
    RecordClass.STAFF_ALLEGATION: "Allegation or concern about staff",
    RecordClass.AGREEMENT: "Signed agreements",
    RecordClass.CONSENT: "Consents",
    RecordClass.REGISTER: "Register",
}
LEAST, MOST = 1, 100


@dataclass(frozen=True)
class Kept:
    """So many years after the record is over, and the school's reason (R-RET 3)."""

    years: int
    why: str


# What a school starts with. Holdfast knows no dates of birth: counting from the day a record is
# over is later than counting from birth, so that nothing is early.
DEFAULTS: Mapping[RecordClass, Kept] = {
    RecordClass.LOW: Kept(6, "Long enough to see a pattern and to answer a complaint."),
    RecordClass.CHILD_PROTECTION: Kept(
        25,
        "The IRMS toolkit keeps child-protection records until 25 years after birth; no date of "
        "birth is kept here, so the years begin when the record is closed.",
    ),
    RecordClass.SEXUAL_ABUSE: Kept(
        75, "The Independent Inquiry into Child Sexual Abuse asked for 75 years."
    ),
    RecordClass.STAFF_ALLEGATION: Kept(
        50,
        "Until the person's pension age, or ten years if that is longer; ages are not kept here.",
    ),
    RecordClass.AGREEMENT: Kept(6, "Agreements are renewed each year; these show what was agreed."),
    RecordClass.CONSENT: Kept(
        3, "After somebody has left, until no picture of them is in use (R-RET 4, S292)."
    ),
}
Periods = Mapping[RecordClass, Kept]
# Nothing sets less than this without somebody who writes down their own reason (R-RET 1 to 3).
FLOORS: Mapping[RecordClass, Kept] = {
    cls: DEFAULTS[cls]
    for cls in (
        RecordClass.CHILD_PROTECTION,
        RecordClass.SEXUAL_ABUSE,
        RecordClass.STAFF_ALLEGATION,
    )
}


@dataclass(frozen=True)
class Ended:
    """A record that is over: since when, and when the time it is kept for is over too.

    `what` says what it is and `reference` which one, without a name or a word of the case.
    `fingerprint` changes with every change of the record. `walled` says that not everybody could
    read it who reads others of its kind: its certificate is kept from them too (R-KCSIE 8).
    """

    kind: str
    record: str
    cls: RecordClass
    what: str
    reference: str
    path: str
    ended_on: date
    due_on: date
    fingerprint: str
    walled: bool = False

    @property
    def id(self) -> str:
        return f"{self.kind}-{self.record}"


class State(StrEnum):
    """Where a review stands. Stored words."""

    WAITING = "waiting"
    HELD = "held"
    EXTENDED = "extended"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DESTROYING = "destroying"

    @property
    def label(self) -> str:
        return _STATES[self][0]

    @property
    def colour(self) -> str:
        return _STATES[self][1]


_STATES = {
    State.WAITING: ("To be looked at", "amber"),
    State.HELD: ("Legal hold", "purple"),
    State.EXTENDED: ("Kept longer", "blue"),
    State.PROPOSED: ("To be destroyed: waits for a second person", "red"),
    State.CONFIRMED: ("Confirmed: destroyed in a few minutes", "grey"),
    State.DESTROYING: ("Being destroyed", "grey"),
}


class Act(StrEnum):
    """What somebody decides about a record under review."""

    DESTROY = "destroy"
    EXTEND = "extend"
    HOLD = "hold"
    CONFIRM = "confirm"
    BACK = "back"


_FROM: Mapping[Act, frozenset[State]] = {
    Act.DESTROY: frozenset({State.WAITING}),
    Act.EXTEND: frozenset({State.WAITING, State.PROPOSED, State.HELD, State.EXTENDED}),
    Act.HOLD: frozenset({State.WAITING, State.PROPOSED, State.EXTENDED, State.CONFIRMED}),
    Act.CONFIRM: frozenset({State.PROPOSED}),
    Act.BACK: frozenset({State.PROPOSED, State.HELD, State.EXTENDED, State.CONFIRMED}),
}
_TO = {
    Act.DESTROY: State.PROPOSED,
    Act.EXTEND: State.EXTENDED,
    Act.HOLD: State.HELD,
    Act.CONFIRM: State.CONFIRMED,
    Act.BACK: State.WAITING,
}


class NotPossible(Exception):
    """The review's state does not allow it; the message is a plain sentence for people."""


@dataclass(frozen=True)
class Decided:
    """Who said so, when, and why."""

    by: str
    name: str
    at: datetime
    why: str = ""


@dataclass(frozen=True)
class Review:
    """A record whose time is over, and what has been decided about it so far."""

    ended: Ended
    state: State = State.WAITING
    until: date | None = None
    proposed: Decided | None = None
    confirmed: Decided | None = None
    last: Decided | None = None

    @property
    def id(self) -> str:
        return self.ended.id

    def decide(
        self, act: Act, said: Decided, *, until: date | None = None, stopped: bool = False
    ) -> "Review":
        """The review after an act. Raises NotPossible with a sentence.

        `stopped` is the school's legal hold on everything: nothing is proposed nor confirmed. What
        was confirmed can be held or taken back until its destroying has begun.
        """
        state = State.WAITING if self.is_waiting(clock.london(said.at).date()) else self.state
        if act is Act.HOLD and state is State.HELD:
            raise NotPossible("It is under a legal hold already.")
        if state is State.DESTROYING:
            raise NotPossible("It is being destroyed: that cannot be stopped any more.")
        if state not in _FROM[act]:
            raise NotPossible("Somebody has decided otherwise since you opened the page.")
        if stopped and act in {Act.DESTROY, Act.CONFIRM}:
            raise NotPossible("A legal hold on everything is in force: nothing may be destroyed.")
        after = replace(self, state=_TO[act], last=said, until=until if act is Act.EXTEND else None)
        match act:
            case Act.DESTROY:
                return replace(after, proposed=said)
            case Act.CONFIRM:
                if self.proposed is None or self.proposed.by == said.by:
                    raise NotPossible("A second person confirms it: not the one who proposed it.")
                return replace(after, confirmed=said)
        return replace(after, proposed=None, confirmed=None)

    def is_done(self, act: Act, said: Decided, until: date | None) -> bool:
        """Whether this person has just done this: their form came twice."""
        match act:
            case Act.DESTROY:
                return bool(self.proposed and self.proposed.by == said.by)
            case Act.CONFIRM:
                return bool(self.confirmed and self.confirmed.by == said.by)
        again = self.last and (self.last.by, self.last.why) == (said.by, said.why)
        same = self.until == (until if act is Act.EXTEND else None)
        return bool(again and same and self.state is _TO[act])

    def destroying(self, found: Ended) -> "Review":
        """What two people confirmed, as it is when it begins to be destroyed."""
        return replace(self, ended=found, state=State.DESTROYING)

    def certificate(self, certificate_id: str, now: datetime) -> "Certificate":
        """What is left when it is gone. Raises NotPossible unless two people said so."""
        if self.proposed is None or self.confirmed is None:
            raise NotPossible("Two people have to say so.")
        return Certificate(certificate_id, self.ended, self.proposed, self.confirmed, now)

    def is_due(self, today: date) -> bool:
        """Whether somebody has to do something: look at it, or confirm what another proposed."""
        return self.state is State.PROPOSED or self.is_waiting(today)

    def is_waiting(self, today: date) -> bool:
        """Whether it is to be looked at: not held, and no longer kept longer."""
        if self.state is State.EXTENDED:
            return self.until is not None and self.until <= today
        return self.state is State.WAITING


@dataclass(frozen=True)
class Certificate:
    """That a record was destroyed: which, why then, and by whose decision. Nothing of its words."""

    id: str
    ended: Ended
    proposed: Decided
    confirmed: Decided
    destroyed_at: datetime
