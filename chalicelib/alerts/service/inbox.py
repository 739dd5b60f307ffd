"""Working an alert: read, taken in hand, closed with what it was, or made an incident.

Every reading leaves its line (R25). The full address and the raw record stand behind a reading of
their own; for illegal content only the designated safeguarding lead and the headteacher have it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from chalicelib import audit, clock, figures
from chalicelib.alerts import model, parse
from chalicelib.alerts.facts import FilterEvent
from chalicelib.alerts.formats.body import TooLarge
from chalicelib.alerts.model import Alert, Listing, Outcome, Status
from chalicelib.alerts.repository import alerts, deliveries, sources
from chalicelib.alerts.repository.alerts import InboxPage, Stored
from chalicelib.alerts.senders import Hit, Source
from chalicelib.alerts.service import routing
from chalicelib.audit import Event, actors
from chalicelib.errors import NotAllowed, NotFound
from chalicelib.figures import Measure
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, SchoolId
from chalicelib.notifications import clocks, outbox
from chalicelib.notifications.outbox import Sent
from chalicelib.storage import Transaction, transaction

MAY_SEE_ILLEGAL = frozenset({Role.DSL, Role.HEADTEACHER})


class Hand(NamedTuple):
    """Whose act it is: the name stands sealed in the alert's timeline."""

    person: PersonId
    name: str


@dataclass(frozen=True)
class Opened:
    """An alert with what its page shows: its source, what happened, the mails and the next hop."""

    alert: Alert
    source_name: str
    history: tuple[Event, ...]
    messages: tuple[Sent, ...]
    next_at: datetime | None


@dataclass(frozen=True)
class Raw:
    """One event's text as it came; `text` is None once its 90 days are over."""

    hit: Hit
    received_at: datetime | None
    text: str | None
    url: str | None


def page(school: SchoolId, listing: Listing, *, cursor: str, by: str) -> InboxPage:
    """A page of the inbox. It names people, so reading it is audited."""
    found = alerts.page(school, listing, cursor=cursor)
    audit.viewed(school, by=by, action="alert.list_viewed", about=f"list/{listing}")
    return found


def waiting(school: SchoolId, *, most: int = 50) -> list[Alert]:
    """The newest alerts that somebody still has to look at, for home pages."""
    found = alerts.page(school, Listing.WAITING, limit=most)
    return [each for each in found.alerts if each.status is not Status.CLOSED]


def open_alert(school: SchoolId, alert: str, *, by: str) -> Opened:
    """An alert and everything that was done about it. Raises NotFound."""
    stored = alerts.load(school, alert)
    audit.viewed(school, by=by, action="alert.viewed", about=f"alert/{alert}")
    return Opened(
        alert=stored.alert,
        source_name=_source_name(school, stored.alert),
        history=tuple(alerts.history(school, alert)),
        messages=tuple(outbox.about(school, f"alert/{alert}")),
        next_at=_next_at(school, stored.alert),
    )


def peek(school: SchoolId, alert: str, *, by: str) -> Alert:
    """The alert alone, for a page that changes one thing of it. Raises NotFound."""
    found = alerts.load(school, alert).alert
    audit.viewed(school, by=by, action="alert.viewed", about=f"alert/{alert}")
    return found


def reveal(
    school: SchoolId, alert: str, *, by: str, roles: Collection[Role]
) -> tuple[Alert, tuple[Raw, ...]]:
    """The full addresses and the raw text of an alert's events, newest kept last.

    Raises NotAllowed for illegal content unless one is the DSL or the headteacher.
    """
    found = alerts.load(school, alert).alert
    if not may_reveal(found, roles):
        raise NotAllowed("Only the designated safeguarding lead and the headteacher can see this.")
    audit.viewed(school, by=by, action="alert.raw_viewed", about=f"alert/{alert}")
    return found, tuple(_raws(school, found))


def may_reveal(alert: Alert, roles: Collection[Role]) -> bool:
    return not alert.theme.restricted or not MAY_SEE_ILLEGAL.isdisjoint(roles)


def acknowledge(school: SchoolId, alert: str, *, by: Hand) -> Alert:
    """Take an alert in hand: the telling stops. Raises NotPossible when somebody else has."""
    stored = alerts.load(school, alert)
    now = clock.now()
    after = model.acknowledged(stored.alert, by=by.person, at=now)
    happened = Event("alert.acknowledged", now, actors.person(by.person), private={"who": by.name})
    with transaction() as tx:
        alerts.save(tx, school, stored, after, [happened])
        _stop(tx, school, stored, now)
    return after


def close(school: SchoolId, alert: str, outcome: Outcome, note: str, *, by: Hand) -> Alert:
    """Be done with an alert: what it was, and why one thinks so. Raises NotPossible when closed."""
    stored = alerts.load(school, alert)
    with transaction() as tx:
        return _close(tx, school, stored, outcome, note, by=by)


def for_incident(school: SchoolId, alert: str) -> Stored:
    """The alert as a journey needs it, to write against. Raises NotFound."""
    return alerts.load(school, alert)


def to_incident(
    tx: Transaction, school: SchoolId, stored: Stored, *, incident: str, by: Hand
) -> Alert:
    """Close an alert into the incident that the same transaction makes. Raises NotPossible."""
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
    after = model.closed(stored.alert, outcome, by=by.person, at=now, incident=incident)
    happened = Event(
        "alert.became_incident" if incident else "alert.closed",
        now,
        actors.person(by.person),
        why=note,
        open={"outcome": outcome.value, **({"incident": incident} if incident else {})},
        private={"who": by.name},
    )
    alerts.save(tx, school, stored, after, [happened])
    if stored.alert.status is Status.OPEN:
        _stop(tx, school, stored, now)
    return after


def _stop(tx: Transaction, school: SchoolId, stored: Stored, now: datetime) -> None:
    """Nobody else is told; how long it waited is counted on the alert's own day."""
    alert = stored.alert
    clocks.stop(tx, school, kind=routing.CLOCK, id=alert.id)
    waited = max(now - alert.raised_at, model.NO_TIME)
    figures.count(
        tx,
        school,
        Measure.ALERTS_ACKNOWLEDGED,
        {"within": figures.within(waited), "severity": alert.severity},
        clock.london(alert.first_at).date(),
        amounts={"minutes": int(waited.total_seconds() // 60)},
    )


def _source_name(school: SchoolId, alert: Alert) -> str:
    try:
        return sources.load(school, alert.source).name
    except NotFound:
        return "A source that is no longer here"


def source_of(school: SchoolId, alert: Alert) -> Source:
    """Raises NotFound."""
    return sources.load(school, alert.source)


def _next_at(school: SchoolId, alert: Alert) -> datetime | None:
    if alert.status is not Status.OPEN:
        return None
    return clocks.running(school, kind=routing.CLOCK, id=alert.id)


def _raws(school: SchoolId, alert: Alert) -> list[Raw]:
    """Each kept event's own text, out of the body it came in; a delivery is read once."""
    bodies: dict[str, tuple[datetime, tuple[FilterEvent, ...]] | None] = {}
    found = []
    for hit in alert.hits:
        if hit.delivery not in bodies:
            bodies[hit.delivery] = _body(school, hit.delivery)
        kept = bodies[hit.delivery]
        event = kept[1][hit.number] if kept and hit.number < len(kept[1]) else None
        found.append(
            Raw(
                hit,
                kept[0] if kept else None,
                event.raw if event else None,
                event.facts.url if event else None,
            )
        )
    return found


def _body(school: SchoolId, delivery: str) -> tuple[datetime, tuple[FilterEvent, ...]] | None:
    stored = deliveries.load(school, delivery)
    if stored is None:
        return None
    about, body = stored
    try:
        reading = parse.read_body(
            body,
            received_at=about.received_at,
            zone=about.zone,
            content_type=about.content_type,
        )
    except TooLarge:
        return None
    return about.received_at, reading.events
