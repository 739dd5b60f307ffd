"""Google Pub/Sub push: a token that Google signs for the school's own service account.

Checked: Google's signature and issuer, that it was made for this very address (or the audience we
told them), for the account the school named, and that it has not run out. Google's public keys are
kept for an hour and asked for again when a token names one we do not know, at most once a minute.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chalicelib.alerts.proofs.knock import Knock, Proven, Unsure
from chalicelib.alerts.senders import Source
from chalicelib.alerts.signatures import Refused
from chalicelib.identity.sso import exchange

KEYS_URL = "https://www.googleapis.com/oauth2/v3/certs"
ISSUERS = ("https://accounts.google.com", "accounts.google.com")
LEEWAY = timedelta(minutes=5)
_KEPT = timedelta(hours=1)
_AGAIN = timedelta(minutes=1)
_MOST = 4096


class _Keys:
    """Google's public keys by their id."""

    def __init__(self) -> None:
        self.by_id: dict[str, Any] = {}
        self.asked_at: float | None = None

    def named(self, kid: str, now: float) -> Any | None:
        age = None if self.asked_at is None else now - self.asked_at
        stale = age is None or age > _KEPT.total_seconds()
        unknown = kid not in self.by_id and (age is None or age > _AGAIN.total_seconds())
        if stale or unknown:
            self._ask(now)
        return self.by_id.get(kid)

    def _ask(self, now: float) -> None:
        from jwt import PyJWKSet

        try:
            fetched = PyJWKSet.from_dict(dict(fetch(KEYS_URL)))
        except Exception as error:
            raise Unsure from error
        self.by_id = {str(key.key_id): key.key for key in fetched.keys}
        self.asked_at = now


keys = _Keys()


def fetch(url: str) -> Mapping[str, Any]:
    """The one place that asks another system something at the gate. No redirect is followed (R43).

    Raises OSError and ValueError.
    """
    return exchange.ask(url)


def by_token(source: Source, knock: Knock) -> Proven:
    """Raises Refused, and Unsure when Google's keys cannot be had."""
    import jwt  # only this kind of source needs it

    scheme, _, token = knock.headers.get("authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not source.account or not _is_whole(token):
        raise Refused
    try:
        kid = str(jwt.get_unverified_header(token).get("kid", ""))
        key = keys.named(kid, knock.now.timestamp())
        if key is None:
            raise Refused
        claims = jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            audience=list(knock.audience),
            issuer=list(ISSUERS),
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "aud", "iss", "email"]},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise Refused from error
    if claims["email"] != source.account or claims.get("email_verified") is not True:
        raise Refused
    return Proven(knock.body)


def _is_whole(token: str) -> bool:
    """Whether a token is spelt in the one way it can be: stray bits at a part's end are refused."""
    parts = token.split(".")
    if len(token) > _MOST or len(parts) != 3:
        return False
    try:
        read = [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in parts]
    except (binascii.Error, ValueError):
        return False
    return parts == [base64.urlsafe_b64encode(raw).rstrip(b"=").decode() for raw in read]
