"""What each main operation costs in trips to the tables and capacity units (P9).

`costs.toml` is the reviewed list: a change of cost is a change there. Trips must be equal; units
may be less. The operations run in a warm process, where a session's use was noted this minute.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib import clock, ids
from chalicelib.agreements.classes import service as classes
from chalicelib.agreements.classes import sharing
from chalicelib.agreements.consents.model import Consent
from chalicelib.agreements.occasions import service as occasions
from chalicelib.agreements.occasions.model import Occasion
from chalicelib.identity.permissions import Role
from chalicelib.notifications import due
from chalicelib.reports import build, periods
from chalicelib.reports import service as reports
from chalicelib.storage import connection, tenants
from tests import builders
from tests.agreements import families
from tests.alerts import senders
from tests.documents.doubles import Bucket
from tests.doubles import FrozenClock, Mailbox
from tests.incidents import walk
from tests.pages import Site

FILE = Path(__file__).parent / "costs.toml"
COSTS: dict[str, dict[str, Any]] = tomllib.loads(FILE.read_text()) if FILE.exists() else {}
READS = {"GetItem", "BatchGetItem", "Query", "TransactGetItems"}


@dataclass
class Meter:
    """Every call and its units, by the operation that was being measured."""

    measured: dict[str, list[tuple[str, float]]] = field(default_factory=dict)
    now: str = ""

    def __call__(self, operation: str, units: float) -> None:
        if self.now:
            self.measured[self.now].append((operation, units))

    def __getitem__(self, name: str) -> Callable[[Callable[[], Any]], Any]:
        """Measure what is done under a name; gives what it gives."""

        def measure(do: Callable[[], Any]) -> Any:
            self.measured[name], self.now = [], name
            try:
                return do()
            finally:
                self.now = ""

        return measure


@pytest.fixture
def meter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Meter]:
    made = Meter()
    monkeypatch.setattr(connection, "meters", [made])
    yield made
    _compare(made)


def _compare(meter: Meter) -> None:
    """Every operation measured is in the file, with these trips and at least these units."""
    wrong = []
    for name, calls in meter.measured.items():
        trips = [operation for operation, _ in calls]
        read = sum(units for operation, units in calls if operation in READS)
        write = sum(units for operation, units in calls if operation not in READS)
        told = COSTS.get(name)
        fits = (
            told is not None
            and _counted(trips) == told["trips"]
            and read <= told["read"]
            and write <= told["write"]
        )
        if not fits:
            trips_ = json.dumps(_counted(trips)).replace(":", " =")
            wrong.append(f'["{name}"]\ntrips = {trips_}\nread = {read:g}\nwrite = {write:g}\n')
    assert not wrong, "costs.toml does not say this:\n\n" + "\n".join(wrong)


def _counted(trips: list[str]) -> dict[str, int]:
    return {name: trips.count(name) for name in sorted(set(trips))}


def test_sign_in(
    site: Site, mailbox: Mailbox, meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asking, entering the code, and the first page."""
    monkeypatch.setattr("chalicelib.identity.sign_in.ANSWER_AFTER", 0.0)
    school = builders.a_school()
    person = builders.a_person(school, roles=[Role.DSL])
    site.get("/signin")
    answer = meter["sign-in: ask"](lambda: site.submit({"email": person.email}))
    site.follow(answer)
    [mail] = [each for each in mailbox.deliver() if each.to == person.email][-1:]
    found = re.search(r"code is ([0-9 ]+)", mail.text)
    assert found
    code = found[1].strip()
    entered = meter["sign-in: enter the code"](lambda: site.submit({"code": code}))
    assert "/places" == entered.location
    meter["home: a school"](lambda: site.get(f"/s/{school}"))
    meter["places: of one who has one"](lambda: site.get("/places", expect=303))


def test_induction(site: Site, meter: Meter) -> None:
    """One colleague's page asks about that colleague, however many work there."""
    school = builders.a_school()
    office = builders.a_person(school, roles=[Role.OFFICE])
    people = [builders.a_person(school) for _ in range(3)]
    browser = builders.signed_in(site, office)
    browser.get(f"/s/{school}/people")
    page = f"/s/{school}/people/{people[0].id}/induction"
    meter["people: an induction"](lambda: browser.get(page))


def test_incidents(site: Site, meter: Meter) -> None:
    """From the draft to the log."""
    school = walk.a_staffed_school(site)
    teacher, dsl = school.at_teacher, school.at_dsl
    for browser in (teacher, dsl):
        browser.get(f"/s/{school.id}/my-reports")
    shown = walk.up_to_check(teacher, school.id)
    sent = meter["incident: submit"](lambda: teacher.submit(page=shown, button="Send report"))
    record = sent.location.rpartition("/")[2]
    opened = meter["incident: open"](lambda: dsl.get(f"{school.log}/{record}"))
    meter["incident: acknowledge"](lambda: dsl.submit(page=opened, action="/acknowledge"))
    meter["incident: log"](lambda: dsl.get(school.log))
    meter["incident: own reports"](lambda: teacher.get(f"/s/{school.id}/my-reports"))


def test_agreements(site: Site, mailbox: Mailbox, meter: Meter) -> None:
    """Sending to a class of one, opening the link, both signatures, who has signed."""
    ready = families.a_ready_school()
    families.a_child(ready, "mum@example.net")
    office = builders.signed_in(site, ready.office)
    office.get(f"/s/{ready.school}/agreements/new")
    office.submit({"template": "pupil-7-11", "classes": [ready.class_id]}, expect=200)
    meter["agreement: send to one child"](office.submit)
    mailbox.deliver()
    link = families.link_in(mailbox.to("mum@example.net")[-1])
    meter["agreement: open the link"](lambda: site.get(link))
    site.get(f"{link}/child")
    meter["agreement: the child signs"](lambda: site.submit(families.CHILD))
    site.get(f"{link}/parent")
    meter["agreement: the parent signs"](lambda: site.submit(families.PARENT))
    meter["agreement: who has signed"](lambda: office.get(f"/s/{ready.school}/agreements"))


def test_classes_and_events(site: Site, mailbox: Mailbox, meter: Meter) -> None:
    """What a class signs, an event with its list for the day, and a parent's answer for it."""
    ready = families.a_ready_school()
    families.a_child(ready, "mum@example.net")
    office = builders.signed_in(site, ready.office)
    with tenants({ready.school}):
        classes.start(ready.school, ready.class_id, classes.SUGGESTED, by=builders.BY)
        classes.begin(ready.school, ready.class_id, ids.new(), 0, person=ready.office.id)
        sharing.tell_parents(ready.school, ready.class_id, ids.new(), by=builders.BY)
        day, group = clock.today() + timedelta(days=9), (ready.class_id,)
        play = Occasion(ids.new(), "Play", day, day, group, (Consent.PRESS,), True, builders.BY)
        occasions.add(ready.school, play)
    everywhere = f"/s/{ready.school}"
    office.get(everywhere)
    meter["class agreement: being signed"](
        lambda: office.get(f"{everywhere}/class-agreements/{ready.class_id}")
    )
    shown = office.get(f"{everywhere}/events/{play.id}")
    meter["event: ask one parent"](lambda: office.submit(page=shown, action="/ask"))
    meter["event: the list for its day"](lambda: office.get(f"{everywhere}/events/{play.id}"))
    mailbox.deliver()
    [link] = [
        each
        for mail in mailbox.to("mum@example.net")
        for each in mail.links()
        if each.endswith("/event")
    ]
    asked = meter["event: open the link"](lambda: site.get(urlsplit(link).path))
    meter["event: a parent answers"](
        lambda: site.submit({"press": "yes"}, page=asked, action="/event")
    )


def test_alerts(
    site: Site,
    mailbox: Mailbox,
    clock: FrozenClock,
    meter: Meter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """From the post to the next who is told, whose mail waits for the next sweep."""
    import app

    # One shard, which was read before: else the mail might stand in one that is still to come.
    monkeypatch.setattr(due, "shard", lambda: due.SHARDS[0])
    school = builders.a_school()
    dsl = builders.a_person(school, roles=[Role.DSL])
    builders.a_person(school, roles=[Role.DEPUTY_DSL])
    sender = senders.a_source(school)
    browser = builders.signed_in(site, dsl)
    browser.get(f"/s/{school}/alerts")
    # The first post of a source notes that it was heard.
    senders.post(site, sender, senders.fortigate("somebody.else", after=1))
    body = senders.fortigate()
    answer = meter["alert: take in"](lambda: senders.post(site, sender, body, parse=False))
    delivery = answer.json["ids"][0].partition("-")[0]
    event = {
        "Records": [
            {"messageId": "m", "body": json.dumps({"tenant": school, "delivery": delivery})}
        ]
    }
    meter["alert: parse and tell"](lambda: app.store_alerts(event, None))
    meter["alert: a repeat"](lambda: senders.post(site, sender, body, parse=False))
    shown = meter["alert: inbox"](lambda: browser.get(f"/s/{school}/alerts"))
    [link] = [
        each.attributes["href"]
        for each in shown.root.all("a")
        if each.attributes["href"].startswith(f"/s/{school}/alerts/01")
    ][:1]
    opened = meter["alert: open"](lambda: browser.get(link))
    meter["alert: acknowledge"](lambda: browser.submit(page=opened, action="/acknowledge"))
    mailbox.deliver()
    meter["sweep: nothing due"](app.sweep_now)
    clock.advance(minutes=15)
    meter["sweep: one alert escalates"](app.sweep_now)


def test_sending(site: Site, mailbox: Mailbox, meter: Meter) -> None:
    """One mail, as a queue brings it."""
    import app

    school = walk.a_staffed_school(site)
    record = walk.report(school.at_teacher, school.id)
    with tenants({school.id}):
        from chalicelib.notifications import outbox

        message = outbox.about(school.id, f"incident/{record}")[0].id
    event = {
        "Records": [
            {"messageId": "m", "body": json.dumps({"tenant": school.id, "message": message})}
        ]
    }
    meter["mail: send"](lambda: app.send_messages(event, None))


def test_reports(
    site: Site, clock: FrozenClock, meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A trust of three schools: asking, making, reading."""
    monkeypatch.setattr("chalicelib.documents.files._s3", Bucket)
    monkeypatch.setattr("chalicelib.reports.pdf.pdf", lambda *_, **__: b"%PDF-1.7 of a test")
    trust = builders.a_trust()
    for _ in range(3):
        builders.a_school(trust=trust)
    reader = builders.a_person(trust, roles=[Role.TRUST_ADMINISTRATOR])
    browser = builders.signed_in(site, reader)
    browser.get(f"/t/{trust}/reports")
    period = periods.of_term(periods.recent_terms(clock.at.date())[0], clock.at.date())
    with tenants({trust}):
        job = meter["report: ask"](lambda: reports.ask(trust, ids.new(), period, (), by=reader.id))
    meter["report: make, of three schools"](lambda: build.build(trust, job.id))
    meter["report: read"](lambda: browser.get(f"/t/{trust}/reports/{job.id}"))
    meter["home: a trust"](lambda: browser.get(f"/t/{trust}"))


def test_the_file_lists_nothing_that_is_not_measured() -> None:
    """A line left over would be believed."""
    source = Path(__file__).read_text()

    assert COSTS
    assert not [name for name in COSTS if f'meter["{name}"]' not in source]


def test_shared_records(site: Site, meter: Meter) -> None:
    """What a trust's safeguarding lead opens of a school's, and the list of it."""
    trust = builders.a_trust()
    school = builders.a_school(trust=trust)
    dsl = builders.a_person(school, roles=[Role.DSL])
    lead = builders.a_person(trust, roles=[Role.TRUST_SAFEGUARDING_LEAD])
    at_dsl, at_lead = builders.signed_in(site, dsl), builders.signed_in(site, lead)
    record = walk.report(at_dsl, school)
    at_lead.get(f"/t/{trust}")
    at_dsl.get(f"/s/{school}/incidents/{record}/sharing")
    meter["incident: share with the trust"](lambda: at_dsl.submit({"why": "For advice"}))
    shown = meter["incident: list of the shared"](lambda: at_lead.get(f"/t/{trust}/shared-records"))
    links = [each.attributes["href"] for each in shown.root.all("main")[0].all("a")]
    [path] = [each for each in links if "/shared-records/" in each]
    meter["incident: open a shared one"](lambda: at_lead.get(path))
