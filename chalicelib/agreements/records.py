"""One child's agreement put together for the school: contacts, history, signatures, checks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib import clock
from chalicelib.agreements import deliveries, evidence, library, subjects
from chalicelib.agreements.evidence import Check, Opens, Signature
from chalicelib.agreements.model import Asked, RequestId
from chalicelib.agreements.repository import links, requests, signatures
from chalicelib.agreements.repository.requests import Record
from chalicelib.agreements.standing import Standing, standing
from chalicelib.agreements.subjects import Adult, Subject
from chalicelib.audit import Broken, Event, actors, events
from chalicelib.errors import NotFound
from chalicelib.identity import service as identity
from chalicelib.ids import PersonId, SchoolId
from chalicelib.notifications import State as MailState


@dataclass(frozen=True)
class Person:
    """One adult of the child's: whether they may be asked, and what became of asking them."""

    name: str
    relationship: str
    email: str
    contact: str
    asked: Asked | None
    mail: MailState | None
    opens: Opens
    reachable: bool


@dataclass(frozen=True)
class Moment:
    """One line of the history, in words."""

    title: str
    at: datetime
    by: str
    why: str
    colour: str


@dataclass(frozen=True)
class Whole:
    """All that one page shows of an agreement."""

    record: Record
    family: Subject | None
    title: str
    standing: Standing
    people: tuple[Person, ...]
    history: tuple[Moment, ...]
    signatures: tuple[Signature, ...]


@dataclass(frozen=True)
class Proof:
    """A signature, the exact text it is under, and what recomputing its hashes gave."""

    signature: Signature
    text: str
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class Proofs:
    """All signatures there are, and how many the history tells of that are not there."""

    found: tuple[Proof, ...]
    missing: int


_SIGNED = "agreement.signed_by_"
_TITLES = {
    "agreement.asked": ("Asked to sign", "blue"),
    "agreement.asked_again": ("Sent again: older links stopped working", "blue"),
    "agreement.signed_by_child": ("Signed by the child", "green"),
    "agreement.signed_by_parent": ("Signed by a parent or carer", "green"),
    "agreement.signed_by_adult": ("Signed", "green"),
    "agreement.reminded": ("Reminded: older links stopped working", "blue"),
    "agreement.letter_printed": ("Letter with a code printed: older links stopped working", "blue"),
    "agreement.declined": ("Declined", "amber"),
    "agreement.not_mine": ("“This is not for me, or not my child”", "red"),
    "agreement.withdrawn": ("Withdrawn by the school", "grey"),
}


def whole(school: SchoolId, request_id: RequestId) -> Whole:
    """Raises NotFound."""
    record = requests.request(school, request_id)
    if record is None:
        raise NotFound
    request = record.request
    family = subjects.of(school, library.audience(request.template), request_id.pupil)
    mails = deliveries.of(school, [asked.message for asked in request.asked])
    people = tuple(_people(school, record, family, mails))
    opened = frozenset(one.contact for one in people if one.opens.count)
    return Whole(
        record=record,
        family=family,
        title=library.titles()[request.template],
        standing=standing(request, mails, opened, clock.now()),
        people=people,
        history=tuple(_history(school, request_id, people)),
        signatures=tuple(signatures.all_of(school, request_id)),
    )


def proofs(school: SchoolId, request_id: RequestId) -> Proofs:
    """Every signature of a request with its hashes recomputed. Raises NotFound."""
    record = requests.request(school, request_id)
    if record is None:
        raise NotFound
    history = requests.history(school, request_id)
    sound = _sound(history, record)
    kept = signatures.all_of(school, request_id)
    told = sum(1 for event in history if event.name.startswith(_SIGNED))
    return Proofs(
        found=tuple(_proof(school, each, history, chain_sound=sound) for each in kept),
        missing=max(0, told - len(kept)),
    )


def _proof(
    school: SchoolId, signature: Signature, history: Sequence[Event], *, chain_sound: bool
) -> Proof:
    text = signatures.text(school, signature.text_sha256)
    committed = next(
        (
            str(event.private.get("evidence", ""))
            for event in history
            if event.name == f"{_SIGNED}{signature.party}"
            and event.open.get("contact") == signature.contact
        ),
        "",
    )
    checks = evidence.checks(signature, text, committed=committed, chain_sound=chain_sound)
    return Proof(signature, text, checks)


def _sound(history: Sequence[Event], record: Record) -> bool:
    try:
        events.verify(history, record.head)
    except Broken:
        return False
    return True


def _people(
    school: SchoolId, record: Record, family: Subject | None, mails: dict[str, MailState]
) -> list[Person]:
    """Those who were asked, and those who could be."""
    adults = {adult.contact: adult for adult in (family.adults if family else ())}
    asked = {one.contact: one for one in record.request.asked}
    return [
        _person(school, record, contact, adults.get(contact), asked.get(contact), mails)
        for contact in dict.fromkeys([*asked, *adults])
    ]


def _person(
    school: SchoolId,
    record: Record,
    contact: str,
    adult: Adult | None,
    asked: Asked | None,
    mails: dict[str, MailState],
) -> Person:
    return Person(
        name=adult.name if adult else "A contact who may not be written to any more",
        relationship=adult.relationship if adult else "",
        email=adult.email if adult else "",
        contact=contact,
        asked=asked,
        mail=mails.get(asked.message) if asked else None,
        opens=links.opens(school, record.request.id, contact) if asked else Opens(),
        reachable=adult is not None,
    )


def _history(school: SchoolId, request_id: RequestId, people: Sequence[Person]) -> list[Moment]:
    """What happened, newest first."""
    adults = {one.contact: one.name for one in people if one.reachable}
    staff = {member.person: member.name for member in identity.members(school)}
    moments = []
    for event in reversed(requests.history(school, request_id)):
        title, colour = _TITLES.get(event.name, (event.name, "grey"))
        person = actors.person_of(event.by)
        if person:
            by = staff.get(PersonId(person), "Somebody who has left")
        else:
            by = f"the link sent to {adults.get(str(event.open.get('contact')), 'a contact')}"
        why = event.why or str(event.private.get("reason", ""))
        moments.append(Moment(title, event.at, by, why, colour))
    return moments
