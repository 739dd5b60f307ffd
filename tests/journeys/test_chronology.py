"""What crosses features beside a record: a person's chronology, and what they had agreed to."""

import pytest

from chalicelib.identity.permissions import Role
from chalicelib.people.accounts import service as accounts
from chalicelib.people.accounts.model import Signs
from tests.agreements.families import (
    a_campaign,
    a_child,
    a_ready_school,
    link_in,
    sign_as_child,
    sign_as_parent,
)
from tests.alerts.senders import a_source, fortigate, post
from tests.builders import BY, a_person, a_pupil, signed_in, within
from tests.doubles import FrozenClock, Mailbox
from tests.incidents.file import a_record
from tests.incidents.walk import School, a_staffed_school
from tests.pages import Site


@pytest.fixture
def school(site: Site) -> School:
    return a_staffed_school(site)


def link(school: School, record: str, found: str) -> None:
    at = f"{school.log}/{record}/people/p2?of=staff" if found.startswith("staff") else ""
    school.at_dsl.get(at or f"{school.log}/{record}/people/p2")
    school.at_dsl.submit({"found": found})


def test_incidents_and_alerts_of_one_person_are_one_story(school: School, site: Site) -> None:
    """2.14: linked records, and alerts of their own account, latest first."""
    pupil = a_pupil(school.id, given_name="Robin", family_name="Bell")
    with within(school.id):
        signs = Signs(accounts=("r.bell",))
        accounts.set_signs(school.id, accounts.of_pupil(school.id, pupil), signs, by=BY)
    post(site, a_source(school.id), fortigate("r.bell"))
    post(site, a_source(school.id), fortigate("somebody.else"))
    record = a_record(school)
    link(school, record, f"pupil:{pupil}")
    school.at_dsl.get(f"{school.log}/{record}/people")
    school.at_dsl.submit({"p2": ["offender"]})

    page = school.at_dsl.get(f"/s/{school.id}/chronologies/pupil-{pupil}")
    told = [each.text for each in page.root.all("h2", class_="hf-timeline__title")]
    assert 2 == len(told)
    assert told[0].startswith("Alert ") and told[1].startswith("Incident ")
    assert "Offender" in told[1]
    assert "Robin" not in page.body.partition("</title>")[0]
    school.at_teacher.get(f"/s/{school.id}/chronologies/pupil-{pupil}", expect=403)


@pytest.mark.parametrize("person", ["pupil-x", "nobody-01KX3T5D8W0000000000000000", "pupil", "x"])
def test_a_chronology_of_nobody_is_not_found(school: School, person: str) -> None:
    school.at_dsl.get(f"/s/{school.id}/chronologies/{person}", expect=404)


def test_nobody_reads_their_own_chronology(school: School) -> None:
    """What is held about a member of staff is not theirs to look up here."""
    school.at_dsl.get(f"/s/{school.id}/chronologies/staff-{school.dsl.id}", expect=404)
    school.at_dsl.get(f"/s/{school.id}/chronologies/staff-{school.lead.id}")


def test_the_agreement_in_force_that_day_stands_beside_the_incident(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """S210, 3.24: the version signed before it happened; and none for a day before that."""
    ready = a_ready_school()
    child = a_child(ready, "mum@example.net")
    a_campaign(ready)
    mailbox.deliver()
    paper = link_in(mailbox.to("mum@example.net")[-1])
    sign_as_child(site, paper)
    sign_as_parent(site, paper)
    clock.advance(days=3)
    teacher, lead = a_person(ready.school), a_person(ready.school, roles=[Role.ONLINE_SAFETY_LEAD])
    at_dsl = signed_in(site, ready.dsl)
    school = School(ready.school, teacher, ready.dsl, lead, site, at_dsl, site)

    from chalicelib.incidents.model.report import Occasion

    def rules(days_ago: int) -> str:
        on = clock.at.date().replace(day=clock.at.day - days_ago)
        record = a_record(school, occasions=(Occasion(on),), types=("gambling",))
        at_dsl.get(f"{school.log}/{record}/people/p2?of={ready.class_id}")
        at_dsl.submit({"found": f"pupil:{child}"})
        return at_dsl.get(f"{school.log}/{record}/file/rules").text

    today = rules(0)
    assert "Pupil agreement, ages 7 to 11, version 1" in today
    assert "Signed by Asha and Meera Patel" in today
    assert "No agreement was in force for them" in rules(5)
    assert "Online gambling" in today and "Not settled" in today  # S369: index F 9


def test_a_lesson_lands_where_policies_are_reviewed(school: School, site: Site) -> None:
    """S219, S343: the headteacher's task leads to the register; without names, and once."""
    from chalicelib.registers.repository import lines
    from chalicelib.tasks import service as tasks

    head = signed_in(site, a_person(school.id, roles=[Role.HEADTEACHER]))
    record = a_record(school)
    school.at_dsl.get(f"{school.log}/{record}/add/debrief")
    told = {"who": "All", "lessons": "Ring earlier", "policy": "yes", "which_policy": "Part 4"}
    school.at_dsl.submit(told)
    with within(school.id):
        (task,) = [t for t in tasks.open_in(school.id) if t.kind == "policy.review"]
    form = head.get(task.link)
    assert "Ring earlier" in form.text
    assert "Choose the policy" in head.submit(expect=422).problems()
    for _ in range(2):
        page = head.follow(head.submit({"policy_kind": "online"}, page=form))
        assert "on the list for its next review" in page.text

    with within(school.id):
        assert not [t for t in tasks.open_in(school.id) if t.kind == "policy.review"]
        assert 1 == sum(lines.tally(school.id)["policy_flags"].values())
    other = a_record(school)
    added = task.link.split("/")[-2]
    head.get(f"{school.log}/{other}/parts/{added}/policy", expect=404)
