"""People, what they are given where, and how long a session lasts."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from chalicelib.identity.permissions import (
    SCHOOL_ROLES,
    TRUST_ROLES,
    Permission,
    Role,
    in_order,
    permissions_of,
)
from chalicelib.ids import PersonId

IDLE = timedelta(minutes=30)  # R14
LONGEST = timedelta(hours=12)  # R14
FRESH = timedelta(minutes=15)  # how old a sign-in may be for what needs a fresh one (R16)
NOTED_EVERY = timedelta(minutes=1)  # how often a session's use is written down


class PlaceKind(StrEnum):
    """What somebody can be a member of. Stored words, and the start of the place's paths."""

    SCHOOL = "school"
    TRUST = "trust"

    @property
    def roles(self) -> frozenset[Role]:
        return SCHOOL_ROLES if self is PlaceKind.SCHOOL else TRUST_ROLES

    @classmethod
    def of(cls, roles: Collection[Role]) -> "PlaceKind":
        """The kind of place that has all of these roles. Raises ValueError when none does."""
        for kind in cls:
            if roles and kind.roles.issuperset(roles):
                return kind
        raise ValueError("roles of no one kind of place")

    def path(self, place: str) -> str:
        """The place's own page."""
        return f"/{self.value[0]}/{place}"


@dataclass(frozen=True)
class Member:
    """Somebody at a school or trust, as that place knows them.

    Whoever was invited has until `invited_until` to accept, and no access before (R19). A guest's
    last day is `ends_on`, a London date (S281). `sets_up` lets somebody finish the setting up of a
    school that is not live yet, whatever their role.
    """

    person: PersonId
    name: str
    email: str
    roles: frozenset[Role]
    since: datetime
    sets_up: bool = False
    invited_until: datetime | None = None
    invitation: str = ""
    ends_on: date | None = None
    disabled_at: datetime | None = None
    warned_at: datetime | None = None

    @property
    def role_names(self) -> tuple[str, ...]:
        """Their roles as people read them."""
        return tuple(role.label for role in in_order(self.roles))

    def may(self, permission: Permission) -> bool:
        return permission in permissions_of(self.roles)

    @property
    def is_invited(self) -> bool:
        """Whether they have still to accept."""
        return self.invited_until is not None

    def has_access(self, today: date) -> bool:
        """Whether what they hold counts on a London date."""
        shut = self.is_invited or self.disabled_at is not None
        return not shut and (self.ends_on is None or today <= self.ends_on)

    def lasts(self, today: date) -> bool:
        """Whether a place may count on them: access now, and no end to it."""
        return self.has_access(today) and self.ends_on is None


@dataclass(frozen=True)
class Grant:
    """What a person holds at one place, as kept with the person; `shut` while it counts nothing."""

    place: str
    kind: PlaceKind
    roles: frozenset[Role]
    shut: bool = False
    ends_on: date | None = None

    def is_open(self, today: date) -> bool:
        return not self.shut and (self.ends_on is None or today <= self.ends_on)


class Method(StrEnum):
    """How somebody showed who they are. Stored words."""

    MAIL = "mail"
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery_code"
    MICROSOFT = "microsoft"
    GOOGLE = "google"

    @property
    def is_strong(self) -> bool:
        """Whether it takes more than reading somebody's mail (R12)."""
        return self is not Method.MAIL

    @property
    def label(self) -> str:
        return _METHODS[self]


_METHODS = {
    Method.MAIL: "Email",
    Method.PASSKEY: "Passkey",
    Method.RECOVERY_CODE: "Recovery code",
    Method.MICROSOFT: "Microsoft",
    Method.GOOGLE: "Google",
}


@dataclass(frozen=True)
class Proof:
    """How somebody showed who they are, and when. `at` is None when it tells nothing of now: mail
    where they have something stronger, or a directory that does not say when they signed in.

    `since` is when they showed it by `method`, where mail only confirmed it after that: the session
    lasts no longer for it. None is now.
    """

    method: Method
    at: datetime | None
    since: datetime | None = None


@dataclass(frozen=True)
class Session:
    """One signed-in browser. `id` is the digest of its secret, which is kept nowhere."""

    id: str
    person: PersonId
    started_at: datetime
    seen_at: datetime
    device: str
    places: tuple[tuple[str, str], ...] = ()
    method: Method = Method.MAIL
    proved_at: datetime | None = None
    submit_only: bool = False  # on this device one reports and reads nothing (S71)

    def is_live(self, now: datetime) -> bool:
        """By stored times alone: a table may forget an old row days late."""
        return now - self.seen_at < IDLE and now - self.started_at < LONGEST

    def is_fresh(self, now: datetime) -> bool:
        """Whether its person proved who they are just now, by the best way they have (R16)."""
        return self.proved_at is not None and now - self.proved_at < FRESH

    def should_be_noted(self, now: datetime) -> bool:
        return now - self.seen_at >= NOTED_EVERY


def missing_without(before: Iterable[Member], after: Iterable[Member], today: date) -> str:
    """What a place would lose with a change of its members, in one sentence; empty when nothing.

    A school is never left without somebody who can manage it or without a designated safeguarding
    lead, a trust never without an administrator (R19). Whoever has not accepted yet, is shut out
    or stays until a date only is nobody to count on. A place that had none yet may stay so.
    """
    was = [each for each in before if each.lasts(today)]
    will_be = [each for each in after if each.lasts(today)]
    held, kept = _needed(was), _needed(will_be)
    lost = [role for role in _NEVER_WITHOUT if role in held - kept]
    if lost:
        roles = " and ".join(role.label.lower() for role in lost)  # of one place: two at most
        return f"Give the role{'s' if lost[1:] else ''} of {roles} to somebody else first"
    if _managed(was) and not _managed(will_be):
        return "Name a headteacher first: nobody could manage this school"
    return ""


def still_to_name(members: Iterable[Member]) -> tuple[Role, ...]:
    """The roles every school must have named before it goes live, that nobody holds yet: the ones
    of the filtering and monitoring standards (R-DFE 3), and those that alerts go to (S95).
    """
    held = {role for member in members for role in member.roles}
    return tuple(role for role in _TO_BE_NAMED if role not in held)


_TO_BE_NAMED = (
    Role.HEADTEACHER,
    Role.DSL,
    Role.DEPUTY_DSL,
    Role.ONLINE_SAFETY_LEAD,
    Role.SENIOR_LEADER,
    Role.GOVERNOR,
)
_NEVER_WITHOUT = (Role.HEADTEACHER, Role.DSL, Role.TRUST_ADMINISTRATOR)


def _managed(members: Iterable[Member]) -> bool:
    """Whether anybody can give roles: a headteacher, or whoever sets the school up."""
    return any(each.sets_up or Role.HEADTEACHER in each.roles for each in members)


def _needed(members: Iterable[Member]) -> frozenset[Role]:
    return frozenset(role for member in members for role in member.roles if role in _NEVER_WITHOUT)
