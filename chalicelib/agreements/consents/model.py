"""What somebody may say yes or no to, and what holds when two people answer (S56 to S63, S291).

The rule is the stricter one throughout: what nobody has answered is a no, what two parents answer
differently is a no until the school settles it, and the do-not-publish list is above everything.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


class Consent(StrEnum):
    """One thing to say yes or no to. Pictures are asked for by channel (S291)."""

    WEBSITE = "website"
    SOCIAL = "social"
    PRESS = "press"
    VIDEO = "video"
    WORK = "work"
    ACCOUNTS = "accounts"

    @property
    def label(self) -> str:
        return _SAYS[self][0]

    @property
    def question(self) -> str:
        return _SAYS[self][1]

    @property
    def of_image(self) -> bool:
        return self in IMAGES


_SAYS = {
    Consent.WEBSITE: ("Photographs: website", "Photographs on the website of the school"),
    Consent.SOCIAL: ("Photographs: social media", "Photographs on social media of the school"),
    Consent.PRESS: ("Photographs: press", "Photographs in the local press"),
    Consent.VIDEO: ("Video", "Video and sound on the website or social media of the school"),
    Consent.WORK: ("Work", "Work or writing, published with a first name at most"),
    Consent.ACCOUNTS: ("Accounts", "Accounts for the learning services the school uses"),
}
IMAGES = (Consent.WEBSITE, Consent.SOCIAL, Consent.PRESS, Consent.VIDEO)
OF_PUPILS = tuple(Consent)
OF_STAFF = IMAGES  # S63


class Holds(StrEnum):
    """What the school may do now; only `yes` is a yes."""

    YES = "yes"
    NO = "no"
    CONFLICT = "conflict"
    NOT_ASKED = "not_asked"
    PROTECTED = "protected"

    @property
    def label(self) -> str:
        return _HOLDS[self][0]

    @property
    def colour(self) -> str:
        return _HOLDS[self][1]


_HOLDS = {
    Holds.YES: ("Yes", "green"),
    Holds.NO: ("No", "grey"),
    Holds.CONFLICT: ("Parents disagree: no", "amber"),
    Holds.NOT_ASKED: ("No answer: no", "grey"),
    Holds.PROTECTED: ("Must not be published", "red"),
}


@dataclass(frozen=True)
class Answer:
    """What one person said, and how: by link, on paper or aloud. `withdrew`: a no after a yes."""

    yes: bool
    at: datetime
    how: str = "link"
    withdrew: bool = False


@dataclass(frozen=True)
class Settled:
    """What the school decided where two parents differ. A later answer opens it again."""

    yes: bool
    at: datetime


@dataclass(frozen=True)
class Choices:
    """All that was said about one person, and whether they are on the do-not-publish list (S60)."""

    who: str
    answers: Mapping[Consent, Mapping[str, Answer]] = field(default_factory=dict)
    settled: Mapping[Consent, Settled] = field(default_factory=dict)
    protected: bool = False
    occasions: Mapping[str, Mapping[Consent, Mapping[str, Answer]]] = field(default_factory=dict)

    def answered(
        self, contact: str, says: Mapping[Consent, bool], at: datetime, how: str
    ) -> "Choices":
        """Somebody answers, or changes an answer. What the school settled there is open again."""
        answers = {kind: dict(of) for kind, of in self.answers.items()}
        for kind, yes in says.items():
            before = answers.get(kind, {}).get(contact)
            if before is None or before.yes != yes:
                withdrew = before is not None and before.yes
                answers.setdefault(kind, {})[contact] = Answer(yes, at, how, withdrew)
        changed = {kind for kind in says if answers.get(kind) != dict(self.answers.get(kind, {}))}
        kept = {kind: one for kind, one in self.settled.items() if kind not in changed}
        return replace(self, answers=answers, settled=kept)

    def answered_for(
        self, occasion: str, contact: str, says: Mapping[Consent, bool], at: datetime, how: str
    ) -> "Choices":
        """Somebody answers for one event; what they say otherwise stays as it is (7.8)."""
        before = self.occasions.get(occasion, {})
        answers = {kind: dict(said) for kind, said in before.items()}
        for kind, yes in says.items():
            answers.setdefault(kind, {})[contact] = Answer(yes, at, how)
        return replace(self, occasions={**self.occasions, occasion: answers})

    def decided(self, kind: Consent, yes: bool, at: datetime) -> "Choices":
        return replace(self, settled={**self.settled, kind: Settled(yes, at)})

    def holds(self, kind: Consent, counted: Collection[str]) -> Holds:
        """What may be done; only those who may decide for the child now are `counted`."""
        if self.protected and kind.of_image:
            return Holds.PROTECTED
        said = [one.yes for who, one in self.answers.get(kind, {}).items() if who in counted]
        if not said:
            return Holds.NOT_ASKED
        if len(set(said)) == 1:
            return Holds.YES if said[0] else Holds.NO
        if (settled := self.settled.get(kind)) is not None:
            return Holds.YES if settled.yes else Holds.NO
        return Holds.CONFLICT

    def holds_at(
        self, occasion: str, kind: Consent, counted: Collection[str], *, asks: bool
    ) -> Holds:
        """What may be done at one event. Whoever answered for it counts by that, anybody else by
        what they say otherwise: where the event `asks`, only by a no. Two who differ are a no.
        """
        if self.protected:
            return Holds.PROTECTED
        here = {w: a for w, a in self._for(occasion, kind).items() if w in counted}
        if not here and not asks:
            return self.holds(kind, counted)
        usual = {w: a for w, a in self.answers.get(kind, {}).items() if w in counted}
        said = {w: a.yes for w, a in usual.items() if not (asks and a.yes)}
        said |= {w: a.yes for w, a in here.items()}
        if not said:
            return Holds.NOT_ASKED
        if len(set(said.values())) > 1:
            return Holds.CONFLICT
        return Holds.YES if all(said.values()) else Holds.NO

    def _for(self, occasion: str, kind: Consent) -> Mapping[str, Answer]:
        return self.occasions.get(occasion, {}).get(kind, {})

    def of_occasion(self, occasion: str, contact: str) -> dict[Consent, bool]:
        """What one person has said for an event so far."""
        said = self.occasions.get(occasion, {})
        return {kind: one[contact].yes for kind, one in said.items() if contact in one}

    def of(self, contact: str) -> dict[Consent, bool]:
        """What one person has said so far."""
        return {kind: said[contact].yes for kind, said in self.answers.items() if contact in said}
