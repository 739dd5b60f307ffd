"""Everything is lost: two other people let somebody in again, and nobody can alone (R12)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from chalicelib.errors import Conflict
from chalicelib.identity import passkeys, recovery
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.identity.sso import entry
from chalicelib.ids import SchoolId
from chalicelib.storage import tenants, transaction
from tests.builders import BY, Person, a_person, a_school, an_invitation, signed_in
from tests.doubles import FrozenClock
from tests.identity.authenticator import Authenticator, add, keep, options_on, sign_in
from tests.identity.test_signing_in import asked as mailed
from tests.identity.test_signing_in import is_in, link_in
from tests.pages import Site

WORDS = "Letting somebody in again"


class Team:
    """A school whose lead has lost their passkey, and two who may approve."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.school = a_school("Marlow Hill")
        self.lead = a_person(self.school, roles=[Role.DSL], name="Lena Lead")
        self.head = a_person(self.school, roles=[Role.HEADTEACHER], name="Hal Head")
        self.deputy = a_person(self.school, roles=[Role.DEPUTY_DSL], name="Dee Deputy")
        self.old = add(signed_in(site, self.lead))
        self.devices = {each.id: add(signed_in(site, each)) for each in (self.head, self.deputy)}
        site.mailbox.deliver()

    def by_mail(self, person: Person) -> Site:
        browser = self.site.another()
        self.site.mailbox.deliver()
        mail = mailed(browser, person.email)
        browser.get(link_in(mail))
        browser.submit(button="Sign in")
        return browser

    def strongly(self, person: Person) -> Site:
        browser = self.site.another()
        sign_in(browser, self.devices[person.id])
        return browser

    def asks(self) -> Site:
        browser = self.by_mail(self.lead)
        browser.get("/account/recovery")
        browser.submit(button="Ask them")
        return browser

    def approves(self, person: Person, *, expect: int = 303) -> None:
        browser = self.strongly(person)
        browser.get(f"/s/{self.school}/recoveries")
        browser.submit(action="/approve", expect=expect)


@pytest.fixture
def team(site: Site) -> Team:
    return Team(site)


def test_two_others_let_somebody_in_again_and_all_hear_of_it(team: Team) -> None:
    """The new passkey takes the place of everything older, and each step is told."""
    browser = team.asks()
    first = team.site.mailbox.deliver()
    team.approves(team.head)
    team.approves(team.deputy)
    second = team.site.mailbox.deliver()
    browser.get("/account/recovery")
    shown = browser.follow(browser.submit(action="/recovery/passkey"))
    device = Authenticator()
    sent = {"credential": device.create(options_on(shown)), "name": "New laptop"}
    browser.submit(sent, page=shown, action="/account/passkeys/new")
    third = team.site.mailbox.deliver()

    assert {team.head.email, team.deputy.email, team.lead.email} == {each.to for each in first}
    assert [team.lead.email] * 2 == [each.to for each in second]
    assert "You can make a new passkey" in {each.subject for each in second}
    assert {team.head.email, team.deputy.email, team.lead.email} == {each.to for each in third}
    for mail in (*first, *second, *third):
        assert "Lena" not in mail.text + mail.html + mail.subject
    sign_in(team.site.another(), team.old, expect=422)
    sign_in(team.site.another(), device)
    assert "You have no passkey" not in browser.get("/account").text
    with tenants({team.lead.id}):
        assert ["New laptop"] == [each.name for each in passkeys.of(team.lead.id)]
        assert recovery.of(team.lead.id) is None


def test_there_is_no_way_for_one_person(team: Team) -> None:
    """Not by approving twice, nor one's own, nor with a mailbox only, nor without an approval."""
    browser = team.asks()
    team.approves(team.head)
    head = team.strongly(team.head)
    page = head.get(f"/s/{team.school}/recoveries")
    assert "You have approved it" in page.text
    assert "Marlow Hill 1 of 2 have approved" in browser.get("/account/recovery").text
    actions = [each.attributes.get("action", "") for each in page.forms()]
    path = next(each for each in actions if each.endswith("/refuse")).replace("/refuse", "/approve")
    token = page.root.all("input", name="csrf_token")[0].attributes["value"]
    head.post(path, {"csrf_token": token})
    own = browser.get(f"/s/{team.school}/recoveries").root.all("input", name="csrf_token")[0]
    browser.post(path, {"csrf_token": own.attributes["value"]})
    mailbox = team.by_mail(team.deputy)
    shown = mailbox.get(f"/s/{team.school}/recoveries")
    asked = mailbox.submit(page=shown, action="/approve").location
    assert asked.startswith("/signin/again")
    token = browser.get("/account/recovery").root.all("input", name="csrf_token")[0]
    browser.post("/account/recovery/passkey", {"csrf_token": token.attributes["value"]}, expect=403)
    with tenants({team.lead.id}):
        found = recovery.of(team.lead.id)

    assert found and {str(team.school): 1} == found.approvals
    assert recovery.State.ASKED == found.state


def test_two_who_approve_at_one_moment_are_two(team: Team) -> None:
    """And one who presses eight times is one."""
    team.asks()
    with tenants({team.school}):
        (waiting,) = recovery.waiting(team.school)

    def approve(person: Person) -> bool:
        with tenants({team.school, person.id}):
            try:
                recovery.approve(team.school, waiting.id, person.id, by=person.actor)
            except Conflict:
                return False
        return True

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(approve, [team.head] * 4))
    with tenants({team.lead.id}):
        assert not recovery.is_approved(team.lead.id)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(approve, [team.deputy, team.head, team.deputy, team.head]))
    with tenants({team.lead.id}):
        assert recovery.is_approved(team.lead.id)


def test_a_request_ends_when_it_is_stopped_refused_or_out_of_date(
    team: Team, clock: FrozenClock
) -> None:
    """And approvals of one that is over are worth nothing for the next."""
    browser = team.asks()
    team.approves(team.head)
    browser.get("/account/recovery")
    shown = browser.last
    for _ in range(2):
        assert "/account/recovery" == browser.submit(page=shown, button="Stop this").location
    assert "Ask them" in browser.get("/account/recovery").text
    browser.submit(button="Ask them")
    team.approves(team.deputy)
    with tenants({team.lead.id}):
        assert not recovery.is_approved(team.lead.id)
    refusing = team.strongly(team.head)
    waiting = refusing.get(f"/s/{team.school}/recoveries")
    for _ in range(2):
        there = refusing.submit(page=waiting, action="/refuse").location
        assert "Nobody waits" in refusing.get(there).text
    browser.get("/account/recovery")
    browser.submit(button="Ask them")
    clock.advance(days=3)
    late = team.strongly(team.head)

    assert "Nobody waits" in late.get(f"/s/{team.school}/recoveries").text


def test_the_day_for_the_new_passkey_passes(team: Team, clock: FrozenClock) -> None:
    """An approval that nobody used is no door left open."""
    team.asks()
    team.approves(team.head)
    team.approves(team.deputy)
    clock.advance(days=1)
    browser = team.by_mail(team.lead)

    assert "Make a new passkey" not in browser.get("/account/recovery").text


def elsewhere(person: Person, role: Role = Role.DSL) -> list[Person]:
    """Another school that adds somebody; gives the two who may approve there."""
    school = a_school()
    a_person(school, roles=[role], email=person.email)
    return [a_person(school, roles=[each]) for each in (Role.HEADTEACHER, Role.DEPUTY_DSL)]


def all_approve(approvers: list[Person]) -> None:
    for approver in approvers:
        with tenants({approver.place, approver.id}):
            (waiting,) = recovery.waiting(approver.place)
            recovery.approve(approver.place, waiting.id, approver.id, by=approver.actor)


def is_approved(person: Person) -> bool:
    with tenants({person.id}):
        return recovery.is_approved(person.id)


def test_each_place_must_approve_however_many_there_are(team: Team) -> None:
    """R12: six other schools that add a lead crowd nobody out and open no real one."""
    others = [each for _ in range(6) for each in elsewhere(team.lead)]
    team.asks()
    all_approve(others)
    assert not is_approved(team.lead)
    team.approves(team.head)
    assert not is_approved(team.lead)
    team.approves(team.deputy)

    assert is_approved(team.lead)


def test_a_role_given_elsewhere_does_not_stand_in_for_the_real_school(team: Team) -> None:
    """R12: a teacher whom a made-up school calls its lead still needs their own school."""
    teacher = a_person(team.school)
    add(signed_in(team.site, teacher))
    made_up = elsewhere(teacher, Role.DSL)
    with tenants({teacher.id}):
        recovery.ask(teacher.id, by=teacher.actor)
    all_approve(made_up)
    assert not is_approved(teacher)
    all_approve([team.head, team.deputy])

    assert is_approved(teacher)


def test_an_invitation_that_nobody_accepted_adds_no_place(team: Team) -> None:
    """Nor does a place that somebody has left: only the school that knows them is asked."""
    stranger = a_school()
    an_invitation(stranger, roles=[Role.DSL], email=team.lead.email)
    left = a_school()
    a_person(left, email=team.lead.email)
    identity.change(
        left,
        team.lead.id,
        lambda now: replace(now, ends_on=date(2026, 1, 1)),
        action="member.ends",
        by=BY,
    )
    team.asks()

    with tenants({team.lead.id}):
        found = recovery.of(team.lead.id)
    assert found and {team.school} == found.approvals.keys()


def test_somebody_of_twenty_places_is_let_in_and_of_more_is_told_so(team: Team) -> None:
    """All of them in transactions that fit, with ten passkeys and five accounts, which go."""
    lead = a_person(team.school, roles=[Role.DSL])
    for number in range(passkeys.MOST):
        keep(lead.id, f"Key {number}")
    for number in range(entry.MOST):
        who = entry.Identity("google", "alder.example", f"{lead.id}{number}", lead.email, None)
        with tenants({lead.id}, global_holder="sign-in"), transaction() as tx:
            entry.keep(tx, lead.id, who)
    approvers = [each for _ in range(recovery.MOST_PLACES - 1) for each in elsewhere(lead)]
    browser = team.by_mail(lead)
    browser.get("/account/recovery")
    browser.submit(button="Ask them")
    all_approve([*approvers, team.head, team.deputy])
    browser.get("/account/recovery")
    shown = browser.follow(browser.submit(action="/recovery/passkey"))
    sent = {"credential": Authenticator().create(options_on(shown)), "name": "New laptop"}
    browser.submit(sent, page=shown, action="/account/passkeys/new")
    with tenants({lead.id}):
        assert ["New laptop"] == [each.name for each in passkeys.of(lead.id)]
        assert [] == entry.of(lead.id)
    elsewhere(lead)
    browser.get("/account/recovery")

    assert "more than 20 places" in browser.submit(button="Ask them", expect=422).text


def test_where_two_others_are_missing_it_is_said(site: Site) -> None:
    """Nothing is half asked."""
    school = a_school()
    lead = a_person(school, roles=[Role.DSL])
    a_person(school, roles=[Role.HEADTEACHER])
    browser = signed_in(site, lead)
    add(browser)
    browser.get("/account/recovery")
    answer = browser.submit(button="Ask them", expect=422)

    assert "two other people" in answer.text
    with tenants({school}):
        assert [] == recovery.waiting(SchoolId(school))
    assert is_in(browser)
