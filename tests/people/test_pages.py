"""People, roles, classes, absence and duty, as a school's people use them."""

import pytest

from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.storage import tenants
from tests.builders import (
    Person,
    a_class,
    a_contact,
    a_person,
    a_pupil,
    a_school,
    signed_in,
    within,
)
from tests.pages import Answer, Site


@pytest.fixture
def school(site: Site) -> SchoolId:
    return a_school("Alder Primary")


@pytest.fixture
def head(school: SchoolId) -> Person:
    return a_person(school, roles=[Role.HEADTEACHER], name="Gus Head")


@pytest.fixture
def dsl(school: SchoolId) -> Person:
    return a_person(school, roles=[Role.DSL], name="Dina Lead")


@pytest.fixture
def office(school: SchoolId) -> Person:
    return a_person(school, roles=[Role.OFFICE], name="Olu Office")


def offered(answer: Answer) -> set[str]:
    return {each.attributes["value"] for each in answer.root.all("input", name="roles")}


def test_a_head_adds_somebody_who_is_written_to_and_can_sign_in(
    site: Site, school: SchoolId, head: Person
) -> None:
    """The mail says where, and how to sign in; nothing else."""
    browser = signed_in(site, head)
    browser.get(f"/s/{school}/people/new")
    browser.submit({"name": "Nia New", "email": "nia@alder.sch.uk", "roles": ["dsl", "staff"]})
    (mail,) = site.mailbox.deliver()

    assert ("nia@alder.sch.uk", "You are invited to Holdfast by Alder Primary") == (
        mail.to,
        mail.subject,
    )
    assert "Nia" not in mail.text
    (link,) = mail.links()
    assert link.startswith(f"http://localhost:8000/invited/{school}.")
    listed = browser.get(f"/s/{school}/people").text
    assert "Nia New Designated safeguarding lead and Staff Invited until 9 October 2026" in listed


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"email": "office@alder.sch.uk"}, "several people may read this mailbox"),
        ({"email": "nobody"}, "in the right form"),
        ({"name": ""}, "Enter their name"),
        ({"roles": []}, "Choose at least one role"),
    ],
)
def test_what_cannot_be_added_is_told_and_stays_typed(
    site: Site, school: SchoolId, head: Person, typed: dict[str, str], problem: str
) -> None:
    """Nobody is added, and what was typed is still there."""
    browser = signed_in(site, head)
    browser.get(f"/s/{school}/people/new")
    good = {"name": "Nia New", "email": "nia@alder.sch.uk", "roles": ["staff"]}
    refused = browser.submit(good | typed, expect=422)

    assert problem in refused.problems()[0]
    for name in ("name", "email"):
        (field,) = refused.root.all("input", name=name)
        assert (good | typed)[name] == field.attributes["value"]
    assert [] == site.mailbox.deliver()


def test_adding_somebody_who_is_here_is_told(site: Site, school: SchoolId, head: Person) -> None:
    """At the address."""
    browser = signed_in(site, head)
    browser.get(f"/s/{school}/people/new")
    fields = {"name": "Gus Again", "email": head.email, "roles": ["staff"]}

    assert ["Somebody with this address is already on the list"] == browser.submit(
        fields, expect=422
    ).problems()


def test_the_office_offers_and_gives_only_what_it_may(
    site: Site, school: SchoolId, head: Person, dsl: Person, office: Person
) -> None:
    """Neither on the page nor by a request of its own making."""
    browser = signed_in(site, office)
    assert {"staff", "office"} == offered(browser.get(f"/s/{school}/people/new"))
    fields = {"name": "Mal Ory", "email": "mal@alder.sch.uk", "roles": ["headteacher"]}
    browser.submit(fields, expect=422)
    shown = browser.get(f"/s/{school}/people/{dsl.id}")
    assert {"staff", "office"} == offered(shown)
    assert "Only the headteacher can take away: Designated safeguarding lead." in shown.text
    browser.submit({"roles": ["staff"]}, action="/roles")
    with tenants({school}):
        assert {Role.DSL, Role.STAFF} == identity.member(school, dsl.id).roles
    token = shown.root.all("input", name="csrf_token")[0].attributes["value"]
    browser.post(f"/s/{school}/people/{dsl.id}/leave", {"csrf_token": token}, expect=403)
    leaves = browser.get(f"/s/{school}/people/{dsl.id}/leave")
    assert "Only the headteacher can take away" in leaves.text


def test_the_last_headteacher_stays(site: Site, school: SchoolId, head: Person) -> None:
    """R19, with the reason."""
    browser = signed_in(site, head)
    shown = browser.get(f"/s/{school}/people/{head.id}")
    leaves = browser.get(f"/s/{school}/people/{head.id}/leave")
    for refused in (
        browser.submit({"roles": ["staff"]}, page=shown, action="/roles", expect=422),
        browser.submit(page=leaves, action="/leave", expect=422),
    ):
        assert ["Give the role of headteacher to somebody else first"] == refused.problems()


def test_all_that_a_school_would_lose_is_said_at_once(
    site: Site, school: SchoolId, head: Person
) -> None:
    """R19: whoever is head and lead in one is told of both before they try again."""
    with within(school):
        identity.set_roles(school, head.id, [Role.HEADTEACHER, Role.DSL], by=head.actor)
    browser = signed_in(site, head)
    browser.get(f"/s/{school}/people/{head.id}/leave")
    refused = browser.submit(action="/leave", expect=422)

    roles = "headteacher and designated safeguarding lead"
    assert [f"Give the roles of {roles} to somebody else first"] == refused.problems()


def test_a_leaver_is_out_at_once(
    site: Site, school: SchoolId, head: Person, office: Person
) -> None:
    """And gets no more mail."""
    leaver = signed_in(site, office)
    leaver.get(f"/s/{school}/people")
    browser = signed_in(site, head)
    browser.get(f"/s/{school}/people/{office.id}/leave")
    browser.submit(action="/leave")

    leaver.get(f"/s/{school}/people", expect=303)
    assert "Olu Office" not in browser.get(f"/s/{school}/people").text


def test_what_a_school_must_still_name_is_said(site: Site, school: SchoolId, head: Person) -> None:
    """R-DFE 3: a senior leader and a governor among them."""
    shown = signed_in(site, head).get(f"/s/{school}/people").text

    for role in ("designated safeguarding lead", "online safety lead", "senior leader", "governor"):
        assert role in shown


def test_a_class_shows_its_pupils_and_who_must_not_be_contacted(
    site: Site, school: SchoolId, dsl: Person
) -> None:
    """6.8; and no child's name stands in the title."""
    oak = a_class(school, "Oak class")
    pupil = a_pupil(school, oak, given_name="Ash", family_name="Elm", year_group=0)
    a_contact(school, pupil, name="Pat Elm", relationship="Mother")
    a_contact(school, pupil, name="Kim Elm", relationship="Father", do_not_contact=True)
    browser = signed_in(site, dsl)
    browser.get(f"/s/{school}/people/classes")
    shown = browser.get(f"/s/{school}/people/classes/{oak}")

    assert "Ash Elm Reception Pat Elm, mother Kim Elm, father Do not contact" in shown.text
    assert "Ash" not in shown.root.all("title")[0].text
    browser.get(f"/s/{school}/people/classes/{'0' * 26}", expect=404)


def test_the_office_says_that_the_dsl_is_ill_and_the_head_is_on_duty(
    site: Site, school: SchoolId, head: Person, dsl: Person, office: Person
) -> None:
    """4.5, and back again in one press."""
    browser = signed_in(site, office)
    browser.get(f"/s/{school}/duty/absences")
    days = {"last_on-day": "7", "last_on-month": "10", "last_on-year": "2026"}
    browser.submit({"person": dsl.id, **days}, action="/absences")
    shown = browser.get(f"/s/{school}/duty")

    assert (
        "On duty now Gus Head Headteacher, because Dina Lead is away until the end of 7"
        in shown.text
    )
    assert "From 8 October 2026: Dina Lead" in shown.text
    browser.submit(button="Back now")
    assert "On duty now Dina Lead" in browser.get(f"/s/{school}/duty").text


def test_an_absence_without_cover_cannot_be_saved(
    site: Site, school: SchoolId, head: Person, dsl: Person
) -> None:
    """S95: refused with the reason, what was typed still there."""
    days = {"last_on-day": "7", "last_on-month": "10", "last_on-year": "2026"}
    first = signed_in(site, dsl)
    first.get(f"/s/{school}/duty/away")
    first.submit(days, action="/away")
    second = signed_in(site, head)
    second.get(f"/s/{school}/duty/away")
    refused = second.submit(days, action="/away", expect=422)

    assert refused.problems()[0].startswith("Nobody would be on duty from 6 October 2026 at 10am")
    (day,) = refused.root.all("input", name="last_on-day")
    assert "7" == day.attributes["value"]


def test_nobody_ends_anothers_absence_as_their_own(
    site: Site, school: SchoolId, head: Person, dsl: Person
) -> None:
    """The office and the head may, at their own door."""
    days = {"last_on-day": "7", "last_on-month": "10", "last_on-year": "2026"}
    away = signed_in(site, dsl)
    away.get(f"/s/{school}/duty/away")
    away.submit(days, action="/away")
    shown = away.get(f"/s/{school}/duty")
    (own,) = [f for f in shown.forms() if f.attributes.get("action", "").endswith("/end")]
    path = own.attributes["action"]
    deputy = signed_in(site, a_person(school, roles=[Role.DEPUTY_DSL]))
    token = deputy.get(f"/s/{school}/duty").root.all("input", name="csrf_token")[0]
    sent = {"csrf_token": token.attributes["value"]}
    deputy.post(path, sent, expect=404)
    deputy.post(path.replace("/away/", "/absences/"), sent, expect=403)

    assert "Dina Lead" in deputy.get(f"/s/{school}/duty").text


def test_a_school_that_named_nobody_is_told_so(site: Site) -> None:
    """Instead of an empty page."""
    school = a_school()
    browser = signed_in(site, a_person(school, roles=[Role.GOVERNOR]))

    assert "has named no designated safeguarding lead" in browser.get(f"/s/{school}/duty").text
