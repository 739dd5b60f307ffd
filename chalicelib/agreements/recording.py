"""Answers that came without a link: on paper, aloud, or in the room with the teacher (3.16, S255).

Whoever enters it is in the evidence; nobody signs as somebody else unseen. A child in the room
reads the rules on the school's tablet while a member of staff is signed in.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib import clock, ids
from chalicelib.agreements import asking, counting, evidence, library, profile, subjects
from chalicelib.agreements.classes import words as texts
from chalicelib.agreements.evidence import Delivery, Opens, Signature, Typed, Visitor
from chalicelib.agreements.followup import DECLINED, open_task
from chalicelib.agreements.model import Answer, Asked, Party, Relation, Request, RequestId
from chalicelib.agreements.repository import requests, signatures, turn
from chalicelib.agreements.repository.requests import Record
from chalicelib.agreements.signing import event_of, statement
from chalicelib.agreements.subjects import Adult
from chalicelib.agreements.wording import Part, Text, sha256
from chalicelib.audit import Event, actors
from chalicelib.errors import NotFound
from chalicelib.ids import PersonId, SchoolId


class How(StrEnum):
    """How an answer reached the school."""

    PAPER = "paper"
    SPOKEN = "spoken"
    ROOM = "room"

    @property
    def label(self) -> str:
        return {"paper": "On paper", "spoken": "Aloud, in person or by telephone"}.get(
            self.value, "In the room"
        )

    @property
    def method(self) -> str:
        return {
            How.PAPER: evidence.ON_PAPER,
            How.SPOKEN: evidence.SPOKEN,
            How.ROOM: evidence.IN_ROOM,
        }[self]


_NOBODY = Visitor("", "")


@dataclass(frozen=True)
class Entry:
    """What was said, by whom, and who in the school took it down."""

    party: Party
    contact: str
    name: str
    how: How
    by: PersonId
    by_name: str
    relation: Relation | None = None
    typed: Typed | None = None
    role: str = ""
    ticked: int = 0
    visitor: Visitor = _NOBODY


def sign(school: SchoolId, request_id: RequestId, entry: Entry) -> Signature:
    """Enter a signature. Raises Refused when there is one, NotFound for a contact who is none."""
    record = asking.found(school, request_id)
    adult = _adult(school, record, entry)
    text = _text(school, record, *profile.PAGES[entry.party])
    signature = _signature(school, record, entry, adult, text)
    asked = Asked(entry.contact, "", "", signature.at, signature.at, answered_at=signature.at)
    after = record.request.recorded(entry.party, asked, Answer.SIGNED)
    signatures.keep_text(school, text.whole)
    filed = _answered(record, after)
    with turn() as tx:
        happened = event_of(signature, actors.person(entry.by))
        requests.save(tx, school, filed, happened)
        counting.count(tx, school, record, filed)
        signatures.add(tx, school, request_id, signature)
    return signature


def decline(school: SchoolId, request_id: RequestId, entry: Entry, reason: str) -> None:
    """Enter a no that came on paper or aloud, with its reason."""
    record, now = asking.found(school, request_id), clock.now()
    _adult(school, record, entry)
    asked = Asked(entry.contact, "", "", now, now, answered_at=now)
    after = record.request.recorded(entry.party, asked, Answer.DECLINED)
    event = Event(
        DECLINED,
        now,
        actors.person(entry.by),
        open={"contact": entry.contact, "how": entry.how.value},
        private={"reason": reason},
    )
    filed = _answered(record, after)
    with turn() as tx:
        requests.save(tx, school, filed, event)
        counting.count(tx, school, record, filed)
        open_task(tx, school, request_id, entry.contact, DECLINED)


def _answered(record: Record, after: Request) -> Record:
    """The request with an answer; one that was never sent counts as sent with its first answer."""
    return replace(record.now(after), sent_on=record.sent_on or clock.today())


def _adult(school: SchoolId, record: Record, entry: Entry) -> Adult | None:
    """The contact, who must be one that the school may ask; None for the child."""
    if entry.party is Party.CHILD:
        return None
    request = record.request
    audience = library.audience(request.template)
    found = subjects.adult(school, audience, request.id.pupil, entry.contact)
    if found is None:
        raise NotFound
    return found


def _text(school: SchoolId, record: Record, *parts: Part) -> Text:
    template = texts.of(school, record)
    return profile.of(school).text_of(template, record.request.id.year).only(*parts)


def _signature(
    school: SchoolId, record: Record, entry: Entry, adult: Adult | None, text: Text
) -> Signature:
    template = texts.of(school, record)
    words, now = statement(entry.party, record.request), clock.now()
    return Signature(
        record=ids.new(),
        party=entry.party,
        contact=entry.contact,
        name=entry.name,
        relation=entry.relation,
        typed=entry.typed,
        template=template.key,
        template_version=template.version,
        wording_sha256=template.wording_sha256,
        text_sha256=text.sha256,
        statement=words,
        statement_sha256=sha256(words),
        at=now,
        visitor=entry.visitor,
        delivery=Delivery("", adult.email if adult else "", entry.how.value, now, ""),
        opens=Opens(),
        method=entry.how.method,
        role=entry.role,
        ticked=entry.ticked,
        recorded_by=entry.by_name,
    )
