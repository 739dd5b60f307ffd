"""A report as a teacher makes it, from the first page to the receipt."""

import pytest

from chalicelib.identity.permissions import Role
from tests.builders import a_person, a_school, signed_in
from tests.doubles import FrozenClock, Mailbox
from tests.incidents.walk import (
    ACCOUNT,
    WHAT,
    WHEN,
    School,
    a_staffed_school,
    report,
    up_to_check,
)
from tests.pages import Site


@pytest.fixture
def school(site: Site) -> School:
    return a_staffed_school(site)


def test_a_report_goes_from_first_page_to_receipt(school: School) -> None:
    """S183 to S213: every answer is shown before it is sent, and the receipt thanks."""
    shown = up_to_check(school.at_teacher, school.id)

    for answer in (
        "Online bullying or harassment (cyberbullying)",
        "Outside school",
        "5 October 2026 at 7:30pm",
        "Alex Smith, 5B",
        "Robin Bell, 5B",
        "Unkind messages about Alex in the class group.",
        "WhatsApp",
        "On Alex's mother's phone.",
        "Jo Marsh, designated safeguarding lead",
        "Sam Lee, online safety lead",
    ):
        assert answer in shown.text

    receipt = school.at_teacher.follow(school.at_teacher.submit(button="Send report"))
    assert "Report received" in receipt.heading
    assert "Thank you for telling us." in receipt.text
    assert "Jo Marsh, designated safeguarding lead" in receipt.text


def test_the_dsl_and_the_lead_are_mailed_and_nothing_is_in_the_mail(
    school: School, mailbox: Mailbox
) -> None:
    """S5, S6, R39: a mail says that there is a report, and not a word of it."""
    record = report(school.at_teacher, school.id)
    mails = mailbox.deliver()

    assert {school.dsl.email, school.lead.email} == {mail.to for mail in mails}
    for mail in mails:
        everything = f"{mail.subject} {mail.text} {mail.html} {mail.headers}"
        assert f"/s/{school.id}/incidents/{record}" in mail.text
        for word in ("Alex", "Robin", "bullying", "WhatsApp", "Unkind", "Okafor"):
            assert word not in everything


def test_one_person_in_both_roles_gets_one_mail(site: Site, mailbox: Mailbox) -> None:
    """S6: the co-ordinator and the DSL may be one person."""
    school = a_school()
    both = a_person(school, roles=[Role.DSL, Role.ONLINE_SAFETY_LEAD])
    report(signed_in(site, a_person(school)), school)

    assert [both.email] == [mail.to for mail in mailbox.deliver()]


def test_a_second_press_shows_the_same_receipt(school: School, mailbox: Mailbox) -> None:
    """The button, the network or the person pressed twice: one record, one mail each."""
    site = school.at_teacher
    check = up_to_check(site, school.id)
    first = site.submit(button="Send report", page=check)
    again = site.submit(button="Send report", page=check)

    assert first.location == again.location
    assert 2 == len(mailbox.deliver())
    assert 1 == len(school.at_dsl.get(school.log).root.all("tbody")[0].all("tr"))


def test_the_way_back_after_sending_leads_to_the_receipt(school: School) -> None:
    """The browser's back button must not start a second report in the first one's place."""
    site = school.at_teacher
    check = up_to_check(site, school.id)
    sent = site.submit(button="Send report", page=check)

    for page in ("what", "account", "check"):
        back = site.get(check.path.replace("/check", f"/{page}"), expect=303)
        assert back.location == sent.location


@pytest.mark.parametrize("kind", ["sexual_images", "terrorism"])
def test_the_guard_stands_before_anything_is_described(school: School, kind: str) -> None:
    """S172, S267 to S270, S338, R-UKCIS 2: what to do and not do, and no way round it."""
    site = school.at_teacher
    shown = site.follow(site.get(f"{school.log}/new", expect=303))
    guard = site.follow(site.submit({"types": [kind]}, page=shown))

    assert "Before you go on" == guard.heading
    assert "Tell the designated safeguarding lead now" in guard.text
    assert "Is an adult involved?" in guard.text
    for later in ("when", "who", "account", "check", "police"):
        skipped = site.get(guard.path.replace("before-you-go-on", later), expect=303)
        assert skipped.location == guard.path
    unanswered = site.submit(page=guard, expect=422)
    assert ["Say whether an adult is involved, or that it is not known yet"] == (
        unanswered.problems()
    )


def test_an_adult_and_a_childs_image_lead_to_the_police_page(school: School) -> None:
    """R-UKCIS 3: it is child sexual abuse, so the police come before the form."""
    site = school.at_teacher
    shown = site.follow(site.get(f"{school.log}/new", expect=303))
    guard = site.follow(site.submit({"types": ["sexual_images"]}, page=shown))
    police = site.follow(site.submit({"adult_involved": "yes"}, page=guard))

    assert "Do this first" == police.heading
    assert "call 999" in police.text
    assert site.follow(site.submit(page=police)).path.endswith("/when")


def test_no_adult_goes_straight_on(school: School) -> None:
    site = school.at_teacher
    check = up_to_check(site, school.id, what={"types": ["sexual_images"]}, adult="no")

    assert "No, only children and young people" in check.text


def test_the_mail_of_an_urgent_report_says_so(school: School, mailbox: Mailbox) -> None:
    """Urgency may be said; what it is about may not."""
    report(school.at_teacher, school.id, what={"types": ["terrorism"]}, adult="unsure")

    assert all(mail.subject.startswith("Urgent: ") for mail in mailbox.deliver())


def test_every_page_is_saved_even_when_it_has_problems(school: School) -> None:
    """1.11, R14: nothing that was typed depends on getting everything right first."""
    site = school.at_teacher
    shown = site.follow(site.get(f"{school.log}/new", expect=303))
    shown = site.follow(site.submit(WHAT, page=shown))
    wrong = site.submit(dict(WHEN) | {"occasions-1-day": "41"}, page=shown, expect=422)
    assert ["The date must be a real date, like 6 10 2026"] == wrong.problems()

    again = signed_in(site, school.teacher)
    offered = again.get(f"{school.log}/new")
    assert "You have 1 unfinished report." in offered.text
    carried_on = again.get(offered.root.all("a", class_="govuk-button")[0].attributes["href"])
    assert "Where and when" == carried_on.heading
    values = {i.attributes["name"]: i.attributes.get("value") for i in carried_on.root.all("input")}
    assert ("41", "10", "7:30pm") == (
        values["occasions-1-day"],
        values["occasions-1-month"],
        values["occasions-1-time"],
    )
    assert not carried_on.problems()


def test_save_and_come_back_later_asks_for_nothing(school: School) -> None:
    """A half page is worth keeping as it is."""
    site = school.at_teacher
    shown = site.follow(site.get(f"{school.log}/new", expect=303))
    later = site.follow(site.submit(button="Save and come back later", page=shown))

    assert "Your report is saved." in later.text
    assert "You have 1 report not sent yet." in later.text


def test_an_unfinished_report_can_be_thrown_away(school: School) -> None:
    site = school.at_teacher
    shown = site.follow(site.get(f"{school.log}/new", expect=303))
    site.submit(WHAT, page=shown)
    site.get(f"{school.log}/new")
    site.follow(site.submit(button="Delete"))

    assert 303 == site.get(f"{school.log}/new", expect=None).status


def test_nobody_else_sees_an_unfinished_report(school: School) -> None:
    """A draft is its writer's: the same address is an empty form for anybody else."""
    site = school.at_teacher
    shown = site.follow(site.get(f"{school.log}/new", expect=303))
    site.submit(WHAT, page=shown)
    other = school.at_dsl.get(shown.path)

    assert not [i for i in other.root.all("input", name="types") if "checked" in i.attributes]


def test_dates_are_added_without_scripts(school: School) -> None:
    """S188: several dates, by a button that saves what is there."""
    site = school.at_teacher
    shown = site.follow(site.get(f"{school.log}/new", expect=303))
    shown = site.follow(site.submit(WHAT, page=shown))
    more = site.submit(WHEN, button="Add another date", page=shown, expect=200)
    assert not more.problems()
    second = {"occasions-2-day": "6", "occasions-2-month": "10", "occasions-2-year": "2026"}
    site.follow(site.submit(second, page=more))
    for fields in ({"about_staff": "no"}, ACCOUNT):
        check = site.follow(site.submit(fields))

    assert "5 October 2026 at 7:30pm" in check.text
    assert "6 October 2026, time not known" in check.text


def test_an_answer_is_changed_from_the_check_page_and_back(school: School) -> None:
    """Change leads to the page, and Continue leads straight back."""
    site = school.at_teacher
    check = up_to_check(site, school.id)
    change = next(a for a in check.root.all("a") if a.text == "Change who was involved")
    shown = site.get(change.attributes["href"])
    assert "Alex Smith, 5B" in shown.text
    back = site.follow(site.submit({"staff": "Mr Hill"}, page=shown))

    assert "Check your answers" == back.heading
    assert "Mr Hill" in back.text


def test_changing_the_type_to_a_guarded_one_shows_the_guard(school: School) -> None:
    """There is no way round the guard by way of Change."""
    site = school.at_teacher
    check = up_to_check(site, school.id)
    shown = site.get(check.path.replace("/check", "/what") + "?change=yes")
    guard = site.follow(site.submit({"types": ["sexual_images"]}, page=shown))

    assert "Before you go on" == guard.heading
    answered = site.submit({"adult_involved": "no"}, page=guard)
    assert "Check your answers" in site.follow(answered).heading or answered.location.endswith(
        "/when"
    )


def test_what_was_typed_is_shown_as_text_and_runs_nowhere(school: School) -> None:
    """Markup, formulas, right-to-left and emoji are all just what somebody typed."""
    worst = "<script>alert(1)</script> =1+1 {{ 7*7 }} 👩🏽‍🏫 שלום\n\n<img src=x onerror=y>"
    record = report(
        school.at_teacher,
        school.id,
        account={"description": worst},
        who={"child": "<b>Alex</b>", "other": "=cmd|' /C calc'!A0"},
    )
    shown = school.at_dsl.get(f"{school.log}/{record}")

    assert "<script>alert(1)</script> =1+1 {{ 7*7 }} 👩🏽‍🏫 שלום" in shown.text
    assert "<img src=x onerror=y>" in shown.text
    assert "<b>Alex</b>" in shown.text
    assert "<b>Alex</b>" in school.at_dsl.get(school.log).text


def test_ten_thousand_characters_go_through(school: School) -> None:
    record = report(school.at_teacher, school.id, account={"description": "long " * 2_000})

    assert "long long" in school.at_dsl.get(f"{school.log}/{record}").text


def test_a_pasted_picture_is_refused_and_never_stored(school: School) -> None:
    """S213, R-UKCIS 2: it is gone from the page, the draft and the record."""
    site = school.at_teacher
    shown = site.follow(site.get(f"{school.log}/new", expect=303))
    shown = site.follow(site.submit(WHAT, page=shown))
    shown = site.follow(site.submit(WHEN, page=shown))
    shown = site.follow(site.submit({"about_staff": "no"}, page=shown))
    pasted = "See data:image/png;base64,iVBORw0KGgoAAAA here"
    refused = site.submit({"description": pasted}, page=shown, expect=422)

    assert "We removed a picture from what you pasted" in refused.problems()[0]
    assert "See [picture removed] here" in refused.text
    assert "iVBORw0KGgo" not in refused.body
    assert "iVBORw0KGgo" not in site.get(shown.path).body


def test_my_reports_show_the_state_and_no_case_content(school: School, clock: FrozenClock) -> None:
    """S88, 1.9, S71: received, acknowledged, closed; nothing of the case can be read back."""
    site = school.at_teacher
    record = report(site, school.id)
    mine, receipt = f"/s/{school.id}/my-reports", f"/s/{school.id}/my-reports/{record}"

    def states() -> str:
        return " ".join(tag.text for tag in site.get(mine).root.all("strong", class_="hf-tag"))

    assert "Received" == states()
    assert "Not acknowledged yet" in site.get(receipt).text
    school.at_dsl.get(f"{school.log}/{record}")
    clock.advance(minutes=5)
    school.at_dsl.submit(action="/acknowledge")
    assert "Acknowledged" == states()
    school.at_dsl.get(f"{school.log}/{record}/close")
    ending = {"outcome": "dealt_with", "reasons": "Spoken to", "summary": "Sorted out"}
    school.at_dsl.submit(ending)
    assert "Closed" == states()
    for page in (mine, receipt):
        for word in ("Alex", "Unkind", "bullying", "Sorted", "Spoken"):
            assert word not in site.get(page).text


def test_a_report_is_shown_to_its_reporter_only(school: School) -> None:
    """Somebody else's receipt is a page that does not exist."""
    record = report(school.at_teacher, school.id)

    school.at_lead.get(f"/s/{school.id}/my-reports/{record}", expect=404)
    school.at_teacher.get(f"{school.log}/{record}", expect=403)
    school.at_teacher.get(school.log, expect=403)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("0" * 26 + "/what", 200),
        ("0" * 26 + "/nothing", 404),
        ("x/what", 404),
        ("0" * 26 + "/police", 303),
        ("0" * 26 + "/check", 303),
    ],
)
def test_odd_addresses_are_not_found_or_led_to_the_first_page(
    school: School, path: str, status: int
) -> None:
    """Nothing about an address is trusted."""
    answer = school.at_teacher.get(f"{school.log}/new/{path}", expect=status)

    if status == 303:
        assert answer.location.endswith("/what")


def test_a_form_sent_after_the_session_ended_is_not_lost(
    school: School, clock: FrozenClock
) -> None:
    """R14: what the page held is there again after signing in."""
    site = school.at_teacher
    shown = site.follow(site.get(f"{school.log}/new", expect=303))
    shown = site.follow(site.submit(WHAT, page=shown))
    clock.advance(minutes=31)
    away = site.submit(WHEN, page=shown, expect=303)
    assert away.location.startswith("/signin?next=")

    again = signed_in(site, school.teacher)
    offered = again.get(f"{school.log}/new")
    assert "Online bullying or harassment" in offered.text
