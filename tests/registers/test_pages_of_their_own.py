"""The pages beside the registers: approved services, training, policies, the year, inspection."""

from datetime import date
from typing import Any

import pytest

from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.registers import service as registers
from chalicelib.registers.loader import shipped
from chalicelib.registers.model.definition import ADD
from chalicelib.registers.repository import entries
from chalicelib.registers.service import acting, morning, ready
from chalicelib.registers.service.acting import Taken
from chalicelib.registers.service.hands import Hand
from chalicelib.storage import tenants, transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task
from tests.builders import Person, a_person, a_school, signed_in
from tests.doubles import FrozenClock
from tests.pages import Site
from tests.registers.play import Player, School


class Story:
    """A school where entries are made as quickly as a test wants them."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.played = School()
        self.school = self.played.id
        self.head = self.who(Role.HEADTEACHER)
        self.teacher = self.who(Role.STAFF)

    def who(self, role: Role) -> Person:
        return next(each for each in self.played.people if role in each.roles)

    def add(self, register: str, *, by: Person | None = None, **other: Any) -> str:
        """A good entry, with some answers as the story wants them."""
        player = Player(shipped()[register], self.played)
        values = {**player.answers(ADD, {}, {}), **other}
        with tenants({self.school}), transaction() as tx:
            actor = (by or self.teacher).actor
            return registers.add(tx, self.school, register=register, values=values, by=actor)

    def take(self, who: Person, register: str, entry: str, step: str, **given: Any) -> None:
        player = Player(shipped()[register], self.played)
        outcome, wishes = given.pop("outcome", ""), given.pop("wishes", {})
        hand = Hand(SchoolId(str(self.school)), who.id, who.name, who.roles)
        with tenants({self.school}):
            stored = entries.load(self.school, register, entry)
            answers = {**player.answers(step, stored.entry.answers, wishes), **given}
            taken = Taken(step, stored.head.number, answers, outcome, "Because")
            acting.take(hand, register, entry, taken)

    def sees(self, who: Person, page: str) -> str:
        return signed_in(self.site, who).get(f"/s/{self.school}/{page}").text


@pytest.fixture
def story(site: Site) -> Story:
    return Story(site)


def approve_service(story: Story, name: str, **other: Any) -> None:
    entry = story.add("online_services", name=name, **other)
    computing = story.who(Role.COMPUTING_MANAGER)
    story.take(computing, "online_services", entry, "check", wishes={"terms": ("yes",)})
    leader = story.who(Role.SENIOR_LEADER)
    story.take(leader, "online_services", entry, "decide", outcome="approved")


def test_staff_search_the_approved_services_and_no_others(story: Story) -> None:
    """By name or by what it is for; what is only asked for is not on the list (S37, S96, S312)."""
    approve_service(story, "Times Tables Rock", ai="no", purpose="learning")
    approve_service(story, "Story Maker", ai="yes", purpose="homework")
    story.add("online_services", name="Not Approved Yet")
    browser = signed_in(story.site, story.teacher)

    page = browser.get(f"/s/{story.school}/services")
    assert "Times Tables Rock" in page.text and "Story Maker" in page.text
    assert "Not Approved Yet" not in page.text
    found = browser.submit({"words": "story"}, button="Search", expect=200)
    assert "Story Maker" in found.text and "Uses AI" in found.text
    assert "Times Tables Rock" not in found.text


def test_an_approved_service_with_ai_opens_a_review_of_filtering(story: Story) -> None:
    """Out of cycle, with its name and where it came from (R-DFE 5, R-AI); one without does not."""
    approve_service(story, "Times Tables Rock", ai="no")
    approve_service(story, "Story Maker", ai="yes")

    reviews = story.sees(story.head, "registers/filtering_reviews")
    assert "Story Maker" in reviews
    assert "A new service that uses artificial intelligence was approved" in reviews
    assert "Times Tables Rock" not in reviews


def test_training_is_seen_by_person_and_by_school(story: Story, clock: FrozenClock) -> None:
    """Everybody sees their own; who keeps the register sees all, what is overdue and what people
    asked for (S78, S257, S258, R-KCSIE 9).
    """
    me = {"id": story.teacher.id, "name": story.teacher.name}
    story.add("training", person=me, topic="filtering", done_on="2026-09-10")
    story.add("training_needs", person=me, sure="unsure", needs=["social_media"])

    mine = story.sees(story.teacher, "training")
    assert "Filtering and monitoring: expectations and roles Done 10 September 2026" in mine
    assert story.head.name not in mine.partition("Yours")[2]
    clock.advance(days=150)
    whole = story.sees(story.head, "training")
    assert "1 feel unsure" in whole
    assert "Running a social media account: 1 person" in whole
    assert "Overdue" in whole


def test_a_policy_goes_from_draft_to_read(story: Story) -> None:
    """Working group, governors, chair, then staff read it and say so; an edition of long ago and
    flags that wait are seen (S235, S251, S260, S219, R-KCSIE 1).
    """
    entry = story.add(
        "policies", by=story.head, name="Online safety policy 4", kind="online", edition="y2023"
    )
    story.take(story.head, "policies", entry, "group")
    chair = story.who(Role.CHAIR_OF_GOVERNORS)
    story.take(chair, "policies", entry, "approve", next="2026-27-summer", next_on=None)
    story.take(chair, "policies", entry, "sign")
    story.add("policy_flags", what="Say what watches may do", policy_kind="online")

    with tenants({story.school}), transaction() as tx:
        after = Task(
            id="policy-review-x",
            kind="policy.review",
            title="Look at the policy again",
            why="A debrief found that it should be looked at.",
            link=f"/s/{story.school}/incidents",
            about="incident/x",
            due_on=date(2026, 12, 1),
            role="headteacher",
        )
        tasks.add(tx, story.school, after, by="system:test")

    browser = signed_in(story.site, story.teacher)
    assert "You have 1 policy to read" in browser.get(f"/s/{story.school}/policies").text
    browser.get(f"/s/{story.school}/policies/{entry}/read")
    assert ["Tick to say that you have read it"] == browser.submit({}, expect=422).problems()
    browser.submit({"understood": "yes"})
    page = story.sees(story.head, "policies")
    assert "Summer 2027" in page
    assert "2023 Out of date" in page
    assert "1 person has read it this year" in page
    assert "1 waiting" in page
    assert "To look at, after an incident" in page
    assert "You have read it" in browser.get(f"/s/{story.school}/policies").text


def test_the_year_shows_what_falls_when(story: Story) -> None:
    """Everything owed by month with a picture, done when it was met (index C, S93, S226)."""
    before = story.sees(story.head, "year")
    assert "What falls in which month" in before
    assert "Safer Internet Week" in before
    audit = story.add("audits", by=story.head, kind="yearly")
    with tenants({story.school}):
        morning.plan(story.school)

    after = signed_in(story.site, story.head).get(f"/s/{story.school}/year")
    line = next(
        row.text for row in after.root.all("tr") if "Yearly audit with technical" in row.text
    )
    assert audit
    assert line.endswith("Done")


def test_ready_for_inspection_lists_what_is_missing(story: Story, clock: FrozenClock) -> None:
    """And no more once it is there; what is not due yet is not called missing (R-GOV 3)."""
    with tenants({story.school}):
        first = {each.asks: each.stand for each in ready.checks(story.school, clock.now().date())}
    assert ready.Stand.MISSING == first["Is there a list of approved online services?"]
    assert ready.Stand.COMING == first["Yearly audit with technical support: the year 2026/27"]
    approve_service(story, "Times Tables Rock", ai="no")
    with tenants({story.school}):
        then = {each.asks: each.stand for each in ready.checks(story.school, clock.now().date())}

    assert ready.Stand.MET == then["Is there a list of approved online services?"]
    assert "Ready for inspection" in story.sees(story.who(Role.GOVERNOR), "ready")
    signed_in(story.site, story.teacher).get(f"/s/{story.school}/ready", expect=403)


def test_a_group_plans_its_meeting_from_the_figures(story: Story) -> None:
    """The agenda holds what happened since the last one, and who is missing (S233, S239)."""
    story.add("working_group", by=story.head, name="School council", part="pupils")
    for _ in range(2):
        story.add("filter_faults")
    owner = {"id": story.teacher.id, "name": story.teacher.name}
    story.add("actions", by=story.head, what="Hold an assembly", owner=owner, due_on="2026-11-20")
    browser = signed_in(story.site, story.head)
    page = browser.get(f"/s/{story.school}/working-group")
    assert f"Hold an assembly ({story.teacher.name}, by 20 Nov 2026)" in page.text
    assert "Faults reported: 2" in page.text
    assert "School council" in page.text
    assert "Pupils, through the school council" in page.text
    assert "Technician" in page.text.partition("Nobody is in the group as:")[2]
    when = {"meets_on-day": "9", "meets_on-month": "10", "meets_on-year": "2026"}
    planned = browser.submit({"title": "Autumn 2026", **when})

    entry = browser.get(planned.location)
    assert "Faults reported: 2" in entry.text
    assert "Autumn 2026" in entry.heading


def test_another_schools_entries_are_on_none_of_them(story: Story) -> None:
    """Nobody sees through these pages what belongs elsewhere (R1, R4)."""
    approve_service(story, "Story Maker", ai="no")
    elsewhere = a_school()
    head = a_person(elsewhere, roles=[Role.HEADTEACHER])
    browser = signed_in(story.site, head)

    assert "Story Maker" not in browser.get(f"/s/{elsewhere}/services").text
    for page in ("services", "training", "policies", "year", "ready", "working-group", "phones"):
        browser.get(f"/s/{story.school}/{page}", expect=404)
