"""The record as a safeguarding lead works it, from the mail to the closed case."""

from datetime import timedelta

import pytest

from chalicelib.audit.lines import lines, models
from tests.builders import signed_in, within
from tests.doubles import FrozenClock, Mailbox
from tests.incidents.walk import School, a_staffed_school, report
from tests.pages import Answer, Site


@pytest.fixture
def school(site: Site) -> School:
    return a_staffed_school(site)


@pytest.fixture
def record(school: School) -> str:
    return report(school.at_teacher, school.id)


def states(site: Site, school: School) -> list[str]:
    """The state tags of the log, line by line."""
    page = site.get(school.log)
    return [tag.text for tag in page.root.all("strong", class_="hf-tag")]


def titles(page: Answer) -> list[str]:
    """The chronology, newest first."""
    return [each.text for each in page.root.all("h3", class_="hf-timeline__title")]


def test_the_mail_leads_to_the_record(school: School, record: str, mailbox: Mailbox) -> None:
    """Everything the reporter said is there, and who was told."""
    (mail,) = [mail for mail in mailbox.deliver() if mail.to == school.dsl.email]
    link = next(link for link in mail.links() if "/incidents/" in link)
    shown = school.at_dsl.get(link.removeprefix("http://localhost:8000"))

    for answer in (
        "Online bullying or harassment (cyberbullying)",
        "Outside school",
        "5 October 2026 at 7:30pm",
        "Alex Smith, 5B",
        "Unkind messages about Alex",
        "WhatsApp",
        "Ada Okafor",
        "Jo Marsh, designated safeguarding lead Sent",
        "Conduct (KCSIE 2025)",
    ):
        assert answer in shown.text
    assert ["Report received"] == titles(shown)
    assert record in shown.path


def test_the_record_repeats_the_report_and_adds_actions_and_a_summary(
    school: School, record: str
) -> None:
    """S214, S340: form I is form H with what was done; and every report has its line in the log."""
    page = school.at_dsl.get(f"{school.log}/{record}")

    for question in (
        "Reported by",
        "Date of report",
        "Where",
        "When",
        "Who was involved",
        "What kind of incident",
        "What happened",
        "Social media, apps and sites",
        "Evidence (described, not attached)",
        "Immediate actions",
        "Summary of incident, investigation and outcome",
    ):
        assert question in page.text
    assert record in school.at_dsl.get(school.log).body


def test_acknowledging_shows_who_and_when(school: School, record: str, clock: FrozenClock) -> None:
    """S73, 2.5: with name and time, and the first action settles with it (S215)."""
    school.at_dsl.get(f"{school.log}/{record}")
    clock.advance(minutes=25)
    shown = school.at_dsl.follow(school.at_dsl.submit(action="/acknowledge"))

    assert "6 October 2026 at 10:25am by Jo Marsh, after 25 minutes" in shown.text
    assert "1 of 9 decided" in shown.text
    assert ["Acknowledged", "Report received"] == titles(shown)
    assert ["Acknowledged"] == states(school.at_dsl, school)


def test_pressing_acknowledge_twice_is_success(school: School, record: str) -> None:
    """A second press of the same button finds its own work done."""
    page = school.at_dsl.get(f"{school.log}/{record}")
    first = school.at_dsl.submit(page=page, action="/acknowledge")
    again = school.at_dsl.submit(page=page, action="/acknowledge")

    assert first.location == again.location
    assert 2 == len(titles(school.at_dsl.follow(again)))


def test_acknowledging_what_another_has_acknowledged_says_so(school: School, record: str) -> None:
    """Two leads press at once: the first has it, the second sees that."""
    mine = school.at_dsl.get(f"{school.log}/{record}")
    theirs = school.at_lead.get(f"{school.log}/{record}")
    school.at_lead.submit(page=theirs, action="/acknowledge")
    shown = school.at_dsl.follow(school.at_dsl.submit(page=mine, action="/acknowledge"))

    assert "Somebody else has changed this record" in shown.text
    assert "by Sam Lee" in shown.text


def test_the_nine_actions_are_recorded_with_when_by_whom_and_detail(
    school: School, record: str
) -> None:
    """S215 to S223: done, when, by whom, detail; or why not."""
    site = school.at_dsl
    page = site.get(f"{school.log}/{record}/actions")
    assert 9 == len(page.root.all("div", class_="hf-action"))
    shown = site.follow(
        site.submit(
            {
                "parents_decision": "done",
                "parents_at": "9.15",
                "parents_detail": "Rang Mrs Smith",
                "police_decision": "not_needed",
                "police_why_not": "No offence",
            }
        )
    )

    assert "6 October 2026 at 9:15am by Jo Marsh Rang Mrs Smith" in shown.text
    assert "3 of 9 decided" in shown.text
    assert "Done on 6 October 2026 at 9:15am by Jo Marsh. Rang Mrs Smith" in shown.text
    assert "Not needed. No offence" in shown.text
    assert ["Actions recorded", "Acknowledged", "Report received"] == titles(shown)


def test_an_action_without_its_detail_is_refused_and_kept(school: School, record: str) -> None:
    """S216, S220: please specify."""
    site = school.at_dsl
    site.get(f"{school.log}/{record}/actions")
    refused = site.submit({"advice_decision": "done", "advice_by": "Sam Lee"}, expect=422)

    assert ["Please specify: from whom, and what they advised"] == refused.problems()
    assert "Sam Lee" == refused.root.all("input", name="advice_by")[0].attributes["value"]


def test_target_and_offender_stand_in_the_log(school: School, record: str) -> None:
    """S227, S262: T and O, and more than one may be true."""
    site = school.at_dsl
    site.get(f"{school.log}/{record}/people")
    site.submit({"p1": ["target"], "p2": ["offender", "witness"]})
    log = site.get(school.log)

    assert "Alex Smith, 5B marked T" in log.text
    assert "Robin Bell, 5B marked O W" in log.text


def test_the_log_has_the_five_columns_of_the_policy(school: School, record: str) -> None:
    """S225, S227."""
    log = school.at_dsl.get(school.log)

    assert [
        "Date and time",
        "Pupil or staff member",
        "Nature of incident",
        "Details and evidence",
        "Outcome and action",
    ] == [each.text for each in log.root.all("th", scope="col")]
    assert "5 October 2026 at 7:30pm" in log.text
    assert record in log.body


def test_closing_needs_outcome_reasons_and_summary_and_shows_them(
    school: School, record: str
) -> None:
    """R-KCSIE 7, S224: and the log shows the outcome with the action taken."""
    site = school.at_dsl
    site.get(f"{school.log}/{record}/close")
    refused = site.submit(expect=422)
    assert 3 == len(refused.problems())
    ending = {
        "outcome": "dealt_with",
        "reasons": "Both families met",
        "summary": "A falling-out in the class group, settled at a meeting.",
    }
    shown = site.follow(site.submit(ending, page=refused))

    assert "Dealt with in school" in shown.text
    assert "Closed: Dealt with in school" == titles(shown)[0]
    assert ["Closed"] == states(site, school)
    log = site.get(f"{school.log}?list=closed")
    assert "Dealt with in school. Both families met" in log.text
    assert "Done: Lead told" in log.text
    assert "No incidents are open." in site.get(f"{school.log}?list=open").text
    assert "Every report has been acknowledged." in site.get(f"{school.log}?list=new").text


def test_a_closed_record_is_reopened_with_a_reason(school: School, record: str) -> None:
    """2.4: and how it was closed stays in the chronology."""
    site = school.at_dsl
    site.get(f"{school.log}/{record}/close")
    site.submit({"outcome": "unfounded", "reasons": "Nothing there", "summary": "Nothing"})
    site.get(f"{school.log}/{record}/reopen")
    assert ["Say why it is reopened"] == site.submit(expect=422).problems()
    shown = site.follow(site.submit({"why": "New messages came to light"}))

    assert ["In progress"] == states(site, school)
    assert ["Reopened", "Closed: Nothing was found"] == titles(shown)[:2]
    assert "New messages came to light" in shown.text
    assert "Nothing there" in shown.text


def test_a_correction_shows_both_versions_and_moves_the_line(school: School, record: str) -> None:
    """2.16, 1.13: nothing is overwritten silently, and the log falls into order again."""
    site = school.at_dsl
    site.get(f"{school.log}/{record}/correct/when")
    right = {"where": ["inside", "outside"], "occasions-1-day": "1", "why": "Asked his mother"}
    shown = site.follow(site.submit(right))

    assert "Before: 5 October 2026 at 7:30pm Now: 1 October 2026 at 7:30pm" in shown.text
    assert "Why: Asked his mother" in shown.text
    log = site.get(school.log)
    assert 1 == len(log.root.all("tbody")[0].all("tr"))
    assert "1 October 2026 at 7:30pm" in log.text
    assert 1 == len(site.get(f"{school.log}?list=open").root.all("tbody")[0].all("tr"))


@pytest.mark.parametrize("page", ["/actions", "/people", "/summary", "/close", "/correct/what"])
def test_a_closed_record_says_so_before_anything_is_typed(
    school: School, record: str, page: str
) -> None:
    """A form that could not be saved is not offered."""
    site = school.at_dsl
    site.get(f"{school.log}/{record}/close")
    site.submit({"outcome": "unfounded", "reasons": "Nothing there", "summary": "Nothing"})

    assert "This record is closed." in site.get(f"{school.log}/{record}{page}", expect=409).text


@pytest.mark.parametrize("part", ["what", "when", "who", "account"])
def test_every_part_can_be_corrected_and_asks_why(school: School, record: str, part: str) -> None:
    site = school.at_dsl
    site.get(f"{school.log}/{record}/correct/{part}")

    assert ["Say why you are correcting it"] == site.submit(expect=422).problems()
    assert ["Report received"] == titles(
        site.follow(site.submit({"why": "Looked again, all was right"}))
    )


def test_a_stale_page_is_shown_again_with_what_happened_and_what_was_typed(
    school: School, record: str
) -> None:
    """Two people edit one record: the second sees both, and loses nothing."""
    mine = school.at_dsl.get(f"{school.log}/{record}/summary")
    school.at_lead.get(f"{school.log}/{record}")
    school.at_lead.submit({"note": "Rang the office"}, action="/notes")
    clash = school.at_dsl.submit({"summary": "What I think"}, page=mine, expect=409)

    assert "Somebody else changed this record while you had it open" in clash.text
    assert "Rang the office" in clash.text
    assert "Sam Lee" in clash.text
    assert "What I think" in clash.text
    shown = school.at_dsl.follow(school.at_dsl.submit(page=clash))
    assert ["Summary written", "Note"] == titles(shown)[:2]


def test_a_note_pressed_twice_is_one_note(school: School, record: str) -> None:
    page = school.at_dsl.get(f"{school.log}/{record}")
    for _ in range(2):
        school.at_dsl.submit({"note": "Rang home"}, page=page, action="/notes")

    assert 1 == titles(school.at_dsl.get(f"{school.log}/{record}")).count("Note")


def test_every_reading_leaves_a_line(school: School, record: str) -> None:
    """R25, R-DP 7: who read what and when, without a word of it."""
    school.at_lead.get(f"{school.log}/{record}")
    school.at_dsl.get(school.log)
    with within(school.id):
        found = [(each.action, each.by, each.about) for each in models(lines(school.id))]

    assert ("incident.viewed", school.lead.actor, f"incident/{record}") in found
    assert ("incident.log_viewed", school.dsl.actor, "log/all") in found
    assert ("incident.submitted", school.teacher.actor, f"incident/{record}") in found


def test_back_dated_reports_fall_into_order(school: School, clock: FrozenClock) -> None:
    """1.13: the log goes by when it happened, not by when it was told."""
    for day in ("3", "5", "1"):
        clock.advance(minutes=1)
        when = {
            "where": ["inside"],
            "occasions-1-day": day,
            "occasions-1-month": "10",
            "occasions-1-year": "2026",
        }
        report(school.at_teacher, school.id, when=when)
    rows = school.at_dsl.get(school.log).root.all("tbody")[0].all("tr")

    assert ["5 October", "3 October", "1 October"] == [row.text[:9].strip() for row in rows]


def test_an_urgent_record_says_what_to_do_first(school: School) -> None:
    """R-UKCIS 3: the police come before everything else on the page."""
    what = {"types": ["sexual_images"]}
    record = report(school.at_teacher, school.id, what=what, adult="yes")
    shown = school.at_dsl.get(f"{school.log}/{record}")

    assert "An adult may be involved: tell the police now." in shown.text
    assert "Tell the police, and write down their reference Now" in shown.text
    assert "Urgent" in states(school.at_dsl, school)


@pytest.mark.parametrize("path", ["", "/actions", "/people", "/summary", "/close", "/correct/what"])
def test_teachers_cannot_read_or_work_on_records(school: School, record: str, path: str) -> None:
    """Submit-only: whoever reports cannot read back (S71)."""
    school.at_teacher.get(f"{school.log}/{record}{path}", expect=403)


@pytest.mark.parametrize("identifier", ["0" * 26, "x", "new2", "01KX3T5D8W0000000000000000"])
def test_a_record_that_is_not_there_is_not_found(school: School, identifier: str) -> None:
    for path in ("", "/actions", "/close"):
        school.at_dsl.get(f"{school.log}/{identifier}{path}", expect=404)


def test_fifty_lines_a_page_and_no_more(school: School, clock: FrozenClock) -> None:
    """The log never silently truncates: the page says that there are older ones."""
    from chalicelib.incidents import service
    from tests.incidents.build import a_report

    by = service.Reporter(school.teacher.id, school.teacher.name, "Marlow Hill")
    with within(school.id):
        for number in range(53):
            clock.advance(seconds=10)
            service.submit(school.id, a_report(), record=f"01KX3T5D8W{number:016d}", by=by)
    first = school.at_dsl.get(school.log)
    older = next(a for a in first.root.all("a") if a.attributes.get("rel") == "next")
    second = school.at_dsl.get(older.attributes["href"])

    assert 50 == len(first.root.all("tbody")[0].all("tr"))
    assert 3 == len(second.root.all("tbody")[0].all("tr"))
    assert not [a for a in second.root.all("a") if a.attributes.get("rel") == "next"]


def test_the_acknowledgement_task_comes_and_goes(school: School, record: str) -> None:
    """S286: the DSL's list says what to do and why, and names nobody."""
    from chalicelib.tasks import service as tasks

    def open_tasks() -> list[str]:
        with within(school.id):
            return [each.title + each.why for each in tasks.open_in(school.id)]

    (task,) = open_tasks()
    assert "Acknowledge report" in task
    assert "Alex" not in task
    school.at_dsl.get(f"{school.log}/{record}")
    school.at_dsl.submit(action="/acknowledge")
    assert [] == open_tasks()


def test_time_to_acknowledge_is_counted_on_the_incidents_day(
    school: School, record: str, clock: FrozenClock
) -> None:
    """5.6: how long it took, in bands and in minutes; a correction moves both days."""
    from chalicelib import figures

    def counts(measure: str, day: int) -> dict[str, int]:
        on = clock.at.date().replace(day=day)
        with within(school.id):
            return dict(figures.totals(school.id, measure, on, on).counts)

    clock.advance(hours=2)
    school.at_dsl = signed_in(school.at_dsl, school.dsl)
    school.at_dsl.get(f"{school.log}/{record}")
    school.at_dsl.submit(action="/acknowledge")
    assert {
        "n": 1,
        "type:online_bullying": 1,
        "risk:conduct": 1,
        "edition:kcsie_2025": 1,
        "place:outside": 1,
        "platform:whatsapp": 1,
        "year:unknown": 1,
        "severity:high": 1,
        "hour:evening": 1,
        "door:staff": 1,
    } == counts("incidents", 5)
    acknowledged = {"n": 1, "within:four_hours": 1, "by:dsl": 1, "sum:minutes": 120}
    assert acknowledged == counts("incidents_acknowledged", 5)

    school.at_dsl.get(f"{school.log}/{record}/correct/when")
    school.at_dsl.submit({"occasions-1-day": "2", "why": "Wrong day"})
    assert {} == counts("incidents", 5) == counts("incidents_acknowledged", 5)
    assert acknowledged == counts("incidents_acknowledged", 2)

    school.at_dsl.get(f"{school.log}/{record}/correct/what")
    school.at_dsl.submit({"types": ["grooming", "hate"], "why": "Read again"})
    moved = counts("incidents", 2)
    assert (1, 1, 1) == (moved["n"], moved["type:grooming"], moved["type:hate"])
    assert "type:online_bullying" not in moved
    assert timedelta(hours=2) == timedelta(
        minutes=counts("incidents_acknowledged", 2)["sum:minutes"]
    )

    school.at_dsl.get(f"{school.log}/{record}/close")
    school.at_dsl.submit({"outcome": "referred", "reasons": "R", "summary": "S"})
    closed = counts("incidents_closed", 2)
    assert (1, 1, 1) == (closed["n"], closed["outcome:referred"], closed["by:dsl"])
    school.at_dsl.get(f"{school.log}/{record}/reopen")
    school.at_dsl.submit({"why": "Again"})
    assert {} == counts("incidents_closed", 2)
