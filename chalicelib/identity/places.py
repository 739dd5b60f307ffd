"""Where somebody belongs, by name: for choosing between schools and for the menu."""

from dataclasses import dataclass
from datetime import date

from chalicelib import clock
from chalicelib.identity import repository, strength
from chalicelib.identity.model import Grant, PlaceKind
from chalicelib.identity.permissions import Role, in_order
from chalicelib.ids import PersonId, SchoolId, TrustId
from chalicelib.storage import Key, Row, tenants, together
from chalicelib.storage.tenant_policy import MOST_TENANTS
from chalicelib.tenancy import repository as tenancy
from chalicelib.tenancy.rows import SchoolRow, TrustRow


@dataclass(frozen=True)
class Place:
    """A school or trust that somebody belongs to, and what they are there."""

    name: str
    path: str
    kind: PlaceKind
    roles: tuple[Role, ...]
    more_from: date | None = None  # when their roles there ask for more than mail; None is never

    @property
    def id(self) -> str:
        return self.path.rpartition("/")[2]


def of(person: PersonId) -> list[Place]:
    """Everywhere a person belongs, schools before trusts, by name. The scope covers the person.

    The names are read in a scope of their own: the places that the person holds grants at.
    """
    today = clock.today()
    grants = [each for each in repository.grants(person) if each.is_open(today)]
    rows: list[Row | None] = []
    for start in range(0, len(grants), MOST_TENANTS):
        some = grants[start : start + MOST_TENANTS]
        with tenants({grant.place for grant in some}):
            rows += together(*(_key(grant) for grant in some))
    found = [
        Place(
            row.name,
            grant.kind.path(grant.place),
            grant.kind,
            in_order(grant.roles),
            strength.more_from(grant.roles, row),
        )
        for grant, row in zip(grants, rows, strict=True)
        if isinstance(row, SchoolRow | TrustRow)
    ]
    return sorted(found, key=lambda place: (place.kind, place.name))


def _key(grant: Grant) -> Key:
    if grant.kind is PlaceKind.SCHOOL:
        return tenancy.school_key(SchoolId(grant.place))
    return tenancy.trust_key(TrustId(grant.place))
