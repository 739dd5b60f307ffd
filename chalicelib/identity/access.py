"""The guards: the only place where a request becomes a school, a trust or a person (R1, R5, R6).

Each reads authority at the moment of use, in one consistent trip: the session, what the person
holds at the place, the place itself. Then the tenants in force are the place and the person, and
nothing else. A place where one holds nothing is NotFound, like one that never existed (R4).
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from chalicelib import clock, ids
from chalicelib.errors import (
    Conflict,
    MoreNeeded,
    NotAllowed,
    NotFound,
    ProofNeeded,
    ReportingOnly,
    SignInNeeded,
)
from chalicelib.identity import repository, session_rows, sessions, strength
from chalicelib.identity.entrants import (
    LinkAccess,
    PersonAccess,
    SchoolAccess,
    Somewhere,
    TrustAccess,
    VisitorAccess,
)
from chalicelib.identity.model import Member, Session
from chalicelib.identity.permissions import Permission, Role, called
from chalicelib.identity.rows import GrantRow, MemberRow, SessionRow
from chalicelib.ids import SchoolId, TrustId
from chalicelib.storage import Key, Row, tenants, together
from chalicelib.tenancy import brand, directory
from chalicelib.tenancy import repository as tenancy
from chalicelib.tenancy.rows import SchoolRow, TrustRow
from chalicelib.web import Access, Request, context, navigation, public
from chalicelib.web.navigation import Chrome

__all__ = [
    "LinkAccess",
    "PersonAccess",
    "SchoolAccess",
    "TrustAccess",
    "VisitorAccess",
    "link",
    "public",
    "school",
    "signed_in",
    "trust",
    "visitor",
]

Who = TypeVar("Who")


@dataclass(frozen=True)
class _Guard(Generic[Who]):
    name: str
    enters: Callable[[Request], AbstractContextManager[Who]]

    def enter(self, request: Request) -> AbstractContextManager[Who]:
        return self.enters(request)


def school(permission: Permission, *, fresh: bool = False) -> Access[SchoolAccess]:
    """Whoever holds the permission at the school in the path.

    `fresh` asks who signed in longer than 15 minutes ago to confirm that it is them: for exports,
    erasure, roles and secrets (R16).
    """

    @contextmanager
    def enters(request: Request) -> Iterator[SchoolAccess]:
        place = SchoolId(_tenant_in(request, "school"))
        with _member(request, place, tenancy.school_key(place)) as (session, member, row):
            if not isinstance(row, SchoolRow):
                raise NotFound
            trust_id = TrustId(row.trust) if row.trust else None
            who = SchoolAccess(
                request,
                session,
                member.name,
                member.email,
                member.roles,
                place,
                row.name,
                trust_id,
                sets_up=member.sets_up,
                setting_up=bool(row.setting_up),
            )
            _surround(who, "school", place, row.name)
            _require(who, permission, fresh=fresh)
            with called(_titles(row)):
                yield who

    return _Guard(f"school:{permission}", enters)


def trust(permission: Permission, *, fresh: bool = False) -> Access[TrustAccess]:
    """Whoever holds the permission at the trust in the path; `fresh` as in `school`."""

    @contextmanager
    def enters(request: Request) -> Iterator[TrustAccess]:
        place = TrustId(_tenant_in(request, "trust"))
        with _member(request, place, tenancy.trust_key(place)) as (session, member, row):
            if not isinstance(row, TrustRow):
                raise NotFound
            who = TrustAccess(
                request, session, member.name, member.email, member.roles, place, row.name
            )
            _surround(who, "trust", place, row.name)
            _require(who, permission, fresh=fresh)
            yield who

    return _Guard(f"trust:{permission}", enters)


def signed_in(*, fresh: bool = False) -> Access[PersonAccess]:
    """Anybody who is signed in, for pages about themselves; `fresh` as in `school`."""

    @contextmanager
    def enters(request: Request) -> Iterator[PersonAccess]:
        carried = _carried(request)
        with tenants({carried.person}):
            (row,) = together(session_rows.session_key(carried.person, carried.secret))
            session = _live(request, row)
            if fresh and not session.is_fresh(clock.now()):
                raise ProofNeeded(request.path)
            who = PersonAccess(request, session)
            context.current().chrome = Chrome(person_name="Your account", places=session.places)
            yield who

    return _Guard("signed_in", enters)


def link(purpose: str) -> Access[LinkAccess]:
    """Whoever holds a `<tenant>.<secret>` address. Only its shape is checked here: the feature
    looks it up by its digest among links of this purpose, and answers NotFound when it is none.
    """

    @contextmanager
    def enters(request: Request) -> Iterator[LinkAccess]:
        token = request.params.get("token", "")
        parts = sessions.split(token)
        if parts is None:
            raise NotFound
        with tenants({parts.person}):
            yield LinkAccess(request, parts.person, token)

    return _Guard(f"link:{purpose}", enters)


def visitor() -> Access[VisitorAccess]:
    """Anybody, on the open page of the school in the path. NotFound when there is none."""

    @contextmanager
    def enters(request: Request) -> Iterator[VisitorAccess]:
        place = SchoolId(_tenant_in(request, "school"))
        with tenants({place}):
            found = directory.school(place)
            context.current().chrome = Chrome(look=brand.look(found))
            yield VisitorAccess(request, place, found.name)

    return _Guard("visitor", enters)


@contextmanager
def _member(
    request: Request, place: SchoolId | TrustId, place_key: Key
) -> Iterator[tuple[Session, Member, Row | None]]:
    """The one consistent read of authority, and the tenants it opens."""
    carried = _carried(request)
    with tenants({place, carried.person}):
        session_row, grant_row, member_row, place_row = together(
            session_rows.session_key(carried.person, carried.secret),
            repository.grant_key(carried.person, place),
            repository.member_key(place, carried.person),
            place_key,
        )
        session = _live(request, session_row)
        if not isinstance(grant_row, GrantRow) or not isinstance(member_row, MemberRow):
            raise NotFound
        # Both sides are written together; what both say is what is held.
        grant = repository.to_grant(grant_row)
        member = repository.to_member(member_row, only=grant.roles)
        today = clock.today()
        if not (grant.is_open(today) and member.has_access(today)):
            raise NotFound
        if not strength.is_enough(session.method, member.roles, place_row):
            raise MoreNeeded(request.path)
        yield session, member, place_row


def _tenant_in(request: Request, slot: str) -> str:
    place = request.params.get(slot, "")
    if not ids.is_tenant(place):
        raise NotFound
    return place


def _carried(request: Request) -> sessions.Carried:
    carried = sessions.carried(request)
    if carried is None:
        raise SignInNeeded(request.path)
    return carried


def _live(request: Request, row: Row | None) -> Session:
    """The session, if it still is one by its stored times; its use is noted."""
    if not isinstance(row, SessionRow):
        raise SignInNeeded(request.path)
    session = session_rows.to_session(row)
    if not session.is_live(clock.now()):
        raise SignInNeeded(request.path)
    try:
        sessions.note_use(session)
    except Conflict as e:  # ended between the read and the write
        raise SignInNeeded(request.path) from e
    return session


def _require(who: Somewhere, permission: Permission, *, fresh: bool) -> None:
    if permission not in who.permissions:
        raise NotAllowed
    if not who.may(permission):
        raise ReportingOnly(who.request.path)
    if fresh and not who.session.is_fresh(clock.now()):
        raise ProofNeeded(who.request.path)


def _surround(who: Somewhere, kind: str, place: str, name: str) -> None:
    context.current().chrome = Chrome(
        place_name=name,
        place_path=f"/{kind[0]}/{place}",
        person_name=who.person_name,
        navigation=navigation.items(kind=kind, tenant=place, path=who.request.path, may=who.may),
        places=who.session.places,
        notice=_notice(who),
    )


def _titles(row: SchoolRow) -> dict[Role, str]:
    """What the school, or its trust, calls some roles; from the row that was read anyway."""
    settings = tenancy.settings_in(row)
    told = {role: str(getattr(settings, f"title_{role}", "")) for role in Role}
    return {role: title for role, title in told.items() if title}


def _notice(who: Somewhere) -> str:
    """Where a school that is not live yet is set up, for those who can do it."""
    if not isinstance(who, SchoolAccess) or not who.setting_up:
        return ""
    there = f"/s/{who.school}/setting-up"
    shown = who.may(Permission.MANAGE_SETTINGS) and not who.request.path.startswith(there)
    return there if shown else ""
