"""Which directories a school or trust takes people from: its own list, and its trust's (R11)."""

from collections.abc import Collection, Mapping

from chalicelib import audit
from chalicelib.errors import Invalid
from chalicelib.identity.rows import DirectoriesRow
from chalicelib.identity.sso import tokens
from chalicelib.identity.sso.providers import Provider
from chalicelib.ids import SchoolId, TrustId
from chalicelib.storage import get, tenants, transaction
from chalicelib.tenancy import repository as tenancy

Place = SchoolId | TrustId
MOST = 5
_KEY = "directories"


def of(place: str) -> dict[str, tuple[str, ...]]:
    """A place's own directories by provider's name. The scope covers the place."""
    row = get(DirectoriesRow, place, _KEY)
    return {name: tuple(listed) for name, listed in (row.listed if row else {}).items()}


def version(place: str) -> int:
    row = get(DirectoriesRow, place, _KEY)
    return int(row.version or 0) if row else 0


def change(
    place: Place, listed: Mapping[Provider, Collection[str]], *, read_at: int, by: str
) -> None:
    """Replace a place's own list. Raises Invalid at the provider's name, and Conflict."""
    problems = {
        provider.name: [_problem(provider, found)]
        for provider, found in listed.items()
        if _problem(provider, found)
    }
    if problems:
        raise Invalid(problems)
    row = get(DirectoriesRow, place, _KEY) or DirectoriesRow(place, _KEY, version=0)
    fresh = not row.version
    row.listed = {provider.name: sorted(set(found)) for provider, found in listed.items()}
    with transaction() as tx:
        if fresh and read_at == 0:
            row.version = 1
            tx.create(row)
        else:
            row.version = read_at
            tx.replace(row)
        audit.record(tx, place, by=by, action="directories.changed", about=f"place/{place}")


def allows(place: str, provider: str, directory: str) -> bool:
    """Whether a place, or the trust it belongs to, takes people from a directory.

    Reads in scopes of its own: the place, which the caller knows its person belongs to, and the
    trust that the place's own row names.
    """
    with tenants({place}):
        if directory in of(place).get(provider, ()):
            return True
        school = tenancy.school_row(SchoolId(place))
        trust = school.trust if school else None
    if not trust:
        return False
    with tenants({trust}):
        return directory in of(trust).get(provider, ())


def _problem(provider: Provider, found: Collection[str]) -> str:
    if len(found) > MOST:
        return f"Enter {MOST} or fewer"
    if all(tokens.is_directory(provider, each) for each in found):
        return ""
    if provider.is_microsoft:
        return "Enter the directory (tenant) ID: 32 letters and digits with four hyphens"
    return "Enter your Google Workspace domain, such as school.example"
