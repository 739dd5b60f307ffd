"""What an alert adds to the school's figures, and how a change moves it (S91, S226, S240).

Everything is counted on the day of its first event, which an event that comes late may move. Test
alerts count for nothing, nor do those about staff, as concerns about staff do not (1.17): one that
turns out to be about a member of staff leaves the figures.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from chalicelib import clock, figures
from chalicelib.alerts.model import Alert
from chalicelib.alerts.repository import alerts
from chalicelib.alerts.service import sending
from chalicelib.figures import Counted, Measure
from chalicelib.identity.handlers import UNKNOWN
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction


def counted(alert: Alert | None) -> frozenset[Counted]:
    """Everything an alert counts for as it stands."""
    if alert is None or alert.is_test or alert.about_staff:
        return frozenset()
    return frozenset(_counted(alert))


def count(tx: Transaction, school: SchoolId, before: Alert | None, after: Alert) -> None:
    """Move the school's figures from what the alert was to what it is."""
    figures.move(tx, school, counted(before), counted(after))


def counted_between(school: SchoolId, first: date, last: date) -> Iterator[Counted]:
    """What the alerts of some days count for, and what their filters sent then.

    Alerts are read from the last that came until two hundred in a row are older by a week: one
    whose events came later than that is found by `all_counted` alone.
    """
    old = 0
    start = first - timedelta(days=7)
    for some in alerts.every_one(school):
        for alert in some:
            yield from counted(alert)
        raised = [clock.london(alert.raised_at).date() for alert in some]
        old = old + 1 if all(on < start for on in raised) else 0
        if old == 2:
            break
    yield from sending.all_counted(school, first, last)


def all_counted(school: SchoolId) -> Iterator[Counted]:
    """The same of every alert and every day."""
    for some in alerts.every_one(school):
        for alert in some:
            yield from counted(alert)
    yield from sending.all_counted(school, date.min, date.max)


def _counted(alert: Alert) -> Iterator[Counted]:
    on, severity = clock.london(alert.first_at).date(), alert.severity.value
    action = alert.facts.action
    yield figures.counted(
        Measure.ALERTS,
        on,
        {"theme": alert.theme_id, "severity": severity, "action": action or UNKNOWN},
    )
    if alert.steps:
        yield figures.counted(
            Measure.ALERTS_ESCALATED, on, {"severity": severity}, {"steps": alert.steps}
        )
    if taken_at := alert.taken_at or alert.acknowledged_at:
        waited = taken_at - alert.raised_at
        yield figures.counted(
            Measure.ALERTS_ACKNOWLEDGED,
            on,
            {
                "within": figures.within(waited),
                "severity": severity,
                "by": alert.taken_as or UNKNOWN,
            },
            {"minutes": figures.minutes(waited)},
        )
    if alert.outcome and alert.closed_at:
        lasted = alert.closed_at - alert.raised_at
        yield figures.counted(
            Measure.ALERTS_CLOSED,
            on,
            {
                "outcome": alert.outcome,
                "severity": severity,
                "by": alert.closed_as or UNKNOWN,
                "took": figures.took(lasted),
            },
            {"minutes": figures.minutes(lasted)},
        )
