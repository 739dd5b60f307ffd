"""Standard Webhooks signatures, checked on the bytes as they came (R28, alerts.md section 9).

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
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

TOLERANCE = timedelta(minutes=5)
PREFIX = "whsec_"
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


def sign(secret: str, *, message_id: str, timestamp: str, body: bytes) -> str:
    """The `v1` entry of a signature header."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(key_of(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def verify(
    live_secrets: Iterable[str], headers: Mapping[str, str], body: bytes, *, now: datetime
) -> str:
    """The message's id, when one of the live secrets signed exactly this within five minutes.

    Raises Refused and nothing else. Every live secret is tried whatever the first one says.
    """
    message_id = headers.get("webhook-id") or ""
    timestamp = headers.get("webhook-timestamp") or ""
    given = (headers.get("webhook-signature") or "").split(" ")[:_ENTRIES]
    if not _ID.fullmatch(message_id) or not _TIMESTAMP.fullmatch(timestamp):
        raise Refused
    genuine = False
    for secret in live_secrets:
        expected = sign(secret, message_id=message_id, timestamp=timestamp, body=body).encode()
        for entry in given:
            genuine |= hmac.compare_digest(expected, entry.encode("utf-8", "replace"))
    if not genuine or not _is_recent(timestamp, now):
        raise Refused
    return message_id


def _is_recent(timestamp: str, now: datetime) -> bool:
    sent = datetime.fromtimestamp(int(timestamp), tz=UTC)
    return abs(now - sent) <= TOLERANCE
