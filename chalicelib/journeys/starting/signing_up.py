"""Signing up: a trust or a single school comes to Holdfast by itself (features 6.1 and 6.15).

Whoever signs up says what they are and where their mail goes; a code goes there, and entering it in
the same browser makes the place, its first administrator and a session, in one transaction. Until
then nothing is looked up, so that a known address and an unknown one cannot be told apart (R17).

The place's id is minted when the code is asked for and is in the browser's cookie. A second press,
or one whose answer was lost, therefore finds the place that the first one made.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from chalicelib import audit, clock, config, ids
from chalicelib.errors import Conflict, NotAllowed
from chalicelib.identity import addresses, codes, hashing, repository, sessions
from chalicelib.identity import service as identity
from chalicelib.identity.model import Member, PlaceKind
from chalicelib.identity.permissions import Role
from chalicelib.identity.rows import PersonRow
from chalicelib.ids import PersonId, SchoolId, TrustId
from chalicelib.journeys.starting.rows import StartRow
from chalicelib.notifications import Message, outbox
from chalicelib.notifications.outbox import MessageRow
from chalicelib.observability import logger
from chalicelib.storage import Transaction, get, keyring, rates, tenants, transaction
from chalicelib.tenancy import repository as tenancy
from chalicelib.tenancy.model import Choices, School, SchoolKind, Trust
from chalicelib.web import Request

COOKIE = "__Host-start"
LIFE = timedelta(minutes=30)
MAIL = "start_requested"
TRIES_A_CODE = 5
ASKS_AN_HOUR_FROM_ONE_SOURCE = 20
MAILS_AN_HOUR = 3
ASKS_A_DAY = 300  # of a whole installation
_HOUR = timedelta(hours=1)
_KEY = "start"
_TRUST = "trust"


class Refusal(Enum):
    """Why a code did not go through."""

    WRONG_CODE = "wrong code"
    OVER = "used, used up or out of date"


class Refused(Exception):
    """A code that did not go through; `left` is how often one may still be tried."""

    def __init__(self, why: Refusal, left: int = 0) -> None:
        super().__init__(why.value)
        self.why = why
        self.left = left


@dataclass(frozen=True)
class Wanted:
    """What somebody signs up. `phase` is None for a trust, which has no pupils of its own."""

    name: str
    person_name: str
    email: str
    phase: SchoolKind | None = None
    pupils: int = 0
    roles: frozenset[Role] = frozenset()

    @property
    def kind(self) -> PlaceKind:
        return PlaceKind.SCHOOL if self.phase else PlaceKind.TRUST


@dataclass(frozen=True)
class Opened:
    """What a code made: where it is, and a session's cookie unless the person has an account."""

    path: str
    cookie: str = ""


def require_open() -> None:
    """Raises NotAllowed where whoever runs this installation has closed signing up."""
    if not config.is_sign_up_open():
        raise NotAllowed


def ask(wanted: Wanted, *, source_ip: str) -> str:
    """Send a code to the address; gives the cookie for the browser that asked.

    Raises NotAllowed where signing up is closed, Invalid at `email` for what cannot be one person's
    address, and TooMany.
    """
    require_open()
    address = addresses.of_a_person(wanted.email)
    rates.hit("start from", source_ip, limit=ASKS_AN_HOUR_FROM_ONE_SOURCE, per=_HOUR)
    rates.hit("start mail", addresses.digest(address), limit=MAILS_AN_HOUR, per=_HOUR)
    rates.hit("start", "all", limit=ASKS_A_DAY, per=timedelta(days=1))
    place, browser, code = ids.tenant(), ids.secret(), codes.new()
    until = clock.now() + LIFE
    with tenants({place}), transaction() as tx:
        keyring.create(tx, place)
        row = StartRow(
            place,
            _KEY,
            code=hashing.of(code),
            browser=ids.digest(browser),
            tries=0,
            until=clock.stamp(until),
            expires=int(until.timestamp()),
        )
        row.seal(_stored(wanted, address))
        tx.create(row)
        outbox.add(
            tx,
            Message(
                tenant=place,
                template=MAIL,
                address=address,
                values={"code": codes.spaced(code)},
                about=f"start/{ids.new()}",
                why="asked to start",
            ),
        )
    logger.info("start asked for")
    return f"{place}.{browser}"


def still(message: MessageRow) -> bool:
    """A code that is over is not sent."""
    return clock.now() < clock.parse(message.made_at) + LIFE


def asked_here(request: Request) -> bool:
    """Whether this browser carries the mark of having asked."""
    return sessions.split(request.cookies.get(COOKIE, "")) is not None


def enter(code: str, request: Request) -> Opened:
    """Make the place by the code, once. Raises Refused; a try is counted before it is looked at."""
    require_open()
    parts = sessions.split(request.cookies.get(COOKIE, ""))
    if parts is None:
        raise Refused(Refusal.OVER)
    place = str(parts.person)
    with tenants({place}):
        row = get(StartRow, place, _KEY)
        if row is None and (made := _made_already(place)):
            return made
        if row is None or clock.now() >= clock.parse(row.until):
            raise Refused(Refusal.OVER)
        if not hmac.compare_digest(row.browser, ids.digest(parts.secret)):
            raise Refused(Refusal.OVER)
        left = _count_try(row)
        if not hashing.fits(row.code, code):
            raise Refused(Refusal.WRONG_CODE if left else Refusal.OVER, left)
        wanted = _wanted(row)
    return _open(place, row, wanted, request)


def _count_try(row: StartRow) -> int:
    if row.tries >= TRIES_A_CODE:
        raise Refused(Refusal.OVER)
    left = TRIES_A_CODE - int(row.tries) - 1
    try:
        with transaction() as tx:
            same = StartRow.tries == row.tries
            tx.update(StartRow, row.tenant, _KEY, add={"tries": 1}, condition=same)
    except Conflict as e:  # another try at this moment
        raise Refused(Refusal.WRONG_CODE, left) from e
    return left


def _made_already(place: str) -> Opened | None:
    """Where the first press led, for a second one: the way in is then signing in."""
    if tenancy.school_row(SchoolId(place)) is not None:
        return Opened(PlaceKind.SCHOOL.path(place))
    if tenancy.trust_row(TrustId(place)) is not None:
        return Opened(PlaceKind.TRUST.path(place))
    return None


def _open(place: str, row: StartRow, wanted: Wanted, request: Request) -> Opened:
    path = wanted.kind.path(place)
    for _ in range(3):
        with tenants((), global_holder="directory"):
            known = repository.person_of(wanted.email)
        person = known or PersonId(ids.tenant())
        cookie = ""
        try:
            with tenants({place, person}, global_holder="directory"), transaction() as tx:
                tx.delete(StartRow, place, _KEY, condition=StartRow.code == row.code)
                _make(tx, place, wanted)
                if known is None:
                    identity.add_person(tx, person, name=wanted.person_name, address=wanted.email)
                    device = sessions.device_of(request)
                    menu = ((wanted.name, path),)
                    cookie = sessions.start(tx, person, device=device, places=menu)
                else:
                    there = PersonRow.sk.exists() & PersonRow.ended_at.does_not_exist()
                    tx.check(PersonRow, person, repository.PERSON, there)
                _first_member(tx, place, person, wanted)
        except repository.AddressTaken:
            continue
        except Conflict as e:
            raise Refused(Refusal.OVER) from e
        return Opened(path, cookie)
    raise Refused(Refusal.OVER)


def _make(tx: Transaction, place: str, wanted: Wanted) -> None:
    at = clock.stamp(clock.now())
    if wanted.phase is None:
        tenancy.add_trust(tx, Trust(TrustId(place), wanted.name), at=at)
    else:
        new = School(SchoolId(place), wanted.name, wanted.phase, wanted.pupils, setting_up=True)
        tenancy.add_school(tx, new, at=at, trust_choices=Choices())


def _first_member(tx: Transaction, place: str, person: PersonId, wanted: Wanted) -> None:
    by, kind = audit.actors.person(person), wanted.kind
    roles = wanted.roles if wanted.phase else frozenset({Role.TRUST_ADMINISTRATOR})
    new = Member(
        person,
        wanted.person_name,
        wanted.email,
        roles,
        clock.now(),
        sets_up=kind is PlaceKind.SCHOOL,
    )
    audit.record(tx, place, by=by, action=f"{kind}.opened", about=f"{kind}/{place}")
    at: SchoolId | TrustId = SchoolId(place) if wanted.phase else TrustId(place)
    identity.join(tx, at, kind, new, by=by)


def _stored(wanted: Wanted, address: str) -> dict[str, object]:
    return {
        "name": wanted.name,
        "person": wanted.person_name,
        "email": address,
        "phase": wanted.phase.value if wanted.phase else _TRUST,
        "pupils": wanted.pupils,
        "roles": sorted(wanted.roles),
    }


def _wanted(row: StartRow) -> Wanted:
    private = row.unseal()
    phase = str(private["phase"])
    return Wanted(
        name=str(private["name"]),
        person_name=str(private["person"]),
        email=str(private["email"]),
        phase=None if phase == _TRUST else SchoolKind(phase),
        pupils=int(private["pupils"]),
        roles=frozenset(Role(each) for each in private["roles"]),
    )
