"""A printed set of codes for who has lost their passkey: each works once, the set is shown once.

A code comes after the mail, never instead of it: it is the person's own second thing (R12). What
is kept are argon2 hashes. The set is made from the form that asks for it, so that a double press
shows the same codes and not a second set.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib import audit, clock, ids
from chalicelib.errors import Conflict
from chalicelib.identity import hashing, session_rows, sessions
from chalicelib.identity.model import Method, Proof, Session
from chalicelib.identity.rows import RecoveryCodesRow
from chalicelib.ids import PersonId
from chalicelib.storage import get, keyring, rates, transaction

HOW_MANY = 10
TRIES_AN_HOUR = 5
_SHOWN_FOR = timedelta(minutes=5)  # to a second press of the same form
_HOUR = timedelta(hours=1)
_KEY = "recovery-codes"
_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"  # none that look alike
_LENGTH = 16  # of thirty letters: 78 bits


class Refused(Exception):
    """Not one of the unused codes."""


@dataclass(frozen=True)
class State:
    """What somebody has of codes; never the codes."""

    left: int
    made_at: datetime | None


def state(person: PersonId) -> State:
    row = get(RecoveryCodesRow, person, _KEY)
    return State(len(row.unused), clock.parse(row.made_at)) if row else State(0, None)


def make(person: PersonId, form: str, *, by: str) -> list[str] | None:
    """A new set in the place of any older one; None when this form made one a while ago.

    `form` is the id of the form that asks. Raises Conflict when another set is made at this moment.
    """
    now, made_from = clock.now(), ids.digest(f"codes|{form}")
    codes = [_code(person, form, number) for number in range(HOW_MANY)]
    row = get(RecoveryCodesRow, person, _KEY)
    if row and row.made_from == made_from:
        return codes if now - clock.parse(row.made_at) < _SHOWN_FOR else None
    new = row or RecoveryCodesRow(person, _KEY, version=0)
    new.made_from, new.made_at = made_from, clock.stamp(now)
    new.unused = [hashing.of(each.replace("-", "")) for each in codes]
    with transaction() as tx:
        if row is None:
            new.version = 1
            tx.create(new)
        else:
            tx.replace(new)
        audit.record(tx, person, by=by, action="codes.made", about=f"person/{person}")
    return codes


def use(typed: str, session: Session) -> str:
    """Go on in a new session that a code proves; gives its cookie. The code is used up.

    Raises Refused, and TooMany. A try is counted before it is looked at.
    """
    person = session.person
    rates.hit("recovery code", person, limit=TRIES_AN_HOUR, per=_HOUR)
    code = "".join(letter for letter in typed.lower() if letter.isalnum())
    row = get(RecoveryCodesRow, person, _KEY)
    found = next((each for each in row.unused if hashing.fits(each, code)), "") if row else ""
    if row is None or not found:
        raise Refused
    row.unused = [each for each in row.unused if each != found]
    by = audit.actors.person(person)
    try:
        with transaction() as tx:
            tx.replace(row)
            audit.record(tx, person, by=by, action="code.used", about=f"person/{person}")
            proof = Proof(Method.RECOVERY_CODE, clock.now())
            session_rows.drop_session(tx, person, session.id)
            return sessions.start(
                tx,
                person,
                device=session.device,
                places=session.places,
                proof=proof,
                submit_only=session.submit_only,
            )
    except Conflict as e:  # the same code at the same moment
        raise Refused from e


def _code(person: PersonId, form: str, number: int) -> str:
    """One code of a form's set: nothing but the deployment's own key can tell it from the form."""
    text = f"recovery|{person}|{form}|{number}"
    drawn = int.from_bytes(hmac.digest(keyring.hmac_key(), text.encode(), hashlib.sha256))
    letters = ""
    for _ in range(_LENGTH):
        drawn, letter = divmod(drawn, len(_LETTERS))
        letters += _LETTERS[letter]
    return "-".join(letters[n : n + 4] for n in range(0, _LENGTH, 4))
