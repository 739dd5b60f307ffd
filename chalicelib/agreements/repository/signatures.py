"""Signatures with their evidence, and the texts they are under. Written once, never changed."""

from chalicelib import clock
from chalicelib.agreements import evidence
from chalicelib.agreements.evidence import Delivery, Opens, Signature, Typed, Visitor
from chalicelib.agreements.model import Party, Relation, RequestId
from chalicelib.agreements.rows import SignatureRow, TextRow
from chalicelib.agreements.wording import sha256
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction, every, get, put_once

_AS_THEY_ARE = (
    "record",
    "contact",
    "name",
    "template",
    "template_version",
    "wording_sha256",
    "text_sha256",
    "statement",
    "statement_sha256",
    "method",
    "level",
    "language",
)

_LATER = ("role", "ticked", "translation_sha256", "confirmed", "recorded_by")


def add(
    tx: Transaction,
    school: SchoolId,
    request: RequestId,
    signature: Signature,
) -> None:
    """File a signature that must not exist yet: a second one is a Conflict."""
    row = SignatureRow(
        school,
        _key(request, signature.party, signature.contact),
        record=signature.record,
        at=clock.stamp(signature.at),
        text_sha256=signature.text_sha256,
    )
    row.seal(evidence.facts(signature))
    tx.create(row)


def of(school: SchoolId, request: RequestId, party: Party, contact: str) -> Signature | None:
    """The child's signature, or that of a contact as a parent."""
    row = get(SignatureRow, school, _key(request, party, contact))
    return _signature(row) if row else None


def all_of(school: SchoolId, request: RequestId) -> list[Signature]:
    """Every signature of a request, oldest first."""
    rows = every(SignatureRow, school, _start(request), consistent=True)
    return sorted((_signature(row) for row in rows), key=lambda signature: signature.at)


def keep_text(school: SchoolId, text: str) -> str:
    """Store a text under its hash, once, before anything refers to it; gives the hash."""
    digest = sha256(text)
    if get(TextRow, school, f"text#{digest}") is None:
        row = TextRow(school, f"text#{digest}")
        row.seal({"text": text})
        put_once(row)
    return digest


def text(school: SchoolId, digest: str) -> str:
    row = get(TextRow, school, f"text#{digest}")
    return str(row.unseal()["text"]) if row else ""


def _key(request: RequestId, party: Party, contact: str) -> str:
    whose = party.value if party is Party.CHILD else f"{party.value}#{contact}"
    return f"{_start(request)}{whose}"


def _start(request: RequestId) -> str:
    return f"signature#{request.campaign}#{request.pupil}#"


def _signature(row: SignatureRow) -> Signature:
    private = row.unseal()
    relation, typed, opens = private["relation"], private["typed"], private["opens"]
    first, last = opens["first_at"], opens["last_at"]
    return Signature(
        **{name: private[name] for name in _AS_THEY_ARE},
        **{name: private[name] for name in _LATER if name in private},
        party=Party(private["party"]),
        relation=Relation(relation) if relation else None,
        typed=Typed(typed) if typed else None,
        at=clock.parse(private["at"]),
        visitor=Visitor(**private["visitor"]),
        delivery=Delivery(
            **{**private["delivery"], "sent_at": clock.parse(private["delivery"]["sent_at"])}
        ),
        opens=Opens(
            int(opens["count"]),
            clock.parse(first) if first else None,
            clock.parse(last) if last else None,
        ),
    )
