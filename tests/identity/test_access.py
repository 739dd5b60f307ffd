"""Authority is read when it is used; another's place is one that never existed (R4, R5, R6)."""

import random
import re

import pytest

from chalicelib.errors import Invalid
from chalicelib.identity import repository, service
from chalicelib.identity.permissions import Permission, Role, permissions_of
from chalicelib.identity.rows import MemberRow
from chalicelib.storage import tenants, transaction
from tests.builders import BY, a_person, a_school, a_trust, signed_in
from tests.pages import Answer, Site

# A page a school's role opens, by the permission it asks for.
PAGES = {
    Permission.READ_DUTY: "duty",
    Permission.READ_PEOPLE: "people",
    Permission.MANAGE_PEOPLE: "people/new",
    Permission.READ_SETTINGS: "settings",
    Permission.SET_OWN_ABSENCE: "duty/away",
    Permission.SET_ABSENCE: "duty/absences",
}
NOWHERE = "0000000000000000"


def comparable(answer: Answer) -> str:
    """The page without what is new with every answer."""
    body = re.sub(r'nonce="[^"]+"', "", answer.body)
    return re.sub(r'(name="csrf_token" value=)"[^"]+"', r"\1", body)


def test_without_a_session_every_place_asks_to_sign_in(site: Site) -> None:
    """Whether it exists or not."""
    for place in (a_school(), NOWHERE, "x"):
        answer = site.get(f"/s/{place}/duty", expect=None)
        assert answer.status == (404 if place == "x" else 303)


@pytest.mark.parametrize("page", ["duty", "people", "settings", "people/" + "0" * 16])
def test_another_school_is_one_that_never_existed(site: Site, page: str) -> None:
    """Byte for byte (R4)."""
    theirs = a_school("Canary School")
    a_person(theirs, roles=[Role.HEADTEACHER])
    mine = signed_in(site, a_person(a_school(), roles=[Role.HEADTEACHER]))
    foreign = mine.get(f"/s/{theirs}/{page}", expect=404)
    never = mine.get(f"/s/{NOWHERE}/{page}", expect=404)

    assert comparable(never) == comparable(foreign)
    assert "Canary" not in foreign.body


@pytest.mark.parametrize("side", ["person", "place"])
def test_half_a_membership_is_none(site: Site, side: str) -> None:
    """Both sides are written together; what only one of them says is not believed."""
    school = a_school()
    person = a_person(school, roles=[Role.HEADTEACHER])
    browser = signed_in(site, person)
    key = (
        repository.grant_key(person.id, school)
        if side == "person"
        else repository.member_key(school, person.id)
    )
    with tenants({school, person.id}), transaction() as tx:
        tx.delete(key.row, key.tenant, key.sk)

    browser.get(f"/s/{school}/duty", expect=404)


def test_what_only_one_side_gives_is_not_held(site: Site) -> None:
    """A role that stands at the school alone opens nothing."""
    school = a_school()
    person = a_person(school, roles=[Role.STAFF])
    with tenants({school, person.id}), transaction() as tx:
        tx.update(MemberRow, school, f"member#{person.id}", set={"roles": ["staff", "headteacher"]})

    signed_in(site, person).get(f"/s/{school}/settings", expect=403)


def test_a_trust_is_no_school_and_a_school_no_trust(site: Site) -> None:
    """Nor is a person either of them."""
    trust = a_trust()
    school = a_school(trust=trust)
    admin = a_person(trust, roles=[Role.TRUST_ADMINISTRATOR])
    head = a_person(school, roles=[Role.HEADTEACHER])
    browser = signed_in(site, admin)
    browser.get(f"/t/{trust}/settings")
    browser.get(f"/s/{trust}/settings", expect=404)
    browser.get(f"/s/{school}/settings", expect=404)
    browser.get(f"/s/{admin.id}/settings", expect=404)
    browser = signed_in(site, head)
    browser.get(f"/s/{school}/settings")
    browser.get(f"/t/{trust}/settings", expect=404)
    browser.get(f"/t/{school}/settings", expect=404)


@pytest.mark.parametrize("role", [role for role in Role if not role.value.startswith("trust")])
def test_a_role_opens_the_pages_its_permissions_name_and_no_others(site: Site, role: Role) -> None:
    """Known here but not allowed is 403."""
    school = a_school()
    browser = signed_in(site, a_person(school, roles=[role]))
    held = permissions_of([role])
    answers = {
        permission: browser.get(f"/s/{school}/{path}", expect=None).status
        for permission, path in PAGES.items()
    }

    assert {each: 200 if each in held else 403 for each in PAGES} == answers


def test_the_menu_shows_only_what_one_may_open(site: Site) -> None:
    """The technician sees no people and no settings."""
    school = a_school()
    browser = signed_in(site, a_person(school, roles=[Role.TECHNICIAN]))
    menu = browser.get(f"/s/{school}/duty").root.all("nav", **{"aria-label": "Menu"})[0].text

    assert "Duty" in menu
    assert "People" not in menu
    assert "Settings" not in menu


@pytest.mark.parametrize("seed", range(12))
def test_a_change_of_roles_counts_on_the_very_next_request(site: Site, seed: int) -> None:
    """R5: random histories of giving, taking, leaving and coming back, on one session."""
    chance = random.Random(seed)
    school = a_school()
    a_person(school, roles=[Role.HEADTEACHER, Role.DSL])
    somebody = a_person(school, roles=[Role.STAFF])
    a_person(a_school(), roles=[Role.STAFF], email=somebody.email)  # never nowhere: stays signed in
    browser = signed_in(site, somebody)
    held: set[Role] = {Role.STAFF}
    for _ in range(12):
        if held and chance.random() < 0.25:
            service.leave(school, somebody.id, by=BY)
            held = set()
        else:
            roles = set(chance.sample(sorted(service.PlaceKind.SCHOOL.roles), chance.randint(1, 3)))
            if held:
                service.set_roles(school, somebody.id, roles, by=BY)
            else:
                a_person(school, roles=roles, email=somebody.email)
            held = roles
        expected = {
            permission: 404 if not held else 200 if permission in permissions_of(held) else 403
            for permission in PAGES
        }
        got = {
            permission: browser.get(f"/s/{school}/{path}", expect=None).status
            for permission, path in PAGES.items()
        }
        assert expected == got, (seed, held)


def test_whoever_leaves_their_last_school_is_signed_out(site: Site) -> None:
    """Their sessions end at once, everywhere (R19)."""
    school = a_school()
    leaver = a_person(school)
    browser = signed_in(site, leaver)
    browser.get("/sessions")
    service.leave(school, leaver.id, by=BY)

    assert "/signin?next=/sessions" == browser.get("/sessions", expect=303).location
    with pytest.raises(Invalid):
        service.leave(school, a_person(school, roles=[Role.DSL]).id, by=BY)


def test_somebody_with_two_schools_chooses_and_sees_both_in_the_menu(site: Site) -> None:
    """By name, with what they are there."""
    first, second = a_school("Alder School"), a_school("Birch School")
    person = a_person(first, roles=[Role.DSL])
    a_person(second, roles=[Role.GOVERNOR], email=person.email)
    browser = signed_in(site, person)
    shown = browser.get("/places")

    assert "Alder School Designated safeguarding lead" in shown.text
    assert "Birch School Governor" in shown.text
