"""The case file: agencies, families, the investigation, devices, tasks, lessons, private notes."""

import pytest

from chalicelib.incidents.service.parts import POLICY_REVIEW
from chalicelib.tasks import service as tasks
from tests.builders import within
from tests.doubles import FrozenClock
from tests.incidents.file import a_record
from tests.incidents.walk import Fields, School, a_staffed_school
from tests.pages import Answer, Site

REFERRAL: Fields = {
    "agency": "police",
    "what": "report",
    "how": "phone",
    "spoken_to": "PC 1234 Hall",
    "reference": "CR/7788",
    "reason": "Threats in the class group",
}


@pytest.fixture
def school(site: Site) -> School:
    return a_staffed_school(site)


@pytest.fixture
def record(school: School) -> str:
    return a_record(school)


def add(
    school: School, record: str, kind: str, fields: Fields, *, site: Site | None = None
) -> Answer:
    site = site or school.at_dsl
    site.get(f"{school.log}/{record}/add/{kind}")
    return site.follow(site.submit(fields))


def refused(school: School, record: str, kind: str, fields: Fields) -> list[str]:
    school.at_dsl.get(f"{school.log}/{record}/add/{kind}")
    return school.at_dsl.submit(fields, expect=422).problems()


def titles(page: Answer) -> list[str]:
    return [each.text for each in page.root.all("h3", class_="hf-timeline__title")]


def test_a_referral_has_agency_person_date_reference_and_outcome(
    school: School, record: str
) -> None:
    """S217, S218, S344 to S347: and it settles the immediate action; the answer comes later."""
    page = add(school, record, "referral", REFERRAL)
    assert "Reported to Police" in page.text
    assert "PC 1234 Hall" in page.text and "CR/7788" in page.text and "6 October 2026" in page.text
    shown = school.at_dsl.get(f"{school.log}/{record}")
    assert "Actions recorded" == titles(shown)[0]
    assert "Added: Reported to Police" in titles(shown)
    assert "Police or CEOP told" in shown.text

    link = next(a for a in page.root.all("a") if "/parts/" in a.attributes["href"])
    school.at_dsl.get(link.attributes["href"])
    page = school.at_dsl.follow(
        school.at_dsl.submit(
            {
                "outcome": "No crime recorded",
                "outcome_on-day": "6",
                "outcome_on-month": "10",
                "outcome_on-year": "2026",
            }
        )
    )

    assert "No crime recorded" in page.text
    assert "Changed: Reported to Police" == titles(school.at_dsl.get(f"{school.log}/{record}"))[0]


def test_agencies_are_named_by_the_school(school: School, record: str) -> None:
    """S217: the form names one authority, so the names are the school's own."""
    from chalicelib.tenancy import settings
    from chalicelib.tenancy.model import Choices, Setting

    with within(school.id):
        settings.change(
            school.id,
            Choices({Setting.AGENCIES: ("Saltmarsh Front Door",)}),
            version=settings.decided(school.id).version,
            by="system:test",
        )
    page = add(
        school,
        record,
        "referral",
        {**REFERRAL, "agency": "own:Saltmarsh Front Door", "what": "referral"},
    )

    assert "Referral to Saltmarsh Front Door" in page.text
    shown = school.at_dsl.get(f"{school.log}/{record}")
    assert "Referral made to Saltmarsh Front Door" in shown.text


def test_parents_told_or_why_not(school: School, record: str) -> None:
    """S220, S231: one or the other, and it decides the immediate action."""
    assert ["Say why they were not told"] == refused(school, record, "family", {"informed": "no"})
    assert ["Choose how they were told", "Enter who was told"] == sorted(
        refused(school, record, "family", {"informed": "yes"})
    )
    add(school, record, "family", {"informed": "no", "why_not": "The police asked us to wait"})

    shown = school.at_dsl.get(f"{school.log}/{record}")
    assert "The police asked us to wait" in shown.text
    assert "2 of 9 decided" in shown.text


def test_support_is_written_down(school: School, record: str) -> None:
    """S89, S174, S180: who, what, by whom."""
    page = add(school, record, "support", {"whom": "Alex", "support": "A daily check-in"})

    assert "Support for Alex" in page.text and "A daily check-in" in page.text


def test_two_people_investigate_and_one_is_senior(school: School, record: str) -> None:
    """S336, S174: two different people, at least one a senior leader, one named computer."""
    rest = {"computer": "OFFICE-2, in the head's room", "kept_at": "Locked cabinet"}
    teacher, lead, dsl = school.teacher.id, school.lead.id, school.dsl.id

    same = {**rest, "first": dsl, "second": dsl}
    assert ["Choose two different people"] == refused(school, record, "investigators", same)
    junior = {**rest, "first": teacher, "second": lead}
    assert ["At least one of the two must be a senior leader"] == refused(
        school, record, "investigators", junior
    )
    assert ["Enter which computer is used"] == refused(
        school, record, "investigators", {**rest, "first": dsl, "second": lead, "computer": ""}
    )
    page = add(school, record, "investigators", {**rest, "first": dsl, "second": lead})

    assert "Jo Marsh, senior leader" in page.text and "OFFICE-2" in page.text


def test_everything_checked_is_recorded_and_screenshots_are_signed_and_dated(
    school: School, record: str
) -> None:
    """S337, S265: a screenshot is referenced, never uploaded."""
    checked: Fields = {
        "source": "logs",
        "item": "Proxy log of 5 October",
        "found": "Nothing from school",
        "stopped": "no",
        "shot": "taken",
    }
    problems = refused(school, record, "checked", checked)
    assert ["Enter who signed it", "Enter the date written on it", "Enter where it is kept"] == (
        problems
    )
    signed = {"shot_by": "Jo Marsh", "shot_on-day": "6", "shot_on-month": "10"}
    page = add(
        school,
        record,
        "checked",
        {**checked, **signed, "shot_on-year": "2026", "shot_at": "Cabinet"},
    )

    assert "The school's own system logs: Proxy log of 5 October" in page.text
    assert not page.root.all("input", type="file")


def test_no_screenshot_of_what_may_be_a_crime(school: School, record: str) -> None:
    """S338, S172: the form refuses it and says what to do."""
    found = {"source": "site", "item": "A chat", "found": "x", "stopped": "yes", "shot": "taken"}

    (problem,) = refused(school, record, "checked", found)
    assert "Never take a screenshot" in problem


def test_a_device_is_kept_and_followed_to_the_police(school: School) -> None:
    """S268, S269, S316: secured and switched off; nobody examines it; each hand is written down."""
    record = a_record(school, types=("sexual_images",))
    device = {"device": "Black phone", "owner": "Robin Bell", "kept_at": "Safe", "reason": "S"}
    assert ["Say why it is still on"] == refused(school, record, "device", {**device, "off": "no"})
    assert "Switch the device off" in add(school, record, "device", {**device, "off": "yes"}).text

    (problem,) = refused(school, record, "custody", {"move": "examined", "detail": "Head"})
    assert "Nobody in school examines a device" in problem
    assert ["Enter who it was handed to"] == refused(school, record, "custody", {"move": "police"})
    page = add(school, record, "custody", {"move": "police", "to": "PC Hall, 1234"})
    assert "Handed to the police: Black phone, of Robin Bell" in page.text


def test_somebody_was_shown_an_image(school: School, record: str) -> None:
    """S173, S172: the circumstances, whom they told, and that it was not copied or sent on."""
    shown = {"shown_by": "A parent", "place": "The gate", "how": "Unasked", "told": "Ms Head"}

    (problem,) = refused(school, record, "shown", shown)
    assert problem.startswith("Tick this, or ring the police")
    page = add(school, record, "shown", {**shown, "kept": "yes"})
    assert "Jo Marsh was shown an image" in page.text


def test_a_debrief_puts_the_policy_on_the_list_of_those_to_review(
    school: School, record: str
) -> None:
    """S343, S219, S223, S77: lessons, policy flag, and what goes into teaching."""
    lessons = {"who": "All of us", "lessons": "Ring earlier", "policy": "yes"}
    assert ["Enter which policy"] == refused(school, record, "debrief", lessons)
    add(
        school,
        record,
        "debrief",
        {**lessons, "which_policy": "Online safety, part 4", "response": "A lesson for Year 5"},
    )

    with within(school.id):
        (task,) = [each for each in tasks.open_in(school.id) if each.kind == POLICY_REVIEW]
    assert f"incident/{record}" == task.about
    assert "headteacher" == task.role
    assert "Online safety, part 4" not in task.title + task.why
    shown = school.at_dsl.get(f"{school.log}/{record}")
    assert "A lesson for Year 5" in shown.text


def test_a_task_has_an_owner_a_day_and_a_reminder_and_says_nothing_outside(
    school: School, record: str, clock: FrozenClock
) -> None:
    """S88, S286: the list of tasks names no child; the words stay on the record."""
    asked: Fields = {
        "action": "network",
        "what": "Ask the app to take down the post about Alex",
        "owner": school.lead.id,
        "due_on-day": "5",
        "due_on-month": "10",
        "due_on-year": "2026",
    }
    assert ["By when must be today or in the future"] == refused(school, record, "task", asked)
    page = add(school, record, "task", {**asked, "due_on-day": "9"})
    assert "To do" in page.text and "Ask the app to take down" in page.text
    with within(school.id):
        (mine,) = tasks.open_for(school.id, school.lead.id, frozenset())
    assert "Alex" not in mine.title + mine.why

    clock.advance(days=4)
    from tests.builders import signed_in

    school.at_dsl = signed_in(school.at_dsl, school.dsl)
    page = school.at_dsl.get(f"{school.log}/{record}/file/tasks")
    assert "Overdue" in page.text
    link = next(a for a in page.root.all("a") if "/parts/" in a.attributes["href"])
    school.at_dsl.get(link.attributes["href"])
    done = {"done_on-day": "10", "done_on-month": "10", "done_on-year": "2026"}
    school.at_dsl.submit({**done, "result": "It is gone"})
    with within(school.id):
        assert [] == tasks.open_for(school.id, school.lead.id, frozenset())


def test_private_notes_are_for_those_who_work_on_the_record(school: School, record: str) -> None:
    """2.17: others who may read incidents see that there is one, and no word of it."""
    page = add(school, record, "private", {"note": "I doubt what his uncle says"})
    assert "I doubt what his uncle says" in page.text

    theirs = school.at_lead.get(f"{school.log}/{record}/file/notes")
    assert "I doubt" not in theirs.text
    assert "1 private note here that you cannot read" in theirs.text
    shown = school.at_lead.get(f"{school.log}/{record}")
    assert "I doubt" not in shown.text
    assert "Added: a private note" in titles(shown)
    link = next(a for a in page.root.all("a") if "/parts/" in a.attributes["href"])
    school.at_lead.get(link.attributes["href"], expect=404)


def test_a_part_struck_out_stays_with_its_reason_and_counts_no_more(
    school: School, record: str
) -> None:
    """2.16: nothing disappears."""
    page = add(school, record, "referral", REFERRAL)
    link = next(a for a in page.root.all("a") if a.attributes["href"].endswith("/strike"))
    school.at_dsl.get(link.attributes["href"])
    assert ["Say why it is struck out"] == school.at_dsl.submit(expect=422).problems()
    page = school.at_dsl.follow(school.at_dsl.submit({"why": "Meant for another record"}))

    assert "Struck out Meant for another record" in page.text
    assert "CR/7788" in page.text
    school.at_dsl.get(link.attributes["href"], expect=409)


def test_two_people_adding_at_once_lose_nothing(school: School, record: str) -> None:
    """The second sees what the first added, and what they typed is still there."""
    mine = school.at_dsl.get(f"{school.log}/{record}/add/support")
    add(school, record, "referral", REFERRAL, site=school.at_lead)
    typed = {"whom": "Alex", "support": "Lunch club"}
    clash = school.at_dsl.submit(typed, page=mine, expect=409)
    assert "Added: Reported to Police" in titles(clash)
    assert "Lunch club" in clash.text

    page = school.at_dsl.follow(school.at_dsl.submit(page=clash))
    assert "Lunch club" in page.text and "CR/7788" in page.text
    again = school.at_dsl.follow(school.at_dsl.submit(typed, page=clash))
    assert 1 == again.text.count("Lunch club")


@pytest.mark.parametrize("section", ["tasks", "contacts", "investigation", "lessons", "notes"])
def test_every_section_says_when_it_is_empty(school: School, record: str, section: str) -> None:
    page = school.at_dsl.get(f"{school.log}/{record}/file/{section}")

    assert page.root.all("p", class_="hf-none")
    school.at_teacher.get(f"{school.log}/{record}/file/{section}", expect=403)


def test_closing_says_what_is_not_finished(school: School, record: str) -> None:
    """2.3, 2.11: open tasks and devices still locked away, before the reasons are written."""
    due = {"due_on-day": "9", "due_on-month": "10", "due_on-year": "2026"}
    add(school, record, "task", {"what": "Ring home", "owner": school.lead.id, **due})
    device = {"device": "Black phone", "owner": "Robin", "kept_at": "Safe", "reason": "S"}
    add(school, record, "device", {**device, "off": "yes"})
    assert (
        "Finish the tasks that were given out" in school.at_dsl.get(f"{school.log}/{record}").text
    )

    page = school.at_dsl.get(f"{school.log}/{record}/close")
    assert "Ring home (Sam Lee)" in page.text
    assert "Device still kept" in page.text and "Black phone, of Robin" in page.text
    add(school, record, "custody", {"move": "family", "to": "Mrs Bell"})
    page = school.at_dsl.get(f"{school.log}/{record}/close")
    assert "Device still kept" not in page.text


def test_what_was_decided_is_not_decided_again(school: School, record: str) -> None:
    """S218: a second report to the police is an entry; the action keeps what was said first."""
    school.at_dsl.get(f"{school.log}/{record}/actions")
    school.at_dsl.submit({"police_decision": "not_needed", "police_why_not": "No offence"})
    add(school, record, "referral", REFERRAL)

    shown = school.at_dsl.get(f"{school.log}/{record}")
    assert "Added: Reported to Police" == titles(shown)[0]
    assert "No offence" in shown.text
