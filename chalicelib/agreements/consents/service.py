"""Giving, changing and withdrawing consent; the do-not-publish list; who decides (S56 to S63)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib import clock, figures, ids
from chalicelib.agreements import subjects
from chalicelib.agreements.consents.model import (
    OF_PUPILS,
    OF_STAFF,
    Answer,
    Choices,
    Consent,
    Holds,
)
from chalicelib.agreements.consents.repository import Kept, append, history, kept, of_everybody
from chalicelib.agreements.evidence import Visitor
from chalicelib.agreements.model import RequestId
from chalicelib.agreements.repository import links, retried
from chalicelib.agreements.repository.links import Link, Purpose
from chalicelib.agreements.subjects import Audience, Subject
from chalicelib.audit import Event
from chalicelib.errors import NotFound
from chalicelib.figures import Counted, Measure
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction, transaction

ANSWERED = "consent.answered"
ANSWERED_FOR_EVENT = "consent.answered_for_event"
SETTLED = "consent.settled"
PROTECTED = "consent.protected"
UNPROTECTED = "consent.unprotected"
ALWAYS = timedelta(days=365 * 20)


@dataclass(frozen=True)
class Line:
    """One person with what may be done, for a list."""

    subject: Subject
    choices: Choices

    def holds(self, kind: Consent) -> Holds:
        return self.choices.holds(kind, self.subject.deciders)

    @property
    def kinds(self) -> tuple[Consent, ...]:
        return OF_PUPILS if self.subject.audience is Audience.PUPILS else OF_STAFF

    @property
    def conflicts(self) -> tuple[Consent, ...]:
        return tuple(kind for kind in self.kinds if self.holds(kind) is Holds.CONFLICT)


@dataclass(frozen=True)
class Holder:
    """Whoever holds a lasting link, with those they may decide for."""

    school: SchoolId
    link: Link
    lines: tuple[Line, ...]

    def contact_for(self, who: str) -> str:
        """As whom the holder answers for one of them."""
        return self.link.of(who).contact


def lines(school: SchoolId, audience: Audience) -> list[Line]:
    """Everybody of an audience with their consents, by name."""
    known = of_everybody(school)
    return [
        Line(one, known.get(one.id, Kept(Choices(one.id))).choices)
        for one in subjects.everybody(school, audience)
    ]


def line(school: SchoolId, who: str) -> Line:
    """One person. Raises NotFound."""
    for audience in Audience:
        if (one := subjects.of(school, audience, who)) is not None:
            return Line(one, kept(school, who).choices)
    raise NotFound


def answer(
    tx: Transaction,
    school: SchoolId,
    who: str,
    contact: str,
    says: Mapping[Consent, bool],
    *,
    by: str,
    how: str = "link",
    visitor: Visitor | None = None,
) -> None:
    """File what somebody says now beside what they said before (S57)."""
    before, now = kept(school, who), clock.now()
    after = before.choices.answered(contact, says, now, how)
    told = {kind.value: "yes" if yes else "no" for kind, yes in says.items()}
    said = {"contact": contact, "says": told, "how": how}
    event = Event(ANSWERED, now, by, open=said, private=_from(visitor))
    append(tx, school, replace(before, choices=after), event)
    figures.move(tx, school, counted(before.choices), counted(after))


@dataclass(frozen=True)
class Said:
    """What somebody says, how it came, and who filed it."""

    contact: str
    says: Mapping[Consent, bool]
    by: str
    how: str = "link"
    visitor: Visitor | None = None


def say(school: SchoolId, who: str, said: Said) -> None:
    """File what somebody says now. Two who answer for one child at once are both heard."""

    def file(tx: Transaction) -> None:
        answer(
            tx,
            school,
            who,
            said.contact,
            said.says,
            by=said.by,
            how=said.how,
            visitor=said.visitor,
        )

    retried(file)


def answer_for(tx: Transaction, school: SchoolId, who: str, occasion: str, said: Said) -> None:
    """File what is said for one event, in the same history as all they ever said (7.8)."""
    before, now = kept(school, who), clock.now()
    after = before.choices.answered_for(occasion, said.contact, said.says, now, said.how)
    event = Event(
        ANSWERED_FOR_EVENT,
        now,
        said.by,
        open={
            "contact": said.contact,
            "says": {kind.value: "yes" if yes else "no" for kind, yes in said.says.items()},
            "how": said.how,
            "occasion": occasion,
        },
        private=_from(said.visitor),
    )
    append(tx, school, replace(before, choices=after), event)


def counted(choices: Choices) -> list[Counted]:
    """What somebody's answers count for: each that stands, on the day it was given (S57, S291)."""
    return [
        figures.counted(
            _measure(said), clock.london(said.at).date(), {"channel": kind.value, "how": said.how}
        )
        for kind, of in choices.answers.items()
        for said in of.values()
    ]


def _measure(said: Answer) -> Measure:
    if said.yes:
        return Measure.CONSENTS_GIVEN
    return Measure.CONSENTS_WITHDRAWN if said.withdrew else Measure.CONSENTS_REFUSED


def _from(visitor: Visitor | None) -> dict[str, str]:
    return {"from": visitor.source_ip, "browser": visitor.user_agent} if visitor else {}


def settle(school: SchoolId, who: str, kind: Consent, *, yes: bool, why: str, by: str) -> None:
    """The school decides where two parents differ, and says why."""
    before, now = kept(school, who), clock.now()
    event = Event(SETTLED, now, by, why=why, open={"kind": kind.value, "yes": yes})
    with transaction() as tx:
        append(tx, school, replace(before, choices=before.choices.decided(kind, yes, now)), event)


def protect(school: SchoolId, who: str, *, on: bool, why: str, by: str) -> None:
    """Put somebody on the do-not-publish list, or take them off. Why is sealed (S60, S304)."""
    before = kept(school, who)
    event = Event(PROTECTED if on else UNPROTECTED, clock.now(), by, why=why)
    with transaction() as tx:
        append(tx, school, replace(before, choices=replace(before.choices, protected=on)), event)


def events_of(school: SchoolId, who: str) -> list[Event]:
    return history(school, who)


def lasting_link(tx: Transaction, school: SchoolId, signs: Mapping[str, str]) -> str:
    """A link to somebody's choices that always works: its path. Whom it may decide for is asked
    at every use, so it ends with their responsibility and not on a day (S57, R5).
    """
    token = f"{school}.{ids.secret()}"
    who, contact = next(iter(signs.items()))
    until = clock.now() + ALWAYS
    link = Link(ids.digest(token), RequestId("", "", who), contact, until, signs)
    links.add(tx, school, link, Purpose.CHOICES)
    return f"/c/{token}"


def holder(school: SchoolId, digest: str) -> Holder:
    """Who holds the link. Raises NotFound when it is none, or they may decide for nobody now."""
    link = links.find(school, digest, Purpose.CHOICES)
    if link is None:
        raise NotFound
    return holder_of(school, link)


def holder_of(school: SchoolId, link: Link) -> Holder:
    """Those for whom a link may decide now. Raises NotFound when that is nobody."""
    found = []
    for who in link.people:
        try:
            one = line(school, who)
        except NotFound:
            continue
        if link.of(who).contact in one.subject.deciders:
            found.append(one)
    if not found:
        raise NotFound
    return Holder(school, link, tuple(found))


def describe(says: Mapping[Consent, bool]) -> str:
    """What was chosen as a sentence: part of the statement that is kept with a signature."""
    yes = [kind.label for kind, said in says.items() if said]
    no = [kind.label for kind, said in says.items() if not said]
    return (
        f"I say yes to: {', '.join(yes) or 'nothing'}. I say no to: {', '.join(no) or 'nothing'}."
    )
