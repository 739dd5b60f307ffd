"""Every number of a school's report equals a recount from its own records, made independently."""

import random
from collections import Counter
from collections.abc import Iterable

import pytest

from chalicelib import clock, ids
from chalicelib.alerts.model import Alert, Listing
from chalicelib.alerts.repository import alerts
from chalicelib.alerts.senders import SourceKind
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.incidents import repository, service
from chalicelib.incidents.model.record import Incident, Outcome
from chalicelib.incidents.model.report import Where
from chalicelib.incidents.service import Reporter, Sight
from chalicelib.registers import service as registers
from chalicelib.reports import periods
from chalicelib.reports.document import Cell, Document
from chalicelib.reports.school import compose, gathering
from chalicelib.reports.summaries import themes
from chalicelib.storage import tenants, transaction
from chalicelib.tenancy import settings
from chalicelib.tenancy.model import Choices, Setting
from tests import builders
from tests.alerts import senders
from tests.doubles import FrozenClock
from tests.incidents.build import a_report
from tests.pages import Site

pytestmark = pytest.mark.usefixtures("store", "bucket")
THRESHOLD = 3


def test_every_number_equals_a_recount_of_the_records(site: Site, clock: FrozenClock) -> None:
    """A generated school: reports of all kinds, some put right, acknowledged, closed and reopened;
    alerts; checks of the filter. What is shown is true, and hidden only where something is small.
    """
    school = builders.a_school("Marlow Hill")
    teacher = builders.a_person(school, name="Ada Okafor")
    dsl = builders.a_person(school, roles=[Role.DSL], name="Jo Marsh")
    _live(site, clock, school, teacher, dsl)

    with tenants({school}):
        document = _report(school)
        records = [each.incident for each in repository.every_record(school)]
        raised = list(alerts.page(school, Listing.WAITING, limit=100).alerts)

    _same(document, "Incidents by type", _of(records, lambda it: it.report.types), len(records))
    _same(document, "Incidents by place", _of(records, _places), len(records))
    _same(document, "Incidents by app or site", _of(records, lambda it: it.report.media()), None)
    severities = _of(records, lambda it: [it.severity.severity.label])
    _same(document, "Incidents by severity", severities, len(records))
    ended = _of(records, lambda it: [it.outcome.label if it.outcome else "Still open"])
    _same(document, "How incidents ended", ended, len(records))
    waited = _of(records, lambda it: ["Within an hour" if it.acknowledged_at else "Not yet"])
    _same(document, "Time to acknowledge incidents", waited, len(records))
    _same(document, "Alerts by severity", _of_alerts(raised), len(raised))
    checks = _table(document, "Checks of filtering and monitoring")
    assert {"It worked": 2, "It did not work": 1, "In all": 3}.items() <= checks.items()
    assert f"{len(records)} incidents were recorded" in " ".join(s.text for s in document.summary)


def _live(
    site: Site,
    clock: FrozenClock,
    school: SchoolId,
    teacher: builders.Person,
    dsl: builders.Person,
) -> None:
    chance = random.Random(19)
    with tenants({school}):
        choices = Choices({Setting.SMALL_NUMBER_THRESHOLD: THRESHOLD})
        settings.change(school, choices, version=settings.decided(school).version, by=dsl.actor)
        for number in range(14):
            record = ids.new()
            report = a_report(
                types=tuple(
                    chance.sample(["online_bullying", "hate", "violence"], k=number % 2 + 1)
                ),
                where=frozenset(chance.sample(list(Where), k=number % 2 + 1)),
                platforms=tuple(chance.sample(["whatsapp", "tiktok"], k=number % 3 % 2 + 1)),
            )
            by = Reporter(teacher.id, teacher.name, "Marlow Hill")
            service.submit(school, report, record=record, by=by)
            clock.advance(minutes=5)
            if number % 5:
                service.acknowledge(school, record, _sight(school, record, dsl))
            if number % 3 == 0:
                outcome = Outcome.DEALT_WITH if number % 2 else Outcome.SUPPORT
                said = {"reasons": "Because.", "summary": "All said."}
                service.close(school, record, _sight(school, record, dsl), outcome=outcome, **said)
            if number == 9:
                service.reopen(school, record, _sight(school, record, dsl), "More was found.")
        for result in ("worked", "worked", "failed"):
            values = {
                "done_on": "2026-10-05",
                "kind": "blocked_words",
                "device": "school",
                "as_whom": "pupil",
                "result": result,
            }
            _a_check(school, values, dsl)
    sender = senders.a_source(school, SourceKind.FORTIGATE)
    for number in range(6):
        line = senders.fortigate(f"pupil{number}", host=f"site{number}.example", after=number)
        senders.post(site, sender, line)


def _a_check(school: SchoolId, values: dict[str, object], dsl: builders.Person) -> None:
    with transaction() as tx:
        registers.add(tx, school, register="filtering_checks", values=values, by=dsl.actor)


def _report(school: SchoolId) -> Document:
    today = clock.today()
    period = periods.of_term(periods.recent_terms(today)[0], today)
    return compose.drafted(gathering.counted(school, period), themes())


def _sight(school: SchoolId, record: str, dsl: builders.Person) -> Sight:
    return Sight(dsl.id, dsl.name, repository.load(school, record).seen, ids.new())


def _of(records: Iterable[Incident], values: object) -> Counter[str]:
    assert callable(values)
    return Counter(value for each in records for value in set(values(each)))


def _places(incident: Incident) -> list[str]:
    return [f"{each.value.capitalize()} school" for each in incident.report.where]


def _of_alerts(raised: Iterable[Alert]) -> Counter[str]:
    return Counter(each.severity.value.capitalize() for each in raised)


def _table(document: Document, caption: str) -> dict[str, Cell]:
    found = next(table for _, _, table in document.tables() if table.caption == caption)
    return {str(row[0]): row[1] for row in found.lines}


def _same(document: Document, caption: str, true: Counter[str], total: int | None) -> None:
    shown = _table(document, caption)
    whole = shown.pop("In all")
    assert total is None or whole == total, caption
    named = Counter({_word(name): number for name, number in true.items()})
    for name, number in shown.items():
        assert number is None or number == named[name], (caption, name, number, named)
        assert number is not None or named[name], (caption, name)
    small = [n for n in named.values() if n < THRESHOLD]
    assert (None in shown.values()) == bool(small), (caption, shown, named)
    assert set(named) <= set(shown), (caption, shown, named)


def _word(value: str) -> str:
    from chalicelib.reports import wording

    return wording.TYPES.get(value, value)
