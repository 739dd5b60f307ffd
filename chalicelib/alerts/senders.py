"""Who sends to us, what came from them, and how sure we are of it (alerts.md sections 2 and 9)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

RAW_KEPT: Final = timedelta(days=90)
IDS_KEPT: Final = timedelta(days=30)


class Proof(StrEnum):
    """How a sender shows who it is. See `chalicelib/alerts/proofs`."""

    SIGNATURE = "signature"
    PUBLIC_KEY = "public_key"
    BODY_DIGEST = "body_digest"
    GOOGLE_TOKEN = "google_token"  # noqa: S105  # a word, not a secret
    HEADER = "header"
    IN_BODY = "in_body"
    CLIENT_STATE = "client_state"
    MAIL = "mail"


class SourceKind(StrEnum):
    """Who sends, and so how it proves itself, the usual ones first. Stored words."""

    FORTIGATE = "fortigate"
    EMAIL = "email"
    RELAY = "relay"
    SIGNED = "signed"
    SIGNED_KEY = "signed_key"
    BODY_SIGNED = "body_signed"
    GOOGLE = "google"
    GRAPH = "graph"
    CLOUDFLARE = "cloudflare"
    MERAKI = "meraki"

    @property
    def label(self) -> str:
        return _KINDS[self].label

    @property
    def hint(self) -> str:
        return _KINDS[self].hint

    @property
    def proof(self) -> Proof:
        return _KINDS[self].proof

    @property
    def signs(self) -> bool:
        """Whether what comes cannot be forged or altered by who merely saw an earlier message."""
        return self.proof in _SIGNED

    @property
    def has_secret(self) -> bool:
        """Whether we make a secret for it. The others prove themselves with keys of their own."""
        return self.proof not in {Proof.PUBLIC_KEY, Proof.GOOGLE_TOKEN, Proof.MAIL}

    @property
    def posts(self) -> bool:
        """Whether it comes to the hook; mail comes another way."""
        return self.proof is not Proof.MAIL


@dataclass(frozen=True, slots=True)
class _Kind:
    label: str
    hint: str
    proof: Proof = Proof.HEADER


_SIGNED = frozenset({Proof.SIGNATURE, Proof.PUBLIC_KEY, Proof.BODY_DIGEST, Proof.GOOGLE_TOKEN})
_KINDS = {
    SourceKind.FORTIGATE: _Kind(
        "FortiGate or FortiProxy", "Posts by an automation stitch, with a secret in a header"
    ),
    SourceKind.SIGNED: _Kind(
        "A provider that signs (Standard Webhooks)",
        "The strongest: each message is signed, so it cannot be forged or altered",
        Proof.SIGNATURE,
    ),
    SourceKind.SIGNED_KEY: _Kind(
        "A provider that signs with its own key (ed25519)",
        "As strong, and no secret is shared: the provider gives you its public key",
        Proof.PUBLIC_KEY,
    ),
    SourceKind.BODY_SIGNED: _Kind(
        "A sender that signs the body (X-Hub-Signature-256)",
        "What GitHub and many automation tools do",
        Proof.BODY_DIGEST,
    ),
    SourceKind.MERAKI: _Kind(
        "Cisco Meraki dashboard", "Sends its shared secret inside each message", Proof.IN_BODY
    ),
    SourceKind.GRAPH: _Kind(
        "Microsoft Graph change notifications",
        "Says that there is a security alert; each message repeats a secret (clientState)",
        Proof.CLIENT_STATE,
    ),
    SourceKind.GOOGLE: _Kind(
        "Google Alert Center, through Pub/Sub push",
        "Google signs each message for your service account",
        Proof.GOOGLE_TOKEN,
    ),
    SourceKind.CLOUDFLARE: _Kind(
        "Cloudflare Gateway", "Logpush, and notifications, with a secret in a header"
    ),
    SourceKind.RELAY: _Kind(
        "Another filter, or a relay for one",
        "Anything that can post over HTTPS with a secret in a header",
    ),
    SourceKind.EMAIL: _Kind(
        "Alerts that come by email",
        "For Smoothwall, Senso, Netsweeper, Securus and others that only send mails",
        Proof.MAIL,
    ),
}


class Assurance(StrEnum):
    """How sure we are of who sent an alert."""

    SIGNED = "signed"
    TOKEN = "token"  # noqa: S105  # a word, not a secret
    EMAIL = "email"

    @property
    def label(self) -> str:
        return {"signed": "Signed", "token": "Shared secret", "email": "Email"}[self]


class SourceState(StrEnum):
    ON = "on"
    OFF = "off"
    RETIRED = "retired"


class Keeper(StrEnum):
    """Whose a source is: a school's, a trust's, or a school's view of its trust's. Stored words."""

    SCHOOL = "school"
    TRUST = "trust"
    MIRROR = "mirror"


@dataclass(frozen=True, slots=True)
class Secret:
    """One live secret: its digest when it is only compared, itself when it must sign.

    A provider's public key stands where a signing secret would.
    """

    id: str
    made_at: datetime
    digest: str = ""
    signing: str = ""
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One sender at one school. At most two secrets live, so that changing them loses nothing.

    `account` is who a Google token must be for, or the domain that its mails come from.
    """

    id: str
    name: str
    kind: SourceKind
    zone: str
    state: SourceState
    made_at: datetime
    secrets: tuple[Secret, ...]
    heard_at: datetime | None = None
    unreadable: int = 0
    account: str = ""
    keeper: Keeper = Keeper.SCHOOL

    @property
    def assurance(self) -> Assurance:
        if not self.kind.posts:
            return Assurance.EMAIL
        return Assurance.SIGNED if self.kind.signs else Assurance.TOKEN


# --- deliveries -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Delivery:
    """One authenticated body as it came. `done` is how many of its events have been dealt with."""

    id: str
    source: str
    received_at: datetime
    content_type: str
    zone: str
    done: int = 0
    finished: bool = False


def moved_on(delivery: Delivery, *, done: int, finished: bool) -> Delivery:
    return replace(delivery, done=done, finished=finished)


@dataclass(frozen=True, slots=True)
class Hit:
    """Where the raw text of one event stands: a delivery, and its place in it."""

    delivery: str
    number: int
