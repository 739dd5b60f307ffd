"""Which trusts and schools there are: asked by trust pages, reports and daily work."""

from chalicelib.errors import NotFound
from chalicelib.ids import SchoolId, TrustId
from chalicelib.storage import tenants
from chalicelib.tenancy import repository
from chalicelib.tenancy.model import School, Trust


def school(school_id: SchoolId) -> School:
    """Raises NotFound."""
    row = repository.school_row(school_id)
    if row is None:
        raise NotFound
    return repository.to_school(row)


def trust(trust_id: TrustId) -> Trust:
    """Raises NotFound."""
    row = repository.trust_row(trust_id)
    if row is None:
        raise NotFound
    return repository.to_trust(row)


def is_trust(place: str) -> bool:
    """Whether a tenant is a trust: for what is written about a place of either kind."""
    return repository.trust_row(TrustId(place)) is not None


def schools_of(trust_id: TrustId) -> tuple[School, ...]:
    """A trust's schools by name, from the trust's own list of them."""
    return tuple(repository.schools_of(trust_id))


def all_schools() -> tuple[SchoolId, ...]:
    """Every school there is, for daily work (`plan_day`)."""
    with tenants((), global_holder="directory"):
        return tuple(SchoolId(found) for found in repository.registered(repository.SCHOOL))


def all_trusts() -> tuple[TrustId, ...]:
    """Every trust there is, for daily work (`plan_day`)."""
    with tenants((), global_holder="directory"):
        return tuple(TrustId(found) for found in repository.registered(repository.TRUST))
