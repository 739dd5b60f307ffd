"""Signing: for the child, as a parent or carer, or for oneself (R21, R22).

Whatever is done is one transaction: the request under the version it was read at, the signature
that must not exist, the event with its audit line, the figure, and the mail with the signer's copy.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from chalicelib import clock, ids
from chalicelib.agreements import counting, deliveries, evidence, library, profile
from chalicelib.agreements.consents import service as consents
from chalicelib.agreements.consents.model import Consent
from chalicelib.agreements.evidence import PREFIX, Delivery, Signature, Typed, Visitor
from chalicelib.agreements.model import (
    Party,
    Refusal,
    Refused,
    Relation,
    Request,
    same_name,
)
from chalicelib.agreements.repository import Raced, links, requests, signatures, turn
from chalicelib.agreements.repository.links import Link, Purpose
from chalicelib.agreements.visits import Visit, note_open, visit, visits
from chalicelib.agreements.wording import Text, sha256
from chalicelib.audit import Event, actors
from chalicelib.errors import Conflict, Unavailable
from chalicelib.ids import SchoolId
from chalicelib.notifications import Message, outbox
from chalicelib.storage import Transaction

__all__ = ["Act", "Visit", "note_open", "sign", "statement", "visit", "visits"]
COPY_KEPT = timedelta(days=366)
_TRIES = 12


class TakenAlready(Conflict):
    """This part was signed before, under another name: the first signature stands."""

    message = "This part has already been signed."


class NotNamed(Conflict):
    """The school asks whoever holds the link to name the child first, and they have not (R23)."""

    message = "Type the child's family name first."


class TextChanged(Conflict):
    """What stood on the page is not what the school's page says now; nothing was signed."""

    message = "This agreement changed while you were reading it."


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
    role: str = ""
    ticked: int = 0
    who: str = ""
    language: str = evidence.LANGUAGE
    translation_sha256: str = ""
    says: Mapping[Consent, bool] = field(default_factory=dict)


CHILD_AGREES = "I am %(name)s, and I agree to keep to these rules."
PARENT_AGREES = (
    "I am a parent or carer of %(name)s in %(group)s, and I agree to what this page says."
)
PARENT_HAS_READ = "I am a parent or carer of %(name)s in %(group)s, and I have read this page."
ADULT_HAS_READ = "I am %(name)s. I have read and understood what this page says."
ADULT_AGREES = (
    "I am %(name)s. I have read this together with the Online Safety Policy and "
    "the Data Protection Policy, and I agree to keep to it."
)


def statement(party: Party, request: Request) -> str:
    """What the box that is ticked says; kept with the signature, word for word (R24, S117)."""
    pattern, values = statement_in_parts(party, request)
    return pattern % values


def statement_in_parts(party: Party, request: Request) -> tuple[str, dict[str, str]]:
    """The statement as its pattern and what fills it in, so that it can be said in a language."""
    values = {"name": request.child.first_name, "group": request.child.class_name}
    if party is Party.CHILD:
        return CHILD_AGREES, values
    confirm = library.entry(request.template).confirm
    if party is Party.PARENT:
        return (PARENT_HAS_READ if confirm else PARENT_AGREES), values
    return (ADULT_HAS_READ if confirm else ADULT_AGREES), values


def sign(school: SchoolId, digest: str, act: Act) -> Signature:
    """Sign for one party. Sending the same form, or the same name, again gives the first signature.

    Raises Refused when the link may not, TakenAlready when another name stands there already, and
    TextChanged when the page has other words by now.
    """
    for _ in range(_TRIES):
        found = visit(school, digest, act.who)
        refusal = found.refusal(act.party, clock.now())
        if refusal is Refusal.SIGNED:
            return _first(found, act)
        if refusal is not None:
            raise Refused(refusal)
        if not found.naming.is_open:
            raise NotNamed
        try:
            return _sign(found, act)
        except Raced:
            continue
    raise Unavailable


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
        happened = event_of(signature, actors.link(found.link.digest))
        record = found.record.now(after)
        requests.save(tx, found.school, record, happened)
        counting.count(tx, found.school, found.record, record)
        signatures.add(tx, found.school, found.request.id, signature)
        if act.says:
            consents.answer(
                tx,
                found.school,
                found.request.id.pupil,
                found.link.contact,
                act.says,
                by=actors.link(found.link.digest),
                visitor=act.visitor,
            )
        if act.party is not Party.CHILD:
            _mail_copy(tx, found, choices=bool(act.says))
    return signature


def _signature(found: Visit, act: Act, text: Text) -> Signature:
    """The evidence of this moment (R24)."""
    asked, adult, words = found.asked, found.adult, statement(act.party, found.request)
    if act.says:
        words = f"{words} {consents.describe(act.says)}"
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
        method=evidence.CONFIRMED if found.entry.confirm else evidence.METHOD,
        language=act.language,
        role=act.role,
        ticked=act.ticked,
        translation_sha256=act.translation_sha256,
        confirmed=found.naming.says,
    )


def event_of(signature: Signature, by: str) -> Event:
    """The link in the chain: it commits to the whole evidence without holding it (R25, R26)."""
    return Event(
        name=f"agreement.signed_by_{signature.party}",
        at=signature.at,
        by=by,
        open={
            "contact": signature.contact,
            "text": signature.text_sha256,
            "wording": signature.wording_sha256,
        },
        private={"evidence": evidence.digest(signature)},
    )


def _mail_copy(tx: Transaction, found: Visit, *, choices: bool) -> None:
    """The signer keeps a copy (S117): a mail without any name, with a link of its own."""
    if (adult := found.adult) is None or not adult.email:
        return  # whoever has no address got a letter: their copy is on their page
    token = f"{found.school}.{ids.secret()}"
    until = clock.now() + COPY_KEPT
    link = Link(ids.digest(token), found.request.id, found.link.contact, until)
    links.add(tx, found.school, link, Purpose.COPY)
    signs = {found.request.id.pupil: found.link.contact}
    lasting = consents.lasting_link(tx, found.school, signs) if choices else ""
    outbox.add(
        tx,
        Message(
            tenant=found.school,
            template="agreement_signed",
            address=adult.email,
            values={"school": found.profile.name, "path": f"/a/{token}/copy", "choices": lasting},
            about=requests.about(found.request.id),
            why="signed",
        ),
    )
