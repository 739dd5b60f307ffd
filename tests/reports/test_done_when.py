"""Issue 6, done when: the termly report is scheduled, its day comes, and every number in it equals
a recount from the schools' own records.
"""

import csv
import io
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import openpyxl
import pypdf
import pytest

from chalicelib import ids
from chalicelib.alerts.model import Alert
from chalicelib.alerts.model import Outcome as AlertOutcome
from chalicelib.alerts.repository import alerts
from chalicelib.alerts.service import working
from chalicelib.alerts.service.sight import Hand
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId, TrustId
from chalicelib.incidents import repository
from chalicelib.incidents.model.record import Incident, Outcome
from chalicelib.incidents.model.report import Occasion, Where
from chalicelib.incidents.service import handling, submitting
from chalicelib.incidents.service.handling import Sight
from chalicelib.incidents.service.submitting import Reporter
from chalicelib.reports import build, morning, summaries, wording
from chalicelib.reports import repository as jobs
from chalicelib.storage import tenants
from tests import builders
from tests.alerts import senders
from tests.builders import Person
from tests.documents.doubles import Bucket
from tests.doubles import FrozenClock, Mailbox
from tests.incidents.build import a_report
from tests.pages import Site

pytestmark = pytest.mark.usefixtures("store")
NAMES = ("Alder School", "Birch School")
Cells = dict[tuple[str, str, str], int]


@pytest.fixture
def living(site: Site, clock: FrozenClock) -> tuple[TrustId, list[SchoolId]]:
    """A trust of two schools with a term behind them, made through the services."""
    dice = random.Random(6)
    trust = builders.a_trust("Tidewater Learning Trust")
    schools = []
    for name in NAMES:
        school = builders.a_school(name, trust=trust, pupil_number=300)
        dsl = builders.a_person(school, roles=[Role.DSL])
        deputy = builders.a_person(school, roles=[Role.DEPUTY_DSL])
        for number in range(9):
            _report(school, dice, clock, number, dice.choice((dsl, dsl, deputy)))
        _alerts(site, school, dice, dsl)
        schools.append(school)
    return trust, schools


def _report(
    school: SchoolId, dice: random.Random, clock: FrozenClock, number: int, by: Person
) -> None:
    record, sender = ids.new(), builders.a_person(school)
    types = dice.sample(("online_bullying", "hate", "grooming"), dice.choice((1, 1, 2)))
    where = dice.choice(({Where.INSIDE}, {Where.OUTSIDE}, {Where.INSIDE, Where.OUTSIDE}))
    report = a_report(
        types=tuple(types),
        where=frozenset(where),
        occasions=(Occasion(date(2026, 9, 1 + number), time(12, 0)),),
        platforms=dice.choice((("whatsapp",), ("tiktok", "whatsapp"), ())),
    )
    with tenants({school}):
        submitting.submit(
            school, report, record=record, by=Reporter(sender.id, sender.name, "Alder School")
        )
        if number % 5 == 4:
            return
        clock.advance(minutes=dice.choice((10, 90, 300)))
        handling.acknowledge(school, record, _sight(school, record, by))
        if number % 2:
            handling.close(
                school,
                record,
                _sight(school, record, by),
                outcome=dice.choice((Outcome.DEALT_WITH, Outcome.REFERRED)),
                reasons="Talked it through with everybody.",
                summary="Done.",
            )
        if number == 3:  # put right afterwards: it counts as it stands
            handling.reopen(school, record, _sight(school, record, by), "There is more.")


def _sight(school: SchoolId, record: str, by: Person) -> Sight:
    seen = repository.load(school, record).seen
    return Sight(by.id, by.name, seen, ids.new(), frozenset(by.roles))


def _alerts(site: Site, school: SchoolId, dice: random.Random, dsl: Person) -> None:
    sender = senders.a_source(school)
    for number in range(7):
        kind = dice.choice(((14, "Pornography"), (11, "Gambling"), (14, "Pornography")))
        line = senders.fortigate(
            f"p.{number}", host=f"h{number}.example", category=kind, after=number * 400
        )
        senders.post(site, sender, line)
    with tenants({school}):
        hand = Hand(dsl.id, dsl.name, frozenset(dsl.roles))
        for number, alert in enumerate(_every_alert(school)):
            if number % 3 and hand:
                working.acknowledge(school, alert.id, by=hand)
            if number % 3 == 2:
                outcome = dice.choice((AlertOutcome.TRUE_POSITIVE, AlertOutcome.FALSE_POSITIVE))
                working.close(school, alert.id, outcome, "Looked at.", by=hand)


def _every_alert(school: SchoolId) -> list[Alert]:
    return [alert for some in alerts.every_one(school) for alert in some]


def test_the_scheduled_termly_report_says_what_the_schools_logs_say(
    living: tuple[TrustId, list[SchoolId]],
    site: Site,
    clock: FrozenClock,
    bucket: Bucket,
    mailbox: Mailbox,
) -> None:
    """The whole way: an administrator schedules it, the term ends, the planner runs, the mail leads
    to the page, and page, PDF, spreadsheet and CSV hold the recount's numbers (S91, R-GOV 1).
    """
    trust, schools = living
    ada = builders.a_person(trust, roles=[Role.TRUST_ADMINISTRATOR], name="Ada Trust")
    vic = builders.a_person(trust, roles=[Role.TRUST_VIEWER], name="Vic Board")
    browser = builders.signed_in(site, ada)
    browser.get(f"/t/{trust}/reports/schedules/new")
    browser.submit(
        {"name": "For the board", "every": "term", "roles": ["trust_viewer"]},
        button="Schedule it",
    )
    assert "19 December 2026" in browser.get(f"/t/{trust}/reports/schedules").text
    clock.at = datetime(2026, 12, 19, 5, 0, tzinfo=UTC)

    morning.plan_day(trust)
    with tenants({trust}):
        asked = [jobs.to_job(row) for row in jobs.page(trust).items]
    [job] = [each for each in asked if each.schedule]
    recount = _recount(schools)  # before the sweep brings back what was left lying
    build.build(trust, job.id)

    mailbox.deliver()
    [mail] = mailbox.to(vic.email)
    reader = builders.signed_in(site, vic)
    page = reader.get(mail.links()[0].removeprefix("http://localhost:8000"))
    assert "Autumn term 2026/27" == page.heading
    sheets = dict(_in_workbook(bucket.body(".xlsx")))
    assert 40 < len(sheets)
    for place, shown in sheets.items():
        assert recount.get(place, 0) == shown, place
    told = {caption for (caption, _, _), _ in _cells(bucket.body(".xlsx"))}
    left = {place for place in recount.keys() - sheets.keys() if place[0] in told}
    assert left <= _hidden(bucket.body(".xlsx"))
    assert sheets == dict(_in_csv(bucket.body(".csv")))
    pdf = pypdf.PdfReader(io.BytesIO(bucket.body(".pdf")))
    text = "\n".join(each.extract_text() for each in pdf.pages)
    assert "18 incidents were recorded" in " ".join(text.split())
    assert "18 incidents were recorded" in page.text
    assert "14 alerts were recorded" in page.text
    for form in ("pdf", "xlsx", "csv"):
        reader.get(f"/t/{trust}/reports/{job.id}/{form}", expect=303)


def _recount(schools: list[SchoolId]) -> Cells:
    """Every count of the report from the records alone, by table, row and column."""
    found: Counter[tuple[str, str, str]] = Counter()
    for name, school in zip(NAMES, schools, strict=True):
        with tenants({school}):
            incidents = [each.incident for each in repository.every_record(school)]
            for incident in incidents:
                found.update(_of_incident(name, incident))
            for alert in _every_alert(school):
                found.update(_of_alert(name, alert))
    return dict(found)


def _of_incident(name: str, incident: Incident) -> Iterator[tuple[str, str, str]]:
    labels = summaries.labels()
    for school in (name, "In all"):
        for kind in incident.report.types:
            yield "Incidents by type", wording.TYPES[kind], school
        yield "Incidents by type", "In all", school
        yield "Schools compared", school, "Incidents"
        yield from _waited(
            "Time to acknowledge incidents",
            school,
            incident.acknowledged_at and incident.acknowledged_at - incident.submitted_at,
        )
    for where in incident.report.where:
        yield "Incidents by place", wording.PLACES[where], "Number"
    for platform in incident.report.platforms or ("unknown",):
        yield "Incidents by platform", wording.of(labels.platforms, platform), "Number"
    for risk in incident.report.catalogue.concerns(incident.report.types):
        yield "Incidents by kind of risk", wording.RISKS[risk], "Number"
    yield (
        "Incidents by severity",
        wording.SEVERITIES[incident.severity.severity],
        "Number",
    )
    yield "How incidents ended", wording.INCIDENT_OUTCOMES[incident.outcome or "open"], "Number"
    yield "Incidents by year group", "Not linked to a pupil", "Number"
    if incident.acknowledged_at:
        who = wording.HANDLERS[incident.acknowledged_as]
        yield "Who took incidents in hand", who, "Number"


def _of_alert(name: str, alert: Alert) -> Iterator[tuple[str, str, str]]:
    theme = summaries.labels().themes[alert.theme_id]
    for school in (name, "In all"):
        yield "Alerts by theme", theme, school
        yield "Alerts by theme", "In all", school
        yield from _waited(
            "Time to acknowledge alerts",
            school,
            alert.acknowledged_at and alert.acknowledged_at - alert.raised_at,
        )
    yield "Alerts by severity", wording.SEVERITIES[alert.severity], "Number"
    yield "Alerts by what the filter did", "Let through", "Number"
    yield "What alerts turned out to be", wording.ALERT_OUTCOMES[alert.outcome or "open"], "Number"
    if alert.acknowledged_at:
        yield "Who took alerts in hand", "Designated safeguarding lead", "Number"
    for school in (name, "In all"):
        yield "Filters at each school", school, "Deliveries"
        if alert.raised_at - alert.first_at > timedelta(hours=1):
            yield "Filters at each school", school, "Late"


def _waited(table: str, school: str, waited: timedelta | None) -> Iterator[tuple[str, str, str]]:
    yield table, school, "In all"
    if waited is None:
        yield table, school, "Not yet"
    elif waited <= timedelta(hours=1):
        yield table, school, "Within an hour"
    else:
        yield table, school, "Within a day" if waited <= timedelta(days=1) else "Later"


def _cells(data: bytes) -> Iterator[tuple[tuple[str, str, str], object]]:
    """Every count of the spreadsheet; shares, rates and pupils are not counts of records."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book.worksheets:
        number, _, _ = sheet.title.partition(" ")
        if not number.isdigit() or "greements" in sheet.title:
            continue
        caption = next(
            str(row[1].value).split(". ")[0].rstrip(".")
            for row in book["Report"].iter_rows()
            if row[0].value == f"Sheet {number}"
        )
        heads = [str(cell.value) for cell in sheet[1]]
        for row in sheet.iter_rows(min_row=2):
            for head, cell in zip(heads[1:], row[1:], strict=True):
                if head not in _DERIVED and "(" not in head:
                    yield (caption, str(row[0].value), head), cell.value


_DERIVED = ("Pupils", "Before", "Change", "Each 100 pupils", "Range")


def _in_workbook(data: bytes) -> Iterator[tuple[tuple[str, str, str], int]]:
    for place, value in _cells(data):
        if isinstance(value, int):
            yield place, value


def _hidden(data: bytes) -> set[tuple[str, str, str]]:
    return {place for place, value in _cells(data) if value == "hidden"}


def _in_csv(data: bytes) -> Iterator[tuple[tuple[str, str, str], int]]:
    for _, table, row, column, number in csv.reader(io.StringIO(data.decode("utf-8-sig"))):
        caption = table.partition(". ")[2]
        derived = column in (*_DERIVED, "In a day or less", "Mean wait")
        if number.isdigit() and not derived and "greements" not in caption:
            yield (caption, row, column), int(number)
