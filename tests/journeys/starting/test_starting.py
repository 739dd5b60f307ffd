"""A trust and a school set themselves up through the pages, from nothing to live (issue 7)."""

import re
from collections.abc import Callable

import pytest

from chalicelib import ids
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.journeys.starting.signing_up import COOKIE
from chalicelib.tenancy import directory
from chalicelib.tenancy import service as tenancy
from tests.builders import a_person, a_school, a_trust, signed_in, within
from tests.pages import Answer, Site

YOU = {"person_name": "Gus Head", "allowed": "yes"}
SCHOOL = {"name": "Birch Primary", "phase": "primary", "pupils": "210", **YOU}


@pytest.fixture
def email() -> str:
    """Nobody's address yet: tests share a store."""
    return f"gus.{ids.tenant()}@birch.sch.uk"


def code_in(site: Site, address: str) -> str:
    site.mailbox.deliver()
    found = re.search(r"(\d{4}) (\d{4})", site.mailbox.to(address)[-1].text)
    assert found
    return "".join(found.groups())


def start_school(site: Site, email: str) -> str:
    """Sign up a school; gives its path."""
    site.get("/start/school")
    site.submit({**SCHOOL, "roles": ["headteacher"], "email": email})
    site.get("/start/check")
    return site.submit({"code": code_in(site, email)}).location


class Counted:
    """A browser that counts the screens a person looks at."""

    def __init__(self, site: Site) -> None:
        self.site, self.screens = site, 0

    def get(self, path: str) -> Answer:
        self.screens += 1
        return self.site.get(path)

    def submit(self, *given: object, **how: object) -> str:
        return self.site.submit(*given, **how).location  # type: ignore[arg-type]


def accept(site: Site, address: str) -> None:
    """Press the button of the newest invitation."""
    site.mailbox.deliver()
    links = [link for mail in site.mailbox.to(address) for link in mail.links()]
    browser = site.another()
    browser.get("/invited/" + [link for link in links if "/invited/" in link][-1].split("/")[-1])
    browser.submit()


def test_a_first_school_is_live_in_at_most_twenty_screens(
    site: Site, email: str, record_property: Callable[[str, object], None]
) -> None:
    """From nothing to live through the pages, none asking what an earlier one knew (6.1, 6.15)."""
    here = Counted(site)
    here.get("/start")
    here.get("/start/school")
    here.submit({**SCHOOL, "roles": ["headteacher", "dsl"], "email": email})
    here.get("/start/check")
    at = here.submit({"code": code_in(site, email)})
    here.get(at)
    shown = here.get(f"{at}/setting-up")
    assert "still to do before your school can go live" in shown.text

    here.get(f"{at}/setting-up/people")
    people = {
        "deputy_dsl_name": "Dee Puty",
        "deputy_dsl_email": f"dee.{email}",
        "online_safety_lead_email": f"dee.{email}",
        "senior_leader_email": email,
        "governor_name": "Gov Ernor",
        "governor_email": f"gov.{email}",
        "chair_of_governors_name": "Cher Chair",
        "chair_of_governors_email": f"cher.{email}",
    }
    here.get(here.submit(people))
    terms = {
        f"{name}_{part}_on-{unit}": str(value)
        for name, part, day in (
            ("autumn", "first", (2, 9, 2026)),
            ("autumn", "last", (18, 12, 2026)),
            ("spring", "first", (5, 1, 2027)),
            ("spring", "last", (26, 3, 2027)),
            ("summer", "first", (12, 4, 2027)),
            ("summer", "last", (20, 7, 2027)),
        )
        for unit, value in zip(("day", "month", "year"), day, strict=True)
    }
    here.get(f"{at}/settings/terms/2026-27")
    here.get(here.submit(terms))
    here.get(f"{at}/duty/plan/change")
    here.get(here.submit({"says": "We look at alerts until ten at night, every day."}))
    here.get(f"{at}/settings")
    here.get(f"{at}/setting-up")
    here.get(here.submit(action="/seen/settings"))
    shown = here.get(here.submit(button="Go live"))

    assert "Your school is live." in shown.root.text
    record_property("figure", f"setting up: a school is live after {here.screens} screens")
    assert here.screens <= 20


def test_going_live_waits_for_what_is_required(site: Site, email: str) -> None:
    """R-DFE 3 and 8: named people and an out-of-hours plan come first; nobody is mailed before."""
    at = start_school(site, email)
    school = SchoolId(at.rpartition("/")[2])
    shown = site.get(f"{at}/setting-up")
    token = shown.root.all("input", name="csrf_token")[0].attributes["value"]

    refused = site.post(f"{at}/setting-up/live", {"csrf_token": token}, expect=409)
    assert "cannot go live yet" in refused.text
    assert "What is still to do" in site.get(f"{at}/people").root.text
    with within(school):
        assert directory.school(school).setting_up


def test_a_known_address_and_an_unknown_one_are_answered_alike(site: Site) -> None:
    """Nothing is looked up before the code is entered (R17)."""
    known = a_person(a_school(), roles=[Role.STAFF])
    answers = []
    for address in (known.email, "nobody.at.all@example.sch.uk"):
        browser = site.another()
        browser.get("/start/school")
        answer = browser.submit({**SCHOOL, "email": address, "roles": ["office"]})
        answers.append((answer.status, answer.location, browser.get("/start/check").text))
    assert answers[0] == answers[1]


def test_somebody_with_an_account_keeps_it_and_signs_in_as_always(site: Site) -> None:
    """One person, two schools; a code for starting is no way around their own sign-in."""
    known = a_person(a_school(), roles=[Role.STAFF])
    at = start_school(site, known.email)
    assert at.startswith("/signin?next=/s/")
    assert "__Host-session" not in site.cookies
    with within(known.id):
        assert len(identity.grants(known.id)) == 2


def test_a_code_works_once_in_its_own_browser(site: Site, email: str) -> None:
    """R13: a second press finds the school of the first; the right code in another browser, and
    after five wrong ones, opens nothing.
    """
    site.get("/start/school")
    site.submit({**SCHOOL, "roles": ["headteacher"], "email": email})
    form = site.get("/start/check")
    code = code_in(site, email)
    place = site.cookies[COOKIE].partition(".")[0]
    stranger = site.another()
    stranger.cookies[COOKIE] = f"{place}.{ids.secret()}"
    stranger.get("/start/check")
    stranger.submit({"code": code}, expect=410)
    with within(place):
        assert not identity.everybody(SchoolId(place))

    first = site.submit({"code": code}, page=form)

    site.cookies.pop("__Host-session")
    again = site.submit({"code": code}, page=site.get("/start/check"))
    assert again.location == f"/signin?next={first.location}"
    assert site.another().get("/start/check", expect=303).location == "/start"


def test_a_code_is_tried_five_times(site: Site, email: str) -> None:
    """R13: after five wrong ones the right one opens nothing any more."""
    site.get("/start/school")
    site.submit({**SCHOOL, "roles": ["headteacher"], "email": email})
    form = site.get("/start/check")
    code = code_in(site, email)
    wrong = f"{(int(code) + 1) % 100_000_000:08d}"
    for left in (4, 3, 2, 1, 0):
        site.submit({"code": wrong}, page=form, expect=422 if left else 410)
    site.submit({"code": code}, page=form, expect=410)
    assert "__Host-session" not in site.cookies


def test_whoever_sets_a_school_up_never_comes_to_read_a_case_by_it(site: Site, email: str) -> None:
    """R-KCSIE 2: they name the safeguarding lead and are none, neither while naming the school's
    people nor on their own page; whoever is one by their own account takes what adds no case.
    """
    site.get("/start/school")
    site.submit({**SCHOOL, "roles": ["office"], "email": email})
    site.get("/start/check")
    at = site.submit({"code": code_in(site, email)}).location
    [me] = _everybody(SchoolId(at.rpartition("/")[2]))
    site.get(f"{at}/setting-up/people")
    refused = site.submit({"dsl_email": email}, expect=422)
    assert ["Somebody else at the school has to give you this role"] == refused.problems()
    site.get(f"{at}/people/{me.person}")
    for role in ("dsl", "headteacher", "chair_of_governors"):
        roles = {"roles": ["office", role]}
        refused = site.submit(roles, action="/roles", expect=422)
        assert ["Somebody else at the school has to give you this role"] == refused.problems()
    site.submit({"roles": ["office", "senior_leader"]}, action="/roles")
    [me] = _everybody(SchoolId(at.rpartition("/")[2]))
    assert {Role.OFFICE, Role.SENIOR_LEADER} == me.roles


def test_starting_can_be_closed_and_is_held(
    site: Site, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever runs an installation may close it; asking is limited by address (R10)."""
    for _ in range(3):
        site.get("/start/school")
        site.submit({**SCHOOL, "roles": ["headteacher"], "email": email})
    site.get("/start/school")
    site.submit({**SCHOOL, "roles": ["headteacher"], "email": email}, expect=429)
    monkeypatch.setenv("SIGN_UP", "closed")
    assert "opened here by whoever runs Holdfast" in site.get("/start").text
    site.get("/start/school", expect=403)


def test_a_trust_starts_and_adds_a_school(site: Site, email: str) -> None:
    """Settings come by themselves, terms and plan by choice; pressing twice makes one school."""
    site.get("/start/trust")
    site.submit({"name": "Alder Trust", **YOU, "email": email})
    site.get("/start/check")
    trust = site.submit({"code": code_in(site, email)}).location
    made = {"phase": "primary", "pupils": "200", "head_name": "Hed", "help_along": "yes"}
    form = site.get(f"{trust}/schools/new")
    one = {"name": "One Primary", "head_email": f"hed.{email}", **made}
    site.submit(one, page=form)
    site.submit(one, page=form)
    shown = site.get(f"{trust}/schools").text
    assert shown.count("One Primary") == 1
    assert "Being set up" in shown

    site.get("/places")
    places = site.get("/places").text
    assert "One Primary" in places
    accept(site, f"hed.{email}")


def test_a_form_that_added_a_school_gives_nobody_a_role_later(site: Site, email: str) -> None:
    """R19: sent again with another address, the form makes nobody headteacher of the school that
    it added, neither once somebody is invited nor when the school is live.
    """
    trust = a_trust()
    admin = signed_in(site, a_person(trust, roles=[Role.TRUST_ADMINISTRATOR]))
    form = admin.get(f"/t/{trust}/schools/new")
    made = {"name": "Yew Primary", "phase": "primary", "pupils": "200", "head_name": "Hed"}
    admin.submit({**made, "head_email": f"hed.{email}"}, page=form)
    with within(trust):
        [school] = [each.id for each in directory.schools_of(trust)]
    other = {**made, "head_email": f"other.{email}", "help_along": "yes"}
    for is_live in (False, True):
        if is_live:
            tenancy.go_live(school, trust, by="system:test")
        assert "done=added" in admin.submit(other, page=form).location
        assert [f"hed.{email}"] == [each.email for each in _everybody(school)]


def test_an_invitation_is_for_72_hours_and_the_newest_alone(site: Site) -> None:
    """R19: no access before it is accepted; resending voids; after 72 hours it is over."""
    school = a_school("Elm Primary")
    head = a_person(school, roles=[Role.HEADTEACHER])
    office = signed_in(site, head)
    office.get(f"/s/{school}/people/new")
    office.submit({"name": "Nia New", "email": f"nia.{school}@elm.sch.uk", "roles": ["staff"]})
    site.mailbox.deliver()
    [first] = site.mailbox.to(f"nia.{school}@elm.sch.uk")[-1].links()
    person = next(e for e in _everybody(school) if e.name == "Nia New")
    office.get(f"/s/{school}/people/{person.person}")
    office.submit(button="Send the invitation again")
    old = site.another()
    old.get("/invited/" + first.split("/")[-1], expect=404)
    accept(site, f"nia.{school}@elm.sch.uk")
    assert not next(e for e in _everybody(school) if e.name == "Nia New").is_invited


def _everybody(school: SchoolId) -> list[identity.Member]:
    with within(school):
        return identity.everybody(school)
