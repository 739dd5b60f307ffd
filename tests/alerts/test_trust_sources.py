"""One source for a whole trust: rules, what waits, and who may see what of it (4.1, S94, S95)."""

import json

import pytest

from chalicelib.alerts.matching import Rule, RuleField, matches, problem_of
from chalicelib.alerts.model import Listing
from chalicelib.alerts.parse import read_body
from chalicelib.alerts.repository import alerts
from chalicelib.alerts.senders import SourceState
from chalicelib.alerts.service import intake, sources, trust_sources
from chalicelib.errors import Conflict
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.tasks import service as tasks
from tests.alerts.senders import a_trust_source, fortigate, post
from tests.builders import a_person, a_school, a_trust, signed_in, within
from tests.doubles import FrozenClock
from tests.pages import Site


def raised(school: SchoolId) -> list[str]:
    """Whose alerts a school has."""
    with within(school):
        found = alerts.page(school, Listing.ALL).alerts
    return sorted(alert.facts.user or "" for alert in found)


def parsed_at(school: SchoolId, answer_id: str) -> None:
    """What the school's own nudge would have a function do."""
    intake.parse_delivery(school, answer_id.partition("-")[0])


def line(user: str, box: str, address: str = "10.1.0.7") -> str:
    text = fortigate(user).replace('devname="FW"', f'devname="{box}"')
    return text.replace("10.20.4.117", address)


def test_each_event_goes_to_the_school_that_a_rule_names(site: Site, clock: FrozenClock) -> None:
    """A batch of three boxes: two schools get their own and nothing of the other's, the third
    event waits. The trust sees where it was and not who; given to a school it becomes its alert,
    with a rule for the next. Nothing is lost or doubled when it is all done again.
    """
    trust = a_trust()
    hill, dale = a_school(trust=trust), a_school(trust=trust)
    for school in (hill, dale):
        a_person(school, roles=[Role.DSL])
    desk = signed_in(site, a_person(trust, roles=[Role.TRUST_ADMINISTRATOR]))
    sender = a_trust_source(trust)
    with within(trust):
        trust_sources.add_rule(trust, sender.id, RuleField.SENSOR, "fw-hill", hill, by="system:t")
        trust_sources.add_rule(
            trust, sender.id, RuleField.ADDRESS, "10.2.0.0/16", dale, by="system:t"
        )
    batch = "\n".join(
        (
            line("hill.pupil", "FW-HILL"),
            line("dale.pupil", "FW-X", "10.2.9.9"),
            line("lost.pupil", "FW-NEW", "10.3.0.1"),
        )
    )

    answer = post(site, sender, batch)
    for school in (hill, dale):
        parsed_at(school, answer.json["ids"][0])
        parsed_at(school, answer.json["ids"][0])
    post(site, sender, batch)
    with within(trust):
        [task] = tasks.open_in(trust)
        [event] = trust_sources.waiting(trust)
    listed = desk.get(task.link)
    desk.get(f"{task.link}/{event.id}")
    desk.submit({"school": hill, "always": "sensor"}, button="Give it to this school")

    assert "fw-new" in listed.text
    assert "lost.pupil" not in listed.text
    assert ["dale.pupil"] == raised(dale)
    with within(trust):
        assert ([], []) == (trust_sources.waiting(trust), list(tasks.open_in(trust)))
        assert 3 == len(trust_sources.rules(trust, sender.id))
    _every_waiting_delivery(hill)
    assert ["hill.pupil", "lost.pupil"] == raised(hill)


def _every_waiting_delivery(school: SchoolId) -> None:
    from chalicelib.alerts.rows import DeliveryRow
    from chalicelib.storage import every

    with within(school):
        rows = [row.sk.split("#")[1] for row in every(DeliveryRow, school, "delivery#")]
    for delivery in rows:
        intake.parse_delivery(school, delivery)


def test_a_school_looks_at_its_trusts_source_and_cannot_change_it(site: Site) -> None:
    """It is listed as the trust's; neither its secret nor its state can be changed there."""
    trust = a_trust()
    school = a_school(trust=trust)
    sender = a_trust_source(trust)
    with within(trust):
        trust_sources.add_rule(trust, sender.id, RuleField.SENSOR, "FW", school, by="system:t")
    post(site, sender, fortigate())
    desk = signed_in(site, a_person(school, roles=[Role.TECHNICIAN]))

    page = desk.get(f"/s/{school}/alerts/sources")

    assert "run by your trust" in page.text
    with within(school), pytest.raises(Conflict):
        sources.rotate(school, sender.id, by="system:t")
    with within(school), pytest.raises(Conflict):
        sources.switch(school, sender.id, SourceState.RETIRED, by="system:t")


def test_an_envelope_goes_along_with_its_events(site: Site) -> None:
    """Labels that stand around an event still count at the school."""
    trust = a_trust()
    school = a_school(trust=trust)
    sender = a_trust_source(trust)
    with within(trust):
        trust_sources.add_rule(trust, sender.id, RuleField.GROUP, "year 9", school, by="system:t")
    event = {"user": "p.okafor", "group": "Year 9", "host": "guns.example", "category": "Weapons"}
    body = json.dumps({"type": "filter.events", "data": [event]})

    answer = post(site, sender, body)
    parsed_at(school, answer.json["ids"][0])

    assert ["p.okafor"] == raised(school)


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        (RuleField.SENSOR, "fw", True),
        (RuleField.SENSOR, "f", False),
        (RuleField.GROUP, "PUPILS", True),
        (RuleField.ADDRESS, "10.20.0.0/16", True),
        (RuleField.ADDRESS, "10.21.0.0/16", False),
        (RuleField.ADDRESS, "nonsense", False),
        (RuleField.DOMAIN, "hilltop", True),
        (RuleField.DEVICE, "a0:", False),
        (RuleField.NETWORK, "root", False),
    ],
)
def test_a_rule_matches_whole_values(field: RuleField, value: str, wanted: bool) -> None:
    """Case makes no difference; only a device's name may be a beginning."""
    text = fortigate("HILLTOP\\p.okafor")
    [event] = read_body(text.encode(), received_at=FrozenClock().at).events

    assert wanted == matches(event.facts, Rule("r", field, value, SchoolId("s")))


def test_a_range_must_be_one() -> None:
    """The only value that can be wrong by itself."""
    assert problem_of(RuleField.ADDRESS, "10.20.0.0/99")
    assert "" == problem_of(RuleField.ADDRESS, "10.20.0.0/16")
    assert "" == problem_of(RuleField.GROUP, "10.20.0.0/99")
