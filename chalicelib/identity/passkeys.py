"""Passkeys: made, named, listed, taken away, and used to sign in or to confirm (R12, R16).

A passkey stands with its person and says itself whose it is, so nobody types an address and
nothing tells who has one (R17).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib import audit, clock, ids
from chalicelib.errors import AppError, Conflict, Invalid, NotFound
from chalicelib.identity import ceremonies, entering, repository, sessions, webauthn
from chalicelib.identity.ceremonies import Kind
from chalicelib.identity.entering import SignedIn
from chalicelib.identity.model import Method, Proof, Session
from chalicelib.identity.rows import CeremonyRow, PasskeyRow
from chalicelib.ids import PersonId
from chalicelib.notifications import Message, outbox
from chalicelib.observability import count, logger
from chalicelib.storage import Transaction, every, get, tenants, transaction
from chalicelib.web import Request

MOST = 10  # of one person


class Refused(Exception):
    """A passkey that did not let anybody in, or a challenge that is over."""


@dataclass(frozen=True)
class Passkey:
    """One of somebody's passkeys, as they see it."""

    id: str
    name: str
    made_at: datetime
    used_at: datetime | None
    synced: bool
    stopped: bool


@dataclass(frozen=True)
class Asked:
    """A challenge for the page: what the browser's script is given, and what it is for."""

    kind: Kind
    options: Mapping[str, Any]
    return_to: str


@dataclass(frozen=True)
class Added:
    """A passkey that was made and proven, and is not kept yet."""

    ceremony: CeremonyRow
    made: webauthn.Made
    name: str

    @property
    def kind(self) -> Kind:
        return Kind(self.ceremony.kind)

    @property
    def return_to(self) -> str:
        return str(self.ceremony.return_to)

    def keep(self, tx: Transaction, person: PersonId) -> None:
        """Keep it, and spend its challenge, in the caller's transaction. The scope covers both."""
        now = clock.now()
        row = PasskeyRow(
            person,
            _sk(self.made.credential_id),
            version=0,
            credential=self.made.credential,
            sign_count=self.made.sign_count,
            synced=self.made.synced,
            made_at=clock.stamp(now),
        )
        row.seal({"name": self.name})
        ceremonies.spend(tx, self.ceremony)
        tx.create(row)
        by = audit.actors.person(person)
        about = f"passkey/{row.sk.partition('#')[2][:16]}"
        audit.record(tx, person, by=by, action="passkey.added", about=about)


# --- what somebody has ---


def of(person: PersonId) -> list[Passkey]:
    """A person's passkeys, oldest first. The scope covers them."""
    rows = every(PasskeyRow, person, "passkey#", consistent=True)
    return sorted((_passkey(row) for row in rows), key=lambda each: (each.made_at, each.id))


def rename(person: PersonId, passkey: str, name: str) -> None:
    """Write its name alone: one that is stopped, used or taken away meanwhile stays so.

    Raises NotFound, and Invalid at `name`.
    """
    row = _row(person, passkey)
    row.seal({"name": _named(name)})
    by = audit.actors.person(person)
    with transaction() as tx:
        tx.update(
            PasskeyRow,
            person,
            row.sk,
            set={"sealed": row.sealed},
            condition=PasskeyRow.sk.exists(),
            error=NotFound(),
        )
        audit.record(tx, person, by=by, action="passkey.renamed", about=f"passkey/{passkey[:16]}")


def remove(tx: Transaction, person: PersonId, passkey: str, *, by: str) -> None:
    """Take a passkey away. Raises NotFound; whether it may go is the caller's question."""
    row = _row(person, passkey)
    tx.delete(PasskeyRow, person, row.sk, condition=PasskeyRow.sk.exists())
    audit.record(tx, person, by=by, action="passkey.removed", about=f"passkey/{passkey[:16]}")


def check_there(tx: Transaction, person: PersonId, passkey: str, *, error: AppError) -> None:
    """Let a transaction through only while the person has this passkey, and it is not stopped."""
    usable = PasskeyRow.sk.exists() & PasskeyRow.stopped_at.does_not_exist()
    tx.check(PasskeyRow, person, f"passkey#{passkey}", usable, error=error)


# --- asking ---


def asked(request: Request, *kinds: Kind) -> Asked:
    """The open challenge of this browser, of one of the kinds; reads only. Raises Refused."""
    row = _current(request, *kinds)
    kind, challenge = Kind(row.kind), bytes(row.challenge)
    if not row.person:
        return Asked(kind, webauthn.to_get(challenge), row.return_to)
    person = PersonId(row.person)
    with tenants({person}):
        kept = [bytes(each.credential) for each in _usable(person)]
        if kind is Kind.CONFIRM:
            return Asked(kind, webauthn.to_get(challenge, among=kept), row.return_to)
        address = repository.address_of(person)
    kept = [] if kind is Kind.RECOVER else kept
    options = webauthn.to_create(challenge, person=person, address=address, existing=kept)
    return Asked(kind, options, row.return_to)


# --- answering ---


def sign_in(typed: str, request: Request) -> SignedIn:
    """Sign in, or confirm who one is, with what the browser answered. Raises Refused.

    The challenge is spent whatever the answer is worth.
    """
    row = _current(request, Kind.SIGN_IN, Kind.CONFIRM)
    try:
        answer = webauthn.read(typed)
        person = _whose(row, answer, request)
        with tenants({person}):
            passkey = _usable_one(person, answer.credential_id)
        signed = webauthn.signed(bytes(row.challenge), bytes(passkey.credential), answer)
    except (webauthn.Refused, Refused) as e:
        ceremonies.spend_alone(row)
        logger.info("passkey refused")
        raise Refused from e
    with tenants({person, row.tenant}):
        if _runs_backwards(passkey, signed.sign_count):
            _stop(row, passkey)
            raise Refused
        return _enter(row, passkey, signed, request)


def added(typed: str, name: str, request: Request, session: Session) -> Added:
    """The passkey that the browser made, to be kept. The scope covers the person.

    Raises Refused, and Invalid at `name` before anything is spent.
    """
    title = _named(name)
    row = _current(request, Kind.ADD, Kind.RECOVER)
    if (row.person, row.session) != (session.person, session.id):
        raise Refused
    if row.kind != Kind.RECOVER and len(of(session.person)) >= MOST:
        raise Invalid({"name": [f"You have {MOST} passkeys. Take one away first"]})
    try:
        made = webauthn.made(bytes(row.challenge), typed)
    except webauthn.Refused as e:
        ceremonies.spend_alone(row)
        raise Refused from e
    return Added(row, made, title)


# --- parts ---


def _current(request: Request, *kinds: Kind) -> CeremonyRow:
    try:
        return ceremonies.current(request, *kinds)
    except ceremonies.Over as e:
        raise Refused from e


def _whose(row: CeremonyRow, answer: webauthn.Answer, request: Request) -> PersonId:
    """The person an answer is about: who asked, where somebody did; else whom the passkey names."""
    if not row.person:
        if not ids.is_tenant(answer.person):
            raise Refused
        return PersonId(answer.person)
    here = sessions.carried(request)
    if here is None or here.person != row.person or ids.digest(here.secret) != row.session:
        raise Refused
    if answer.person not in ("", row.person):
        raise Refused
    return PersonId(row.person)


def _runs_backwards(passkey: PasskeyRow, told: int) -> bool:
    """Whether the counter did not go up though there is one: somebody may hold a copy (R12)."""
    kept = int(passkey.sign_count)
    return bool(kept or told) and told <= kept


def _enter(
    row: CeremonyRow, passkey: PasskeyRow, signed: webauthn.Signed, request: Request
) -> SignedIn:
    person, now = PersonId(passkey.tenant), clock.now()
    unchanged = PasskeyRow.sk.exists() & (PasskeyRow.sign_count == int(passkey.sign_count))
    try:
        with transaction() as tx:
            ceremonies.spend(tx, row)
            tx.update(
                PasskeyRow,
                person,
                passkey.sk,
                set={
                    "sign_count": signed.sign_count,
                    "used_at": clock.stamp(now),
                    "synced": signed.synced,
                },
                condition=unchanged & PasskeyRow.stopped_at.does_not_exist(),
            )
            proof = Proof(Method.PASSKEY, now)
            return entering.begin(tx, person, request, proof, return_to=row.return_to)
    except (Conflict, NotFound) as e:
        raise Refused from e


def _stop(row: CeremonyRow, passkey: PasskeyRow) -> None:
    """Let a passkey that may have been copied in no more, and tell its person.

    Raises Refused when its challenge is spent already: the same answer, sent twice, meets the
    counter that it set itself, and that is no copy.
    """
    person = PersonId(passkey.tenant)
    try:
        with transaction() as tx:
            ceremonies.spend(tx, row)
            tx.update(PasskeyRow, person, passkey.sk, set={"stopped_at": clock.stamp(clock.now())})
            about = f"passkey/{passkey.sk.partition('#')[2][:16]}"
            by = audit.actors.system("sign-in")
            audit.record(tx, person, by=by, action="passkey.stopped", about=about)
            tell(tx, person, "passkey_stopped")
    except (Conflict, NotFound) as e:
        raise Refused from e
    count("PasskeyRanBackwards")
    logger.warning("passkey counter ran backwards", person=person)


def tell(tx: Transaction, person: PersonId, template: str) -> None:
    """Write to somebody about how they sign in; it names nothing (R39). The scope covers them."""
    outbox.add(
        tx,
        Message(
            tenant=person,
            template=template,
            address=repository.address_of(person),
            values={},
            about=f"account/{ids.new()}",
            why="how they sign in changed",
        ),
    )


def _usable_one(person: PersonId, credential_id: bytes) -> PasskeyRow:
    row = get(PasskeyRow, person, _sk(credential_id))
    if row is None or row.stopped_at:
        raise Refused
    return row


def _usable(person: PersonId) -> list[PasskeyRow]:
    rows = every(PasskeyRow, person, "passkey#", consistent=True)
    return [row for row in rows if not row.stopped_at]


def _row(person: PersonId, passkey: str) -> PasskeyRow:
    row = get(PasskeyRow, person, f"passkey#{passkey}")
    if row is None:
        raise NotFound
    return row


def _named(name: str) -> str:
    text = " ".join(name.split())
    if not text:
        raise Invalid({"name": ["Give the passkey a name that you will know it by"]})
    if len(text) > 60:
        raise Invalid({"name": ["The name must be 60 characters or less"]})
    return text


def _sk(credential_id: bytes) -> str:
    return f"passkey#{hashlib.sha256(credential_id).hexdigest()}"


def _passkey(row: PasskeyRow) -> Passkey:
    return Passkey(
        id=row.sk.partition("#")[2],
        name=row.unseal().get("name", ""),
        made_at=clock.parse(row.made_at),
        used_at=clock.parse(row.used_at) if row.used_at else None,
        synced=bool(row.synced),
        stopped=bool(row.stopped_at),
    )
