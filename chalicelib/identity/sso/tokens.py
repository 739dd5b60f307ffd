"""Whether an identity token says what we asked, by whom and for whom; the rest of it is ignored.

Nothing here reads an address: who somebody is stands in the directory's id and the person's id in
it, and nowhere else (R11).
"""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.identity.sso import exchange
from chalicelib.identity.sso.providers import Provider

LEEWAY = timedelta(minutes=1)
_OLDEST = timedelta(minutes=10)  # a token is made for this very sign-in
_LONGEST = timedelta(hours=24)
_LARGEST = 8192  # characters
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
_DOMAIN = re.compile(r"[a-z0-9][a-z0-9.-]{1,250}\.[a-z]{2,}\Z")
_PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad"  # Microsoft's directory of private accounts
_NEEDED = ["exp", "iat", "aud", "iss", "sub", "nonce"]


class Refused(Exception):
    """A token that proves nothing. Which check it failed is nobody's business."""


@dataclass(frozen=True)
class Identity:
    """Somebody as a directory knows them. `address` is for showing only."""

    provider: str
    directory: str
    subject: str
    address: str
    signed_in_at: datetime | None

    @property
    def key(self) -> str:
        """What names them for ever, whatever becomes of their address."""
        return f"{self.provider}|{self.directory}|{self.subject}"


def check(provider: Provider, token: str, nonce: str, now: datetime) -> Identity:
    """Whom a token is about. Raises Refused, and Unavailable when the keys cannot be had."""
    claims = _signed(provider, token, now)
    _check_times(claims, now)
    if not _is(claims["aud"], provider.client_id):
        raise Refused
    if "azp" in claims and not _is(claims["azp"], provider.client_id):
        raise Refused
    if not isinstance(claims["nonce"], str) or not hmac.compare_digest(
        claims["nonce"].encode(), nonce.encode()
    ):
        raise Refused
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise Refused
    return (_microsoft if provider.is_microsoft else _google)(provider, claims)


def _signed(provider: Provider, token: str, now: datetime) -> Mapping[str, Any]:
    import jwt

    if not _is_whole(token):
        raise Refused
    try:
        header = jwt.get_unverified_header(token)
        kid = header.get("kid")
        if header.get("alg") != "RS256" or not isinstance(kid, str) or "crit" in header:
            raise Refused
        key = exchange.key_of(provider, kid, now.timestamp())
        if key is None:
            raise Refused
        # Times are held to our own clock below, the audience and issuer to one value each.
        unchecked = ("verify_exp", "verify_nbf", "verify_iat", "verify_aud", "verify_iss")
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            options={"require": _NEEDED, **dict.fromkeys(unchecked, False)},  # type: ignore[arg-type]
        )
    except (jwt.PyJWTError, ValueError, TypeError) as e:
        raise Refused from e
    return claims


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    made, ends = _moment(claims["iat"]), _moment(claims["exp"])
    starts = _moment(claims["nbf"]) if "nbf" in claims else made
    if now >= ends + LEEWAY or now < made - LEEWAY or now < starts - LEEWAY:
        raise Refused
    if now - made > _OLDEST or ends - made > _LONGEST or ends <= made:
        raise Refused


def _microsoft(provider: Provider, claims: Mapping[str, Any]) -> Identity:
    tid, oid, issuer = claims.get("tid"), claims.get("oid"), claims["iss"]
    if not _is_guid(tid) or not _is_guid(oid) or tid == _PERSONAL:
        raise Refused
    if not any(_is(issuer, each.format(tid=tid)) for each in provider.issuers):
        raise Refused
    if claims.get("ver") != "2.0" or claims.get("acct", 0) not in (0, "0") or "idp" in claims:
        raise Refused  # a guest is somebody else's account in this directory
    return _identity(provider, claims, str(tid), str(oid))


def _google(provider: Provider, claims: Mapping[str, Any]) -> Identity:
    domain = claims.get("hd")
    if not any(_is(claims["iss"], each) for each in provider.issuers):
        raise Refused
    if not isinstance(domain, str) or not _DOMAIN.match(domain):
        raise Refused  # a private account is in no directory
    return _identity(provider, claims, domain, claims["sub"])


def _identity(
    provider: Provider, claims: Mapping[str, Any], directory: str, subject: str
) -> Identity:
    told = claims.get("auth_time")
    address = claims.get("email")
    shown = address if isinstance(address, str) and len(address) <= 254 else ""
    at = None if told is None else _moment(told)
    return Identity(provider.name, directory, subject, shown, at)


def is_directory(provider: Provider, text: str) -> bool:
    """Whether a text has the shape of one of this provider's directories."""
    return bool((_GUID if provider.is_microsoft else _DOMAIN).match(text)) and text != _PERSONAL


def _moment(value: Any) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**33:
        raise Refused
    return datetime.fromtimestamp(value, UTC)


def _is(value: Any, wanted: str) -> bool:
    return isinstance(value, str) and bool(wanted) and value == wanted


def _is_guid(value: Any) -> bool:
    return isinstance(value, str) and bool(_GUID.match(value))


def _is_whole(token: str) -> bool:
    """Whether a token is spelt in the one way it can be: stray bits at a part's end are refused."""
    parts = token.split(".")
    if len(token) > _LARGEST or len(parts) != 3 or not token.isascii():
        return False
    try:
        read = [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in parts]
    except (binascii.Error, ValueError):
        return False
    return parts == [base64.urlsafe_b64encode(raw).rstrip(b"=").decode() for raw in read]
