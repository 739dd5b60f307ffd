"""What the registers were made for, played in a browser by the people whose work it is.

Every question of every form is answered as somebody types it; every page they come to is inspected.
The longest three are for `make test-long`: tests/registers/test_done_when.py plays them each time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.identity.permissions import Role
from chalicelib.registers.loader import shipped
from chalicelib.registers.model.definition import ADD
from chalicelib.registers.repository import entries
from chalicelib.registers.service import morning
from chalicelib.storage import tenants
from tests.alerts.senders import a_source, fortigate
from tests.browser.tab import Tab, Way
from tests.builders import Person, a_person, a_school, a_trust
from tests.cloud.visitor import CloudSite
from tests.registers.desk import typed
from tests.registers.play import School
from tests.registers.test_changing import OWN


@dataclass
class Worker:
    """Somebody of a school at their browser, who fills in whatever a register asks."""

    tab: Tab
    school: School
    person: Person

    @property
    def home(self) -> str:
        return f"/s/{self.school.id}/registers"

    def add(self, register: str, **answers: Any) -> str:
        """Fill in the form that adds an entry; gives its id."""
        self.tab.open(f"{self.home}/{register}/new")
        fill_in(self.tab, typed(self.school, register, ADD, {}, answers))
        self.tab.press("Add")
        return self.tab.path.partition("?")[0].rpartition("/")[2]

    def take(self, register: str, entry: str, step: str, **answers: Any) -> None:
        """Press a step on the entry's page, fill in its form, and look at it once more."""
        known = shipped()[register]
        label = next(each.label for each in known.steps if each.key == step)
        outcome, why = answers.pop("outcome", ""), answers.pop("why", "As we agreed")
        with tenants({self.school.id}):
            before = entries.load(self.school.id, register, entry).entry.answers
        self.tab.open(f"{self.home}/{register}/{entry}")
        self.tab.press(label)
        more = {"why": why} | ({"outcome": outcome} if outcome else {})
        fill_in(self.tab, typed(self.school, register, step, before, answers) | more)
        sure = next(each.weighty for each in known.steps if each.key == step)
        self.tab.press("Continue" if sure else label)
        if sure and "Check before it counts" in self.tab.text:
            self.tab.press(label)

    def waits(self, what: str) -> bool:
        """Whether something waits for them on their first page."""
        self.tab.open(f"/s/{self.school.id}")
        return what in self.tab.text


def fill_in(tab: Tab, answers: Mapping[str, Any]) -> None:
    """Answer the questions of a form that are named, whatever kind each is."""
    for name, value in answers.items():
        asked = tab.page.locator(f'main form [name="{name}"]')
        if not asked.count():
            continue  # a step without reasons asks for none
        kind = asked.first.evaluate("e => e.type || e.tagName.toLowerCase()")
        if kind in ("checkbox", "radio"):
            for each in value if isinstance(value, list) else [value]:
                tab.page.locator(f'main form [name="{name}"][value="{each}"]').check()
        elif kind.startswith("select"):
            asked.select_option(value)
        else:
            asked.fill(str(value))


@pytest.fixture
def staff(browser_for: Callable[[Way], Tab]) -> Callable[..., Worker]:
    """Somebody of one school in a role, at a browser of their own."""
    school = School()

    def new(role: Role, way: Way = Way.DESKTOP, number: int = 0) -> Worker:
        people = [each for each in school.people if role in each.roles]
        tab = browser_for(way)
        tab.be(people[number])
        return Worker(tab, school, people[number])

    return new


def test_a_blocked_site_is_asked_for_from_its_alert(
    staff: Callable[..., Worker], visitor: CloudSite
) -> None:
    """From the alert to the decision and the technician's work (S273, S283)."""
    dsl, leader = staff(Role.DSL), staff(Role.SENIOR_LEADER, Way.PHONE)
    school = dsl.school.id
    line, sender = fortigate(host="castles.example"), a_source(school)
    answer = visitor.request("POST", sender.path, body=line, headers=sender.headers(line))
    assert 202 == answer.status
    dsl.tab.open(f"/s/{school}/alerts")
    for _ in range(60):
        if dsl.tab.page.locator('main a[href*="/alerts/01"]').count():
            break
        dsl.tab.page.wait_for_timeout(500)
        dsl.tab.page.reload()
    alert = dsl.tab.page.locator('main a[href*="/alerts/01"]').first.get_attribute("href")
    dsl.tab.open(f"{alert}/filter-request")
    fill_in(dsl.tab, {"kind": "unblock", "why": "Year 4 build a castle", "risk": "Its chat is off"})
    dsl.tab.press("Send the request")
    dsl.tab.sees("Waiting for a decision")
    entry = dsl.tab.path.partition("?")[0].rpartition("/")[2]

    assert leader.waits("Decide a request to unblock or block a website")
    leader.take("unfilter_requests", entry, "decide", outcome="approved", why="Worth it")
    leader.tab.sees("Approved")
    technician = staff(Role.TECHNICIAN)
    technician.take("unfilter_requests", entry, "carry_out")

    technician.tab.sees("Done")


@pytest.mark.long
def test_the_years_review_of_filtering_from_trigger_to_report(staff: Callable[..., Worker]) -> None:
    """A new AI service calls for it; held, refused without a governor, concluded, reported
    (S93, S240, R-DFE 3 to 5).
    """
    teacher, leader = staff(Role.STAFF, Way.PHONE), staff(Role.SENIOR_LEADER)
    service = teacher.add("online_services", name="Story Maker", ai="yes")
    staff(Role.COMPUTING_MANAGER).take("online_services", service, "check", terms="yes")
    leader.take("online_services", service, "decide", outcome="approved")
    online = staff(Role.ONLINE_SAFETY_LEAD)
    assert online.waits("Hold a review of filtering and monitoring")
    online.tab.open(f"{online.home}/filtering_reviews")
    online.tab.press("Story Maker")
    review = online.tab.path.partition("?")[0].rpartition("/")[2]

    met = ["slt", "dsl", "it", "governor"]
    online.take("filtering_reviews", review, "hold", roles=met[:3], no_switch="yes")
    leader.take("filtering_reviews", review, "conclude", why="It works")
    leader.tab.sees("A governor must be represented")
    online.tab.open(f"{online.home}/filtering_reviews/{review}/correct")
    fill_in(online.tab, {"q_roles": met, "why": "The governor was there too"})
    online.tab.press("Save")
    leader.take("filtering_reviews", review, "conclude", why="It works")
    online.take("filtering_reviews", review, "report")

    online.tab.sees("Reported to governors")


@pytest.mark.long
def test_an_account_is_handed_over_when_a_runner_leaves(staff: Callable[..., Worker]) -> None:
    """Refused until both were trained; the head lets one go; leaders name the next (S299, S300)."""
    first, second = staff(Role.STAFF), staff(Role.STAFF, Way.PHONE, 1)
    head, leader = staff(Role.HEADTEACHER), staff(Role.SENIOR_LEADER)
    runners = [{"id": each.person.id, "name": each.person.name} for each in (first, second)]
    account = first.add("social_accounts", name="Our school online", runners=runners)
    sure = {"read_policy": "yes", "trained": "yes", "outcome": "approved"}
    leader.take("social_accounts", account, "decide", **sure)
    leader.tab.sees("needs an entry under Training")
    for runner, at in zip(runners, (first, second), strict=True):
        at.add("training", person=runner, topic="social_media")
    leader.take("social_accounts", account, "decide", **sure)
    first.take("social_accounts", account, "open")

    head.tab.open(f"/s/{head.school.id}/people/{second.person.id}")
    head.tab.press("Hand over what they have open, and end their access")
    taker = head.tab.page.get_by_label("Who takes over what they have open?")
    if taker.count():
        taker.select_option("nobody")
    head.tab.press("Remove from this school")
    with tenants({head.school.id}):
        morning.plan(head.school.id)  # what each morning does
    assert leader.waits("Hand over or close a social media account")
    now = [runners[0], {"id": head.person.id, "name": head.person.name}]
    leader.take("social_accounts", account, "hand_over", runners=now, old_access="yes")

    assert not leader.waits("Hand over or close a social media account")


@pytest.mark.long
def test_a_request_to_see_ones_data_stops_and_goes_on(staff: Callable[..., Worker]) -> None:
    """One calendar month, holidays or not; the wait for proof does not count (R-DP 1, R-DP 2)."""
    office, lead = staff(Role.OFFICE, Way.PHONE), staff(Role.DATA_PROTECTION_LEAD)
    today = clock.today()
    entry = office.add(
        "subject_access",
        from_whom="A parent",
        received_on=(today - timedelta(days=3)).isoformat(),
        foi="own",
        relation="parent",
    )
    office.tab.sees("Answer due")
    assert lead.waits("Answer a request to see")
    lead.take("subject_access", entry, "stop", asked_what="identity")
    lead.tab.sees("Waiting for them")
    lead.take("subject_access", entry, "go_on")
    until = today + timedelta(days=60)
    lead.take("subject_access", entry, "extend", until=until.isoformat(), why="Eight years")
    lead.tab.sees(f"Answer due {until.day} {until:%B %Y}")
    lead.take("subject_access", entry, "answer", left_out="Names of other children")

    lead.tab.sees("Answered")
    assert not lead.waits("Answer a request to see")


def test_a_trust_adds_a_register_on_screen(browser_for: Callable[[Way], Tab]) -> None:
    """Named, its decider chosen, a question added; a teacher of its school uses it at once."""
    trust = a_trust("Tidewater Learning Trust")
    school = a_school("Hill School", trust=trust)
    lead, teacher, head = browser_for(Way.DESKTOP), browser_for(Way.PHONE), browser_for(Way.DESKTOP)
    lead.be(a_person(trust, roles=[Role.TRUST_ADMINISTRATOR]))
    teacher.be(a_person(school))
    head.be(a_person(school, roles=[Role.HEADTEACHER]))
    lead.open(f"/t/{trust}/registers")
    lead.press("Change the registers")
    lead.press("Add a register of your own")
    fill_in(lead, OWN)
    lead.press("Add the register")
    lead.press("Add a question")
    fill_in(lead, {"label": "How many may come?", "type": "number", "step": "add"})
    lead.press("Add the question")

    teacher.open(f"/s/{school}/registers")
    teacher.press("Clubs on screens")
    teacher.press("Add a club")
    teacher.fill("Name of the club", "Chess")
    teacher.fill("How many may come?", "12")
    teacher.press("Add")
    entry = teacher.path.partition("?")[0]
    head.open(entry)
    head.press("Decide")
    fill_in(head, {"outcome": "approved", "why": "Two adults are there"})
    head.press("Continue")
    head.press("Decide")
    teacher.open(entry)

    teacher.sees("Approved")
    teacher.sees("12")
