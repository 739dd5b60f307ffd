"""The main flows, each as one deed that can be struck at any call, done again, and looked at (R31).

A case is a fresh start of its flow. `act` is what a browser, a sender or a queue does; it is done
again, as they would, until it succeeds. `check` says what must be true once the sweep has run.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from chalicelib import audit, clock, figures, ids
from chalicelib.agreements.repository import requests
from chalicelib.alerts.repository import alerts
from chalicelib.audit.lines import LineRow
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId, TrustId
from chalicelib.incidents import repository as incidents
from chalicelib.notifications import clocks, outbox
from chalicelib.people import service as people
from chalicelib.people.model import ClassId
from chalicelib.reports import build, periods
from chalicelib.reports import repository as jobs
from chalicelib.reports import service as reports
from chalicelib.reports.model import State
from chalicelib.storage import every, tenants
from chalicelib.tasks import service as tasks
from chalicelib.tenancy import calendar
from tests import builders
from tests.agreements import families
from tests.alerts import senders
from tests.documents.doubles import Bucket
from tests.doubles import FrozenClock, Mailbox
from tests.faults import Nemesis
from tests.incidents import walk
from tests.pages import Site


@dataclass
class Case:
    """One fresh start of a flow."""

    act: Callable[[], bool]
    check: Callable[[], None]


@dataclass
class Bench:
    """What every flow stands on: the site, the clock, and the far ends, which can be struck too."""

    site: Site
    clock: FrozenClock
    mailbox: Mailbox
    bucket: Bucket
    nemesis: Nemesis | None = None
    windows: Counter[str] = field(default_factory=Counter)

    def send_email(self, **request: Any) -> Any:
        return self._struck("SendEmail", lambda: self.mailbox.send_email(**request))

    def put_object(self, **request: Any) -> Any:
        return self._struck("PutObject", lambda: self.bucket.put_object(**request))

    def _struck(self, operation: str, do: Callable[[], Any]) -> Any:
        return self.nemesis.meet(operation, do) if self.nemesis else do()

    def settle(self) -> None:
        """Three minutes pass; shorter than any wait to be acknowledged, longer than any claim."""
        import app

        for minutes in (2, 1):
            self.clock.advance(minutes=minutes)
            app.sweep_now()

    def check_mails(self, tenant: str, about: str, expected: int) -> None:
        """Exactly so many people told, once each but for the one window in which none can know."""
        with tenants({tenant}):
            sent = outbox.about(tenant, about)
        assert expected == len(sent), [each.template for each in sent]
        for message in sent:
            copies = [m for m in self.mailbox.mails if m.tags["message"] == message.id]
            assert message.state == outbox.State.SENT
            assert 1 <= len(copies) <= 1 + self.windows[message.id]
            assert 1 == len({mail.headers["Message-ID"] for mail in copies})

    def check_chain(self, tenant: str, history: Any, head: Any) -> None:
        """A record's events are whole, and each has its one line in the audit."""
        audit.events.verify(history, head)
        lines = Counter(
            row.hash for row in every(LineRow, tenant, "line#", consistent=True) if row.hash
        )
        assert {1} == {lines[event.hash] for event in history}


class Submit:
    """A teacher sends a report."""

    name = "submit incident"

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.school = walk.a_staffed_school(bench.site)
        self.done = 0

    def ready(self) -> Case:
        site, school = self.school.at_teacher, self.school.id
        shown = walk.up_to_check(site, school)
        record = shown.path.split("/")[-2]

        def act() -> bool:
            answer = site.submit(page=shown, button="Send report", expect=None)
            return answer.status == 303 and record in answer.location

        self.done += 1
        return Case(act, lambda: self._check(record))

    def _check(self, record: str) -> None:
        school = self.school.id
        with tenants({school}):
            stored, history = incidents.load_with_history(school, record)
            self.bench.check_chain(school, history, stored.head)
            listed = [line.id for line in incidents.latest(school).lines]
            opened = [t for t in tasks.open_in(school) if t.about == f"incident/{record}"]
            on = stored.incident.report.first.on
            counted = figures.totals(school, "incidents", on, on).n
        assert ["incident.submitted"] == [event.name for event in history]
        assert 1 == listed.count(record) and 1 == len(opened)
        assert self.done == counted
        self.bench.check_mails(school, f"incident/{record}", 2)


class Acknowledge(Submit):
    """The safeguarding lead says that they have it in hand."""

    name = "acknowledge incident"

    def ready(self) -> Case:
        first = super().ready()
        assert first.act()
        site, school = self.school.at_dsl, self.school
        with tenants({school.id}):
            record = next(c.id for c in incidents.cards(school.id) if c.status == "submitted")
        shown = site.get(f"{school.log}/{record}")

        def act() -> bool:
            answer = site.submit(page=shown, action="/acknowledge", expect=None)
            return answer.status == 303

        return Case(act, lambda: self._check(record))

    def _check(self, record: str) -> None:
        school = self.school.id
        with tenants({school}):
            stored, history = incidents.load_with_history(school, record)
            self.bench.check_chain(school, history, stored.head)
            opened = [t for t in tasks.open_in(school) if t.about == f"incident/{record}"]
            on = stored.incident.report.first.on
            counted = figures.totals(school, "incidents_acknowledged", on, on).n
        assert ["incident.submitted", "incident.acknowledged"] == [e.name for e in history]
        assert [] == opened
        assert self.done == counted


class Sign:
    """A parent signs, after the child; both signatures make it complete."""

    name = "sign agreement"

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.ready_school = families.a_ready_school()
        self.done = 0

    def ready(self) -> Case:
        self.done += 1
        email = f"mum.{ids.new().lower()}@example.net"
        site = self.bench.site.another()
        school = self.ready_school.school
        with tenants({school}):
            class_id = people.add_class(school, f"Class {self.done}", by=builders.BY)
        ready = families.Ready(
            school, ClassId(class_id), self.ready_school.office, self.ready_school.dsl
        )
        pupil = families.a_child(ready, email)
        campaign = families.a_campaign(ready)
        self.bench.mailbox.deliver()
        link = families.link_in(self.bench.mailbox.to(email)[-1])
        families.sign_as_child(site, link)
        shown = site.get(f"{link}/parent")

        def act() -> bool:
            return site.submit(families.PARENT, page=shown, expect=None).status == 303

        return Case(act, lambda: self._check(ready, campaign, pupil, email))

    def _check(self, ready: families.Ready, campaign: str, pupil: Any, email: str) -> None:
        school = ready.school
        request_id = families.of_child(ready, campaign, pupil)
        with tenants({school}):
            record = requests.request(school, request_id)
            assert record
            history = requests.history(school, request_id)
            self.bench.check_chain(school, history, record.head)
            today = clock.today()
            signed = figures.totals(school, "agreements_signed", today, today).n
        names = [event.name for event in history]
        assert 1 == names.count("agreement.signed_by_parent")
        assert 2 * self.done == len(families.signatures_of(ready))
        assert self.done == signed
        copies = [m for m in self.bench.mailbox.to(email) if m.subject.startswith("Your copy")]
        assert 1 == len({mail.headers["Message-ID"] for mail in copies})


class Campaign:
    """The office sends an agreement to a class."""

    name = "send an agreement"

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.ready_school = families.a_ready_school()
        self.office = builders.signed_in(bench.site, self.ready_school.office)
        self.done = 0

    def ready(self) -> Case:
        self.done += 1
        school, mark = self.ready_school.school, ids.new().lower()
        class_id = builders.a_class(school, f"Class {mark}")
        ready = families.Ready(school, class_id, self.ready_school.office, self.ready_school.dsl)
        emails = [f"{parent}.{mark}@example.net" for parent in ("one", "two")]
        for email in emails:
            families.a_child(ready, email)
        self.office.get(f"/s/{school}/agreements/new")
        shown = self.office.submit({"template": "pupil-7-11", "classes": [class_id]}, expect=200)

        def act() -> bool:
            return self.office.submit(page=shown, expect=None).status == 303

        return Case(act, lambda: self._check(emails))

    def _check(self, emails: list[str]) -> None:
        school = self.ready_school.school
        with tenants({school}):
            year = calendar.academic_year(clock.today())
            records = list(requests.requests(school, year))
            for record in records[-2:]:
                history = requests.history(school, record.request.id)
                self.bench.check_chain(school, history, record.head)
            today = clock.today()
            sent = figures.totals(school, "agreements_sent", today, today).n
        assert 2 * self.done == len(records) == sent
        for email in emails:
            assert 1 == len(self.bench.mailbox.to(email))


class Hook:
    """A filter posts an alert, again and again until it hears 202."""

    name = "take an alert in"

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.school = builders.a_school()
        builders.a_person(self.school, roles=[Role.DSL])
        builders.a_person(self.school, roles=[Role.DEPUTY_DSL])
        self.sender = senders.a_source(self.school)
        self.done = 0

    def body(self) -> tuple[str, bytes]:
        """An alert about a pupil of its own, so that it is not grouped with another."""
        self.done += 1
        user = f"p.{ids.new().lower()}"
        return user, senders.fortigate(user, after=self.done).encode()

    def ready(self) -> Case:
        _, body = self.body()

        def act() -> bool:
            answer = self.bench.site.request(
                "POST", self.sender.path, body=body, headers=self.sender.headers(body)
            )
            return answer.status == 202

        return Case(act, self._check)

    def _check(self) -> None:
        """The sweep parsed it, whether or not a nudge came."""
        school = self.school
        with tenants({school}):
            found = alerts.page(school, alerts.Listing.ALL, limit=1000).alerts
            newest = found[0]
            stored = alerts.load(school, newest.id)
            self.bench.check_chain(school, alerts.history(school, newest.id), stored.head)
            on = clock.london(newest.first_at).date()
            counted = figures.totals(school, "alerts", on, on).n
        assert self.done == len(found) == counted
        assert {1} == {alert.count for alert in found}
        self.bench.check_mails(school, f"alert/{newest.id}", 1)


class Parse(Hook):
    """A queue brings the delivery to be parsed, until it is done with it."""

    name = "parse an alert"

    def ready(self) -> Case:
        import app

        _, body = self.body()
        answer = senders.post(self.bench.site, self.sender, body, parse=False)
        delivery = answer.json["ids"][0].partition("-")[0]
        event = _records({"tenant": self.school, "delivery": delivery})

        def act() -> bool:
            return not app.store_alerts(event, None)["batchItemFailures"]

        return Case(act, self._check)


class Escalate(Hook):
    """Nobody acknowledged: the sweep tells the next."""

    name = "escalate an alert"

    def ready(self) -> Case:
        import app

        _, body = self.body()
        senders.post(self.bench.site, self.sender, body)
        self.bench.mailbox.deliver()
        self.bench.clock.advance(minutes=15)

        def act() -> bool:
            app.sweep_now()
            return True

        return Case(act, self._check)

    def _check(self) -> None:
        school = self.school
        with tenants({school}):
            newest = alerts.page(school, alerts.Listing.ALL, limit=1).alerts[0]
            stored = alerts.load(school, newest.id)
            history = alerts.history(school, newest.id)
            self.bench.check_chain(school, history, stored.head)
            self._take_in_hand(newest.id)
        names = [event.name for event in history]
        assert ["alert.raised", "alert.told", "alert.escalated"] == names
        self.bench.check_mails(school, f"alert/{newest.id}", 2)

    def _take_in_hand(self, alert: str) -> None:
        """So that it does not escalate while the next case runs."""
        from chalicelib.alerts.service import working
        from chalicelib.alerts.service.sight import Hand

        working.acknowledge(self.school, alert, by=Hand(ids.PersonId("x" * 16), "Somebody"))


class Send:
    """A queue brings a message to be mailed, until it is done with it."""

    name = "send a mail"

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.school = builders.a_school()
        self.dsl = builders.a_person(self.school, roles=[Role.DSL])

    def ready(self) -> Case:
        import app
        from chalicelib.storage import transaction
        from tests.notifications.post import a_message

        record = ids.new()
        about = f"incident/{record}"
        with tenants({self.school}), transaction() as tx:
            message = outbox.add(
                tx,
                a_message(self.school, about=about, address=self.dsl.email, person=self.dsl.id),
            )
        event = _records({"tenant": self.school, "message": message})

        def act() -> bool:
            return not app.send_messages(event, None)["batchItemFailures"]

        return Case(act, lambda: self.bench.check_mails(self.school, about, 1))


class Report:
    """A queue asks for a trust's report to be made, until it is."""

    name = "make a report"

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.trust: TrustId = builders.a_trust()
        self.schools: list[SchoolId] = [builders.a_school(trust=self.trust) for _ in range(2)]
        self.reader = builders.a_person(self.trust, roles=[Role.TRUST_ADMINISTRATOR])

    @cached_property
    def period(self) -> Any:
        return periods.of_term(periods.recent_terms(clock.today())[0], clock.today())

    def ready(self) -> Case:
        import app

        with tenants({self.trust}):
            job = reports.ask(self.trust, ids.new(), self.period, (), by=self.reader.id)
        event = _records({"tenant": self.trust, "job": job.id})

        def act() -> bool:
            return not app.build_document(event, None)["batchItemFailures"]

        return Case(act, lambda: self._check(job.id))

    def _check(self, job: str) -> None:
        self._wait_for_the_sweep(job)
        with tenants({self.trust}):
            made = jobs.job(self.trust, job)
            assert made and made.state is State.READY
            running = clocks.running(self.trust, kind=build.CLOCK, id=job)
            lines = [
                row.action
                for row in every(LineRow, self.trust, "line#", consistent=True)
                if row.about == f"report/{job}"
            ]
        assert running is None
        assert ["report.asked", "report.made"] == lines
        assert 3 == len([key for key in self.bench.bucket.objects if job in key])  # PDF, CSV, XLSX
        self.bench.check_mails(self.trust, f"report/{job}", 1)

    def _wait_for_the_sweep(self, job: str) -> None:
        """A maker that died is replaced once its claim has lapsed and the clock has run out."""
        import app

        for _ in range(4):
            with tenants({self.trust}):
                made = jobs.job(self.trust, job)
            if made and made.state is State.READY:
                break
            self.bench.clock.advance(minutes=8)
            app.sweep_now()
            app.build_document(_records({"tenant": self.trust, "job": job}), None)
        self.bench.settle()


def _records(body: dict[str, str]) -> dict[str, Any]:
    return {"Records": [{"messageId": "m", "body": json.dumps(body)}]}


FLOWS: tuple[Any, ...] = (
    Submit,
    Acknowledge,
    Campaign,
    Sign,
    Hook,
    Parse,
    Escalate,
    Send,
    Report,
)
