"""A fixed secret in a header: what firewalls and cloud gateways can be told to send.

Which header is the vendor's choice: ours, a bearer token, a password (basic), Cloudflare's own.
The weakest proof: whoever saw one message can send another.
"""

import base64
import binascii
import hmac
from collections.abc import Iterator, Mapping

from chalicelib import ids
from chalicelib.alerts.proofs.knock import Knock, Proven
from chalicelib.alerts.senders import Source
from chalicelib.alerts.signatures import Refused

SECRET_HEADER = "x-holdfast-secret"  # noqa: S105  # a header's name
HEADERS = (SECRET_HEADER, "cf-webhook-auth", "x-api-key", "x-auth-token", "x-webhook-secret")


def by_header(source: Source, knock: Knock) -> Proven:
    """The secret in one of the headers that vendors can set. Raises Refused."""
    given = [ids.digest(secret).encode() for secret in _given(knock.headers)]
    found = ""
    for secret in source.secrets:
        for candidate in given:
            if hmac.compare_digest(secret.digest.encode(), candidate):
                found = secret.id
    if not found:
        raise Refused
    return Proven(knock.body, secret=found)


def _given(headers: Mapping[str, str]) -> Iterator[str]:
    """Never nothing, so that a post without any secret takes the same work."""
    yield headers.get(SECRET_HEADER, "").strip()
    for name in HEADERS[1:]:
        if headers.get(name):
            yield headers[name].strip()
    scheme, _, rest = headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() == "basic":
        yield _password(rest)
    elif scheme:
        yield rest.strip() or scheme


def _password(coded: str) -> str:
    try:
        return base64.b64decode(coded.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""
