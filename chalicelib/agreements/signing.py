"""What somebody with a link does: reads, signs for the child or as parent, or says no (R21, R22).

A link's digest finds its request, and the request alone says what the link may still do. Whatever
is done is one transaction: the request under the version it was read at, the signature that must
not exist, the event with its audit line, the figure, and the mail with the signer's copy.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from chalicelib import clock, figures, ids
from chalicelib.agreements import deliveries, evidence, families, followup, library, profile
from chalicelib.agreements.evidence import PREFIX, Delivery, Signature, Typed, Visitor
from chalicelib.agreements.families import Adult
from chalicelib.agreements.followup import DECLINED, NOT_MINE
from chalicelib.agreements.model import (
    Asked,
    Party,
    Refusal,
    Refused,
    Relation,
    Request,
    same_name,
)
from chalicelib.agreements.profile import Profile
from chalicelib.agreements.repository import Raced, links, requests, signatures, turn
from chalicelib.agreements.repository.links import Link, Purpose
from chalicelib.agreements.repository.requests import Record
from chalicelib.agreements.wording import Part, Template, Text, sha256
from chalicelib.audit import Event, actors
from chalicelib.errors import Conflict, NotFound, Unavailable
from chalicelib.ids import SchoolId
from chalicelib.notifications import Message, outbox
from chalicelib.observability import failure
from chalicelib.storage import Transaction

COPY_KEPT = timedelta(days=366)
_TRIES = 12


class TakenAlready(Conflict):
    """This part was signed before, under another name: the first signature stands."""

    message = "This part has already been signed."


class TextChanged(Conflict):
    """What stood on the page is not what the school's page says now; nothing was signed."""

    message = "This agreement changed while you were reading it."


@dataclass(frozen=True)
class Visit:
    """What a link opens: a request, and the contact it was sent to."""

    school: SchoolId
    link: Link
    record: Record
    adult: Adult | None

    @property
    def request(self) -> Request:
        return self.record.request

    @property
    def template(self) -> Template:
        return library.template(self.request.template)

    @property
    def asked(self) -> Asked | None:
        return self.request.of_link(self.link.digest)

    def refusal(self, party: Party, at: datetime) -> Refusal | None:
        """Why this link may not sign for the party; nobody signs whom the school may not ask."""
        if self.adult is None:
            return Refusal.WITHDRAWN
        return self.request.refusal(self.link.digest, party, at)

    @cached_property
    def profile(self) -> Profile:
        return profile.of(self.school)

    def text(self, *parts: Part) -> Text:
        return self.profile.text_of(self.template, self.request.id.year).only(*parts)


@dataclass(frozen=True)
class Act:
    """One signing as it was sent: `shown` is the hash of the text that stood on the page."""

    party: Party
    record: str
    shown: str
    name: str
    visitor: Visitor
    relation: Relation | None = None
    typed: Typed | None = None


def visit(school: SchoolId, digest: str) -> Visit:
    """What a signing link opens, whatever has become of it. Raises NotFound for any other text."""
    link = links.find(school, digest, Purpose.SIGN)
    record = requests.request(school, link.request) if link else None
    if link is None or record is None:
        raise NotFound
    return Visit(school, link, record, families.adult(school, link.request.pupil, link.contact))


def note_open(visit: Visit) -> None:
    """Count a fetch of the page, if the store will take it: reading never fails for this (R21)."""
    try:
        links.note_open(visit.school, visit.link, clock.now())
    except Exception as e:  # noqa: BLE001  # a count of fetches is worth less than the page
        failure("link fetch not counted", e)


def statement(party: Party, request: Request) -> str:
    """What the box that is ticked says; kept with the signature, word for word (R24)."""
    child = request.child
    if party is Party.CHILD:
        return f"I am {child.first_name}, and I agree to keep to these rules."
    return (
        f"I am a parent or carer of {child.first_name} in {child.class_name}, "
        "and I agree to what this page says."
    )


def sign(school: SchoolId, digest: str, act: Act) -> Signature:
    """Sign for one party. Sending the same form, or the same name, again gives the first signature.

    Raises Refused when the link may not, TakenAlready when another name stands there already, and
    TextChanged when the page has other words by now.
    """
    for _ in range(_TRIES):
        found = visit(school, digest)
        refusal = found.refusal(act.party, clock.now())
        if refusal is Refusal.SIGNED:
            return _first(found, act)
        if refusal is not None:
            raise Refused(refusal)
        try:
            return _sign(found, act)
        except Raced:
            continue
    raise Unavailable


def decline(school: SchoolId, digest: str, reason: str) -> None:
    """A contact says no, and why. Raises Refused when there is nothing for them to decline."""
    _say_no(school, digest, DECLINED, reason)


def not_mine(school: SchoolId, digest: str) -> None:
    """Somebody says that the mail or the child is not theirs (R23). Raises Refused as above."""
    _say_no(school, digest, NOT_MINE, "")


def _first(found: Visit, act: Act) -> Signature:
    """The signature that stands there, for whoever sends the same once more."""
    first = signatures.of(found.school, found.request.id, act.party, found.link.contact)
    if first is None or not (first.record == act.record or same_name(first.name, act.name)):
        raise TakenAlready
    return first


def _sign(found: Visit, act: Act) -> Signature:
    text = found.text(*profile.PAGES[act.party])
    if text.sha256 != act.shown:
        raise TextChanged
    signature = _signature(found, act, text)
    after = found.request.signed(found.link.digest, act.party, signature.at)
    signatures.keep_text(found.school, text.whole)
    with turn() as tx:
        requests.save(tx, found.school, found.record.now(after), _event(found, signature))
        signatures.add(tx, found.school, found.request.id, signature)
        if after.complete and not found.request.complete:
            figures.count(
                tx,
                found.school,
                figures.Measure.AGREEMENTS_SIGNED,
                {"kind": library.kind(found.request.template)},
                found.record.sent_on or clock.today(),
            )
        if act.party is Party.PARENT:
            _mail_copy(tx, found)
    return signature


def _signature(found: Visit, act: Act, text: Text) -> Signature:
    """The evidence of this moment (R24)."""
    asked, adult, words = found.asked, found.adult, statement(act.party, found.request)
    if asked is None or adult is None:
        raise Refused(Refusal.WITHDRAWN)
    return Signature(
        record=act.record,
        party=act.party,
        contact=found.link.contact,
        name=act.name,
        relation=act.relation,
        typed=act.typed,
        template=found.template.key,
        template_version=found.template.version,
        wording_sha256=found.template.wording_sha256,
        text_sha256=text.sha256,
        statement=words,
        statement_sha256=sha256(words),
        at=clock.now(),
        visitor=act.visitor,
        delivery=Delivery(
            message=asked.message,
            address=adult.email,
            state=deliveries.state_of(found.school, asked.message),
            sent_at=asked.sent_at,
            link=found.link.digest[:PREFIX],
        ),
        opens=links.opens(found.school, found.request.id, found.link.contact),
    )


def _event(found: Visit, signature: Signature) -> Event:
    """The link in the chain: it commits to the whole evidence without holding it (R25, R26)."""
    return Event(
        name=f"agreement.signed_by_{signature.party}",
        at=signature.at,
        by=actors.link(found.link.digest),
        open={
            "contact": signature.contact,
            "text": signature.text_sha256,
            "wording": signature.wording_sha256,
        },
        private={"evidence": evidence.digest(signature)},
    )


def _mail_copy(tx: Transaction, found: Visit) -> None:
    """The signer keeps a copy (S117): a mail without any name, with a link of its own."""
    if (adult := found.adult) is None:
        return
    token = f"{found.school}.{ids.secret()}"
    until = clock.now() + COPY_KEPT
    link = Link(ids.digest(token), found.request.id, found.link.contact, until)
    links.add(tx, found.school, link, Purpose.COPY)
    outbox.add(
        tx,
        Message(
            tenant=found.school,
            template="agreement_signed",
            address=adult.email,
            values={"school": found.profile.name, "path": f"/a/{token}/copy"},
            about=requests.about(found.request.id),
            why="signed",
        ),
    )


def _say_no(school: SchoolId, digest: str, event: str, reason: str) -> None:
    for _ in range(_TRIES):
        found, now = visit(school, digest), clock.now()
        link = found.link.digest
        if refusal := found.refusal(Party.PARENT, now):
            raise Refused(refusal)
        if event == DECLINED:
            after = found.request.declined(link, now)
        else:
            after = found.request.not_mine(link, now)
        happened = Event(
            name=event,
            at=now,
            by=actors.link(link),
            open={"contact": found.link.contact},
            private={"reason": reason} if reason else {},
        )
        try:
            with turn() as tx:
                requests.save(tx, school, found.record.now(after), happened)
                followup.open_task(tx, school, found.request.id, found.link.contact, event)
        except Raced:
            continue
        return
    raise Unavailable
