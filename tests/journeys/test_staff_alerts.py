"""An alert about a member of staff that becomes a record: a concern, kept from whom it is about."""

import pytest

from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from tests.alerts.senders import a_source, fortigate, post
from tests.alerts.test_inbox import path_of
from tests.builders import Person, a_person, a_school, signed_in
from tests.incidents.walk import report
from tests.pages import Site


@pytest.fixture
def school(store: str) -> SchoolId:
    return a_school()


@pytest.fixture
def dsl(school: SchoolId) -> Person:
    return a_person(school, roles=[Role.DSL], name="Asha Patel")


def test_it_becomes_a_concern_that_its_subject_never_sees(
    site: Site, school: SchoolId, dsl: Person
) -> None:
    """1.17, 4.12, S403 to S405: the head makes it; it is in the head's area, with the LADO clock,
    and in no list, figure or record of the DSL, whose account it was.
    """
    at_head = signed_in(site, a_person(school, roles=[Role.HEADTEACHER], name="Gus Head"))
    at_dsl = signed_in(site, dsl)
    ordinary = report(at_dsl, school)
    post(site, a_source(school), fortigate(dsl.email, host="quokka.example"))
    alert = path_of(school)
    at_head.get(alert)
    made = at_head.follow(at_head.submit(action="/incident"))

    assert "Allegation about a member of staff" in made.text
    assert "Contact the designated officer" in made.text
    assert "Contact the LADO" in at_head.get(f"/s/{school}").text
    assert "quokka" in at_head.get(f"/s/{school}/staff-concerns").text
    at_dsl.get(made.path.partition("?")[0], expect=404)
    for page in ("", "/incidents", "/staff-concerns", "/alerts?list=all"):
        assert "quokka" not in at_dsl.get(f"/s/{school}{page}").text
    assert ordinary in at_dsl.get(f"/s/{school}/incidents").body


def test_it_joins_concerns_and_no_ordinary_record(
    site: Site, school: SchoolId, dsl: Person
) -> None:
    """What the filter said of a member of staff is not written into what everybody reads."""
    at_head = signed_in(site, a_person(school, roles=[Role.HEADTEACHER], name="Gus Head"))
    ordinary = report(signed_in(site, dsl), school)
    post(site, a_source(school), fortigate(dsl.email, host="quokka.example"))
    join = at_head.get(f"{path_of(school)}/join")

    assert ordinary not in join.body
