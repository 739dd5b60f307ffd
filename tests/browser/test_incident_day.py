"""A safeguarding lead's day in a browser, from the first report to the printed log: a pupil case, a
nude image, an allegation that names the lead, a report without a name, negative comments.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from chalicelib import clock
from chalicelib.identity.permissions import Role
from tests.browser.tab import Tab, Way
from tests.builders import Person, a_person, a_school

_REFERENCE = re.compile(r"[0-9A-Z]{3}-[0-9A-Z]{4}")


@dataclass
class Day:
    """The people of a school, each with a browser. A page is inspected when it first comes up."""

    browser_for: Callable[[Way], Tab]
    seen: set[str]

    def tab(self, way: Way, person: Person | None = None) -> Tab:
        made = self.browser_for(way)
        whole = made.look

        def look() -> None:
            heading = _REFERENCE.sub("", made.page.locator("h1").first.inner_text())
            if f"{way} {heading}" not in self.seen:
                self.seen.add(f"{way} {heading}")
                whole()

        made.look = look  # type: ignore[method-assign]
        if person:
            made.be(person)
            made.open(f"/s/{person.place}")
        return made


def test_a_day_of_a_safeguarding_lead(browser_for: Callable[[Way], Tab]) -> None:
    """Five cases, each closed with its reasons; the log on paper (S225, S227, S241, S268, S181)."""
    school, day = a_school("Marlow Hill Primary School"), Day(browser_for, set())
    ada = a_person(school, roles=[Role.STAFF], name="Ada Okafor")
    jo = a_person(school, roles=[Role.DSL, Role.STAFF], name="Jo Marsh")
    hanna = a_person(school, roles=[Role.HEADTEACHER], name="Hanna Bright")
    teacher, lead = day.tab(Way.DESKTOP, ada), day.tab(Way.DESKTOP, jo)

    bullying = _report(teacher, "Online bullying or harassment", "Alex Smith, 5B\nRobin Bell, 5B")
    _opens(lead, bullying)
    lead.press("Mark who was the target and who the offender")
    for person, mark in (("Alex Smith", "Target"), ("Robin Bell", "Offender")):
        group = lead.page.get_by_role("group", name=person)
        group.get_by_role("checkbox", name=mark).check()
    lead.press("Save")
    lead.press("Record actions")
    lead.choose("Done", of="Parents or carers informed")
    lead.fill("Who was told, how, and what they said", "Rang home", of="Parents or carers informed")
    lead.press("Save actions")
    _closes(lead, "Dealt with in school", "Both families met and the messages are gone.")
    teacher.menu("My reports")
    teacher.sees("Closed")

    image = _report(teacher, "Sexting or child abuse images", "Kim Lee, 6C", guarded=True)
    _opens(lead, image)
    lead.sees("Urgent")
    _keeps_the_phone(lead)
    _closes(lead, "Passed to another agency", "Police reference 123; the device is with them.")

    allegation = _report(teacher, "Grooming", "", about="The designated safeguarding lead")
    lead.menu("Incidents")
    assert allegation not in lead.text
    head = day.tab(Way.DESKTOP, hanna)
    head.sees(allegation)
    _settles(head, allegation)

    code = _tells(day.tab(Way.PHONE), school)
    lead.menu("Incidents")
    lead.sees("Nobody named")
    lead.page.locator("tr", has_text="Nobody named").get_by_role("link").click()
    nameless = _REFERENCE.search(lead.text)
    assert nameless
    _takes(lead)
    _closes(lead, "Looked into, no action needed", "Spoke to the whole class about it.")
    _comes_back(day.tab(Way.PHONE), school, code)

    comments = _report(
        teacher,
        "Posting material that brings a person or the school into disrepute",
        "Robin Bell, 5B",
    )
    _opens(lead, comments)
    _meets(lead)
    _closes(lead, "Dealt with in school", "The postings are gone and the complaint is in writing.")

    lead.menu("Incidents")
    lead.press("Print the log")
    lead.reads("Online safety incident log")
    for said in (bullying, image, nameless[0], comments, "4 incidents", "printed by Jo Marsh"):
        lead.sees(said)
    assert allegation not in lead.text


def _report(
    teacher: Tab, kind: str, children: str, *, guarded: bool = False, about: str = ""
) -> str:
    """The staff's form from beginning to end; gives the reference."""
    teacher.menu("Report an incident")
    teacher.tick(kind)
    teacher.press("Continue")
    if guarded:
        teacher.sees("Do not look at it")
        teacher.choose("No, only children")
        teacher.press("I have read this, continue")
    teacher.tick("Outside school")
    _yesterday(teacher)
    teacher.press("Continue")
    teacher.fill("Children and young people", children)
    teacher.choose("Yes, and a child may have been harmed" if about else "No", exact=not about)
    teacher.press("Continue")
    if about:
        teacher.tick(about)
        teacher.press("Continue")
    teacher.fill("Describe what happened", f"What I was told about {kind.lower()}.")
    teacher.press("Continue")
    teacher.press("Send report")
    teacher.reads("Report received")
    return teacher.page.locator(".govuk-panel__body").inner_text().split()[-1]


def _tells(pupil: Tab, school: str) -> str:
    """A pupil on a phone, without a name; gives the receipt code."""
    pupil.open(f"/r/{school}")
    pupil.press("Start now")
    pupil.choose("pupil")
    pupil.choose("No, I do not want to give my name")
    pupil.press("Continue")
    pupil.tick("Somebody is being mean or bullying online")
    pupil.press("Continue")
    pupil.tick("Outside school")
    _yesterday(pupil)
    pupil.press("Continue")
    pupil.choose("No", exact=True)
    pupil.press("Continue")
    pupil.page.fill("#description", "They are horrible to somebody in our chat.")
    pupil.press("Continue")
    pupil.press("Send it")
    pupil.sees("You have done the right thing")
    return pupil.page.locator(".govuk-panel__body strong").inner_text()


def _comes_back(pupil: Tab, school: str, code: str) -> None:
    pupil.open(f"/r/{school}/return")
    pupil.page.fill("#code", code)
    pupil.press("Show me")
    pupil.sees("Closed")
    assert "horrible" not in pupil.text


def _opens(lead: Tab, reference: str) -> None:
    """From the first page, where it waits."""
    lead.open(lead.path.split("/incidents")[0])
    lead.press(f"Acknowledge report {reference}")
    _takes(lead)


def _takes(lead: Tab) -> None:
    lead.press("Acknowledge: I have this in hand")
    lead.sees("The reporter can see that it has been read")


def _closes(lead: Tab, outcome: str, reasons: str) -> None:
    lead.press("Close this record")
    lead.choose(outcome)
    lead.fill("Reasons for closing it now", reasons)
    lead.fill("Summary of the incident, the investigation and the outcome", "It is settled.")
    lead.press("Close record")
    lead.sees("The record is closed")


def _keeps_the_phone(lead: Tab) -> None:
    """Secured and switched off, by whom and where (S268)."""
    lead.press("Investigation")
    lead.press("Add a device")
    lead.fill("What it is", "Black phone with a cracked screen")
    lead.fill("Whose it is", "Kim Lee")
    lead.choose("Yes", exact=True)
    lead.fill("Where it is locked away", "The safe in the office")
    lead.fill("Why it was taken", "It may hold an illegal image.")
    lead.press("Save")
    lead.sees("Black phone")
    lead.press("The record")


def _settles(head: Tab, reference: str) -> None:
    """The allegation is the headteacher's: the designated officer within a day, then the end."""
    head.press(f"Acknowledge report {reference}")
    _takes(head)
    head.press("Write down what they said")
    head.choose("Yes")
    head.fill("Who you spoke to", "The duty officer")
    head.page.fill("#advice", "Nobody at school looks into it; a meeting on Friday.")
    head.press("Save")
    head.sees("Contacted The duty officer")
    _closes(head, "Passed to another agency", "The officer leads from here.")
    head.menu("Staff concerns")
    head.sees(reference)


def _meets(lead: Tab) -> None:
    """The facts, then a meeting with its agenda (S179 to S181)."""
    lead.press("Procedures")
    lead.sees("Negative comments on social media")
    lead.press("Establish what is said, where and by whom")
    lead.choose("Yes", exact=True)
    lead.fill("Which site, page or group", "The parents' page of the village")
    lead.press("Save")
    lead.press("First meeting with whoever complains")
    lead.choose("Yes", exact=True)
    lead.tick("Asked to remove the postings")
    lead.tick("Explained the complaints procedure")
    lead.press("Save")
    lead.sees("Explained the complaints procedure")
    lead.press("The record")


def _yesterday(tab: Tab) -> None:
    on = clock.today() - timedelta(days=1)
    for part, value in (("Day", on.day), ("Month", on.month), ("Year", on.year)):
        tab.fill(part, str(value))
