"""A sign-in that is under way at a provider: in a signed cookie, so that starting writes nothing.

The link that starts it is a plain GET (a form may only go to ourselves), and a GET changes nothing
(R15). State, nonce and the code's verifier are random and the browser's own; the signature keeps
anybody else from giving it others. It lasts ten minutes; what makes it serve once is written with
the session that it gives (`entry`).
"""

import base64
import hashlib
import hmac
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlencode

from chalicelib import clock, ids
from chalicelib.identity.model import Session
from chalicelib.identity.sso.providers import Provider
from chalicelib.storage import keyring
from chalicelib.web import Request

COOKIE = "__Host-with"
LIFE = timedelta(minutes=10)


class Purpose(StrEnum):
    """What somebody wants the provider's word for."""

    SIGN_IN = "sign_in"
    CONFIRM = "confirm"
    CONNECT = "connect"


@dataclass(frozen=True)
class Pending:
    """One going to a provider. `session` is that of whoever confirms or connects."""

    provider: str
    purpose: Purpose
    state: str
    nonce: str
    verifier: str
    return_to: str
    session: str = ""
    until: int = 0


class Lost(Exception):
    """This browser did not start it, or too long ago."""


def start(
    provider: Provider, purpose: Purpose, *, return_to: str, session: Session | None = None
) -> tuple[str, str]:
    """The provider's address to go to, and the cookie that comes back to us."""
    import jwt

    pending = Pending(
        provider.name,
        purpose,
        ids.secret(),
        ids.secret(),
        ids.secret(),
        return_to,
        session.id if session else "",
        int((clock.now() + LIFE).timestamp()),
    )
    return _address(provider, pending), jwt.encode(asdict(pending), _key(), algorithm="HS256")


def current(request: Request, provider: Provider, state: str) -> Pending:
    """What this browser has under way at this provider under this state. Raises Lost."""
    import jwt

    try:
        kept = jwt.decode(request.cookies.get(COOKIE, ""), _key(), algorithms=["HS256"])
    except jwt.PyJWTError as e:
        raise Lost from e
    pending = Pending(**{**kept, "purpose": Purpose(kept["purpose"])})
    if pending.provider != provider.name or clock.now().timestamp() >= pending.until:
        raise Lost
    if not hmac.compare_digest(pending.state.encode(), state.encode()):
        raise Lost
    return pending


def _address(provider: Provider, pending: Pending) -> str:
    digest = hashlib.sha256(pending.verifier.encode()).digest()
    asked = {
        "client_id": provider.client_id,
        "response_type": "code",
        "redirect_uri": provider.redirect_uri,
        "scope": "openid email",
        "state": pending.state,
        "nonce": pending.nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    if pending.purpose is Purpose.SIGN_IN:
        asked["prompt"] = "select_account"
    else:  # confirmed here and now, not remembered (R16)
        asked |= {"prompt": "login", "max_age": "0"}
    if not provider.is_microsoft:  # Google tells it only when it is asked for
        asked["claims"] = '{"id_token":{"auth_time":{"essential":true}}}'
    return f"{provider.authorize}?{urlencode(asked)}"


def _key() -> bytes:
    return hmac.digest(keyring.hmac_key(), b"with|cookie", hashlib.sha256)
