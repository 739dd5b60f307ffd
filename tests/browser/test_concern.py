"""In a browser: an allegation that names the safeguarding lead; a pupil who gives no name."""

from collections.abc import Callable
from datetime import timedelta

from chalicelib import clock, ids
from chalicelib.identity.permissions import Role
from tests.browser.tab import Tab, Way
from tests.builders import Person, a_person, a_school
from tests.cloud.visitor import Post


def _signs_in(tab: Tab, person: Person) -> None:
    tab.open("/signin")
    tab.sign_in(person)


def _yesterday(tab: Tab) -> None:
    on = clock.today() - timedelta(days=1)
    tab.tick("Inside school")
    for part, value in (("Day", on.day), ("Month", on.month), ("Year", on.year)):
        tab.fill(part, str(value))
    tab.press("Continue")


def _report_about_the_lead(teacher: Tab) -> str:
    teacher.menu("Report an incident")
    teacher.tick("Posting images without the permission")
    teacher.press("Continue")
    _yesterday(teacher)
    teacher.fill("Members of staff", "Mrs Marsh")
    teacher.choose("Yes, and a child may have been harmed")
    teacher.press("Continue")
    teacher.reads("Who is it about?")
    teacher.sees("Do not speak to the person about it")
    teacher.tick("The designated safeguarding lead")
    teacher.press("Continue")
    teacher.fill("Describe what happened", "A child's photograph is on her own page.")
    teacher.press("Continue")
    teacher.reads("Check your answers")
    teacher.sees("Hanna Bright, headteacher")
    teacher.sees("none of them can ever read it")
    teacher.press("Send report")
    teacher.reads("Report received")
    return teacher.page.locator(".govuk-panel__body").inner_text().split()[-1]


def _work(head: Tab, reference: str) -> None:
    """The clock, the decision, the end, and the list to print."""
    head.reads(f"Incident {reference}")
    head.sees("Contact the designated officer (LADO)")
    head.press("Acknowledge: I have this in hand")
    head.press("Write down what they said")
    head.choose("Yes, the designated officer was contacted")
    head.fill("Who you spoke to", "Ms Ray")
    head.fill("What they advised, or why they were not contacted", "A strategy meeting.")
    head.press("Save")
    head.sees("Contacted Ms Ray")
    head.press("Close this record")
    head.choose("Passed to another agency")
    head.fill("Reasons for closing it now", "The local authority leads.")
    head.fill("Summary of the incident, the investigation and the outcome", "Referred.")
    head.press("Close record")
    head.menu("Staff concerns")
    head.sees(reference)
    head.sees("Passed to another agency")


def test_an_allegation_about_the_safeguarding_lead(
    browser_for: Callable[[Way], Tab], post: Post
) -> None:
    """1.17, R-KCSIE 8, R-REF 1: report, mail to the head, LADO, closed; the lead sees nothing."""
    school, mark = a_school("Marlow Hill Primary School"), ids.new().lower()
    ada = a_person(school, roles=[Role.STAFF], name="Ada Okafor", email=f"ada.{mark}@a.example")
    jo = a_person(school, roles=[Role.DSL], name="Jo Marsh", email=f"jo.{mark}@a.example")
    hanna = a_person(
        school, roles=[Role.HEADTEACHER], name="Hanna Bright", email=f"hanna.{mark}@a.example"
    )
    teacher, head, lead = (browser_for(Way.DESKTOP) for _ in range(3))

    _signs_in(teacher, ada)
    reference = _report_about_the_lead(teacher)
    (mail,) = post.wait_for(hanna.email)
    head.open(mail.links()[0])
    head.sign_in(hanna)
    _work(head, reference)

    _signs_in(lead, jo)
    assert reference not in lead.text
    lead.menu("Staff concerns")
    lead.sees("No allegation about a member of staff is kept for you")
    lead.menu("Incidents")
    assert reference not in lead.text


def test_a_pupil_tells_without_a_name_and_comes_back(
    browser_for: Callable[[Way], Tab], post: Post
) -> None:
    """1.1, 1.8, 1.9, 10.5: on a phone without scripts; the code leads back."""
    school, mark = a_school("Marlow Hill Primary School"), ids.new().lower()
    jo = a_person(school, roles=[Role.DSL], name="Jo Marsh", email=f"jo.{mark}@a.example")
    pupil = browser_for(Way.NO_SCRIPTS)

    pupil.open(f"/r/{school}")
    pupil.press("Start now")
    pupil.choose("A pupil")
    pupil.choose("No, I do not want to give my name")
    pupil.press("Continue")
    pupil.tick("Somebody is being mean or bullying online")
    pupil.press("Continue")
    _yesterday(pupil)
    pupil.choose("No", exact=True)
    pupil.press("Continue")
    pupil.fill("What happened?", "They made a group about me.")
    pupil.press("Continue")
    pupil.reads("Is this right?")
    pupil.press("Send it")
    code = pupil.page.locator("main strong").first.inner_text()
    assert 1 == len(post.wait_for(jo.email))
    pupil.open(f"/r/{school}/return")
    pupil.fill("Your receipt code", code)
    pupil.press("Show me")
    pupil.sees("Received")
    assert "group about me" not in pupil.text
