"""Incidents against the real tables: once, all or nothing, sealed, and told to the right people."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest

from chalicelib import audit, figures, ids
from chalicelib.errors import Conflict, NotFound
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, SchoolId
from chalicelib.incidents import repository, service
from chalicelib.incidents.model.record import Outcome, Status
from chalicelib.incidents.service import Reporter, Sight
from chalicelib.notifications import outbox
from chalicelib.people import duty
from chalicelib.storage import connection, tenants, transaction
from chalicelib.tasks import service as tasks
from tests.builders import Person, a_person, a_school, within
from tests.doubles import FrozenClock
from tests.faults import Death, Fault, at, nemesis
from tests.incidents.build import a_report

CANARY = "canary-7f3a"


class Staffed:
    """A school with its people, and the shortest way to do things there."""

    def __init__(self) -> None:
        self.id: SchoolId = a_school("Marlow Hill")
        self.teacher = a_person(self.id, name="Ada Okafor")
        self.dsl = a_person(self.id, roles=[Role.DSL], name="Jo Marsh")
        self.deputy = a_person(self.id, roles=[Role.DEPUTY_DSL], name="Kit Young")
        self.lead = a_person(self.id, roles=[Role.ONLINE_SAFETY_LEAD], name="Sam Lee")

    def submit(self, record: str = "", by: Person | None = None, **parts: object) -> str:
        record = record or ids.new()
        teller = by or self.teacher
        service.submit(
            self.id,
            a_report(**parts),
            record=record,
            by=Reporter(teller.id, teller.name, "Marlow Hill"),
        )
        return record

    def sight(self, record: str, form: str = "") -> Sight:
        seen = repository.load(self.id, record).seen
        return Sight(self.dsl.id, self.dsl.name, seen, form or ids.new())


@pytest.fixture
def school(store: str, clock: FrozenClock) -> Iterator[Staffed]:
    staffed = Staffed()
    with within(staffed.id):
        yield staffed


def told(school: Staffed, record: str) -> set[str]:
    return {each.person for each in outbox.about(school.id, f"incident/{record}")}


def test_everything_a_report_brings_is_there_at_once(school: Staffed) -> None:
    """One transaction: record, event, audit line, log, reporter's row, figures, task and mail."""
    record = school.submit()

    stored, history = repository.load_with_history(school.id, record)
    assert a_report() == stored.incident.report
    assert Status.SUBMITTED is stored.incident.status
    audit.events.verify(history, stored.head)
    assert ["incident.submitted"] == [event.name for event in history]
    assert [record] == [line.id for line in repository.latest(school.id).lines]
    assert [(record, Status.SUBMITTED)] == [(c.id, c.status) for c in repository.cards(school.id)]
    assert [record] == [own.id for own in repository.own_reports(school.id, school.teacher.id)]
    on = a_report().first.on
    assert 1 == figures.totals(school.id, "incidents", on, on).n
    assert {school.dsl.id, school.lead.id} == told(school, record)
    assert 1 == len(list(tasks.open_in(school.id)))


def test_one_of_many_presses_makes_the_record(school: Staffed) -> None:
    """Eight at once: one record, one set of mails, and success for everybody."""
    record = ids.new()

    def press(_: int) -> None:
        with tenants({school.id}):
            school.submit(record)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(press, range(8)))

    assert 2 == len(outbox.about(school.id, f"incident/{record}"))
    on = a_report().first.on
    assert 1 == figures.totals(school.id, "incidents", on, on).n
    assert 1 == len(repository.history(school.id, record))


def test_nobody_takes_over_anothers_record_id(school: Staffed) -> None:
    """A form with somebody else's id is not theirs to send, nor tells whether it exists."""
    record = school.submit()

    with pytest.raises(NotFound):
        school.submit(record, by=school.lead, description="Mine")
    assert a_report() == repository.load(school.id, record).incident.report


@pytest.mark.parametrize("fault", [Fault.ERROR_AFTER, Fault.DROP_AFTER, Fault.DEATH_AFTER])
def test_a_lost_reply_neither_loses_nor_doubles(school: Staffed, fault: Fault) -> None:
    """R31, R32: whatever call is struck, pressing again leaves exactly one of everything."""
    with nemesis() as watched:
        school.submit()
    for number in range(len(watched.calls)):
        record = ids.new()
        with nemesis(at(number, fault)), suppress(Death, Conflict):
            school.submit(record)
        school.submit(record)

        assert 2 == len(outbox.about(school.id, f"incident/{record}"))
        assert 1 == len(repository.history(school.id, record))


def test_nothing_private_lies_open_in_the_table(school: Staffed) -> None:
    """R7: names, words and platforms are sealed in every row; what is open is states and times."""
    record = school.submit(description=CANARY, reporter_name=CANARY, evidence=CANARY)
    service.note(school.id, record, school.sight(record), CANARY)
    service.close(
        school.id,
        record,
        school.sight(record),
        outcome=Outcome.NO_ACTION,
        reasons=CANARY,
        summary=CANARY,
    )
    names = ("incidents", "audit", "outbox", "reports", "directory")
    dumps = {
        name: str(
            connection.call(
                "Query",
                {
                    "TableName": f"holdfast-test-{name}",
                    "KeyConditionExpression": "tenant = :t",
                    "ExpressionAttributeValues": {":t": {"S": school.id}},
                },
            )
        )
        for name in names
    }

    assert record in dumps["incidents"]
    for private in (CANARY, "Alex Smith", "Ada Okafor"):
        assert private not in "".join(dumps.values())
    # How many were on WhatsApp that day is a figure; which of them was, is sealed.
    assert "whatsapp" not in "".join(dump for name, dump in dumps.items() if name != "reports")
    assert record not in dumps["reports"]


def test_when_the_dsl_is_away_the_deputy_is_told_too(school: Staffed, clock: FrozenClock) -> None:
    """S20, S95."""
    today = clock.at.date()
    duty.set_absence(school.id, school.dsl.id, first_on=today, last_on=today, by="system:test")

    assert {school.dsl.id, school.lead.id, school.deputy.id} == told(school, school.submit())


def test_an_incident_from_an_alert_starts_in_hand(school: Staffed) -> None:
    """4.11: linked, acknowledged by who pressed, and not mailed to them."""
    record = ids.new()
    by = Reporter(school.dsl.id, school.dsl.name, "Marlow Hill")
    with transaction() as tx:
        service.submit_from_alert(tx, school.id, a_report(), alert="01ALERT", record=record, by=by)
    stored = repository.load(school.id, record)

    assert ("01ALERT", Status.ACKNOWLEDGED) == (stored.incident.alert, stored.incident.status)
    assert {school.lead.id} == told(school, record)
    assert [] == list(tasks.open_in(school.id))
    assert [Status.ACKNOWLEDGED] == [card.status for card in repository.cards(school.id)]
    with pytest.raises(Conflict), transaction() as tx:
        service.submit_from_alert(tx, school.id, a_report(), alert="x", record=record, by=by)


def test_work_from_a_stale_page_is_refused_with_what_happened(school: Staffed) -> None:
    """The second of two people learns what the first did; nothing is written over."""
    record = school.submit()
    stale = school.sight(record)
    service.note(school.id, record, school.sight(record), "First")

    with pytest.raises(service.Changed) as refused:
        service.summarise(school.id, record, stale, "Second")
    assert ["incident.acknowledged", "incident.noted"] == [e.name for e in refused.value.since]
    assert "" == repository.load(school.id, record).incident.summary


def test_two_people_saving_at_one_moment_never_lose_a_line(school: Staffed) -> None:
    """Whoever comes second is told; every event that was written is in the chain."""
    record = school.submit()
    sight = school.sight(record)

    def save(number: int) -> bool:
        own = Sight(PersonId(f"p{number}"), f"Person {number}", sight.seen, f"form{number}")
        with tenants({school.id}):
            try:
                service.note(school.id, record, own, f"Note {number}")
            except Conflict:
                return False
        return True

    with ThreadPoolExecutor(8) as pool:
        saved = list(pool.map(save, range(8)))
    stored, history = repository.load_with_history(school.id, record)

    assert 1 == sum(saved)
    audit.events.verify(history, stored.head)
    assert 1 == sum(event.name == "incident.noted" for event in history)


def test_the_same_form_twice_is_done_once(school: Staffed) -> None:
    """A second press carries the same form's id, and is success."""
    record = school.submit()
    sight = school.sight(record)
    for _ in range(2):
        service.note(school.id, record, sight, "Once")

    assert 1 == sum(e.name == "incident.noted" for e in repository.history(school.id, record))


def test_an_act_the_state_does_not_allow_is_a_conflict(school: Staffed) -> None:
    record = school.submit()

    with pytest.raises(Conflict, match="already open"):
        service.reopen(school.id, record, school.sight(record), "Why not")


def test_another_schools_record_does_not_exist(school: Staffed) -> None:
    """Wall one: every key begins with the school."""
    record = school.submit()
    other = a_school()

    with tenants({other}), pytest.raises(NotFound):
        repository.load(other, record)


def test_the_reporter_is_told_what_state_it_is_in(school: Staffed, clock: FrozenClock) -> None:
    """1.9: received, acknowledged, closed, with times; reopening takes the closing back."""
    record = school.submit()
    clock.advance(minutes=5)
    service.acknowledge(school.id, record, school.sight(record))
    ending = {"outcome": Outcome.SUPPORT, "reasons": "R", "summary": "S"}
    service.close(school.id, record, school.sight(record), **ending)  # type: ignore[arg-type]
    (own,) = service.own_reports(school.id, school.teacher.id)
    assert (timedelta(minutes=5), clock.at) == (
        own.acknowledged_at - own.submitted_at,
        own.closed_at,
    )  # type: ignore[operator]

    service.reopen(school.id, record, school.sight(record), "Again")
    (own,) = service.own_reports(school.id, school.teacher.id)
    assert own.closed_at is None
    assert ("Jo Marsh, designated safeguarding lead", "Sam Lee, online safety lead") == own.told
