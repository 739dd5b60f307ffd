"""Asks Wonde for a school's pupils, page by page, at the one configured address (R43).

Nothing that a person typed becomes an address: a school's id has one shape, and the link to a next
page, which comes from Wonde, is followed only within the same address. Redirects are not followed.
"""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from chalicelib import config

SCHOOL_ID = re.compile(r"A[0-9]{6,12}")
TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{16,400}")
_INCLUDED = "contacts,contacts.contact_details,classes,year,education_details,registration_group"
_A_PAGE = 200
_MOST_PAGES = 60  # of two hundred pupils
_MOST_BYTES = 12_000_000  # of one page
_SECONDS = 8


class Revoked(Exception):
    """Wonde knows the token no longer, or the school has ended Holdfast's access."""


class NotReached(Exception):
    """Wonde did not answer, or not as it says it does; trying again later is right."""


def check(school_id: str, token: str) -> None:
    """Ask for one pupil, to see whether Wonde lets Holdfast in. Raises Revoked and NotReached."""
    answer = _asked(f"{_list(school_id)}?per_page=1", token)
    if not isinstance(answer.get("data"), list):
        raise NotReached


def pupils(school_id: str, token: str) -> list[Mapping[str, Any]]:
    """Every pupil of a school as Wonde gives them. Raises Revoked and NotReached."""
    base = _list(school_id)
    return list(_all(f"{base}?include={_INCLUDED}&per_page={_A_PAGE}", base, token))


def _list(school_id: str) -> str:
    return f"{config.wonde_url()}/v1.0/schools/{school_id}/students"


def _all(url: str, base: str, token: str) -> Iterator[Mapping[str, Any]]:
    for _ in range(_MOST_PAGES):
        answer = _asked(url, token)
        data, pagination = answer.get("data"), (answer.get("meta") or {}).get("pagination") or {}
        if not isinstance(data, list):
            raise NotReached
        yield from (each for each in data if isinstance(each, dict))
        url = str(pagination.get("next") or "")
        if not url:
            return
        if not _is_within(url, base):
            raise NotReached
    raise NotReached


def _is_within(url: str, base: str) -> bool:
    """Whether a link that came from Wonde leads to the same list of the same school."""
    there, here = urlsplit(url), urlsplit(base)
    return (there.scheme, there.netloc, there.path) == (here.scheme, here.netloc, here.path)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """No redirect is followed: it would be an address that nobody configured."""


def _asked(url: str, token: str) -> Mapping[str, Any]:
    asked = urllib.request.Request(  # noqa: S310  # the configured address
        url, headers={"Authorization": f"Bearer {token}", "Accept": "application/json"}
    )
    try:
        with urllib.request.build_opener(_Stay).open(asked, timeout=_SECONDS) as answer:
            body = answer.read(_MOST_BYTES + 1)
    except urllib.error.HTTPError as e:
        e.close()
        if e.code in (401, 403, 404):
            raise Revoked from e
        raise NotReached from e
    except (OSError, ValueError) as e:
        raise NotReached from e
    try:
        found = json.loads(body) if len(body) <= _MOST_BYTES else None
    except ValueError as e:
        raise NotReached from e
    if not isinstance(found, dict):
        raise NotReached
    return found
