"""The two things that we ask a provider ourselves: a token for a code, and its public keys (R43).

Only the provider's fixed addresses are called, within seconds, and a redirect is an error.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from chalicelib.errors import Unavailable
from chalicelib.identity.sso.providers import Provider, client_secret

_SECONDS = 5
_LARGEST = 100_000
_KEPT = 3600.0  # seconds
_keys: dict[str, tuple[float, dict[str, Any]]] = {}


class NoToken(Exception):
    """The provider gives no token for this code."""


def token_for(provider: Provider, code: str, verifier: str) -> str:
    """The identity token for a code. Raises NoToken, and Unavailable when nobody answers."""
    asked = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": provider.redirect_uri,
        "client_id": provider.client_id,
        "client_secret": client_secret(provider),
        "code_verifier": verifier,
    }
    try:
        said = ask(provider.token, urlencode(asked).encode())
    except urllib.error.HTTPError as e:
        with e:
            if e.code < 500:
                raise NoToken from e
        raise Unavailable from e
    except (OSError, ValueError) as e:
        raise Unavailable from e
    token = said.get("id_token")
    if not isinstance(token, str):
        raise NoToken
    return token


def key_of(provider: Provider, kid: str, now: float) -> Any | None:
    """The provider's public key of an id, as PyJWT has it; asked for again when it is not known.

    The token came from the provider itself, so an unknown id is its own doing and not a flood.
    """
    asked_at, known = _keys.get(provider.keys, (0.0, {}))
    if kid not in known or now - asked_at > _KEPT:
        known = _fetch(provider)
        _keys[provider.keys] = (now, known)
    return known.get(kid)


def forget() -> None:
    """Drop the keys held in memory."""
    _keys.clear()


def _fetch(provider: Provider) -> dict[str, Any]:
    from jwt import PyJWKSet

    try:
        fetched = PyJWKSet.from_dict(dict(ask(provider.keys)))
    except Exception as e:  # whatever is wrong there, nothing can be decided now
        raise Unavailable from e
    return {str(key.key_id): key.key for key in fetched.keys if key.key_type == "RSA"}


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def ask(url: str, body: bytes | None = None) -> Mapping[str, Any]:
    """One request to a fixed address, answered in JSON. Raises OSError and ValueError."""
    opener = urllib.request.build_opener(_NoRedirects)
    request = urllib.request.Request(url, body, {"Accept": "application/json"})  # noqa: S310  # fixed
    with opener.open(request, timeout=_SECONDS) as answer:
        found = json.loads(answer.read(_LARGEST))
    return found if isinstance(found, dict) else {}
