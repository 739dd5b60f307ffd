"""What an alert adds to the school's figures, and how a change moves it (S91, S226, S240).

Everything is counted on the day of its first event, which an event that comes late may move. Test
alerts count for nothing.
"""

from collections.abc import Iterator

from chalicelib import clock, figures
from chalicelib.alerts.model import Alert
from chalicelib.figures import Counted, Measure
from chalicelib.identity.handlers import UNKNOWN
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction


def counted(alert: Alert | None) -> frozenset[Counted]:
    """Everything an alert counts for as it stands."""
    if alert is None or alert.is_test:
        return frozenset()
    return frozenset(_counted(alert))


def count(tx: Transaction, school: SchoolId, before: Alert | None, after: Alert) -> None:
    """Move the school's figures from what the alert was to what it is."""
    figures.move(tx, school, counted(before), counted(after))


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
