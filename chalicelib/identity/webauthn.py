"""What a passkey's browser is asked and what it answers, by the library of the field (R12).

Pinned here: our own origin and its host, user verification, discoverable credentials, no
attestation. An answer that is wrong in any way is Refused, and no more is told.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from chalicelib import config

if TYPE_CHECKING:
    from fido2.server import Fido2Server
    from fido2.webauthn import AttestedCredentialData

LARGEST = 20_000  # characters of an answer; a real one has two thousand
_TIMEOUT = 300_000  # milliseconds that the browser waits
# ES256, EdDSA, RS256: what platforms make.
_ALGORITHMS = (-7, -8, -257)

logging.getLogger("fido2").setLevel(logging.WARNING)  # it names credentials (R44)


class Refused(Exception):
    """An answer that proves nothing. Which check it failed is nobody's business."""


@dataclass(frozen=True)
class Made:
    """A new passkey as the authenticator made it."""

    credential: bytes
    credential_id: bytes
    sign_count: int
    synced: bool


@dataclass(frozen=True)
class Answer:
    """A browser's answer, read and not yet believed: whose it says it is, and by which passkey."""

    credential_id: bytes
    person: str
    said: Mapping[str, Any]


@dataclass(frozen=True)
class Signed:
    """What a right answer tells of its authenticator."""

    sign_count: int
    synced: bool


def to_create(
    challenge: bytes, *, person: str, address: str, existing: Sequence[bytes]
) -> dict[str, Any]:
    """What the browser is given to make a passkey, as JSON."""
    from fido2.webauthn import (
        PublicKeyCredentialUserEntity,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options, _ = _server().register_begin(
        PublicKeyCredentialUserEntity(id=person.encode(), name=address, display_name=address),
        credentials=[_kept(each) for each in existing],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
        challenge=challenge,
    )
    return dict(options)


def to_get(challenge: bytes, *, among: Sequence[bytes] = ()) -> dict[str, Any]:
    """What the browser is given to use a passkey: any of ours, or one `among` these."""
    from fido2.webauthn import UserVerificationRequirement

    options, _ = _server().authenticate_begin(
        credentials=[_kept(each) for each in among] or None,
        user_verification=UserVerificationRequirement.REQUIRED,
        challenge=challenge,
    )
    return dict(options)


def made(challenge: bytes, typed: str) -> Made:
    """The new passkey in an answer to `to_create`. Raises Refused."""
    said = _read(typed)
    try:
        told = _server().register_complete(_state(challenge), said)
        data, framed = told.credential_data, _is_framed(said)
    except Exception as e:  # the library raises whatever a malformed answer makes it meet
        raise Refused from e
    if framed or data is None or data.public_key.get(3) not in _ALGORITHMS:
        raise Refused
    return Made(bytes(data), data.credential_id, told.counter, told.is_backed_up())


def read(typed: str) -> Answer:
    """The answer to `to_get`, to find its passkey by. Raises Refused."""
    from fido2.webauthn import AuthenticationResponse

    said = _read(typed)
    try:
        answer = AuthenticationResponse.from_dict(said)
        person = (answer.response.user_handle or b"").decode()
    except Exception as e:  # as in `made`
        raise Refused from e
    return Answer(answer.raw_id, person, said)


def signed(challenge: bytes, credential: bytes, answer: Answer) -> Signed:
    """What the answer tells once the passkey's own key has been seen to sign it. Raises Refused."""
    from fido2.webauthn import AuthenticationResponse

    try:
        _server().authenticate_complete(_state(challenge), [_kept(credential)], answer.said)
        framed = _is_framed(answer.said)
        data = AuthenticationResponse.from_dict(answer.said).response.authenticator_data
    except Exception as e:  # as in `made`
        raise Refused from e
    if framed:
        raise Refused
    return Signed(data.counter, data.is_backed_up())


def _read(typed: str) -> dict[str, Any]:
    if len(typed) > LARGEST:
        raise Refused
    try:
        said = json.loads(typed)
    except (ValueError, RecursionError) as e:
        raise Refused from e
    if not isinstance(said, dict):
        raise Refused
    return said


def _is_framed(said: Mapping[str, Any]) -> bool:
    """Whether a page of another site held ours in a frame while its person answered."""
    from fido2.utils import websafe_decode

    client = json.loads(websafe_decode(said["response"]["clientDataJSON"]))
    return client.get("crossOrigin") not in (None, False) or "topOrigin" in client


def _state(challenge: bytes) -> dict[str, Any]:
    from fido2.utils import websafe_encode
    from fido2.webauthn import UserVerificationRequirement

    required = UserVerificationRequirement.REQUIRED
    return {"challenge": websafe_encode(challenge), "user_verification": required}


def _kept(credential: bytes) -> "AttestedCredentialData":
    from fido2.webauthn import AttestedCredentialData

    return AttestedCredentialData(credential)


def _server() -> "Fido2Server":
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    ours = urlsplit(config.public_url())
    origin = f"{ours.scheme}://{ours.netloc}"
    server = Fido2Server(
        PublicKeyCredentialRpEntity(id=ours.hostname or "", name="Holdfast"),
        verify_origin=lambda told: told == origin,
    )
    server.timeout = _TIMEOUT  # type: ignore[assignment]  # it says None, and reads a number
    server.allowed_algorithms = [
        each for each in server.allowed_algorithms if each.alg in _ALGORITHMS
    ]
    return server
