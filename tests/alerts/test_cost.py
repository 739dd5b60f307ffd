"""What the alert thread costs: trips to the tables and the units they take (P9)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from chalicelib.alerts.model import Listing
from chalicelib.alerts.repository import alerts
from chalicelib.alerts.service import intake
from chalicelib.identity.permissions import Role
from chalicelib.storage import connection
from tests.alerts.senders import a_source, fortigate, post
from tests.builders import a_person, a_school, signed_in, within
from tests.pages import Site


@dataclass
class Meter:
    """Trips to the tables, and capacity units as the engine counts them."""

    trips: list[str] = field(default_factory=list)
    units: float = 0.0

    def note(self, operation: str, units: float) -> None:
        self.trips.append(operation)
        self.units += units


@contextmanager
def metered() -> Iterator[Meter]:
    meter = Meter()
    connection.meters.append(meter.note)
    try:
        yield meter
    finally:
        connection.meters.remove(meter.note)


def test_the_gate_is_one_read_and_one_write(site: Site) -> None:
    """Source and secret in one read, body, mark and clock in one transaction."""
    school = a_school()
    sender = a_source(school)
    post(site, sender, fortigate())  # heard this minute: nothing more to note

    with metered() as meter:
        post(site, sender, fortigate("other"), parse=False)

    assert ["BatchGetItem", "TransactWriteItems"] == meter.trips
    assert meter.units <= 16


def test_an_event_becomes_an_alert_in_twelve_trips(site: Site) -> None:
    """Body, source, the school's choices, marks, identity, whose, the team; one transaction."""
    school = a_school()
    a_person(school, roles=[Role.DSL])
    sender = a_source(school)
    answer = post(site, sender, fortigate(), parse=False)

    with metered() as meter:
        intake.parse_delivery(school, answer.json["ids"][0].partition("-")[0])

    assert len(meter.trips) <= 12
    assert 1 == meter.trips.count("TransactWriteItems")
    assert meter.units <= 60


def test_a_repeat_costs_a_third(site: Site) -> None:
    """A further hit tells nobody and asks nobody's rota: it moves one count for the reports."""
    school = a_school()
    a_person(school, roles=[Role.DSL])
    sender = a_source(school)
    post(site, sender, fortigate())
    answer = post(site, sender, fortigate(after=1), parse=False)

    with metered() as meter:
        intake.parse_delivery(school, answer.json["ids"][0].partition("-")[0])

    assert len(meter.trips) <= 7
    assert meter.units <= 22


def test_a_hundred_events_of_one_pupil_are_one_write_or_two(site: Site) -> None:
    """A storm of one page costs its marks, not a hundred alerts."""
    school = a_school()
    sender = a_source(school)
    lines = "\n".join(fortigate(after=number, url=f"/{number}") for number in range(100))
    answer = post(site, sender, lines, parse=False)

    with metered() as meter:
        intake.parse_delivery(school, answer.json["ids"][0].partition("-")[0])

    assert meter.trips.count("TransactWriteItems") <= 3
    with within(school):
        assert [100] == [a.count for a in alerts.page(school, Listing.ALL).alerts]


def test_the_inbox_is_one_list_and_its_alerts(site: Site) -> None:
    """Authority, one query for the places, one read for the fifty, one line of audit."""
    school = a_school()
    desk = signed_in(site, a_person(school, roles=[Role.DSL]))
    body = "\n".join(fortigate(f"pupil{number}", after=number) for number in range(60))
    post(site, a_source(school), body)
    desk.get(f"/s/{school}/alerts")

    with metered() as meter:
        desk.get(f"/s/{school}/alerts")

    assert len(meter.trips) <= 4
    assert meter.units <= 45


def test_a_delivery_dealt_with_is_not_read_again(site: Site) -> None:
    """A nudge that comes twice costs a look and the stopping of its clock."""
    school = a_school()
    answer = post(site, a_source(school), fortigate())

    with metered() as meter:
        dealt_with = intake.parse_delivery(school, answer.json["ids"][0].partition("-")[0])

    assert (0, ["GetItem", "TransactWriteItems"]) == (dealt_with, meter.trips)
