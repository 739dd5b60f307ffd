"""Who sends to us, what came from them, and how sure we are of it (alerts.md sections 2 and 9)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

RAW_KEPT: Final = timedelta(days=90)
IDS_KEPT: Final = timedelta(days=30)


class SourceKind(StrEnum):
    """Who posts, and so how it proves itself. Stored words."""

    FORTIGATE = "fortigate"
    SIGNED = "signed"
    RELAY = "relay"

    @property
    def label(self) -> str:
        return _KIND_LABELS[self]

    @property
    def hint(self) -> str:
        return _KIND_HINTS[self]

    @property
    def signs(self) -> bool:
        return self is SourceKind.SIGNED


_KIND_LABELS = {
    SourceKind.FORTIGATE: "FortiGate or FortiProxy",
    SourceKind.SIGNED: "A provider that signs (Standard Webhooks)",
    SourceKind.RELAY: "Another filter, or a relay for one",
}
_KIND_HINTS = {
    SourceKind.FORTIGATE: "Posts by an automation stitch, with a secret in a header",
    SourceKind.SIGNED: "The strongest: each message is signed, so it cannot be forged or altered",
    SourceKind.RELAY: "Anything that can post over HTTPS with a secret in a header",
}


class Assurance(StrEnum):
    """How sure we are of who sent an alert."""

    SIGNED = "signed"
    TOKEN = "token"  # noqa: S105  # a word, not a secret

    @property
    def label(self) -> str:
        return "Signed" if self is Assurance.SIGNED else "Shared secret"


class SourceState(StrEnum):
    ON = "on"
    OFF = "off"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Secret:
    """One live secret: its digest when it is only compared, itself when it must sign."""

    id: str
    made_at: datetime
    digest: str = ""
    signing: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One sender at one school. At most two secrets live, so that changing them loses nothing."""

    id: str
    name: str
    kind: SourceKind
    zone: str
    state: SourceState
    made_at: datetime
    secrets: tuple[Secret, ...]
    heard_at: datetime | None = None
    unreadable: int = 0

    @property
    def assurance(self) -> Assurance:
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
