"""Alerts, and the rules of their states.

An alert is what the safeguarding lead sees: one person, one theme, one site and one kind of verdict
within half an hour, however many log lines that made (alerts.md section 7).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from chalicelib.alerts.facts import Action, Facts, FilterEvent, Severity
from chalicelib.alerts.senders import Assurance, Hit, Source
from chalicelib.alerts.themes import Theme, named
from chalicelib.errors import Conflict
from chalicelib.ids import PersonId
from chalicelib.people.accounts.model import Sign, Subject

GAP: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=4)
PLACES_KEPT: Final = 20
HITS_KEPT: Final = 20

# Told to a person at once; the others wait in the inbox.
NOTIFIED: Final = frozenset({Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM})
# However long a school lets people take: high goes on within a quarter of an hour, and critical so
# soon that it reaches a second person in that time even when the first mails are lost (R38).
URGENT: Final = frozenset({Severity.CRITICAL, Severity.HIGH})
URGENT_WAIT: Final = {Severity.CRITICAL: timedelta(minutes=5), Severity.HIGH: timedelta(minutes=15)}


class NotPossible(Conflict):
    """The alert is past what was asked of it; somebody else was first, or it is closed."""


# --- alerts ---------------------------------------------------------------------------------------


class Status(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return {"open": "Waiting", "acknowledged": "In hand", "closed": "Closed"}[self]


class Outcome(StrEnum):
    """What an alert turned out to be (features 4.10)."""

    TRUE_POSITIVE = "true_positive"
    FALSE_POSITIVE = "false_positive"
    INCIDENT = "incident"

    @property
    def label(self) -> str:
        return {
            "true_positive": "It was what the filter said",
            "false_positive": "It was a false alarm",
            "incident": "It became an incident",
        }[self]


class Listing(StrEnum):
    """The lists of the inbox. Every alert is in `all` and in one of the others."""

    WAITING = "waiting"
    QUIET = "quiet"
    CLOSED = "closed"
    ALL = "all"

    @property
    def label(self) -> str:
        return {"waiting": "To do", "quiet": "Low level", "closed": "Closed", "all": "All"}[self]


@dataclass(frozen=True, slots=True)
class Route:
    """How far the telling has come: who was told in this round, how many rounds, and who ever."""

    told: tuple[PersonId, ...] = ()
    round: int = 1
    ever: tuple[PersonId, ...] = ()

    def and_told(self, *people: PersonId) -> "Route":
        ever = tuple(dict.fromkeys((*self.ever, *people)))
        return Route((*self.told, *people), self.round, ever)

    def again(self) -> "Route":
        return Route((), self.round + 1, self.ever)


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert as it stands. `facts` are those of its first event.

    `steps` is how often it went on to somebody else; `taken_at` and `taken_as` are when it was
    first taken in hand and in which part, which stay when it comes back.
    """

    id: str
    reference: str
    source: str
    assurance: Assurance
    status: Status
    theme_id: str
    severity: Severity
    facts: Facts
    raised_at: datetime
    first_at: datetime
    last_at: datetime
    time_basis: str
    time_marks: tuple[str, ...]
    bypass: bool
    notified: bool
    places: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()
    count: int = 1
    unreadable: str = ""
    route: Route = field(default_factory=Route)
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    incident: str = ""
    subject: Subject | None = None
    matched_by: Sign | None = None
    shared: bool = False
    staff_group: bool = False
    is_test: bool = False
    came_back: int = 0
    steps: int = 0
    taken_at: datetime | None = None
    taken_as: str = ""
    closed_as: str = ""

    @property
    def about_staff(self) -> bool:
        """Whether the headteacher handles it, and not the pupil team (4.12, S403 to S405)."""
        return self.staff_group or (self.subject is not None and self.subject.is_staff)

    @property
    def is_urgent(self) -> bool:
        return self.severity in URGENT

    @property
    def theme(self) -> Theme:
        return named(self.theme_id)

    @property
    def who(self) -> str:
        """The person, else the device, else the address; never a guess (alerts.md section 12)."""
        return self.facts.user or self.facts.device or self.facts.client_ip or ""

    @property
    def listings(self) -> tuple[Listing, ...]:
        if self.status is Status.CLOSED:
            return (Listing.ALL, Listing.CLOSED)
        return (Listing.ALL, Listing.WAITING if self.notified else Listing.QUIET)


def notifies(event: FilterEvent, at_once: Collection[str] = NOTIFIED) -> bool:
    """Whether somebody is told at once, by the severities that the school chose for it.

    A page's own images tell nobody; critical always does.
    """
    if event.severity is Severity.CRITICAL:
        return True
    return event.severity in at_once and event.facts.is_page


def identity(school: str, source: str, event: FilterEvent) -> tuple[str, ...]:
    """What makes two events one alert: whose, about what, where, and with which verdict.

    Two pupils are never one alert, and neither are two who share a name in two domains.
    """
    facts = event.facts
    if event.unreadable:
        return (school, source, "unreadable")
    user = (facts.user or "").casefold()
    if user:
        whose = ("user", (facts.user_domain or "").casefold(), user)
    else:
        nobody = not facts.device and not facts.client_ip
        own = facts.event_id if nobody else ""  # what names nobody is never taken for another
        whose = ("device", facts.device or "", facts.client_ip or own)
    through = "blocked" if facts.action is Action.BLOCKED else "through"
    return (school, *whose, event.theme, facts.host or "", through, str(event.bypass))


def raised(
    event: FilterEvent,
    hit: Hit,
    *,
    alert_id: str,
    reference: str,
    source: Source,
    at: datetime,
    at_once: Collection[str] = NOTIFIED,
) -> Alert:
    """A new alert from its first event."""
    return Alert(
        id=alert_id,
        reference=reference,
        source=source.id,
        assurance=source.assurance,
        status=Status.OPEN,
        theme_id=event.theme,
        severity=event.severity,
        facts=event.facts,
        raised_at=at,
        first_at=event.occurred_at,
        last_at=event.occurred_at,
        time_basis=event.time_basis,
        time_marks=tuple(event.time_marks),
        bypass=event.bypass,
        notified=notifies(event, at_once),
        places=(event.facts.url,) if event.facts.url else (),
        hits=(hit,),
        unreadable=event.unreadable,
    )


def takes_in(alert: Alert, event: FilterEvent, at_once: Collection[str] = NOTIFIED) -> bool:
    """Whether an event belongs to an alert of its identity, or breaks out as a new one."""
    if alert.status is Status.CLOSED or event.severity.rank > alert.severity.rank:
        return False
    if notifies(event, at_once) and not alert.notified:
        return False
    at = event.occurred_at
    near = alert.first_at - GAP <= at <= alert.last_at + GAP
    return near and max(alert.last_at, at) - min(alert.first_at, at) <= LONGEST


def with_event(alert: Alert, event: FilterEvent, hit: Hit) -> Alert:
    """The alert with one more event: counted, its address kept while there is room."""
    return replace(
        alert,
        count=alert.count + 1,
        first_at=min(alert.first_at, event.occurred_at),
        last_at=max(alert.last_at, event.occurred_at),
        places=_added(alert.places, event.facts.url),
        hits=(*alert.hits, hit)[:HITS_KEPT],
    )


def _added(places: Sequence[str], url: str | None) -> tuple[str, ...]:
    if not url or url in places or len(places) >= PLACES_KEPT:
        return tuple(places)
    return (*places, url)


def acknowledged(alert: Alert, *, by: str, at: datetime, part: str = "") -> Alert:
    """Somebody has it in hand, in their `part`. Raises NotPossible when it waits no more."""
    if alert.status is not Status.OPEN:
        raise NotPossible("Somebody has already taken this alert in hand.")
    first = alert.taken_at is None
    return replace(
        alert,
        status=Status.ACKNOWLEDGED,
        acknowledged_by=by,
        acknowledged_at=at,
        taken_at=at if first else alert.taken_at,
        taken_as=part if first else alert.taken_as,
    )


def closed(
    alert: Alert, outcome: Outcome, *, by: str, at: datetime, incident: str = "", part: str = ""
) -> Alert:
    """Done with, and what it was. Closing what nobody had acknowledged acknowledges it too."""
    if alert.status is Status.CLOSED:
        raise NotPossible("This alert is closed already.")
    is_open = alert.status is Status.OPEN
    held = acknowledged(alert, by=by, at=at, part=part) if is_open else alert
    return replace(
        held,
        status=Status.CLOSED,
        outcome=outcome,
        closed_at=at,
        closed_as=part,
        incident=incident or alert.incident,
    )


def back(alert: Alert) -> Alert:
    """Taken in hand and left: it waits again, for everybody (4.7)."""
    return replace(
        alert,
        status=Status.OPEN,
        acknowledged_by="",
        acknowledged_at=None,
        route=Route((), 1, alert.route.ever),
        came_back=alert.came_back + 1,
    )


def wait(alert: Alert, minutes: int) -> timedelta:
    """How long one person has before the next is told."""
    theirs = timedelta(minutes=minutes)
    return min(theirs, URGENT_WAIT.get(alert.severity, theirs))
