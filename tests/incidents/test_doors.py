"""What holds at every door: for staff, for staff who write it down for somebody, for pupils, for
parents and visitors. One record comes of all of them (1.14).
"""

import io

import pytest
from pypdf import PdfReader

from chalicelib.documents import build
from chalicelib.identity.permissions import Role
from chalicelib.incidents.forms import behalf, community, concerns, handling, holding, reporting
from chalicelib.incidents.forms.texts import MOST_DESCRIPTION, Line, Words
from chalicelib.incidents.model.pictures import REASON
from chalicelib.incidents.service import community as flood
from chalicelib.incidents.types import CURRENT
from chalicelib.incidents.web.blank import Paper, sheets
from chalicelib.journeys.makers import DOCUMENTS
from chalicelib.tenancy import settings
from chalicelib.tenancy.model import Choices, Setting
from chalicelib.web.fields import Text
from chalicelib.web.forms import Form
from tests.builders import BY, a_person, signed_in, within
from tests.documents.conftest import bucket
from tests.documents.doubles import Bucket
from tests.doubles import FrozenClock, Mailbox
from tests.incidents.walk import ACCOUNT, WHAT, WHEN, WHO, Fields, School, a_staffed_school
from tests.pages import Answer, Site

__all__ = ["bucket"]
DOORS = ("staff", "behalf", "pupil", "carer")
TOLD: Fields = {
    "told_by": "Priya Shah",
    "who": "carer",
    "how": "telephone",
    "told_on-day": "6",
    "told_on-month": "10",
    "told_on-year": "2026",
    "told_at": "9:10am",
}


@pytest.fixture
def school(site: Site) -> School:
    return a_staffed_school(site)


class Door:
    """One way in, walked page by page."""

    def __init__(self, name: str, school: School, site: Site) -> None:
        self.name = name
        self.school = school
        self.is_open = name in ("pupil", "carer")
        self.site = site if self.is_open else school.at_teacher

    def first(self) -> Answer:
        """The page that asks what happened."""
        if self.is_open:
            self.site.get(f"/r/{self.school.id}")
            you = self.site.follow(self.site.submit(button="Start now"))
            return self.on(you, {"reporter": self.name, "naming": "nameless"})
        start = "new" if self.name == "staff" else "new/for-somebody"
        shown = self.site.follow(self.site.get(f"{self.school.log}/{start}", expect=303))
        return self.on(shown, TOLD) if self.name == "behalf" else shown

    def on(self, page: Answer, fields: Fields | None = None) -> Answer:
        return self.site.follow(self.site.submit(fields, page=page, button=_go_on(page)))

    def up_to(self, step: str) -> Answer:
        """The page of this step, everything before it filled in."""
        shown = self.first()
        for name, fields in (("what", WHAT), ("when", WHEN), ("who", WHO), ("account", ACCOUNT)):
            if step == name:
                return shown
            shown = self.on(shown, {**fields, **({"about_staff": "no"} if name == "who" else {})})
        return shown

    def send(self, check: Answer) -> Answer:
        button = "Send it" if self.name == "pupil" else "Send report"
        return self.site.follow(self.site.submit(page=check, button=button))

    def refused(self, page: Answer, fields: Fields) -> Answer:
        return self.site.submit(fields, page=page, button=_go_on(page), expect=422)


def _go_on(page: Answer) -> str:
    buttons = [each.text for each in page.root.all("button")]
    return next(each for each in buttons if "ontinue" in each)


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest, school: School, site: Site) -> Door:
    return Door(request.param, school, site)


def records(school: School) -> list[str]:
    links = school.at_dsl.get(school.log).root.all("tbody")
    return [a.attributes["href"] for body in links for a in body.all("a")]


def test_every_door_leads_to_the_same_record(door: Door) -> None:
    """1.14, S87, S183 to S213: the DSL opens what was told, and who told it, how and when."""
    receipt = door.send(door.up_to("check"))
    [record] = records(door.school)
    text = door.school.at_dsl.get(record).text

    assert "Thank you" in receipt.text
    assert "Unkind messages about Alex in the class group." in text
    if door.name == "behalf":
        for each in ("Priya Shah (a parent or carer)", "By telephone", "6 October 2026 at 09:10"):
            assert each in text


def test_staff_write_down_what_somebody_told_them(school: School, site: Site) -> None:
    """S111 to S113, S183, S73: who told, how (also in a remote lesson) and when is asked first; the
    reporter keeps the receipt.
    """
    by = Door("behalf", school, site)
    start = school.at_teacher.get(f"{school.log}/new/for-somebody", expect=303)
    page = school.at_teacher.follow(start)
    assert "In a remote lesson or meeting" in page.text
    nothing = school.at_teacher.submit({"told_on-day": ""}, page=page, expect=422)
    assert 3 == len(nothing.problems())
    receipt = by.send(by.up_to("check"))

    assert "Report received" in receipt.heading
    reference = receipt.root.all("strong")[0].text
    assert reference in school.at_teacher.get(f"/s/{school.id}/my-reports").text


@pytest.mark.parametrize("kind", [each.key for each in CURRENT.types if each.guard])
def test_guards_stand_before_the_first_text_box(door: Door, kind: str) -> None:
    """S172, S267 to S270, S338, R-UKCIS 2 and 3: what to do and not do, then whether an adult is
    involved; no page beyond can be reached first.
    """
    guard = door.on(door.first(), {"types": [kind]})

    assert "Before you go on" == guard.heading
    assert not guard.root.all("textarea") and not guard.root.all("input", type="text")
    said = guard.text.lower()
    forbidden = ("copy", "look") if kind == "sexual_images" else ("send it on", "search")
    for never in forbidden:
        assert never in said
    assert "safeguarding lead" in said or "an adult you trust" in said
    for later in ("police", "when", "who", "about-whom", "account", "check"):
        skipped = door.site.get(guard.path.replace("before-you-go-on", later), expect=303)
        assert skipped.location == guard.path
    assert 1 == len(door.refused(guard, {}).problems())


@pytest.mark.parametrize("adult", ["yes", "unsure"])
def test_an_adult_changes_the_route(door: Door, adult: str) -> None:
    """R-UKCIS 3, S338, S167: an adult with such an image is child abuse: police come first."""
    guard = door.on(door.first(), {"types": ["sexual_images"]})
    police = door.on(guard, {"adult_involved": adult})

    assert "Do this first" == police.heading
    assert "999" in police.text
    assert "It happened" not in door.on(police).text


def test_a_pasted_picture_is_refused_with_the_reason(door: Door) -> None:
    """S213, R-UKCIS 2: at every door, with the words kept and the picture in nothing we store."""
    page = door.up_to("account")
    picture = "data:image/png;base64," + "iVBORw0KGgo" * 60
    answer = door.refused(page, {"description": f"It was this {picture} there"})

    assert [REASON] == answer.problems()
    assert "iVBORw0KGgo" not in answer.body
    assert "It was this [picture removed] there" in answer.body


def all_forms() -> list[type[Form]]:
    """Every form in which somebody at a door, or who works on what came in, may type."""
    modules = (reporting, community, behalf, holding, concerns, handling)
    return [
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Form) and each.__module__ == module.__name__
    ]


def test_every_box_of_text_refuses_pictures() -> None:
    """No box is forgotten: each is one of the two kinds that take pictures out."""
    found = [
        (form.__name__, question.name)
        for form in all_forms()
        for question in form.blank()
        if type(question) is not Line
        and type(question) is not Words
        and isinstance(question, Text)
        and type(question).__name__ in ("Text", "LongText")
    ]

    assert [] == found


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"occasions-1-year": "2027"}, "The date must be today or in the past"),
        ({"occasions-1-year": "1989"}, "The date must be in 1990 or later"),
        ({"occasions-1-day": "31", "occasions-1-month": "2"}, "The date must be a real date"),
        ({"occasions-1-time": "25:61"}, "The time must be like 9:30am"),
        ({"occasions-1-day": "6", "occasions-1-time": "23:59"}, "The time must not be later than"),
    ],
)
def test_a_day_that_cannot_be_is_refused(door: Door, fields: Fields, says: str) -> None:
    """In the future, before any school of ours, no day at all: told beside it, and all is kept."""
    answer = door.refused(door.up_to("when"), {**WHEN, **fields})

    assert answer.problems()[0].startswith(says)
    assert "checked" in answer.body


def test_a_time_that_is_not_known_is_left_empty(door: Door) -> None:
    """S189: most people know the day and not the hour."""
    page = door.on(door.up_to("when"), {**WHEN, "occasions-1-time": ""})

    assert page.path.endswith("/who")


WORST = {
    "right to left": "أليكس سميث \u202eميث",
    "emoji": "Zoë 👩🏽‍🚀 O'Brien-Łuczak",
    "markup": "<script>alert(1)</script><b>Alex</b>",
    "formula": '=HYPERLINK("http://x.example","Alex")',
    "template": "{{ 7*7 }} ${7*7} %s \\n",
}


@pytest.mark.parametrize("worst", WORST.values(), ids=WORST.keys())
def test_the_worst_of_names_are_kept_and_shown_as_text(
    school: School, site: Site, worst: str
) -> None:
    """Right to left, emoji, markup, formulas: at the open form and on the record after it."""
    door = Door("carer", school, site)
    page = door.up_to("who")
    page = door.on(page, {"child": worst, "other": worst, "about_staff": "no"})
    check = door.on(page, {**ACCOUNT, "description": worst, "evidence": worst})
    assert worst in check.text or worst.split(maxsplit=1)[0] in check.text
    assert "<script>alert" not in check.body and "<b>Alex" not in check.body
    door.send(check)
    [record] = records(school)
    shown = school.at_dsl.get(record)

    assert "<script>alert" not in shown.body and "<b>Alex" not in shown.body
    assert " ".join(worst.replace("\u202e", "").split()) in " ".join(shown.text.split())


def test_twenty_thousand_characters_and_not_one_more(door: Door) -> None:
    """The limit is said beside the box, holds to the letter, and refusing keeps what was typed."""
    page = door.up_to("account")
    assert f"up to {MOST_DESCRIPTION:,} characters" in page.text
    text = ("ä" * 99 + " ") * (MOST_DESCRIPTION // 100)
    over = door.refused(page, {"description": text[:-1] + "xy"})
    assert ["Describe what happened must be 20,000 characters or less"] == over.problems()
    assert "xy" in over.body
    door.on(page, {**ACCOUNT, "description": text.strip()})


def test_two_presses_and_the_way_back_make_one_report(door: Door, mailbox: Mailbox) -> None:
    """Double submit and the back button: one record, one mail each, the same receipt."""
    check = door.up_to("check")
    first = door.send(check)
    mails = len(mailbox.deliver())
    again = door.send(check)

    assert first.path == again.path
    assert 1 == len(records(door.school))
    assert 2 == mails == len(mailbox.mails)
    for step in ("what", "account", "check"):
        back = door.site.get(check.path.replace("/check", f"/{step}"), expect=303)
        assert back.location == first.path


def test_what_was_typed_is_there_on_coming_back(door: Door) -> None:
    """1.11, R14: stopping half-way loses nothing, at any door."""
    page = door.up_to("account")
    door.refused(page, {"description": "", "evidence": "On her phone"})
    start = f"/r/{door.school.id}" if door.is_open else f"{door.school.log}/new"
    offered = door.site.get(start)
    links = [a.attributes.get("href", "") for a in offered.root.all("a")]
    (resume,) = {link for link in links if link.startswith("/") and link.endswith("/account")} - {
        "/account"  # the person's own, at the head of each page
    }

    assert "On her phone" in door.site.get(resume).body


def test_a_session_that_ends_on_the_way_loses_no_page(
    school: School, site: Site, clock: FrozenClock
) -> None:
    """R14: at the question whom it is about, as at any other."""
    door = Door("staff", school, site)
    page = door.on(door.up_to("who"), {**WHO, "about_staff": "yes"})
    clock.advance(minutes=31)
    away = door.site.submit({"about_posts": ["dsl"]}, page=page, expect=303)
    again = signed_in(site, school.teacher)
    kept = again.get(away.location.replace("/signin?next=", ""), expect=None)
    shown = again.get(f"{school.log}/new")

    assert away.location.startswith("/signin?next=")
    assert kept.status in (200, 303, 404)
    assert "Online bullying or harassment" in shown.text


# --- what the school decides ----------------------------------------------------------------------


def decide(school: School, **values: bool) -> None:
    with within(school.id):
        version = settings.decided(school.id).version
        chosen = Choices({Setting(key): value for key, value in values.items()})
        settings.change(school.id, chosen, version=version, by=BY)


def test_the_open_form_can_be_closed(school: School, site: Site) -> None:
    """Whoever comes is told whom to turn to; a code from before still works."""
    door = Door("pupil", school, site)
    page = door.up_to("account")
    decide(school, community_form=False)
    closed = site.get(f"/r/{school.id}")

    assert "Tell any member of staff" in closed.text
    assert "Childline" in closed.text
    assert not closed.root.all("form", method="post")
    sent = site.submit(ACCOUNT, page=page, button="Continue")
    assert f"/r/{school.id}" == sent.location
    assert [] == records(school)
    site.get(f"/r/{school.id}/return")


def test_a_school_may_ask_everybody_for_a_name(school: School, site: Site) -> None:
    """1.8: then nobody is offered to leave it out, also not in a form that is half filled in."""
    half = Door("pupil", school, site.another())
    page = half.up_to("account")
    decide(school, anonymous_reports=False)
    site.get(f"/r/{school.id}")
    you = site.follow(site.submit(button="Start now"))
    check = half.on(page, ACCOUNT)

    assert "naming" not in you.body
    assert "reporter_name" in check.body and "signature" in check.body
    assert 2 == len(half.site.submit(page=check, button="Send it", expect=422).problems())


# --- held -----------------------------------------------------------------------------------------


def held_report(school: School, site: Site, **rest: Fields) -> None:
    door = Door("carer", school, site.another())
    page = door.on(door.first(), rest.get("what", WHAT))
    if page.path.endswith("before-you-go-on"):
        page = door.on(page, {"adult_involved": "no"})
    page = door.on(page, WHEN)
    page = door.on(page, {"about_staff": "no", **rest.get("who", WHO)})
    if page.path.endswith("about-whom"):
        page = door.on(page, rest["whom"])
    check = door.on(page, ACCOUNT)
    door.site.submit({"website": "https://spam.example"}, page=check, button="Send report")


def test_spam_is_discarded_with_a_reason_and_can_be_brought_back(
    school: School, site: Site
) -> None:
    """R10: never silently: who did so and why stays, and one press puts it on record after all."""
    held_report(school, site)
    dsl = school.at_dsl
    page = dsl.get(f"{school.log}/held")
    link = next(a for a in page.root.all("a") if a.text.startswith("Discard"))
    ask = dsl.get(link.attributes["href"])
    assert ["Say why it is not a report"] == dsl.submit(page=ask, expect=422).problems()
    done = dsl.follow(dsl.submit({"why": "An advertisement"}, page=ask))

    assert "No report is held" in done.text
    assert "An advertisement" in done.text and "by Jo Marsh" in done.text
    assert [] == records(school)
    dsl.get(link.attributes["href"], expect=404)
    dsl.follow(dsl.submit(page=done, button="Bring report"))
    assert 1 == len(records(school))


def test_what_cannot_wait_is_told_at_once_though_held(
    school: School, site: Site, mailbox: Mailbox
) -> None:
    """S73, S338: a flood does not keep an urgent report from the DSL until the next hour."""
    held_report(school, site)
    held_report(school, site)
    assert 2 == len(mailbox.deliver())
    mailbox.mails.clear()
    held_report(school, site, what={"types": ["sexual_images"]})
    mails = mailbox.deliver()

    assert {school.dsl.email, school.lead.email} == {mail.to for mail in mails}
    assert all("rgent" in mail.subject for mail in mails)


def test_a_flood_of_urgent_ones_stops_filling_inboxes(
    school: School, site: Site, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R10: up to a limit."""
    monkeypatch.setattr(flood, "URGENT_TOLD", 1)
    for _ in range(3):
        held_report(school, site, what={"types": ["terrorism"]})

    assert 2 + 2 == len(mailbox.deliver())


def test_a_held_report_about_the_dsl_is_not_the_dsls_to_see(
    school: School, site: Site, mailbox: Mailbox
) -> None:
    """1.17: nor to let through, nor to discard; the head is told at once and lets it through."""
    head = a_person(school.id, roles=[Role.HEADTEACHER], name="Hanna Bright")
    at_head = signed_in(site, head)
    held_report(school, site, who={"about_staff": "yes"}, whom={"about_posts": ["dsl"]})
    assert {head.email} == {mail.to for mail in mailbox.deliver()}

    assert "No report is held" in school.at_dsl.get(f"{school.log}/held").text
    page = at_head.get(f"{school.log}/held")
    assert "Unkind messages about Alex" in page.text
    release = next(
        f.attributes["action"] for f in page.root.all("form") if "/release" in str(f.attributes)
    )
    forged = school.at_dsl.get(f"{school.log}/held")
    assert "/release" not in forged.body
    school.at_dsl.get(release.replace("/release", "/discard"), expect=404)
    at_head.follow(at_head.submit(page=page, action="/release"))
    assert [] == records(school)
    assert "Unkind messages" in at_head.get(f"/s/{school.id}/staff-concerns").text


# --- paper ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", list(Paper))
def test_the_paper_forms_ask_what_the_web_asks(school: School, site: Site, paper: Paper) -> None:
    """10.9, S183, S225: every question, hint and answer of the web's pages is on the sheet."""
    name = {"community": "carer"}.get(paper, str(paper))
    door = Door(name, school, site)
    printed = school.at_teacher.get(f"/s/{school.id}/blank-forms/{paper}")
    first, pages = door.first(), []
    guard = door.on(first, {"types": ["sexual_images"]})
    pages += [first, guard]
    shown = door.on(guard, {"adult_involved": "no"})
    for fields in (WHEN, {"about_staff": "yes"}, {"about_posts": ["other"]}, ACCOUNT):
        pages.append(shown)
        shown = door.on(shown, fields)
    pages.append(shown)

    flat = " ".join(printed.text.split())
    for page in pages:
        for label in (*page.root.all("legend"), *page.root.all("label")):
            said = " ".join(label.text.replace("(optional)", "").split())
            if said in ("Day", "Month", "Year", "Leave this empty") or said.startswith("Time, for"):
                continue
            assert said in flat, (page.path, said)
    assert not printed.root.all("input", type="text")
    assert len(sheets(paper)) >= 7


# --- what is not about a person -------------------------------------------------------------------


SECURITY: Fields = {"what": "Mail asks for my password", "kind": "mail", "opened": "no"}
DATA: Fields = {
    "what": "Letter to the wrong family",
    "kind": "sent",
    "whose": ["pupils"],
    "sensitive": "Names and addresses",
}
FAULT: Fields = {
    "what": "Nothing is blocked in the hall",
    "kind": "through",
    "whom": ["pupils"],
    "harm": "no",
}
BLOCK: Fields = {
    "kind": "block",
    "site": "bad.example",
    "category": "other",
    "why": "Shows violence",
}


@pytest.mark.parametrize(
    ("title", "fields", "told"),
    [
        ("A suspect email", SECURITY, {Role.TECHNICIAN, Role.COMPUTING_MANAGER}),  # S31
        ("A suspect email", {**SECURITY, "kind": "access"}, {Role.TECHNICIAN}),  # S280
        ("Personal data was lost", DATA, {Role.DATA_PROTECTION_LEAD, Role.HEADTEACHER}),  # S249
        ("The filter", FAULT, {Role.TECHNICIAN, Role.DSL, Role.SENIOR_LEADER}),  # S121, S284, S247
        ("A website", BLOCK, {Role.SENIOR_LEADER, Role.HEADTEACHER}),  # S253, S273
    ],
)
def test_what_is_not_about_a_person_goes_to_its_own_people(
    school: School, site: Site, mailbox: Mailbox, title: str, fields: Fields, told: set[Role]
) -> None:
    """S31, S121, S247, S249, S253, S273, S280, S284: one door, its own short form, a receipt."""
    people = {role: a_person(school.id, roles=[role]) for role in told - {Role.DSL}}
    emails = {each.email for each in people.values()}
    teacher = school.at_teacher
    choose = teacher.get(f"/s/{school.id}/report")
    link = next(a for a in choose.root.all("a") if a.text.startswith(title))
    form = teacher.get(link.attributes["href"])
    typed = {f"q_{name}": value for name, value in fields.items()}
    receipt = teacher.follow(teacher.submit(typed, page=form, button="Add"))

    assert "Added" in receipt.text
    assert emails <= {mail.to for mail in mailbox.deliver()}
    assert (Role.DSL in told) == (school.dsl.email in {mail.to for mail in mailbox.mails})
    assert [] == records(school)


def test_the_first_page_of_staff_shows_every_door(school: School) -> None:
    """S339: everybody is told how to report: incidents, other people's words, other things."""
    home = school.at_teacher.get(f"/s/{school.id}")
    assert "Report something else" in home.text
    choose = school.at_teacher.get(f"/s/{school.id}/report")

    for each in ("Report an incident", "Write down what somebody told you", "Print a blank form"):
        assert each in choose.text
    assert "Told at once: technician and computing manager" in choose.text.replace(
        "computing manager and technician", "technician and computing manager"
    )


def test_the_poster_comes_as_pdf(school: School, bucket: Bucket) -> None:
    """1.1, S263, S339: one page for the wall, with the address and what the school decided."""
    decide(school, anonymous_reports=False)
    school.at_dsl.get(f"/s/{school.id}/poster")
    sent = school.at_dsl.submit(button="Get it as PDF")
    build.build(school.id, sent.location.rpartition("/")[2], DOCUMENTS)
    [pdf] = [each["Body"] for name, each in bucket.objects.items() if name.endswith(".pdf")]
    paper = PdfReader(io.BytesIO(pdf))
    text = " ".join(paper.pages[0].extract_text().split())

    assert 1 == len(paper.pages)
    for each in (f"/r/{school.id}", "Marlow Hill Primary School", "0800 1111"):
        assert each in text
    assert "give your name" not in text
    assert "The poster is ready" in school.at_dsl.get(sent.location).text
