"""Reading alerts: the inbox, an alert with its story and its past, the raw record behind it.

Every reading leaves its line (R25). The full address and the raw record stand behind a reading of
their own; for illegal content only the designated safeguarding lead and the headteacher have it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib import audit
from chalicelib.alerts import parse
from chalicelib.alerts.facts import FilterEvent
from chalicelib.alerts.formats.body import TooLarge
from chalicelib.alerts.model import Alert, Listing, Status
from chalicelib.alerts.repository import alerts, deliveries, sources
from chalicelib.alerts.repository import history as past
from chalicelib.alerts.repository.alerts import InboxPage
from chalicelib.alerts.senders import Hit, Source
from chalicelib.alerts.service import routing, sight, telling
from chalicelib.alerts.service.sight import Hand
from chalicelib.audit import Event
from chalicelib.errors import NotAllowed, NotFound
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.notifications import clocks, outbox
from chalicelib.notifications.outbox import Sent

MAY_SEE_ILLEGAL = frozenset({Role.DSL, Role.HEADTEACHER})
_PAST = timedelta(days=365)


@dataclass(frozen=True)
class Opened:
    """An alert with what its page shows: its source, what happened, the mails and the next hop."""

    alert: Alert
    source_name: str
    history: tuple[Event, ...]
    messages: tuple[Sent, ...]
    next_at: datetime | None
    of_person: tuple[Alert, ...] = ()
    of_site: tuple[Alert, ...] = ()
    idle_at: datetime | None = None


@dataclass(frozen=True)
class Raw:
    """One event's text as it came; `text` is None once its 90 days are over."""

    hit: Hit
    received_at: datetime | None
    text: str | None
    url: str | None


def page(school: SchoolId, listing: Listing, *, cursor: str, by: Hand) -> InboxPage:
    """A page of the inbox, without what this person may not know of. It names people, so reading
    it is audited.
    """
    found = alerts.page(school, listing, cursor=cursor)
    audit.viewed(school, by=by.actor, action="alert.list_viewed", about=f"list/{listing}")
    return InboxPage(tuple(sight.seen(found.alerts, by)), found.next)


def waiting(school: SchoolId, *, by: Hand | None = None, most: int = 50) -> list[Alert]:
    """The newest alerts that somebody still has to look at, for home pages."""
    found = alerts.page(school, Listing.WAITING, limit=most)
    left = [each for each in found.alerts if each.status is not Status.CLOSED]
    return sight.seen(left, by) if by else left


def open_alert(school: SchoolId, alert: str, *, by: Hand) -> Opened:
    """An alert and everything that was done about it. Raises NotFound."""
    found = sight.load(school, alert, by).alert
    audit.viewed(school, by=by.actor, action="alert.viewed", about=f"alert/{alert}")
    since = found.raised_at - _PAST
    return Opened(
        alert=found,
        source_name=_source_name(school, found),
        history=tuple(alerts.history(school, alert)),
        messages=tuple(outbox.about(school, f"alert/{alert}")),
        next_at=_next_at(school, found),
        of_person=tuple(sight.seen(past.of_person(school, found, since=since), by)),
        of_site=tuple(sight.seen(past.of_site(school, found, since=since), by)),
        idle_at=_idle_at(school, found),
    )


def of_subject(school: SchoolId, subject: str, *, since: datetime, by: Hand) -> list[Alert]:
    """The alerts of somebody of the school's lists (`pupil/<id>`), that this person may see."""
    found = past.of_subject(school, subject, since=since)
    audit.viewed(school, by=by.actor, action="alert.list_viewed", about=subject)
    return sight.seen(found, by)


def peek(school: SchoolId, alert: str, *, by: Hand) -> Alert:
    """The alert alone, for a page that changes one thing of it. Raises NotFound."""
    found = sight.load(school, alert, by).alert
    audit.viewed(school, by=by.actor, action="alert.viewed", about=f"alert/{alert}")
    return found


def reveal(school: SchoolId, alert: str, *, by: Hand) -> tuple[Alert, tuple[Raw, ...]]:
    """The full addresses and the raw text of an alert's events, newest kept last.

    Raises NotAllowed for illegal content unless one is the DSL or the headteacher.
    """
    found = sight.load(school, alert, by).alert
    if not may_reveal(found, by.roles):
        raise NotAllowed("Only the designated safeguarding lead and the headteacher can see this.")
    audit.viewed(school, by=by.actor, action="alert.raw_viewed", about=f"alert/{alert}")
    return found, tuple(_raws(school, found))


def may_reveal(alert: Alert, roles: Collection[Role]) -> bool:
    return not alert.theme.restricted or not MAY_SEE_ILLEGAL.isdisjoint(roles)


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


def _idle_at(school: SchoolId, alert: Alert) -> datetime | None:
    if alert.status is not Status.ACKNOWLEDGED:
        return None
    return clocks.running(school, kind=telling.IDLE_CLOCK, id=alert.id)


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
