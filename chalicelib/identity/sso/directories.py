"""Which directories a school or trust takes people from: its own list, and its trust's (R11)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from chalicelib import audit, clock
from chalicelib.errors import Invalid
from chalicelib.identity.model import Grant
from chalicelib.identity.rows import DirectoriesRow
from chalicelib.identity.sso import tokens
from chalicelib.identity.sso.providers import Provider
from chalicelib.ids import SchoolId, TrustId
from chalicelib.storage import Key, Row, get, tenants, together, transaction
from chalicelib.storage.tenant_policy import MOST_TENANTS
from chalicelib.tenancy import repository as tenancy
from chalicelib.tenancy.rows import SchoolRow

Place = SchoolId | TrustId
MOST = 5
_KEY = "directories"


@dataclass(frozen=True)
class Listed:
    """A place's own directories by provider's name, and the version that a change must meet."""

    directories: Mapping[str, tuple[str, ...]]
    version: int


def of(place: str) -> Listed:
    """The scope covers the place."""
    row = get(DirectoriesRow, place, _KEY)
    if row is None:
        return Listed({}, 0)
    found = {name: tuple(listed) for name, listed in row.listed.items()}
    return Listed(found, int(row.version or 0))


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


def taken(grants: Collection[Grant]) -> frozenset[tuple[str, str]]:
    """The directories, each with its provider's name, that somebody's places take people from
    today: places where they have access, and the trusts these belong to.

    Reads in scopes of its own, a lump of places to a trip and then one of trusts: the places that
    the caller knows their person holds grants at, and the trusts that these places' rows name.
    """
    today = clock.today()
    places = [each.place for each in grants if each.is_open(today)]
    rows = _read(places, lambda place: (_key(place), tenancy.school_key(SchoolId(place))))
    trusts = {str(row.trust) for row in rows if isinstance(row, SchoolRow) and row.trust}
    rows += _read(trusts - set(places), lambda trust: (_key(trust),))
    return frozenset(
        (name, directory)
        for row in rows
        if isinstance(row, DirectoriesRow)
        for name, listed in row.listed.items()
        for directory in listed
    )


def _read(places: Collection[str], keys: Callable[[str], tuple[Key, ...]]) -> list[Row | None]:
    rows, wanted = list[Row | None](), sorted(places)
    for start in range(0, len(wanted), MOST_TENANTS):
        some = wanted[start : start + MOST_TENANTS]
        with tenants(some):
            rows += together(*(key for place in some for key in keys(place)))
    return rows


def _key(place: str) -> Key:
    return Key(DirectoriesRow, place, _KEY)


def _problem(provider: Provider, found: Collection[str]) -> str:
    if len(found) > MOST:
        return f"Enter {MOST} or fewer"
    if all(tokens.is_directory(provider, each) for each in found):
        return ""
    if provider.is_microsoft:
        return "Enter the directory (tenant) ID: 32 letters and digits with four hyphens"
    return "Enter your Google Workspace domain, such as school.example"
