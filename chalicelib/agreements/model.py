"""What can happen to one person's agreement, as rules without time, ids or storage of their own.

A request asks for one agreement of one person: of a child, signed by the child and by a parent or
carer in either order (S83, S164, S165), or of an adult, who signs for themselves (S115, S132).
Each contact has a link of their own (R23); the child signs through whichever of them is at hand,
or in the room with their teacher. Every rule here is total: any link, at any moment, either may do
a thing or has one `Refusal` that says why not.
"""

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Party(StrEnum):
    """Who signs: a child and a parent or carer for one agreement, or an adult for themselves."""

    CHILD = "child"
    PARENT = "parent"
    ADULT = "adult"


FAMILY = (Party.CHILD, Party.PARENT)


class Answer(StrEnum):
    """What one contact has said."""

    WAITING = "waiting"
    SIGNED = "signed"
    DECLINED = "declined"
    NOT_MINE = "not_mine"


class Relation(StrEnum):
    """Who the signing adult is to the child, in their own choice of these words."""

    MOTHER = "mother"
    FATHER = "father"
    STEP_PARENT = "step_parent"
    GRANDPARENT = "grandparent"
    FOSTER_CARER = "foster_carer"
    GUARDIAN = "guardian"
    CARER = "carer"

    @property
    def label(self) -> str:
        return self.value.replace("_", "-" if self is Relation.STEP_PARENT else " ").capitalize()


class Refusal(StrEnum):
    """Why a link cannot do what was asked of it."""

    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    SIGNED = "signed"
    DECLINED = "declined"
    NOT_MINE = "not_mine"


class State(StrEnum):
    """Where one child's agreement stands by what people did; the mail's fate is not in it."""

    ASKED = "asked"
    CHILD_SIGNED = "child_signed"
    PARENT_SIGNED = "parent_signed"
    COMPLETE = "complete"
    DECLINED = "declined"
    DISAGREED = "disagreed"
    WRONG_PERSON = "wrong_person"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    NOBODY_TO_ASK = "nobody_to_ask"


class Refused(Exception):
    """A rule said no. It carries the reason and nothing about anybody."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(frozen=True)
class Child:
    """Whoever signs, as a page may show them: of a child the first name and class only (R23)."""

    first_name: str
    class_name: str


@dataclass(frozen=True)
class Asked:
    """One contact who was written to, and the one link of theirs that counts.

    `link` is the digest of the newest link, `message` the mail that carried it.
    """

    contact: str
    link: str
    message: str
    sent_at: datetime
    expires_at: datetime
    answer: Answer = Answer.WAITING
    answered_at: datetime | None = None
    times: int = 1  # how often they were written to


@dataclass(frozen=True)
class RequestId:
    """A request is of one person in one campaign; `year` is the academic year, as `2026-27`.

    `pupil` is the id of whoever it is about: a pupil, a member of staff, somebody from outside.
    """

    year: str
    campaign: str
    pupil: str


@dataclass(frozen=True)
class Request:
    id: RequestId
    template: str
    template_version: int
    child: Child
    asked: tuple[Asked, ...] = ()
    child_signed_at: datetime | None = None
    withdrawn_at: datetime | None = None
    parties: tuple[Party, ...] = FAMILY

    def refusal(self, link: str, party: Party, at: datetime) -> Refusal | None:
        """Why this link may not sign for this party now, or None when it may."""
        if self.withdrawn_at is not None:
            return Refusal.WITHDRAWN
        asked = self.of_link(link)
        if asked is None:
            return Refusal.REPLACED
        if asked.answer in _CLOSED:
            return _CLOSED[asked.answer]
        if self._has_signed(party, asked):
            return Refusal.SIGNED
        return Refusal.EXPIRED if at >= asked.expires_at else None

    def _has_signed(self, party: Party, asked: Asked) -> bool:
        """Whether nothing is left for this party to sign; a party that is not asked has nothing."""
        if party not in self.parties:
            return True
        if party is Party.CHILD:
            return self.child_signed_at is not None
        return asked.answer is Answer.SIGNED

    def usable(self, link: str, at: datetime) -> bool:
        """Whether this link can still sign anything."""
        return any(self.refusal(link, party, at) is None for party in self.parties)

    @property
    def grown(self) -> Party | None:
        """The party of the adults: None where only the child signs (S255)."""
        return next((party for party in self.parties if party is not Party.CHILD), None)

    def answerable(self, link: str, at: datetime) -> Refusal | None:
        """Why this contact may not decline, or say it is not for them; None when they may."""
        return self.refusal(link, self.grown or Party.CHILD, at)

    def of_link(self, link: str) -> Asked | None:
        return next((asked for asked in self.asked if asked.link == link), None)

    def of_contact(self, contact: str) -> Asked | None:
        return next((asked for asked in self.asked if asked.contact == contact), None)

    def sent(self, asked: Asked) -> "Request":
        """The contact is written to for the first time, or again: an older link stops working.

        A signature stays (the new link is then for the child); a refusal is asked anew. Raises
        Refused when the school has withdrawn the request, or nothing is left for them to sign.
        """
        if self.withdrawn_at is not None:
            raise Refused(Refusal.WITHDRAWN)
        before = self.of_contact(asked.contact)
        if before is not None:
            asked = replace(asked, times=before.times + 1)
        if before is not None and before.answer is Answer.SIGNED:
            if self.complete:
                raise Refused(Refusal.SIGNED)
            asked = replace(asked, answer=before.answer, answered_at=before.answered_at)
        others = tuple(a for a in self.asked if a.contact != asked.contact)
        return replace(self, asked=(*others, asked))

    def signed(self, link: str, party: Party, at: datetime) -> "Request":
        """One party has signed through this link. Raises Refused when it may not."""
        if (refusal := self.refusal(link, party, at)) is not None:
            raise Refused(refusal)
        if party is Party.CHILD:
            return replace(self, child_signed_at=at)
        return self._answered(link, Answer.SIGNED, at)

    def recorded(self, party: Party, asked: Asked, answer: Answer) -> "Request":
        """The school enters an answer given on paper, aloud or in the room: no link is needed.

        Raises Refused when the party has signed already or the request was withdrawn.
        """
        if self.withdrawn_at is not None:
            raise Refused(Refusal.WITHDRAWN)
        if party is Party.CHILD:
            if self.child_signed_at is not None:
                raise Refused(Refusal.SIGNED)
            return replace(self, child_signed_at=asked.answered_at)
        before = self.of_contact(asked.contact)
        if before is not None and before.answer is Answer.SIGNED:
            raise Refused(Refusal.SIGNED)
        said = replace(before or asked, answer=answer, answered_at=asked.answered_at)
        others = tuple(a for a in self.asked if a.contact != asked.contact)
        return replace(self, asked=(*others, said))

    def declined(self, link: str, at: datetime) -> "Request":
        return self._refusing(link, Answer.DECLINED, at)

    def not_mine(self, link: str, at: datetime) -> "Request":
        """Somebody says that the mail, or the child, is not theirs (R23)."""
        return self._refusing(link, Answer.NOT_MINE, at)

    def withdrawn(self, at: datetime) -> "Request":
        """The school takes the request back: no link of it works from now on."""
        return self if self.withdrawn_at is not None else replace(self, withdrawn_at=at)

    @property
    def complete(self) -> bool:
        """Every party has signed: of the adults at least one (S83)."""
        child = self.child_signed_at is not None or Party.CHILD not in self.parties
        return child and (self.grown is None or self._any(Answer.SIGNED))

    def state(self, at: datetime) -> State:
        """Where the agreement stands now."""
        if self.withdrawn_at is not None and not self.complete:
            return State.WITHDRAWN
        settled = self._settled()
        if settled is not None:
            return settled
        if not self.asked:  # whoever signs in the room needs nobody
            return State.NOBODY_TO_ASK if self.grown else State.ASKED
        links = [asked.link for asked in self.asked if asked.link]
        if links and not any(self.usable(link, at) for link in links):
            return State.EXPIRED
        if self._any(Answer.SIGNED):
            return State.PARENT_SIGNED
        return State.CHILD_SIGNED if self.child_signed_at is not None else State.ASKED

    def _settled(self) -> State | None:
        """What holds whatever the time is: all is signed, or somebody has said no."""
        if self._any(Answer.DECLINED):
            return State.DISAGREED if self._any(Answer.SIGNED) else State.DECLINED
        if self.complete:
            return State.COMPLETE
        if self.asked and all(asked.answer is Answer.NOT_MINE for asked in self.asked):
            return State.WRONG_PERSON
        return None

    def _any(self, answer: Answer) -> bool:
        return any(asked.answer is answer for asked in self.asked)

    def _refusing(self, link: str, answer: Answer, at: datetime) -> "Request":
        if (refusal := self.answerable(link, at)) is not None:
            raise Refused(refusal)
        return self._answered(link, answer, at)

    def _answered(self, link: str, answer: Answer, at: datetime) -> "Request":
        return replace(
            self,
            asked=tuple(
                replace(asked, answer=answer, answered_at=at) if asked.link == link else asked
                for asked in self.asked
            ),
        )


_CLOSED = {Answer.DECLINED: Refusal.DECLINED, Answer.NOT_MINE: Refusal.NOT_MINE}


def same_name(one: str, other: str) -> bool:
    """Whether two typed names are one name, whatever the spaces and capitals."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
