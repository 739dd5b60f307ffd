"""Standard Webhooks signatures, checked on the bytes as they came (R28, alerts.md section 9).

Two kinds of key: a shared secret (`whsec_`, HMAC, entries `v1`) and the sender's public key
(`whpk_`, ed25519, entries `v1a`). Only keys that the school keeps count; none is ever taken from a
request.

The published library signs text only (a gzipped body is refused), signs the whole seconds of a
timestamp instead of the header as sent, and decodes base64 leniently, so that an altered header
can still pass. What is signed here is exactly what arrived, and any change to any of it is refused.
The library stands in the tests as the second opinion.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TOLERANCE = timedelta(minutes=5)
PREFIX = "whsec_"
PUBLIC_PREFIX = "whpk_"
_ID = re.compile(r"[\x21-\x2d\x2f-\x7e]{1,256}", re.ASCII)
_TIMESTAMP = re.compile(r"[1-9]\d{9}", re.ASCII)
_ENTRIES = 16


class Refused(Exception):
    """Not from who it says, too old, too new or not signed; nobody outside learns which."""


def new_secret() -> str:
    """A signing secret as senders are given it: `whsec_` and 32 random bytes."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """The key behind a secret; a missing padding is forgiven. Raises Refused for what is none."""
    text = secret.removeprefix(PREFIX)
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused from error
    if len(key) < 16:
        raise Refused
    return key


def public_key_of(text: str) -> Ed25519PublicKey:
    """A sender's public key as it gave it: `whpk_` and 32 bytes in base64. Raises Refused."""
    coded = text.strip().removeprefix(PUBLIC_PREFIX)
    try:
        raw = base64.b64decode(coded + "=" * (-len(coded) % 4), validate=True)
        return Ed25519PublicKey.from_public_bytes(raw)
    except (binascii.Error, ValueError) as error:
        raise Refused from error


def sign(secret: str, *, message_id: str, timestamp: str, body: bytes) -> str:
    """The `v1` entry of a signature header."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(key_of(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


@dataclass(frozen=True, slots=True)
class Genuine:
    """The message's own id, and which of the live keys it was signed with."""

    message_id: str
    key: int


def verify(
    live_keys: Sequence[str], headers: Mapping[str, str], body: bytes, *, now: datetime
) -> Genuine:
    """Which live key signed exactly this within five minutes.

    Raises Refused and nothing else. Every live key is tried whatever the first one says.
    """
    message_id = headers.get("webhook-id") or headers.get("svix-id") or ""
    timestamp = headers.get("webhook-timestamp") or headers.get("svix-timestamp") or ""
    signatures = headers.get("webhook-signature") or headers.get("svix-signature") or ""
    given = signatures.split(" ")[:_ENTRIES]
    if not _ID.fullmatch(message_id) or not _TIMESTAMP.fullmatch(timestamp):
        raise Refused
    signed = f"{message_id}.{timestamp}.".encode() + body
    by = [number for number, key in enumerate(live_keys) if _signed_with(key, signed, given)]
    if not by or not _is_recent(timestamp, now):
        raise Refused
    return Genuine(message_id, by[-1])


def _signed_with(key: str, signed: bytes, given: Sequence[str]) -> bool:
    if key.startswith(PUBLIC_PREFIX):
        return _signed_with_private_half(public_key_of(key), signed, given)
    digest = hmac.new(key_of(key), signed, hashlib.sha256).digest()
    expected = b"v1," + base64.b64encode(digest)
    genuine = False
    for entry in given:
        genuine |= hmac.compare_digest(expected, entry.encode("utf-8", "replace"))
    return genuine


def _signed_with_private_half(key: Ed25519PublicKey, signed: bytes, given: Sequence[str]) -> bool:
    for entry in given:
        version, _, coded = entry.partition(",")
        if version != "v1a":
            continue
        try:
            signature = base64.b64decode(coded, validate=True)
            if base64.b64encode(signature).decode() != coded:
                continue
            key.verify(signature, signed)
        except (InvalidSignature, binascii.Error, ValueError):
            continue
        return True
    return False


def _is_recent(timestamp: str, now: datetime) -> bool:
    sent = datetime.fromtimestamp(int(timestamp), tz=UTC)
    return abs(now - sent) <= TOLERANCE
