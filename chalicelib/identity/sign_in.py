"""Signing in by emailed link or 8-digit code, so that only the person who asked can (R13, R17).

A sign-in belongs to the browser that asked for it, by a cookie it was given; the link and the
code are of no use elsewhere. It lasts ten minutes, is spent once by a press of a button, and
asking again voids it. Opening the link, however often and by whatever scanner, spends nothing.

An address that belongs to nobody goes the same way: the same page, the same cookie, a sign-in
that nothing can spend, an answer after the same time. Only no mail is written.
"""

import hmac
import time
from datetime import timedelta
from enum import Enum

from chalicelib import clock, ids
from chalicelib.errors import Conflict, NotFound
from chalicelib.identity import addresses, codes, entering, hashing, repository, sessions, ways
from chalicelib.identity.entering import SignedIn
from chalicelib.identity.model import Method, Proof
from chalicelib.identity.rows import SignInRow
from chalicelib.ids import PersonId
from chalicelib.notifications import Message, outbox
from chalicelib.observability import logger
from chalicelib.storage import Transaction, get, rates, tenants, transaction
from chalicelib.web import Request

COOKIE = "__Host-signin"
LIFE = timedelta(minutes=10)
DIGITS = codes.DIGITS
TRIES_A_CODE = 5
TRIES_AN_HOUR = 10
MAILS_AN_HOUR = 3
PROOFS_AN_HOUR = 8
ASKS_AN_HOUR_FROM_ONE_SOURCE = 300  # a whole school may come from one address
_HOUR = timedelta(hours=1)
_KEY = "sign-in"

# Every answer to "sign me in" takes this long, whether there is anybody to write to or not.
ANSWER_AFTER = 0.5


class Refusal(Enum):
    """Why a sign-in did not go through, as the page tells it."""

    WRONG_CODE = "wrong code"
    USED_UP = "too many wrong codes"
    OVER = "used, out of date or replaced by a newer one"
    OTHER_BROWSER = "asked for in another browser"


class Refused(Exception):
    """A sign-in that did not go through; `left` is how often a code may still be tried."""

    def __init__(self, why: Refusal, left: int = 0) -> None:
        super().__init__(why.value)
        self.why = why
        self.left = left


def ask(typed: str, *, source_ip: str, return_to: str) -> str:
    """Write to whoever reads the address, if anybody; gives the cookie for the browser that asked.

    Raises ValueError for what is no address, and TooMany when it was asked too often, for this
    address or from this source, whether or not it belongs to anybody.
    """
    started = time.monotonic()
    address = addresses.normal(typed)
    digest = addresses.digest(address)
    rates.hit("sign-in from", source_ip, limit=ASKS_AN_HOUR_FROM_ONE_SOURCE, per=_HOUR)
    rates.hit("sign-in mail", digest, limit=MAILS_AN_HOUR, per=_HOUR)
    with tenants((), global_holder="sign-in"):
        known = repository.person_of(address)
    person = known or addresses.nobody(address)
    browser = ids.secret()
    with tenants({person}), transaction() as tx:
        _begin(tx, person, browser, return_to, address=address if known else "")
    logger.info("sign-in asked for")
    time.sleep(max(0.0, started + ANSWER_AFTER - time.monotonic()))
    return f"{person}.{browser}"


def ask_again(person: PersonId, *, return_to: str) -> str:
    """Write to somebody who is signed in, so that they can show it is still them (R16).

    Gives the cookie for the browser that asked. Raises TooMany when asked too often.
    """
    rates.hit("proof mail", person, limit=PROOFS_AN_HOUR, per=_HOUR)
    browser = ids.secret()
    with transaction() as tx:
        _begin(tx, person, browser, return_to, address=repository.address_of(person))
    logger.info("proof asked for")
    return f"{person}.{browser}"


def _begin(
    tx: Transaction, person: PersonId, browser: str, return_to: str, *, address: str
) -> None:
    """Put a new sign-in in the place of any older one, and the mail about it if there is one."""
    link = ids.secret()
    code = codes.new()
    until = clock.now() + LIFE
    tx.put(
        SignInRow(
            person,
            _KEY,
            link=ids.digest(link),
            code=hashing.of(code),
            browser=ids.digest(browser),
            return_to=return_to,
            tries=0,
            until=clock.stamp(until),
            expires=int(until.timestamp()),
        )
    )
    if address:
        outbox.add(
            tx,
            Message(
                tenant=person,
                template="sign_in_requested",
                address=address,
                values={
                    "code": codes.spaced(code),
                    "path": f"/signin/link/{person}.{link}",
                },
                about=f"sign-in/{ids.new()}",
                why="asked to sign in",
                person=person,
            ),
        )


def look(token: str, request: Request) -> None:
    """Whether a link could be pressed here and now; reads, and spends nothing.

    Raises Refused: OVER when the link is of no more use, OTHER_BROWSER when another asked for it.
    """
    parts = sessions.split(token)
    if parts is None:
        raise Refused(Refusal.OVER)
    with tenants({parts.person}):
        _by_link(parts, request)


def press(token: str, request: Request) -> SignedIn:
    """Sign in by the link, in the browser that asked for it. Raises Refused as `look` does."""
    parts = sessions.split(token)
    if parts is None:
        raise Refused(Refusal.OVER)
    with tenants({parts.person}):
        return _spend(_by_link(parts, request), request)


def enter(code: str, request: Request) -> SignedIn:
    """Sign in by the code, in the browser that asked for it.

    Raises Refused, and TooMany when the account was tried too often within an hour. A try is
    counted before it is looked at.
    """
    parts = sessions.split(request.cookies.get(COOKIE, ""))
    if parts is None:
        raise Refused(Refusal.OTHER_BROWSER)
    with tenants({parts.person}):
        row = _current(parts.person)
        if not _same(row.browser, parts.secret):
            raise Refused(Refusal.OTHER_BROWSER)
        rates.hit("sign-in code", parts.person, limit=TRIES_AN_HOUR, per=_HOUR)
        left = _count_try(row)
        if not hashing.fits(row.code, code):
            logger.info("sign-in code refused", person=parts.person)
            raise Refused(Refusal.WRONG_CODE if left else Refusal.USED_UP, left)
        return _spend(row, request)


def asked_here(request: Request) -> bool:
    """Whether this browser carries the mark of having asked."""
    return sessions.split(request.cookies.get(COOKIE, "")) is not None


def _by_link(parts: sessions.Carried, request: Request) -> SignInRow:
    row = _current(parts.person)
    if not _same(row.link, parts.secret):
        raise Refused(Refusal.OVER)
    here = sessions.split(request.cookies.get(COOKIE, ""))
    if here is None or here.person != parts.person or not _same(row.browser, here.secret):
        raise Refused(Refusal.OTHER_BROWSER)
    return row


def _current(person: PersonId) -> SignInRow:
    """The sign-in that is open for a person. Raises Refused when there is none in its time."""
    row = get(SignInRow, person, _KEY)
    if row is None or clock.now() >= clock.parse(row.until):
        raise Refused(Refusal.OVER)
    return row


def _count_try(row: SignInRow) -> int:
    """Count one try of this code; how many are left. Raises Refused when there was none left."""
    if row.tries >= TRIES_A_CODE:
        raise Refused(Refusal.USED_UP)
    same_code = (SignInRow.link == row.link) & (SignInRow.tries == row.tries)
    try:
        with transaction() as tx:
            tx.update(SignInRow, row.tenant, _KEY, add={"tries": 1}, condition=same_code)
    except Conflict as e:  # another try at this moment, or a newer sign-in
        raise Refused(Refusal.WRONG_CODE, TRIES_A_CODE - int(row.tries) - 1) from e
    return TRIES_A_CODE - int(row.tries) - 1


def _spend(row: SignInRow, request: Request) -> SignedIn:
    """Turn the sign-in into a session, once: whoever comes second finds it gone."""
    person = PersonId(row.tenant)
    proof = _proof(person, request)
    try:
        with transaction() as tx:
            tx.delete(SignInRow, person, _KEY, condition=SignInRow.link == row.link)
            return entering.begin(tx, person, request, proof, return_to=row.return_to)
    except (Conflict, NotFound) as e:
        raise Refused(Refusal.OVER) from e


def _proof(person: PersonId, request: Request) -> Proof:
    """What the mail shows: nothing of now where there is something stronger (R16).

    Where there is none, it confirms the session that this browser has, which stays one by what it
    began with: an account that cannot confirm is still more than mail.
    """
    if ways.has_strong(person):
        return Proof(Method.MAIL, None)
    now, here = clock.now(), sessions.here(request)
    if here and here.person == person and here.method.is_strong:
        return Proof(here.method, now, since=here.started_at)
    return Proof(Method.MAIL, now)


def _same(digest: str, secret: str) -> bool:
    return hmac.compare_digest(digest, ids.digest(secret))
