"""The open form of a school, as pupils, parents and visitors without an account meet it."""

import pytest

from chalicelib.incidents.model.report import Door
from chalicelib.incidents.model.reporter import ReporterKind
from chalicelib.incidents.service import community, open_record
from chalicelib.incidents.service.wall import By
from tests.builders import a_school, within
from tests.doubles import FrozenClock, Mailbox
from tests.incidents.walk import ACCOUNT, WHAT, WHEN, WHO, Fields, School, a_staffed_school
from tests.pages import Answer, Site

SIGNED: Fields = {"reporter_name": "Priya Shah, priya@example.net", "signature": "Priya Shah"}


@pytest.fixture
def school(site: Site) -> School:
    return a_staffed_school(site)


def begin(site: Site, school: str) -> Answer:
    site.get(f"/r/{school}")
    return site.follow(site.submit(button="Start now"))


def up_to_check(
    site: Site,
    school: str,
    *,
    reporter: str = "carer",
    naming: str = "named",
    what: Fields = WHAT,
    account: Fields = ACCOUNT,
    adult: str = "",
    staff: Fields | None = None,
    whom: Fields | None = None,
) -> Answer:
    """Fill in every page; gives the last."""
    shown = begin(site, school)
    you: Fields = {"reporter": reporter, "naming": naming}
    for fields in (you, what):
        shown = site.follow(site.submit(fields, page=shown, button="Continue"))
    if adult:
        shown = site.follow(site.submit({"adult_involved": adult}, page=shown, button="continue"))
    if shown.path.endswith("/police"):
        shown = site.follow(site.submit(page=shown, button="continue"))
    who = {"about_staff": "no", **WHO, **(staff or {})}
    for fields in (WHEN, who, *([whom] if whom else []), account):
        shown = site.follow(site.submit(fields, page=shown, button="Continue"))
    return shown


def send(site: Site, school: str, *, sign: Fields | None = None, **pages: str | Fields) -> Answer:
    """A whole report, sent; gives the receipt."""
    shown = up_to_check(site, school, **pages)  # type: ignore[arg-type]
    named = pages.get("naming", "named") == "named"
    fields = {**(SIGNED if named else {}), **(sign or {})}
    return site.follow(site.submit(fields, page=shown, button="Send"))


def code_of(receipt: Answer) -> str:
    return receipt.root.all("strong")[0].text


def only_record(school: School) -> Answer:
    """The one record of the log, as the DSL opens it."""
    links = [
        link.attributes["href"]
        for link in school.at_dsl.get(school.log).root.all("tbody")[0].all("a")
    ]
    assert 1 == len(links)
    return school.at_dsl.get(links[0])


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("pupil", "Priya Shah, priya@example.net (a pupil)"),
        ("carer", "Priya Shah, priya@example.net (a parent or carer)"),
        ("other", "Priya Shah, priya@example.net (a visitor, volunteer or somebody else)"),
    ],
)
def test_anybody_may_report_and_the_dsl_reads_it(
    school: School, site: Site, mailbox: Mailbox, kind: str, said: str
) -> None:
    """S183 to S213, S129, S138: form H of a pupil, a parent and a visitor, signed (S185)."""
    receipt = send(site, school.id, reporter=kind)
    mails = mailbox.deliver()
    record = only_record(school)

    assert "Thank you for telling us" in receipt.heading
    assert {school.dsl.email, school.lead.email} == {mail.to for mail in mails}
    for word in ("Alex", "Priya", "bullying"):
        assert all(word not in f"{mail.subject}{mail.text}{mail.html}" for mail in mails)
    for answer in (said, "Signature", "Alex Smith, 5B", "Outside school", "WhatsApp"):
        assert answer in record.text


def test_the_record_says_which_door_it_came_through(school: School, site: Site) -> None:
    """1.14: three doors, one record; the actor is no person."""
    send(site, school.id)
    path = only_record(school).path
    with within(school.id):
        opened = open_record(school.id, path.rpartition("/")[2], reader=By(school.dsl.id))

    assert Door.COMMUNITY is opened.stored.incident.report.door
    assert ReporterKind.CARER is opened.stored.incident.report.reporter
    assert opened.history[0].by.startswith("visitor:")
    assert "Priya Shah" == opened.stored.incident.report.signature


def test_without_a_name_the_code_alone_leads_back(school: School, site: Site) -> None:
    """S184, 1.8, 1.9: received, acknowledged, closed, and no word of the report."""
    receipt = send(site, school.id, reporter="pupil", naming="nameless")
    code = code_of(receipt)
    at_home = site.another()

    def state(typed: str) -> Answer:
        at_home.get(f"/r/{school.id}/return")
        return at_home.submit({"code": typed}, button="Show me", expect=200)

    assert 16 == len(code.replace("-", ""))
    assert "Not acknowledged yet" in state(code).text
    record = only_record(school)
    assert "A pupil, who gave no name" in record.text
    school.at_dsl.submit(page=record, action="/acknowledge")
    shown = state(code.lower().replace("-", " "))
    assert "has it in hand" in shown.text
    for word in ("Alex", "bullying", "Unkind", "Jo Marsh", "Sam Lee"):
        assert word not in shown.body
    assert code not in shown.body


def test_a_wrong_code_shows_nothing_and_guessing_ends(school: School, site: Site) -> None:
    """R17: no code is found by trying."""
    for n in range(22):
        site.get(f"/r/{school.id}/return")
        typed = {"code": f"AAAA-AAAA-AAAA-AA{n + 10}"}
        answer = site.submit(typed, button="Show me", expect=422 if n < 20 else 429)

    assert "Too many" in answer.heading


def test_a_code_of_one_school_is_unknown_at_another(school: School, site: Site) -> None:
    code = code_of(send(site, school.id))
    site.get(f"/r/{a_school()}/return")

    assert "We know no report" in site.submit({"code": code}, expect=422).text


def test_nothing_is_read_back_without_the_cookie(school: School, site: Site) -> None:
    """S71: neither what is half typed nor what was sent is shown to anybody else's browser."""
    check = up_to_check(site, school.id)
    stranger = site.another()
    assert "Carry on" not in begin(stranger, school.id).body  # with a visit of their own
    for step in ("account", "check", "who"):
        other = stranger.get(check.path.replace("check", step), expect=303)
        assert other.location.endswith("/you")
    assert "Unkind" not in stranger.follow(other).body

    receipt = site.follow(site.submit(SIGNED, page=check, button="Send"))
    stranger.get(receipt.path, expect=404)
    for step in ("account", "check"):
        assert receipt.path == site.get(check.path.replace("check", step), expect=303).location
    assert "Unkind" not in receipt.body
    assert "Carry on" not in site.get(f"/r/{school.id}").body


def test_the_receipt_forgets_its_code_after_an_hour(
    school: School, site: Site, clock: FrozenClock
) -> None:
    """A shared device is not asked for ever."""
    receipt = send(site, school.id)
    assert code_of(receipt) == code_of(site.get(receipt.path))
    clock.advance(minutes=61)

    assert site.get(receipt.path, expect=303).location == f"/r/{school.id}/return"


def test_a_second_press_is_one_report(school: School, site: Site, mailbox: Mailbox) -> None:
    check = up_to_check(site, school.id)
    first = site.submit(SIGNED, page=check, button="Send")
    again = site.submit(SIGNED, page=check, button="Send")

    assert first.location == again.location
    assert 2 == len(mailbox.deliver())


def test_one_may_stop_and_carry_on_or_throw_it_away(school: School, site: Site) -> None:
    """1.11: in the same visit, and gone when one says so."""
    shown = begin(site, school.id)
    you: Fields = {"reporter": "pupil", "naming": "nameless"}
    shown = site.follow(site.submit(you, page=shown, button="Continue"))
    welcome = site.get(f"/r/{school.id}")

    assert "Carry on with it" in welcome.text
    assert "Carry on" not in site.follow(site.submit(button="Throw it away")).text
    assert site.get(shown.path, expect=303).location.endswith("/you")


@pytest.mark.parametrize("kind", ["pupil", "carer"])
def test_the_guard_stands_before_the_text_box(school: School, site: Site, kind: str) -> None:
    """S167, S172, S267 to S270, R-UKCIS 2: what to do and not do, and no way round it."""
    shown = begin(site, school.id)
    for fields in ({"reporter": kind, "naming": "nameless"}, {"types": ["sexual_images"]}):
        shown = site.follow(site.submit(fields, page=shown, button="Continue"))

    assert "Before you go on" == shown.heading
    assert ("Tell an adult you trust now" if kind == "pupil" else "ring 101") in shown.text
    for later in ("when", "who", "account", "check", "police"):
        skipped = site.get(shown.path.replace("before-you-go-on", later), expect=303)
        assert skipped.location == shown.path
    answered = site.submit({"adult_involved": "yes"}, page=shown, button="continue")
    assert "Do this first" == site.follow(answered).heading


def test_a_pupil_is_asked_in_a_pupils_words(school: School, site: Site) -> None:
    """10.5, S245; every page says where help is and has the quick way out (S263)."""
    check = up_to_check(site, school.id, reporter="pupil", naming="nameless")
    account = site.get(check.path.replace("check", "account"))

    assert "Tell us what happened" == account.heading
    assert "Spelling does not matter" in account.text
    assert "Somebody is being mean or bullying online" in check.text
    for shown in (check, account, site.get(f"/r/{school.id}")):
        assert "0800 1111" in shown.text
        assert "Leave this page quickly" in shown.body
        assert "Sign in" not in shown.body


def test_hostile_text_stays_text(school: School, site: Site) -> None:
    """Markup in any field is shown as it was typed, to the visitor and to the DSL."""
    hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
    sign: Fields = {"reporter_name": hostile, "signature": hostile}
    shown = up_to_check(site, school.id, account={"description": hostile})
    site.follow(site.submit(sign, page=shown, button="Send"))

    for page in (shown, only_record(school)):
        assert "<script>alert" not in page.body
        assert "<img src=x" not in page.body
        assert "{{7*7}}" in page.text


def test_an_unknown_school_has_no_form(site: Site) -> None:
    """R4: like a page that never was."""
    for path in ("/r/0000000000000000", "/r/nonsense", "/r/0000000000000000/return"):
        site.get(path, expect=404)


def test_a_filled_hidden_field_is_held_and_one_press_lets_it_through(
    school: School, site: Site, mailbox: Mailbox
) -> None:
    """R10: a machine's report is kept apart, and never lost; the sender is told nothing of it."""
    receipt = send(site, school.id, sign={"website": "https://spam.example"})
    assert "Thank you" in receipt.heading
    mails = mailbox.deliver()
    assert all(f"/s/{school.id}/incidents/held" in mail.text for mail in mails)
    assert not school.at_dsl.get(school.log).root.all("tbody")

    held = school.at_dsl.get(f"{school.log}/held")
    assert "Unkind messages about Alex" in held.text
    done = school.at_dsl.follow(school.at_dsl.submit(page=held, button="through"))

    assert "The report is on record." in done.text
    assert "No report is held" in done.text
    record = only_record(school)
    assert "Held report let through" in record.text
    assert {school.dsl.email, school.lead.email} == {
        m.to for m in mailbox.deliver() if "/held" not in m.text
    }
    site.get(f"/r/{school.id}/return")
    shown = site.submit({"code": code_of(receipt)}, button="Show me", expect=200)
    assert "Received" in shown.text
    again = school.at_dsl.submit(page=held, button="through")
    assert again.location.endswith("/held")


def test_a_flood_is_held_with_one_mail(
    school: School, site: Site, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R10, R17: beyond what people send, reports wait; nobody's inbox is filled."""
    monkeypatch.setattr(community, "PER_SOURCE", 1)
    for _ in range(3):
        send(site, school.id, naming="nameless")

    assert 1 == len(school.at_dsl.get(school.log).root.all("tbody")[0].all("tr"))
    assert 2 == school.at_dsl.get(f"{school.log}/held").body.count("/release")
    assert 2 + 2 == len(mailbox.deliver())


def test_too_much_typing_says_so_and_keeps_it(
    school: School, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last wall: 429, with everything still on the page."""
    monkeypatch.setattr(community, "SAVES_PER_SOURCE", 0)
    shown = begin(site, school.id)
    answer = site.submit(
        {"reporter": "pupil", "naming": "named"}, page=shown, expect=429, button="Continue"
    )

    assert ["Too much was sent from here. Wait an hour, or tell an adult at school now"] == (
        answer.problems()
    )
    assert 2 == answer.body.count(" checked")


def test_the_poster_leads_to_the_form(school: School) -> None:
    """1.1: the school's name, its address and a code for a phone, on paper."""
    poster = school.at_dsl.get(f"/s/{school.id}/poster")
    pictures = [each for each in poster.root.all("svg") if each.all("title")]

    assert "Marlow Hill Primary School" in poster.text
    assert f"localhost:8000/r/{school.id}" in poster.text
    assert 1 == len(pictures)
    school.at_teacher.get(f"/s/{school.id}/poster", expect=403)
