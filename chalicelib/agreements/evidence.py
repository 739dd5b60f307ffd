"""What proves a signature: everything R24 asks for, taken down at the moment of signing.

It claims what it can show and no more: a simple electronic signature made through a link that was
mailed to an address the school holds. That a link was opened is noted as perhaps a mail scanner's
doing (R21); nothing says that an address was verified.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib import clock
from chalicelib.agreements.model import Party, Relation
from chalicelib.agreements.wording import sha256

METHOD = "Emailed link: typed name and a tick"
CONFIRMED = "Emailed link: a tick, without a signature"
IN_ROOM = "In the room, on a school device, with a member of staff signed in"
ON_PAPER = "On paper: entered by the school"
SPOKEN = "Spoken: entered by the school"
FAMILY_NAME = "The child's family name"
LEVEL = "Simple electronic signature"
LANGUAGE = "en-GB"
PREFIX = 16


class Typed(StrEnum):
    """Whether a young child typed alone: their mark is educational, and says so (R-SIGN 3)."""

    ALONE = "alone"
    HELPED = "helped"

    @property
    def label(self) -> str:
        return "I typed it myself" if self is Typed.ALONE else "A grown-up helped me"


@dataclass(frozen=True)
class Opens:
    """How often a link was fetched before, by a person or by a mail scanner."""

    count: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None


@dataclass(frozen=True)
class Visitor:
    """What the request itself says of where it came from."""

    source_ip: str
    user_agent: str


@dataclass(frozen=True)
class Delivery:
    """How the link came to whoever signed: which mail, to which address, and its fate so far."""

    message: str
    address: str
    state: str
    sent_at: datetime
    link: str  # the start of the link's digest: tells links apart and opens none


@dataclass(frozen=True)
class Signature:
    """One party's signature with its evidence. Never changed once written."""

    record: str
    party: Party
    contact: str
    name: str
    relation: Relation | None
    typed: Typed | None
    template: str
    template_version: int
    wording_sha256: str
    text_sha256: str
    statement: str
    statement_sha256: str
    at: datetime
    visitor: Visitor
    delivery: Delivery
    opens: Opens
    method: str = METHOD
    level: str = LEVEL
    language: str = LANGUAGE
    role: str = ""  # job title, or whom somebody works for (S131, S137)
    ticked: int = 0  # how many rules were ticked one by one
    translation_sha256: str = ""  # of the translation that stood beside the English, if any
    confirmed: str = ""  # what whoever held the link confirmed of the child before (R23)
    recorded_by: str = ""  # who in the school entered it or was signed in beside the child


# Fields that came later: left out while empty, so that older evidence keeps its digest.
_LATER = ("role", "ticked", "translation_sha256", "confirmed", "recorded_by")


def facts(signature: Signature) -> dict[str, Any]:
    """All of a signature as plain values: what is sealed, digested and shown."""
    plain: dict[str, Any] = asdict(signature, dict_factory=_plain)
    return {name: value for name, value in plain.items() if value or name not in _LATER}


def digest(signature: Signature) -> str:
    """One hash over everything in a signature: its event commits to it, so no part can change."""
    return sha256(json.dumps(facts(signature), sort_keys=True, separators=(",", ":")))


def _plain(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {
        name: clock.stamp(value) if isinstance(value, datetime) else value for name, value in pairs
    }


@dataclass(frozen=True)
class Check:
    """One thing recomputed from what is stored."""

    what: str
    sound: bool


def checks(
    signature: Signature, text: str, *, committed: str, chain_sound: bool
) -> tuple[Check, ...]:
    """Recompute every hash of a signature from the stored bytes (R24, R25).

    `committed` is the digest that the event of the signing holds.
    """
    return (
        Check(
            "The text is, to the byte, the text that was signed", _is(text, signature.text_sha256)
        ),
        Check(
            "The statement is the one that was ticked",
            _is(signature.statement, signature.statement_sha256),
        ),
        Check(
            "This evidence is what was written down at the signing", digest(signature) == committed
        ),
        Check("The record of events is unbroken", chain_sound),
    )


def _is(text: str, digest: str) -> bool:
    return sha256(text) == digest
