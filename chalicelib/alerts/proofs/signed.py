"""Signed messages: Standard Webhooks (the whole message), and the body alone."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping

from chalicelib.alerts import signatures
from chalicelib.alerts.proofs.knock import Knock, Proven
from chalicelib.alerts.senders import Source
from chalicelib.alerts.signatures import Refused

BODY_HEADERS = ("x-hub-signature-256", "x-signature-256", "x-webhook-signature")


def by_message(source: Source, knock: Knock) -> Proven:
    """Id, time and body signed together, with a secret or a key. Raises Refused."""
    live = [secret.signing for secret in source.secrets]
    genuine = signatures.verify(live, knock.headers, knock.body, now=knock.now)
    return Proven(knock.body, genuine.message_id, source.secrets[genuine.key].id)


def by_body(source: Source, knock: Knock) -> Proven:
    """`X-Hub-Signature-256: sha256=<hex>`, as GitHub signs. It has no time, so it can be replayed:
    what was taken in before is known by its content. Raises Refused.
    """
    given = list(_given(knock.headers))
    found = ""
    for secret in source.secrets:
        digest = hmac.new(secret.signing.encode(), knock.body, hashlib.sha256).hexdigest()
        for candidate in given:
            if hmac.compare_digest(digest.encode(), candidate.encode("utf-8", "replace")):
                found = secret.id
    if not found:
        raise Refused
    return Proven(knock.body, secret=found)


def _given(headers: Mapping[str, str]) -> Iterator[str]:
    yield from (headers.get(name, "").strip().removeprefix("sha256=") for name in BODY_HEADERS)
