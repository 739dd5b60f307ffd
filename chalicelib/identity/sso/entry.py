"""What a provider's word is good for: signing in, confirming, and connecting an account (R11, R16).

An account of a directory is connected once, by its person, while they are signed in by the mail
that their school invited them with, and only when their place takes people from that directory.
From then on the account's own id is who they are; an address is shown and decides nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib import audit, clock, ids
from chalicelib.errors import AppError, Conflict, NotFound
from chalicelib.identity import addresses, entering, passkeys, repository, sessions
from chalicelib.identity.entering import SignedIn
from chalicelib.identity.model import Method, Proof, Session
from chalicelib.identity.rows import AddressRow, IdentityRow, SpentRow
from chalicelib.identity.sso import directories, exchange, pending, providers, tokens
from chalicelib.identity.sso.pending import Pending
from chalicelib.identity.sso.providers import Provider
from chalicelib.identity.sso.tokens import Identity
from chalicelib.ids import PersonId
from chalicelib.observability import logger
from chalicelib.storage import Transaction, every, get, tenants, transaction
from chalicelib.web import Request

MOST = 5  # accounts of one person
JUST_NOW = timedelta(minutes=10)  # how old the provider's own sign-in may be to confirm (R16)


class Refused(Exception):
    """The provider's word let nobody in."""


class Unknown(Refused):
    """The provider knows them, and nobody here has connected that account."""


class TooMany(Refused):
    """They have as many accounts connected as anybody may."""


class OfNoPlace(Refused):
    """No place of theirs takes people from that directory."""


class OfNowhere(Refused):
    """They have access to no school and no trust today."""


@dataclass(frozen=True)
class Connected:
    """An account that somebody has connected, as they see it.

    It `signs_in` while its provider is offered here and a place of theirs takes its directory; then
    it `confirms` too when its directory told when they signed in there (R16).
    """

    id: str
    method: Method
    address: str
    made_at: datetime
    used_at: datetime | None
    signs_in: bool
    confirms: bool


def identify(provider: Provider, under_way: Pending, code: str) -> Identity:
    """Whom the provider says it is. Raises Refused, and Unavailable."""
    try:
        token = exchange.token_for(provider, code, under_way.verifier)
        return tokens.check(provider, token, under_way.nonce, clock.now())
    except (exchange.NoToken, tokens.Refused) as e:
        logger.info("provider's word refused")
        raise Refused from e


def sign_in(under_way: Pending, who: Identity, request: Request) -> SignedIn:
    """Sign in whoever connected this account. Raises Refused."""
    digest = _digest(who)
    with tenants((), global_holder="sign-in"):
        row = get(AddressRow, f"GLOBAL#email#{digest}", repository.PERSON)
    if row is None:
        raise Unknown
    proof = Proof(Method(who.provider), _proved_at(who, clock.now()))
    return _enter(PersonId(row.person), digest, who, request, under_way, proof)


def confirm(under_way: Pending, who: Identity, request: Request, session: Session) -> SignedIn:
    """Confirm that whoever is signed in still is who they are: signed in there just now.

    Raises Refused for another's account, and when the provider does not say when (R16).
    """
    proved_at = _proved_at(who, clock.now())
    if proved_at is None:
        raise Refused
    proof = Proof(Method(who.provider), proved_at)
    return _enter(session.person, _digest(who), who, request, under_way, proof)


def connect(under_way: Pending, who: Identity, request: Request, session: Session) -> SignedIn:
    """Connect an account to whoever is signed in. Raises Refused, OfNoPlace when no place of theirs
    takes people from its directory, OfNowhere when they have none, and TooMany past MOST accounts.
    """
    person, now = session.person, clock.now()
    _check_place(person, who)
    with tenants({person}):
        if len(ids_of(person)) >= MOST:
            raise TooMany
    proof = Proof(Method(who.provider), now if session.is_fresh(now) else None)
    try:
        with tenants({person}, global_holder="sign-in"):
            sessions.end_others(person, but=session.id)
            with transaction() as tx:
                _spend(tx, person, under_way)
                keep(tx, person, who)
                passkeys.tell(tx, person, "account_connected")
                return entering.begin(tx, person, request, proof, return_to=under_way.return_to)
    except (Conflict, NotFound) as e:
        raise Refused from e


def keep(tx: Transaction, person: PersonId, who: Identity) -> None:
    """Write an account down as a person's, here and where it is found by; Conflict when it is
    somebody's already. The scope covers them, and holds GLOBAL as "sign-in".
    """
    digest, now = _digest(who), clock.now()
    at = clock.stamp(now)
    row = IdentityRow(
        person,
        f"identity#{digest}",
        provider=who.provider,
        directory=who.directory,
        tells=_proved_at(who, now) is not None,
        made_at=at,
        used_at=at,
    )
    row.seal({"address": who.address})
    tx.create(row)
    tx.create(AddressRow(f"GLOBAL#email#{digest}", repository.PERSON, person=person))
    by, about = audit.actors.person(person), f"identity/{digest[:16]}"
    audit.record(tx, person, by=by, action="account.connected", about=about)


def disconnect(tx: Transaction, person: PersonId, identity: str, *, by: str) -> None:
    """Take a connected account away. Raises NotFound. The scope holds GLOBAL as "sign-in"."""
    row = get(IdentityRow, person, f"identity#{identity}")
    if row is None:
        raise NotFound
    tx.delete(IdentityRow, person, row.sk, condition=IdentityRow.sk.exists())
    own = AddressRow.person == person
    tx.delete(AddressRow, f"GLOBAL#email#{identity}", repository.PERSON, condition=own)
    about = f"identity/{identity[:16]}"
    audit.record(tx, person, by=by, action="account.disconnected", about=about)


def check_there(tx: Transaction, person: PersonId, identity: str, *, error: AppError) -> None:
    """Let a transaction through only while the person has this account connected."""
    tx.check(IdentityRow, person, f"identity#{identity}", IdentityRow.sk.exists(), error=error)


def ids_of(person: PersonId) -> list[str]:
    """The accounts that somebody has connected, by the ids that `disconnect` takes."""
    rows = every(IdentityRow, person, "identity#", consistent=True)
    return [row.sk.partition("#")[2] for row in rows]


def of(person: PersonId) -> list[Connected]:
    """A person's connected accounts, and what each is good for today. The scope covers them."""
    rows = list(every(IdentityRow, person, "identity#", consistent=True))
    taken = directories.taken(repository.grants(person)) if rows else frozenset()
    return [_connected(row, taken) for row in rows]


def _connected(row: IdentityRow, taken: Collection[tuple[str, str]]) -> Connected:
    signs_in = providers.named(row.provider) is not None and (row.provider, row.directory) in taken
    return Connected(
        id=row.sk.partition("#")[2],
        method=Method(row.provider),
        address=row.unseal().get("address", ""),
        made_at=clock.parse(row.made_at),
        used_at=clock.parse(row.used_at) if row.used_at else None,
        signs_in=signs_in,
        confirms=signs_in and bool(row.tells),
    )


def _proved_at(who: Identity, now: datetime) -> datetime | None:
    """When they signed in there, if that was just now by our clock; never after it. None too when
    the provider does not say, or names a moment that is still to come.
    """
    told = who.signed_in_at
    if told is None or not now - JUST_NOW <= told <= now + tokens.LEEWAY:
        return None
    return min(told, now)


def _enter(
    person: PersonId,
    digest: str,
    who: Identity,
    request: Request,
    under_way: Pending,
    proof: Proof,
) -> SignedIn:
    with tenants({person}):
        row = get(IdentityRow, person, f"identity#{digest}")
    if row is None or (row.provider, row.directory) != (who.provider, who.directory):
        raise Refused
    _check_place(person, who)
    try:
        with tenants({person}), transaction() as tx:
            _spend(tx, person, under_way)
            told = {"tells": True} if proof.at else {}  # once it told, it is held to that
            tx.update(
                IdentityRow,
                person,
                row.sk,
                set={"used_at": clock.stamp(clock.now()), **told},
                condition=IdentityRow.sk.exists(),
            )
            return entering.begin(tx, person, request, proof, return_to=under_way.return_to)
    except (Conflict, NotFound) as e:
        raise Refused from e


def _check_place(person: PersonId, who: Identity) -> None:
    """Raises OfNoPlace unless a place where they have access today takes people from the
    directory: not one that they left, that shut them out or whose invitation they have to accept.
    Raises OfNowhere when there is no place where they have access.
    """
    with tenants({person}):
        grants = repository.grants(person)
    if not any(each.is_open(clock.today()) for each in grants):
        raise OfNowhere
    if (who.provider, who.directory) not in directories.taken(grants):
        raise OfNoPlace


def _spend(tx: Transaction, person: PersonId, under_way: Pending) -> None:
    """Let one going to a provider give one session, however often its answer comes."""
    until = clock.now() + 2 * pending.LIFE
    tx.create(
        SpentRow(person, f"spent#{ids.digest(under_way.state)}", expires=int(until.timestamp()))
    )


def _digest(who: Identity) -> str:
    return addresses.digest_of_account(who.key)
