"""Acts on an alert: taken in hand, kept, closed with what it was, made or joined to an incident.

Each is one transaction. Several at once are several transactions: what one of them meets, the
others do not.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from chalicelib import clock
from chalicelib.alerts import model
from chalicelib.alerts.model import Alert, NotPossible, Outcome, Status
from chalicelib.alerts.repository import alerts
from chalicelib.alerts.repository.alerts import Stored
from chalicelib.alerts.service import counting, routing, sight, telling, trial
from chalicelib.alerts.service.sight import Hand
from chalicelib.audit import Event
from chalicelib.errors import Conflict, NotFound
from chalicelib.identity.handlers import handler
from chalicelib.ids import SchoolId
from chalicelib.notifications import clocks
from chalicelib.people import team
from chalicelib.storage import Transaction, transaction

MOST_AT_ONCE = 50


def acknowledge(school: SchoolId, alert: str, *, by: Hand) -> Alert:
    """Take an alert in hand: the telling stops, and it comes back when nothing is done about it.

    Raises NotPossible when somebody else has it.
    """
    stored = sight.load(school, alert, by)
    now = clock.now()
    part = handler(by.roles)
    after = model.acknowledged(stored.alert, by=by.person, at=now, part=part)
    happened = Event("alert.acknowledged", now, by.actor, private={"who": by.name})
    hours = team.read(school)[0].idle_hours
    with transaction() as tx:
        alerts.save(tx, school, stored, after, [happened])
        counting.count(tx, school, stored.alert, after)
        _stop_telling(tx, school, stored, now)
        telling.watch(tx, school, alert, now=now, hours=hours)
    return after


def keep(school: SchoolId, alert: str, note: str, *, by: Hand) -> None:
    """Still at work on it: what was done so far is written down, and its time begins anew.

    Raises NotPossible unless it is in hand.
    """
    stored = sight.load(school, alert, by)
    if stored.alert.status is not Status.ACKNOWLEDGED:
        raise NotPossible("This alert is not in hand.")
    now = clock.now()
    happened = Event("alert.kept", now, by.actor, why=note, private={"who": by.name})
    hours = team.read(school)[0].idle_hours
    with transaction() as tx:
        alerts.save(tx, school, stored, stored.alert, [happened])
        telling.watch(tx, school, alert, now=now, hours=hours)


def close(school: SchoolId, alert: str, outcome: Outcome, note: str, *, by: Hand) -> Alert:
    """Be done with an alert: what it was, and why one thinks so. Raises NotPossible when closed."""
    stored = sight.load(school, alert, by)
    with transaction() as tx:
        return _close(tx, school, stored, outcome, note, by=by)


def take_all(school: SchoolId, wanted: Sequence[str], *, by: Hand) -> int:
    """Take several in hand; gives how many were still waiting."""
    return sum(_tried(partial(acknowledge, school, each, by=by)) for each in _few(wanted))


def close_all(
    school: SchoolId, wanted: Sequence[str], outcome: Outcome, note: str, *, by: Hand
) -> int:
    """Close several as the same thing with the same note; gives how many were still open."""
    return sum(_tried(partial(close, school, each, outcome, note, by=by)) for each in _few(wanted))


def _few(wanted: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(wanted))[:MOST_AT_ONCE]


def _tried(act: Callable[[], object]) -> bool:
    """Whether it was done: one that moved on meanwhile never keeps the others from being done."""
    try:
        act()
    except (Conflict, NotFound):
        return False
    return True


def to_incident(
    tx: Transaction, school: SchoolId, stored: Stored, *, incident: str, by: Hand
) -> Alert:
    """Close an alert into the incident that the same transaction makes or adds to.

    Raises NotPossible.
    """
    return _close(tx, school, stored, Outcome.INCIDENT, "", by=by, incident=incident)


def _close(
    tx: Transaction,
    school: SchoolId,
    stored: Stored,
    outcome: Outcome,
    note: str,
    *,
    by: Hand,
    incident: str = "",
) -> Alert:
    now = clock.now()
    part = handler(by.roles)
    after = model.closed(stored.alert, outcome, by=by.person, at=now, incident=incident, part=part)
    happened = Event(
        "alert.became_incident" if incident else "alert.closed",
        now,
        by.actor,
        why=note,
        open={"outcome": outcome.value, **({"incident": incident} if incident else {})},
        private={"who": by.name},
    )
    alerts.save(tx, school, stored, after, [happened])
    counting.count(tx, school, stored.alert, after)
    if stored.alert.status is Status.OPEN:
        _stop_telling(tx, school, stored, now)
    clocks.stop(tx, school, kind=telling.IDLE_CLOCK, id=stored.alert.id)
    return after


def _stop_telling(tx: Transaction, school: SchoolId, stored: Stored, now: datetime) -> None:
    """Nobody else is told."""
    alert = stored.alert
    clocks.stop(tx, school, kind=routing.CLOCK, id=alert.id)
    if alert.is_test:
        trial.passed(tx, school, alert.id, now)
