"""Pupils and contacts put right by hand, as the office does it (6.8, 6.9)."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib import ids
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.people import editing, service
from chalicelib.people.editing import Tie
from chalicelib.people.model import ContactId
from chalicelib.storage import tenants
from tests.builders import Person, a_class, a_contact, a_person, a_pupil, a_school, signed_in
from tests.pages import Site


@pytest.fixture
def office(site: Site) -> Person:
    return a_person(a_school(), roles=[Role.OFFICE])


@pytest.fixture
def browser(site: Site, office: Person) -> Site:
    return signed_in(site, office)


PARENT = {
    "name": "Pat Marsh",
    "email": "pat@example.net",
    "relationship": "Mother",
    "parental_responsibility": "yes",
}


def test_a_joiner_comes_in_by_hand_with_somebody_to_write_to(browser: Site, office: Person) -> None:
    """A class, a pupil, a contact; the class then shows them."""
    school = office.place
    browser.get(f"/s/{school}/people/classes/new")
    class_path = browser.submit({"name": "4 Oak"}).location
    browser.get(f"{class_path}/pupils/new")
    empty = browser.submit({}, expect=422)
    typed = {"given_name": "Ned", "family_name": "New", "year_group": "4"}
    path = browser.submit(typed).location
    browser.get(f"{path}/contacts/new")
    refused = browser.submit({**PARENT, "email": "pat at home"}, expect=422)
    browser.submit(PARENT)

    assert ["Enter their first name", "Enter their last name", "Choose a year group"] == (
        empty.problems()
    )
    assert 1 == len(refused.problems())
    assert "Ned New Year 4 Pat Marsh, mother" in browser.get(class_path).text
    browser.get(f"/s/{school}/people/classes/new")
    assert ["There is a class of this name already"] == (
        browser.submit({"name": "4 oak"}, expect=422).problems()
    )


def test_a_second_press_makes_nothing_twice(browser: Site, office: Person) -> None:
    """A class, a pupil, a contact with an address and one without: the same form, sent again."""
    school = SchoolId(office.place)
    form = browser.get(f"/s/{school}/people/classes/new")
    paths = {browser.submit({"name": "4 Oak"}, page=form).location for _ in range(2)}
    (class_path,) = paths
    form = browser.get(f"{class_path}/pupils/new")
    typed = {"given_name": "Ned", "family_name": "New", "year_group": "4"}
    (pupil_path,) = {browser.submit(typed, page=form).location for _ in range(2)}
    for email in ("pat@example.net", ""):
        form = browser.get(f"{pupil_path}/contacts/new")
        for _ in range(2):
            browser.submit({**PARENT, "name": f"Pat {email}", "email": email}, page=form)

    with tenants({school}):
        (ned,) = service.pupils(school)
        assert 1 == len(service.classes(school))
        assert ["pat@example.net", ""] == [each.email for each in ned.contacts]


def test_contacts_added_at_the_same_moment_all_stay(office: Person) -> None:
    """Two people at two desks: neither loses what they typed, and nothing is asked again."""
    school = SchoolId(office.place)
    pupil = a_pupil(school)

    def add(number: int) -> None:
        typed = Tie(f"Adult {number}", f"a{number}@example.net", "Parent", True, False)
        with tenants({school}):
            editing.tie(school, pupil, typed, record=ContactId(ids.new()), by=office.actor)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(add, range(3)))
    with tenants({school}):
        assert 3 == len(service.pupil(school, pupil).contacts)


def test_a_contact_is_put_right_for_all_their_children_and_barred_for_one(
    browser: Site, office: Person
) -> None:
    """The address is the adult's, the ties are the pupil's; siblings share an adult typed alike."""
    school = SchoolId(office.place)
    first, second = (a_pupil(school, given_name=name) for name in ("Amy", "Zed"))
    a_contact(school, first, name="Pat Marsh", email="pat@example.net")
    browser.get(f"/s/{school}/people/pupils/{second}/contacts/new")
    browser.submit(PARENT)
    shown = browser.get(f"/s/{school}/people/pupils/{second}")
    (change,) = [a for a in shown.root.all("a") if a.text == "Change Pat Marsh"]
    browser.get(change.attributes["href"])
    browser.submit({"email": "new@example.net", "do_not_contact": "yes"}, button="Save")
    with tenants({school}):
        amy, zed = (service.pupil(school, each).contacts[0] for each in (first, second))

    assert amy.id == zed.id
    assert {"new@example.net"} == {amy.email, zed.email}
    assert amy.may_be_written_to
    assert not zed.may_be_written_to
    browser.get(change.attributes["href"])
    browser.submit(button="Remove Pat Marsh")
    with tenants({school}):
        assert not service.pupil(school, second).contacts
        assert service.pupil(school, first).contacts


def test_who_left_is_in_no_class_and_can_come_back(browser: Site, office: Person) -> None:
    """Records still find them; their page says that they have left."""
    school = SchoolId(office.place)
    oak, elm = a_class(school, "Oak"), a_class(school, "Elm")
    pupil = a_pupil(school, oak, given_name="Amy")
    path = f"/s/{school}/people/pupils/{pupil}"
    browser.get(path)
    browser.submit(button="They have left")
    with tenants({school}):
        gone = service.pupils_in(school, oak), service.pupils(school)
    assert ([], []) == gone
    assert "Left the school" in browser.get(path).text
    browser.get(f"{path}/edit")
    browser.submit({"given_name": "Amie", "class_id": elm, "year_group": "5"})

    with tenants({school}):
        (back,) = service.pupils_in(school, elm)
    assert ("Amie Example", 5) == (back.name, back.year_group)
    assert "Left the school" not in browser.get(path).text


def test_reading_people_is_not_changing_them(site: Site, office: Person) -> None:
    """A DSL sees a pupil and their contacts, and no button; a teacher sees neither."""
    school = SchoolId(office.place)
    pupil = a_pupil(school)
    path = f"/s/{school}/people/pupils/{pupil}"
    lead = signed_in(site, a_person(school, roles=[Role.DSL]))
    teacher = signed_in(site, a_person(school, roles=[Role.STAFF]))

    shown = lead.get(path)
    assert "Add a contact" not in shown.text
    (story,) = [a for a in shown.root.all("a") if a.text.startswith("Incidents and alerts of")]
    assert 200 == lead.get(story.attributes["href"]).status
    lead.get(f"{path}/edit", expect=403)
    teacher.get(path, expect=403)
