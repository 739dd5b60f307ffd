"""A test alert from end to end: a real delivery, the queue, the duty chain, an acknowledgement.

Only what Holdfast itself put in for a test is one: no sender can call its alerts tests, because the
delivery's id must be the one written down when the button was pressed (4.13, R-DFE 6).
"""

import json
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib import audit, clock, ids
from chalicelib.alerts.facts import Severity
from chalicelib.alerts.model import Alert, Status
from chalicelib.alerts.repository import alerts, deliveries, sources, watches
from chalicelib.alerts.senders import Delivery
from chalicelib.alerts.service.receiving import CLOCK as DELIVERY_CLOCK
from chalicelib.ids import SchoolId
from chalicelib.notifications import clocks, outbox
from chalicelib.storage import Transaction, transaction

CLOCK = "alert.trial"
TYPE = "application/vnd.holdfast.trial+json"
PATIENCE = timedelta(hours=1)


def start(school: SchoolId, source: str, *, by: str, name: str) -> None:
    """Put a test alert in as if this source had sent it. Raises NotFound."""
    found = sources.load(school, source)
    now = clock.now()
    delivery = Delivery(ids.new(), found.id, now, TYPE, found.zone)
    body = json.dumps(
        {
            "type": "filter.event",
            "timestamp": clock.stamp(now),
            "data": {
                "id": delivery.id,
                "action": "monitored",
                "host": "test.holdfast.example",
                "categories": ["Test"],
                "message": f"A test that {name} started. Nobody did anything.",
            },
        }
    ).encode()
    with transaction() as tx:
        deliveries.add(tx, school, delivery, body)
        trial = f"{delivery.id} {by}"
        watches.save(tx, school, source, replace(watches.of(school, source), trial=trial))
        due_at = now + timedelta(minutes=1)
        clocks.start(tx, school, kind=DELIVERY_CLOCK, id=delivery.id, due_at=due_at)
        audit.record(tx, school, by=by, action="source.tested", about=f"source/{source}")
        tx.after(lambda: outbox.nudge("alerts", [{"tenant": school, "delivery": delivery.id}]))


def is_one(school: SchoolId, delivery: Delivery) -> bool:
    """Whether a delivery is the test that somebody here started."""
    if delivery.content_type != TYPE:
        return False
    return watches.of(school, delivery.source).trial.partition(" ")[0] == delivery.id


def marked(alert: Alert) -> Alert:
    """A test goes the way of an urgent alert about nobody."""
    return replace(
        alert,
        is_test=True,
        severity=Severity.HIGH,
        notified=True,
        theme_id="general",
        facts=replace(alert.facts, user=None, device=None, client_ip=None),
    )


def expect(tx: Transaction, school: SchoolId, alert: str, now: datetime) -> None:
    """Within an hour somebody acknowledges it, or the check has failed."""
    clocks.start(tx, school, kind=CLOCK, id=alert, due_at=now + PATIENCE)


def passed(tx: Transaction, school: SchoolId, alert: str, now: datetime) -> None:
    """It was acknowledged: the check is written down within a minute."""
    clocks.start(tx, school, kind=CLOCK, id=alert, due_at=now)


def result(school: SchoolId, alert: str) -> tuple[Alert, str, bool] | None:
    """The alert of a test, who started it (an actor), and whether it was acknowledged in time."""
    stored = alerts.find(school, alert)
    if stored is None or not stored.alert.is_test:
        return None
    by = watches.of(school, stored.alert.source).trial.partition(" ")[2]
    return stored.alert, by, stored.alert.status is not Status.OPEN
