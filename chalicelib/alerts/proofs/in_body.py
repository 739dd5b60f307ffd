"""A secret inside the body: Meraki's `sharedSecret`, Microsoft Graph's `clientState`.

The body is opened before it is proven, within the same bounds as any other; nothing else of it is
looked at. What is kept has the secret taken out, so that no page shows it.
"""

import hmac
import json
from collections.abc import Sequence

from chalicelib import ids
from chalicelib.alerts.formats.body import TooLarge, decode, unpack
from chalicelib.alerts.proofs.knock import Knock, Proven
from chalicelib.alerts.senders import Secret, Source
from chalicelib.alerts.signatures import Refused

_TAKEN_OUT = b"[secret]"
_NOTICES = 1000


def by_shared_secret(source: Source, knock: Knock) -> Proven:
    """One secret beside the alert. Raises Refused."""
    tree = _opened(knock.body)
    given = tree.get("sharedSecret") if isinstance(tree, dict) else None
    return _proven(source, knock.body, [given])


def by_client_state(source: Source, knock: Knock) -> Proven:
    """The secret in every notice of the batch; one that lacks it spoils all. Raises Refused."""
    tree = _opened(knock.body)
    notices = tree.get("value") if isinstance(tree, dict) else None
    if not isinstance(notices, list) or not 1 <= len(notices) <= _NOTICES:
        raise Refused
    given = [each.get("clientState") if isinstance(each, dict) else None for each in notices]
    return _proven(source, knock.body, given)


def _opened(body: bytes) -> object:
    try:
        return json.loads(decode(unpack(body)))
    except (TooLarge, ValueError, RecursionError) as error:
        raise Refused from error


def _proven(source: Source, body: bytes, given: Sequence[object]) -> Proven:
    found: Secret | None = None
    for each in given:
        text = each if isinstance(each, str) else ""
        match = [secret for secret in source.secrets if _same(secret, text)]
        if not match:
            raise Refused
        found = match[-1]
        body = body.replace(text.encode(), _TAKEN_OUT)
    if found is None:
        raise Refused
    return Proven(body, secret=found.id)


def _same(secret: Secret, given: str) -> bool:
    return hmac.compare_digest(
        secret.digest.encode(), ids.digest(given.encode("utf-8", "replace").decode()).encode()
    )
