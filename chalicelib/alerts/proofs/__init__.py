"""How senders prove who they are: one file for each way (R28, alerts.md sections 2 and 9).

Every way is tried on the bytes as they came, compares in constant time, tries every live secret,
and says no with `Refused` alone. A secret that stands in the body is taken out of what is kept.
"""

from typing import NoReturn

from chalicelib.alerts.proofs import google, header, in_body, signed
from chalicelib.alerts.proofs.knock import Knock, Proven, Unsure
from chalicelib.alerts.senders import Proof, Source
from chalicelib.alerts.signatures import Refused


def _never(_: Source, __: Knock) -> NoReturn:
    """What comes by mail does not come by post."""
    raise Refused


_WAYS = {
    Proof.SIGNATURE: signed.by_message,
    Proof.PUBLIC_KEY: signed.by_message,
    Proof.BODY_DIGEST: signed.by_body,
    Proof.GOOGLE_TOKEN: google.by_token,
    Proof.HEADER: header.by_header,
    Proof.IN_BODY: in_body.by_shared_secret,
    Proof.CLIENT_STATE: in_body.by_client_state,
    Proof.MAIL: _never,
}


def prove(source: Source, knock: Knock) -> Proven:
    """What proves that this source sent this. Raises Refused, and Unsure when it cannot be told."""
    return _WAYS[source.kind.proof](source, knock)


__all__ = ["Knock", "Proven", "Refused", "Unsure", "prove"]
