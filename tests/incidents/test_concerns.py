"""Concerns about staff: nobody sees what is about them, anywhere (1.17, S241, S347, R-KCSIE 8)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from chalicelib import figures, ids
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId, TrustId
from chalicelib.incidents import repository
from chalicelib.incidents.model.record import Other, Tie
from chalicelib.incidents.service import lado
from chalicelib.journeys import clocks as due_clocks
from chalicelib.notifications import clocks
from chalicelib.storage import transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task
from tests.builders import Person, a_person, a_school, a_trust, signed_in, within
from tests.doubles import FrozenClock, Mail, Mailbox
from tests.incidents.walk import Fields, report
from tests.pages import Answer, Site
from tests.whole.asking import routes
from tests.whole.world import FORM_HEADERS

CANARY = "ZqSecretqZ"
LOOKING = "?words=quokka&person=quokka&q=quokka&status=all"
ABOUT_DSL: dict[str, Fields] = {
    "who": {"staff": f"Jo Marsh\nSomebody {CANARY}", "about_staff": "yes"},
    "whom": {"about_posts": ["dsl"]},
    "account": {"description": f"Quokka {CANARY}", "evidence": f"In the office {CANARY}"},
}
ABOUT_HEAD = {**ABOUT_DSL, "whom": {"about_posts": ["headteacher"]}} | {
    "who": {"staff": f"Somebody {CANARY}", "about_staff": "unsure"}
}
ABOUT_A_TEACHER = {**ABOUT_HEAD, "whom": {"about_posts": ["other"]}} | {
    "who": {"staff": f"Mr Hill {CANARY}", "about_staff": "low"}
}


@dataclass
class School:
    id: SchoolId
    trust: TrustId
    people: dict[str, Person]
    at: dict[str, Site]

    @property
    def log(self) -> str:
        return f"/s/{self.id}/incidents"

    @property
    def concerns(self) -> str:
        return f"/s/{self.id}/staff-concerns"

    def emails(self, *names: str) -> set[str]:
        return {self.people[name].email for name in names}


@pytest.fixture
def school(site: Site) -> School:
    trust = a_trust()
    made = a_school("Marlow Hill Primary School", trust=trust)
    people = {
        "head": a_person(made, roles=[Role.HEADTEACHER], name="Hanna Bright"),
        "dsl": a_person(made, roles=[Role.DSL], name="Jo Marsh"),
        "deputy": a_person(made, roles=[Role.DEPUTY_DSL], name="Kit Young"),
        "lead": a_person(made, roles=[Role.ONLINE_SAFETY_LEAD], name="Sam Lee"),
        "senior": a_person(made, roles=[Role.SENIOR_LEADER], name="Lea Ford"),
        "office": a_person(made, roles=[Role.OFFICE], name="Ann Ito"),
        "governor": a_person(made, roles=[Role.GOVERNOR], name="Gil Ash"),
        "chair": a_person(made, roles=[Role.CHAIR_OF_GOVERNORS], name="Prue Ambrose"),
        "teacher": a_person(made, name="Ada Okafor"),
        "trust": a_person(trust, roles=[Role.TRUST_SAFEGUARDING_LEAD], name="Tess Orme"),
    }
    at = {name: signed_in(site, person) for name, person in people.items()}
    return School(made, trust, people, at)


def paths(school: School, record: str) -> Iterator[tuple[str, str]]:
    """Every route of a school with this record's id wherever it takes one."""
    for route in routes():
        if "{school}" not in route.path or not route.path.startswith("/s/"):
            continue
        if route.path.endswith("/sign-out"):
            continue
        slots = {"{school}": school.id, "{incident}": record, "{step}": "what", "{part}": "what"}
        path = re.sub(r"{\w+}", lambda found, s=slots: s.get(found[0], record), route.path)
        yield route.method, path


def everything_shown(school: School, name: str, record: str) -> dict[str, str]:
    """What each route answers this person, by method and path."""
    from urllib.parse import urlencode

    from chalicelib.web import csrf

    shown = {}
    for method, path in paths(school, record):
        browser = school.at[name].another()
        browser.cookies = dict(school.at[name].cookies)
        if method == "GET":
            answer = browser.request("GET", path + LOOKING)
            shown[f"GET {path}"] = f"{answer.status} {answer.body}"
            continue
        bound = browser.cookies[csrf.SESSION_COOKIE]
        body = urlencode({csrf.FIELD: csrf._token(bound), "why": "No", "note": "No"}).encode()
        answer = browser.request(method, path, body=body, headers=FORM_HEADERS)
        shown[f"{method} {path}"] = f"{answer.status} {answer.headers} {answer.body}"
    return shown


def leaks(shown: Mapping[str, str], *marks: str) -> list[str]:
    return [
        f"{path}: {mark}"
        for path, text in shown.items()
        for mark in marks
        if mark.lower() in text.lower()
    ]


def reference_of(school: School, record: str) -> str:
    with within(school.id):
        return repository.load(school.id, record).incident.reference


def work_on(school: School, name: str, record: str) -> None:
    """Whoever may read it acknowledges it and writes a note."""
    shown = school.at[name].get(f"{school.log}/{record}")
    school.at[name].submit(page=shown, action="/acknowledge")
    shown = school.at[name].get(f"{school.log}/{record}")
    school.at[name].submit({"note": f"Spoke to {CANARY}"}, page=shown, action="/notes")


@pytest.mark.parametrize(
    ("given", "reads", "others"),
    [
        (ABOUT_DSL, "head", ("dsl", "deputy")),
        (ABOUT_HEAD, "chair", ("head",)),
    ],
)
def test_nothing_of_it_shows_to_anybody_else_on_any_route(
    school: School,
    mailbox: Mailbox,
    given: dict[str, Fields],
    reads: str,
    others: tuple[str, ...],
) -> None:
    """S241, 1.17: records, lists, tasks, counts, searches, files, forms: every route there is."""
    before = {name: school.at[name].get(f"/s/{school.id}").text for name in others}
    record = report(school.at["teacher"], school.id, **given)
    assert school.emails(reads) == {mail.to for mail in mailbox.deliver()}
    assert before == {name: school.at[name].get(f"/s/{school.id}").text for name in others}
    work_on(school, reads, record)
    reference = reference_of(school, record)

    assert CANARY in school.at[reads].get(f"{school.log}/{record}").text
    assert CANARY in school.at[reads].get(school.concerns).text
    assert before == {name: school.at[name].get(f"/s/{school.id}").text for name in others}
    for name in others:
        assert not leaks(everything_shown(school, name, record), CANARY, reference), name
    for name in ("teacher", "office", "governor", "senior"):
        home = school.at[name].get(f"/s/{school.id}").text
        assert CANARY not in home and reference not in home


def test_it_is_in_no_figure(school: School) -> None:
    """One more than the log shows would tell whom it is about that there is one."""
    report(school.at["teacher"], school.id, **ABOUT_DSL)

    with within(school.id):
        on = date(2026, 10, 5)
        assert 0 == figures.totals(school.id, "incidents", on, on).n
    assert CANARY not in school.at["head"].get(school.log).text


def test_the_chair_reads_what_is_kept_for_the_chair_and_no_ordinary_record(
    school: School,
) -> None:
    """S91, S240: a governor sees no child, but in the report that nobody else may read."""
    record = report(school.at["teacher"], school.id)

    school.at["chair"].get(f"{school.log}/{record}", expect=404)
    school.at["chair"].get(school.log, expect=403)
    assert "is kept for you" in school.at["chair"].get(school.concerns).text


def test_the_reporter_is_told_who_will_read_it_before_and_after(school: School) -> None:
    """S88, 1.9: the check page and the receipt name the head, and nobody whom it is about."""
    from tests.incidents.walk import up_to_check

    teacher = school.at["teacher"]
    check = up_to_check(teacher, school.id, **ABOUT_DSL)
    receipt = teacher.follow(teacher.submit(button="Send report"))

    assert "Hanna Bright, headteacher" in check.text
    assert "none of them can ever read it" in check.text
    for page in (check, receipt):
        assert "Jo Marsh, designated" not in page.text


def test_naming_a_reader_is_asked_about_and_not_guessed(school: School) -> None:
    """By confirmation: "you named Jo Marsh, who will read this"; answering no keeps the route."""
    from tests.incidents.walk import up_to_check

    teacher = school.at["teacher"]
    check = up_to_check(teacher, school.id, who={"staff": "Mrs Marsh", "about_staff": "no"})

    assert "You named Jo Marsh, who will read this report." in check.text
    teacher.submit(button="Send report", page=check)
    assert "Mrs Marsh" in school.at["dsl"].get(school.log).text


def test_low_level_concerns_have_a_list_of_their_own(school: School, mailbox: Mailbox) -> None:
    """R-KCSIE 8: the head's and the safeguarding lead's, with no clock of the LADO's."""
    record = report(school.at["teacher"], school.id, **ABOUT_A_TEACHER)

    assert school.emails("head", "dsl") == {mail.to for mail in mailbox.deliver()}
    for name in ("head", "dsl"):
        assert CANARY in school.at[name].get(f"{school.concerns}?kind=low_level").text
        assert CANARY not in school.at[name].get(school.concerns).text
        assert CANARY not in school.at[name].get(school.log).text
    school.at["deputy"].get(f"{school.log}/{record}", expect=404)
    with within(school.id):
        assert clocks.running(school.id, kind=lado.CLOCK, id=record) is None


def sent(mailbox: Mailbox) -> list[Mail]:
    """Every mail since the last time."""
    mailbox.deliver()
    mails, mailbox.mails = mailbox.mails, []
    return mails


def sweep(clock: FrozenClock, **later: int) -> None:
    clock.advance(minutes=int(timedelta(**later).total_seconds() // 60))
    due_clocks.sweep_now()


def test_the_lado_clock_reminds_and_then_tells_the_trust(
    school: School, clock: FrozenClock, mailbox: Mailbox
) -> None:
    """R-REF 1, S347: due the next working day at five; reminded that morning, overdue that evening,
    then each working day; decided, it stops. No mail says what it is about (R39).
    """
    record = report(school.at["teacher"], school.id, **ABOUT_DSL)
    sent(mailbox)
    page = school.at["head"].get(f"{school.log}/{record}")
    assert "By 7 October 2026, 5pm" in page.text
    school.at["head"].submit(page=page, action="/acknowledge")

    sweep(clock, hours=23)  # Wednesday, nine o'clock
    assert [True] == ["Due today" in mail.subject for mail in sent(mailbox)]
    sweep(clock, hours=8)
    mails = sent(mailbox)
    assert school.emails("head", "trust") == {mail.to for mail in mails}
    assert any("Overdue" in mail.subject for mail in mails)
    for mail in mails:
        assert not re.search(r"staff|allegation|LADO|Marsh|officer", mail.text + mail.subject)

    head = signed_in(school.at["head"], school.people["head"])
    page = head.get(f"{school.log}/{record}/lado")
    assert "This was due on 7 October 2026" in page.text
    assert 2 == len(head.submit({"asked": "contacted"}, page=page, expect=422).problems())
    said = {"asked": "contacted", "whom": "Ms Ray", "advice": "Strategy meeting", "at": "16:30"}
    head.follow(head.submit(said, page=page))
    assert "Contacted Ms Ray on 7 October 2026" in head.get(f"{school.log}/{record}").text
    assert f"LADO about {reference_of(school, record)}" not in head.get(f"/s/{school.id}").text
    sweep(clock, hours=30)
    assert [] == sent(mailbox)


@pytest.mark.parametrize(
    ("reported", "due", "open_"),
    [
        (date(2026, 10, 6), date(2026, 10, 7), True),
        (date(2026, 10, 9), date(2026, 10, 12), True),  # a Friday
        (date(2026, 10, 10), date(2026, 10, 12), True),  # a Saturday
        (date(2026, 12, 24), date(2026, 12, 29), False),  # Christmas, Boxing Day, a week-end
        (date(2026, 10, 23), date(2026, 10, 26), False),  # half-term: the officer is at work
        (date(2027, 3, 25), date(2027, 3, 30), False),  # Easter
    ],
)
def test_the_clock_knows_terms_and_bank_holidays(reported: date, due: date, open_: bool) -> None:
    """One working day, in holidays too; the page says that the school is closed then."""
    from datetime import UTC, datetime, time

    from chalicelib.incidents.model import lado as rules
    from chalicelib.tenancy import calendar

    at = datetime.combine(reported, time(15), UTC)
    found = rules.due(
        at,
        next_working_day=calendar.next_working_day,
        is_school_day=calendar.Calendar().is_school_day,
    )

    assert (due, open_) == (found.on, found.school_open)


def test_a_record_is_moved_to_where_it_belongs(school: School, mailbox: Mailbox) -> None:
    """A report made as ordinary turns out to be about the head: whoever moves it tells the chair,
    and reads it no more; the figures forget it; the chronology keeps why.
    """
    dsl, given = school.at["dsl"], {**ABOUT_HEAD, "who": {"child": CANARY}, "whom": None}
    record = report(school.at["teacher"], school.id, **given)
    sent(mailbox)
    page = dsl.get(f"{school.log}/{record}/move")
    chosen = {"matter": "allegation", "posts": ["headteacher"], "why": "It is about Ms Bright"}
    assert 1 == len(dsl.submit({**chosen, "posts": []}, page=page, expect=422).problems())
    moved = dsl.follow(dsl.submit(chosen, page=page))

    assert "The record is moved" in moved.text and CANARY not in moved.text
    assert school.emails("chair") == {mail.to for mail in mailbox.deliver()}
    dsl.get(f"{school.log}/{record}", expect=404)
    school.at["head"].get(f"{school.log}/{record}", expect=404)
    shown = school.at["chair"].get(f"{school.log}/{record}").text
    assert "It is about Ms Bright" in shown and "Allegation about a member of staff" in shown
    with within(school.id):
        on = date(2026, 10, 5)
        assert 0 == figures.totals(school.id, "incidents", on, on).n


def test_tasks_of_a_record_that_is_moved_go_to_who_may_read_it(school: School) -> None:
    """A task says a reference and what is to be done: nobody outside keeps one (1.17)."""
    dsl = school.at["dsl"]
    record = report(school.at["teacher"], school.id, who={"child": "Alex Smith, 5B"})
    task = Task(
        id=ids.new(),
        kind="incident.task",
        title=f"Ring about {CANARY}",
        why="It was agreed",
        link=f"{school.log}/{record}",
        about=f"incident/{record}",
        due_on=date(2026, 10, 9),
        owner=school.people["dsl"].id,
    )
    with within(school.id), transaction() as tx:
        tasks.add(tx, school.id, task, by="system:test")
    assert CANARY in dsl.get(f"/s/{school.id}").text
    page = dsl.get(f"{school.log}/{record}/move")
    dsl.submit({"matter": "allegation", "posts": ["dsl"], "why": "It is about me"}, page=page)

    reference = reference_of(school, record)
    for mark in (CANARY, reference):
        assert mark not in dsl.get(f"/s/{school.id}").text
        assert mark in school.at["head"].get(f"/s/{school.id}").text


def test_a_record_that_another_points_to_is_not_moved(school: School) -> None:
    """Its reference would stand on the other's page, for whoever reads that."""
    records = [report(school.at["teacher"], school.id) for _ in range(2)]
    with within(school.id), transaction() as tx:
        stored = repository.load(school.id, records[0])
        tied = replace(stored.incident, others=(Other(records[1], "K7M-4QX", Tie.RELATED),))
        repository.save(tx, school.id, stored, tied, ())
    page = school.at["dsl"].get(f"{school.log}/{records[0]}/move")
    refused = school.at["dsl"].submit(
        {"matter": "allegation", "posts": ["other"], "why": "So"}, page=page, expect=409
    )

    assert "Part them first" in refused.text


def test_whom_it_was_about_stays_out_when_it_is_moved_back(school: School) -> None:
    """An ordinary record again, and still not shown to the person somebody said it is about."""
    record = report(school.at["teacher"], school.id, **ABOUT_DSL)
    head = school.at["head"]
    page = head.get(f"{school.log}/{record}/move")
    head.submit({"matter": "incident", "posts": [], "why": "A misunderstanding"}, page=page)

    assert CANARY in head.get(school.log).text
    assert CANARY in school.at["lead"].get(school.log).text
    assert CANARY not in school.at["dsl"].get(school.log).text
    school.at["dsl"].get(f"{school.log}/{record}", expect=404)


def test_where_nobody_at_the_school_may_read_it_the_trust_steps_in(
    school: School, site: Site, mailbox: Mailbox
) -> None:
    """R-KCSIE 8: head and chair both named: the trust's lead is told that it waits, steps in, and
    reads it; nobody at the school is mailed, has a task or learns that there is one.
    """
    given = {**ABOUT_HEAD, "whom": {"about_posts": ["headteacher", "chair_of_governors"]}}
    record = report(school.at["teacher"], school.id, **given)
    [mail] = mailbox.deliver()
    trust = school.at["trust"]

    assert school.people["trust"].email == mail.to
    assert CANARY not in mail.text and "Please do not ask the school" in mail.text
    [link] = {found for found in mail.links() if "/step-in/" in found}
    page = trust.get(link.partition(":8000")[2])
    trust.submit(page=page, button="Step in")
    assert CANARY in trust.get(f"{school.log}/{record}").text
    for name in ("head", "chair", "dsl"):
        school.at[name].get(f"{school.log}/{record}", expect=404)


@pytest.mark.parametrize("template", ["concern_submitted", "incident_unacknowledged"])
def test_a_mail_that_does_not_arrive_tells_nobody_at_the_school(
    school: School, mailbox: Mailbox, clock: FrozenClock, template: str
) -> None:
    """R36: a task "a message did not arrive" could be for whom it is about; the trust is told."""
    from chalicelib.journeys.unreached import unreached
    from chalicelib.notifications.outbox import MessageRow, State
    from chalicelib.storage import every

    report(school.at["teacher"], school.id, **ABOUT_HEAD)
    sweep(clock, hours=22, minutes=30)  # nobody took it: the next morning it is told again
    sent(mailbox)
    head = signed_in(school.at["head"], school.people["head"])
    before = head.get(f"/s/{school.id}").text
    with within(school.id), transaction() as tx:
        [row] = [
            each for each in every(MessageRow, school.id, "message#") if each.template == template
        ]
        row.state = State.BOUNCED
        unreached(tx, school.id, row)

    assert school.emails("trust") == {mail.to for mail in mailbox.deliver()}
    assert before == head.get(f"/s/{school.id}").text


def test_ids_of_the_area_are_no_oracle(school: School) -> None:
    """The same answer as for a record that never was."""
    record = report(school.at["teacher"], school.id, **ABOUT_DSL)

    def masked(answer: Answer, found: str) -> str:
        text = re.sub(r"nonce=\"[^\"]+\"", "", answer.body)
        return re.sub(r'value="[0-9a-f]{64}"', "", text.replace(found, ""))

    for page in ("", "/lado", "/move", "/summary"):
        shown = school.at["dsl"].get(f"{school.log}/{record}{page}", expect=404)
        never = ids.new()
        nothing = school.at["dsl"].get(f"{school.log}/{never}{page}", expect=404)
        assert masked(nothing, never) == masked(shown, record)


def test_an_overdue_concern_is_in_no_count_that_others_see(
    school: School, clock: FrozenClock
) -> None:
    """1.17: neither the week, the report to governors nor the trust's board counts a task about
    it: also not for the lead it is about, while one about an ordinary record counts.
    """
    from chalicelib.reports.school.states import SECTIONS, Look
    from chalicelib.reports.states import service as states
    from chalicelib.reports.states.model import Count

    record = report(school.at["teacher"], school.id, **ABOUT_DSL)

    def overdue(about: str) -> None:
        task = Task(
            id=f"incident-{about}", kind="incident.step", title="Do it", why="It is to be done.",
            link="/", about=f"incident/{about}", due_on=clock.now().date(), owner="nobody",
        )  # fmt: skip
        with within(school.id), transaction() as tx:
            tasks.add(tx, school.id, task, by="person:x")

    def counted() -> tuple[bool, bool, int]:
        with within(school.id):
            today = clock.now().date()
            late = SECTIONS["late"](Look(school.id, today, today, today, 1))
            trust = states.look(school.id).counts[Count.TASKS_LATE]
            weeks = [
                signed_in(school.at[name], school.people[name]).get(f"/s/{school.id}/week").text
                for name in ("dsl", "senior")
            ]
        assert len({"Nothing is overdue." in week for week in weeks}) == 1
        return "Nothing is overdue." in weeks[0], not late.tables, trust

    overdue(record)
    clock.advance(days=4)
    assert counted() == (True, True, 0)

    ordinary = report(signed_in(school.at["teacher"], school.people["teacher"]), school.id)
    overdue(ordinary)
    clock.advance(days=3)
    assert counted() == (False, False, 2)  # the task, and that nobody has taken the report
