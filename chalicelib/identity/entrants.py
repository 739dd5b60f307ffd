"""Whom a guard let in, and what they may do there: what every view is given (R5, R6)."""

from dataclasses import dataclass
from functools import cached_property

from chalicelib import audit, ids
from chalicelib.identity import devices, repository
from chalicelib.identity.model import Grant, Session
from chalicelib.identity.permissions import SETTING_UP, Permission, Role, permissions_of
from chalicelib.ids import PersonId, SchoolId, TrustId
from chalicelib.tenancy import directory
from chalicelib.web import Request


@dataclass(frozen=True)
class _SignedIn:
    """Somebody signed in, wherever they are."""

    request: Request
    session: Session

    @property
    def person(self) -> PersonId:
        return self.session.person

    @property
    def actor(self) -> str:
        """How audit lines and events name them."""
        return audit.actors.person(self.person)


@dataclass(frozen=True)
class PersonAccess(_SignedIn):
    """Somebody signed in, on a page about themselves."""

    @cached_property
    def grants(self) -> list[Grant]:
        """What they hold, and where."""
        return repository.grants(self.person)


@dataclass(frozen=True)
class Somewhere(_SignedIn):
    """Somebody signed in, at a place where they hold roles."""

    person_name: str
    person_email: str
    roles: frozenset[Role]

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything they may do here."""
        return permissions_of(self.roles)

    def may(self, permission: Permission | str) -> bool:
        if self.only_reports and permission != Permission.SUBMIT_INCIDENT:
            return False
        return permission in self.permissions

    @cached_property
    def only_reports(self) -> bool:
        """Whether this device is for reporting only, whatever its person may do elsewhere (S71)."""
        return self.session.submit_only or devices.is_submit_only(self.request)


@dataclass(frozen=True)
class SchoolAccess(Somewhere):
    """A member of a school, on one of its pages.

    Whoever sets a school up may do what that takes until it is live (`sets_up`).
    """

    school: SchoolId
    school_name: str
    trust: TrustId | None
    sets_up: bool = False
    setting_up: bool = False

    @property
    def permissions(self) -> frozenset[Permission]:
        held = permissions_of(self.roles)
        return held | SETTING_UP if self.sets_up and self.setting_up else held


@dataclass(frozen=True)
class TrustAccess(Somewhere):
    """A member of a trust, on one of its pages. Its schools' own records are out of reach."""

    trust: TrustId
    trust_name: str

    @cached_property
    def schools(self) -> tuple[SchoolId, ...]:
        """The trust's schools, from its own list of them: names for figures, not doors."""
        return tuple(each.id for each in directory.schools_of(self.trust))


@dataclass(frozen=True)
class LinkAccess:
    """Whoever holds an emailed or hook address: a tenant and a secret, proven by look-up only."""

    request: Request
    tenant: str
    token: str

    @property
    def digest(self) -> str:
        """What the link is stored and found by (R20)."""
        return ids.digest(self.token)

    @property
    def actor(self) -> str:
        return audit.actors.link(self.digest)


@dataclass(frozen=True)
class VisitorAccess:
    """Anybody at all, on the open page of a school."""

    request: Request
    school: SchoolId
    school_name: str
