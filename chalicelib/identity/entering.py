"""How every sign-in ends: one session begins, in the transaction that spends what proved it."""

from dataclasses import dataclass
from datetime import date

from chalicelib import ids
from chalicelib.errors import NotFound
from chalicelib.identity import devices, places, repository, session_rows, sessions
from chalicelib.identity.model import Proof
from chalicelib.identity.rows import PersonRow
from chalicelib.ids import PersonId
from chalicelib.storage import Transaction
from chalicelib.web import Request


@dataclass(frozen=True)
class SignedIn:
    """What a sign-in gives: the session's cookie and where to go.

    `more_from` is the first day (London) on which mail will not be enough, for who came by mail.
    """

    person: PersonId
    cookie: str
    return_to: str
    more_from: date | None = None


def begin(
    tx: Transaction, person: PersonId, request: Request, proof: Proof, *, return_to: str = ""
) -> SignedIn:
    """Begin a session of a person who still is one. The scope covers them.

    The browser's older session ends with it, so that no id outlives a sign-in (R14). The
    transaction is refused with NotFound when the person has ended.
    """
    found = places.of(person)
    tx.check(
        PersonRow,
        person,
        repository.PERSON,
        PersonRow.sk.exists() & PersonRow.ended_at.does_not_exist(),
        error=NotFound(),
    )
    before = sessions.carried(request)
    if before and before.person == person:
        session_rows.drop_session(tx, person, ids.digest(before.secret))
    cookie = sessions.start(
        tx,
        person,
        device=sessions.device_of(request),
        places=tuple((place.name, place.path) for place in found),
        proof=proof,
        submit_only=devices.is_submit_only(request),
    )
    days = [place.more_from for place in found if place.more_from]
    soon = None if proof.method.is_strong else min(days, default=None)
    return SignedIn(person, cookie, return_to, soon)
