"""Challenges that wait for a passkey: kept on the server, five minutes, one answer each (R12).

Each stands in a partition of its own that only the browser's cookie finds, so that asking for one
touches nobody and tells nothing (R17). It serves one answer, right or wrong.
"""

import secrets
from datetime import timedelta
from enum import StrEnum

from chalicelib import clock, ids
from chalicelib.errors import Conflict
from chalicelib.identity import sessions
from chalicelib.identity.model import Session
from chalicelib.identity.rows import CeremonyRow
from chalicelib.storage import Transaction, get, rates, tenants, transaction
from chalicelib.web import Request

COOKIE = "__Host-passkey"
LIFE = timedelta(minutes=5)
BEGINS_AN_HOUR_FROM_ONE_SOURCE = 600  # a whole school may come from one address
_HOUR = timedelta(hours=1)
_KEY = "ceremony"


class Kind(StrEnum):
    """What a challenge is for; an answer to one is none to another. Stored words."""

    SIGN_IN = "sign_in"
    CONFIRM = "confirm"
    ADD = "add"
    RECOVER = "recover"


class Over(Exception):
    """There is no such challenge here and now."""


def begin(
    kind: Kind, *, source_ip: str, return_to: str = "", session: Session | None = None
) -> str:
    """Put a new challenge on the server; gives the cookie that finds it. Raises TooMany."""
    rates.hit("passkey from", source_ip, limit=BEGINS_AN_HOUR_FROM_ONE_SOURCE, per=_HOUR)
    visit, secret, until = ids.tenant(), ids.secret(), clock.now() + LIFE
    with tenants({visit}), transaction() as tx:
        tx.put(
            CeremonyRow(
                visit,
                _KEY,
                kind=kind,
                challenge=secrets.token_bytes(32),
                browser=ids.digest(secret),
                person=session.person if session else None,
                session=session.id if session else None,
                return_to=return_to,
                until=clock.stamp(until),
                expires=int(until.timestamp()),
            )
        )
    return f"{visit}.{secret}"


def current(request: Request, *kinds: Kind) -> CeremonyRow:
    """The open challenge of this browser, when it is for one of these; reads only. Raises Over."""
    parts = sessions.split(request.cookies.get(COOKIE, ""))
    if parts is None:
        raise Over
    with tenants({parts.person}):
        row = get(CeremonyRow, parts.person, _KEY)
    if row is None or clock.now() >= clock.parse(row.until) or row.kind not in kinds:
        raise Over
    if not secrets.compare_digest(row.browser, ids.digest(parts.secret)):
        raise Over
    return row


def spend(tx: Transaction, row: CeremonyRow) -> None:
    """Use a challenge up with what it served; Conflict for whoever comes second."""
    same = CeremonyRow.challenge == bytes(row.challenge)
    tx.delete(CeremonyRow, row.tenant, _KEY, condition=same)


def spend_alone(row: CeremonyRow) -> None:
    """Use a challenge up on an answer that was wrong."""
    try:
        with tenants({row.tenant}), transaction() as tx:
            spend(tx, row)
    except Conflict:  # another answer at this moment was it
        return
