"""Somebody of the office who sets a school up: more than their role, and only until it is live."""

from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.storage import tenants, transaction
from chalicelib.tenancy import repository
from chalicelib.tenancy.rows import SchoolRow
from tests.builders import BY, Person, signed_in
from tests.pages import Site
from tests.whole import world as worlds
from tests.whole.asking import Principal
from tests.whole.world import World

SETS_UP = "sets_up"


def a_setter_up(world: World, site: Site) -> Principal:
    """At the school whose cells are tried; the world knows what is their own."""
    place = world.schools["A1"]
    school, roles = SchoolId(place.id), frozenset({Role.OFFICE})
    name, email = f"{SETS_UP} {place.canary}", f"{SETS_UP}.{place.id}@example.sch.uk"
    made = identity.add_member(school, name=name, email=email, roles=roles, by=BY, sets_up=True)
    person = Person(made, name, email, school, roles)
    browser = signed_in(site, person)
    world.cookies[made] = dict(browser.cookies)
    world.personal[made] = worlds._personal(place, person, browser)
    return Principal(f"{SETS_UP}@A1", place, None, person, world.cookies[made], post=SETS_UP)


@contextmanager
def being_set_up(who: Principal) -> Iterator[None]:
    """Their school is not live while they ask; for anybody else it is as it was."""
    if who.post != SETS_UP or who.place is None:
        yield
        return
    _say(SchoolId(who.place.id), setting_up=True)
    try:
        yield
    finally:
        _say(SchoolId(who.place.id), setting_up=False)


def _say(school: SchoolId, *, setting_up: bool) -> None:
    with tenants({school}), transaction() as tx:
        tx.update(SchoolRow, school, repository.SCHOOL, set={"setting_up": setting_up})
