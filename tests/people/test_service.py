"""Classes, pupils and contacts: siblings share an adult, each with ties of their own."""

import pytest

from chalicelib.errors import NotFound
from chalicelib.people import service
from chalicelib.people.model import ClassId, PupilId
from chalicelib.storage import tenants
from chalicelib.storage.connection import call
from chalicelib.storage.rows import table
from tests.builders import BY, a_class, a_contact, a_pupil, a_school

pytestmark = pytest.mark.usefixtures("store")


def test_a_class_gives_its_pupils_with_their_contacts_by_name() -> None:
    """What sending an agreement to a class asks for."""
    school = a_school()
    oak, elm = a_class(school, "Oak"), a_class(school, "Elm")
    zed = a_pupil(school, oak, given_name="Zed", family_name="Young", year_group=0)
    amy = a_pupil(school, oak, given_name="Amy", family_name="Young")
    a_pupil(school, elm)
    a_contact(school, zed, amy, name="Pat Young", email="Pat@Example.net")
    with tenants({school}):
        pupils = service.pupils_in(school, oak)

        assert ["Elm", "Oak"] == [each.name for each in service.classes(school)]
        assert ["Amy Young", "Zed Young"] == [each.name for each in pupils]
        assert pupils[0].contacts == pupils[1].contacts
        assert "pat@example.net" == pupils[0].contacts[0].email
        assert 3 == len(service.pupils(school))


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        ({}, True),
        ({"parental_responsibility": False}, False),
        ({"do_not_contact": True}, False),
        ({"email": ""}, False),
    ],
)
def test_only_who_may_be_written_to_is(ties: dict[str, object], expected: bool) -> None:
    """6.8: parental responsibility, no bar, and an address."""
    school = a_school()
    pupil = a_pupil(school)
    a_contact(school, pupil, **ties)  # type: ignore[arg-type]
    with tenants({school}):
        (contact,) = service.pupil(school, pupil).contacts

    assert expected == contact.may_be_written_to


def test_a_bar_holds_for_one_sibling_and_not_the_other() -> None:
    """A court order is about a child, not about an adult."""
    school = a_school()
    one, other = a_pupil(school), a_pupil(school)
    a_contact(school, one, email="sam@example.net", do_not_contact=True)
    a_contact(school, other, email="sam@example.net")
    with tenants({school}):
        held = [service.pupil(school, each).contacts[0].do_not_contact for each in (one, other)]

    assert [True, False] == held


def test_a_large_class_is_read_whole() -> None:
    """More rows than one trip holds."""
    school = a_school()
    oak = a_class(school)
    for _ in range(101):
        a_pupil(school, oak)
    with tenants({school}):
        assert 101 == len(service.pupils_in(school, oak))


def test_what_is_not_there_is_not_found() -> None:
    """As what is another school's."""
    school, theirs = a_school(), a_school()
    pupil, oak = a_pupil(theirs), a_class(theirs)
    with tenants({school}):
        for missing in (pupil, PupilId("0" * 26)):
            with pytest.raises(NotFound):
                service.pupil(school, missing)
        with pytest.raises(NotFound):
            service.class_of(school, oak)
        assert [] == service.pupils_in(school, ClassId("0" * 26))
        with pytest.raises(NotFound):
            service.add_contact(school, [pupil], name="X", email="", relationship="Mother", by=BY)


def test_no_childs_name_stands_readable_in_the_table() -> None:
    """R7: names, addresses and ties are sealed."""
    school = a_school()
    oak = a_class(school, "Canaryclass")
    pupil = a_pupil(school, oak, given_name="Canarychild", family_name="Canaryfamily")
    a_contact(school, pupil, name="Canaryparent", email="canary@example.net", relationship="Canary")
    with tenants({school}):
        answer = call(
            "Query",
            {
                "TableName": table("directory"),
                "KeyConditionExpression": "tenant = :tenant",
                "ExpressionAttributeValues": {":tenant": {"S": school}},
            },
        )

    assert 6 == len(answer["Items"])
    assert "canary" not in str(answer["Items"]).lower()
