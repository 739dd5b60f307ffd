"""Thread 1 in a browser: a teacher reports, the safeguarding lead works on it, the log has it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib import clock, ids
from chalicelib.identity.permissions import Role
from tests.browser.tab import Tab, Way, ways
from tests.builders import Person, a_person, a_school
from tests.cloud.visitor import Post

FIRST_ACTION = "Reported to the online safety lead"


def _report(teacher: Tab) -> str:
    """The whole form, with a kind that has a guard; gives the reference."""
    on = clock.today() - timedelta(days=1)
    teacher.menu("Report an incident")
    teacher.reads("What happened?")
    teacher.press("Continue")
    teacher.sees("There is a problem")
    teacher.tick("Sexting or child abuse images")
    teacher.tick("Online bullying or harassment")
    teacher.press("Continue")
    teacher.reads("Before you go on")
    teacher.sees("Do not look at it")
    teacher.choose("No, only children")
    teacher.press("I have read this, continue")
    teacher.reads("Where and when")
    teacher.tick("Outside school")
    for part, value in (("Day", on.day), ("Month", on.month), ("Year", on.year)):
        teacher.fill(part, str(value))
    teacher.fill("Time, for example 9:30am", "7:30pm")
    teacher.press("Continue")
    teacher.reads("Who was involved?")
    teacher.fill("Children and young people", "Alex Smith, 5B")
    teacher.choose("No", exact=True)
    teacher.press("Continue")
    teacher.reads("In your own words")
    teacher.fill("Describe what happened", "Alex says that a picture is going round.")
    teacher.tick("WhatsApp")
    teacher.press("Continue")
    teacher.reads("Check your answers")
    teacher.sees("Alex Smith, 5B")
    teacher.press("Send report")
    teacher.reads("Report received")
    return teacher.page.locator(".govuk-panel__body").inner_text().split()[-1]


def _work(lead: Tab, reference: str) -> None:
    """Acknowledge, mark, decide an action, and close."""
    lead.reads(f"Incident {reference}")
    lead.press("Acknowledge: I have this in hand")
    lead.sees("The reporter can see that it has been read")
    lead.press("Mark who was the target and who the offender")
    lead.tick("Target")
    lead.press("Save")
    lead.press("Record actions")
    lead.choose("Done", of=FIRST_ACTION)
    lead.fill("Who was told", "Jo Marsh", of=FIRST_ACTION)
    lead.press("Save actions")
    lead.sees("1 of 9 decided")
    lead.press("Close this record")
    lead.choose("Dealt with in school")
    lead.fill("Reasons for closing it now", "Both families met.")
    lead.fill("Summary of the incident, the investigation and the outcome", "It is settled.")
    lead.press("Close record")
    lead.sees("The record is closed")


@pytest.mark.parametrize("way", ways(Way.KEYBOARD, Way.NO_SCRIPTS, without=(Way.DESKTOP,)))
def test_an_incident_from_report_to_log(
    browser_for: Callable[[Way], Tab], post: Post, way: Way
) -> None:
    """Sign-in by code, a guard, mail, record, actions, close, log; the reporter sees no case."""
    school, mark = a_school("Marlow Hill Primary School"), ids.new().lower()
    ada = a_person(school, roles=[Role.STAFF], name="Ada Okafor", email=f"ada.{mark}@a.example")
    jo = a_person(school, roles=[Role.DSL], name="Jo Marsh", email=f"jo.{mark}@a.example")
    teacher, lead = browser_for(way), browser_for(way)

    _signs_in(teacher, ada)
    reference = _report(teacher)
    (mail,) = post.wait_for(jo.email)
    lead.open(mail.links()[0])
    lead.sign_in(jo)
    _work(lead, reference)

    lead.menu("Incidents")
    lead.sees(reference)
    lead.sees("Dealt with in school. Both families met.")
    teacher.menu("My reports")
    teacher.sees("Closed")
    teacher.press(reference)
    assert not [word for word in ("Alex", "picture", "families") if word in teacher.text]


def _signs_in(tab: Tab, person: Person) -> None:
    tab.open("/")
    tab.open("/signin")
    tab.sign_in(person)
