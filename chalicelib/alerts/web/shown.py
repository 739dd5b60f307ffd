"""An alert in words: what the filter did, when, what has been done about it, who was told.

For illegal content the site is never put into words: nobody should go and look (alerts.md 5).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.alerts.facts import Action, Severity
from chalicelib.alerts.model import Alert, Outcome, Status
from chalicelib.alerts.times import TimeBasis, TimeMark
from chalicelib.audit import Event
from chalicelib.notifications.outbox import Sent, State
from chalicelib.web import words

SEVERITY_COLOURS = {
    Severity.CRITICAL: "red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "amber",
    Severity.LOW: "blue",
    Severity.INFO: "grey",
}
STATUS_COLOURS = {Status.OPEN: "amber", Status.ACKNOWLEDGED: "blue", Status.CLOSED: "green"}

_VERDICTS = {
    Action.BLOCKED: "Blocked",
    Action.MONITORED: "Let through and flagged",
    Action.ALLOWED: "Let through",
    None: "The filter did not say",
}
BASES = {
    TimeBasis.EVENT_CLOCK: "by the filter's own clock",
    TimeBasis.STATED_ZONE: "as the filter wrote it",
    TimeBasis.ASSUMED_ZONE: "as the filter wrote it, taken in the source's time zone",
    TimeBasis.RECEIVED: "when it reached us: the alert has no usable time of its own",
}
_MARKS = {
    TimeMark.CLOCK_SUSPECT: "The filter's clock is ahead of ours. Ask your technician to set it.",
    TimeMark.CLOCKS_DISAGREE: "The alert carries two times that are more than five minutes apart.",
    TimeMark.REPEATED_HOUR: "It falls in the hour that comes twice when clocks go back; "
    "the later is shown.",
    TimeMark.SKIPPED_HOUR: "It falls in the hour that does not exist when clocks go forward.",
}
_MAIL_STATES = {
    State.QUEUED: ("Being sent", "grey"),
    State.SENT: ("Sent", "blue"),
    State.DELIVERED: ("Delivered", "green"),
    State.SUPERSEDED: ("Not sent: no longer here", "grey"),
}
_NOT_REACHED = ("Did not arrive", "red")
_WHYS = {
    "raised": "",
    "not_acknowledged": "because nobody had acknowledged it in time",
    "mail_failed": "at once, because the mail before it could not be delivered",
    "round": "again from the start, because everybody had been told and nobody had acknowledged it",
    "nobody": "",
}


@dataclass(frozen=True)
class Moment:
    """One event of the timeline."""

    title: str
    at: datetime
    colour: str
    who: str = ""
    why: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """Somebody who was told: when, as what, and what became of the mail."""

    name: str
    role: str
    at: datetime
    state: str
    colour: str


def verdict(alert: Alert) -> str:
    return _VERDICTS[alert.facts.action]


def site(alert: Alert) -> str:
    """The site's name; for illegal content, that it is not shown."""
    if alert.theme.restricted:
        return "Not shown: nobody should look for it" if alert.facts.host else ""
    return alert.facts.host or ""


def search(alert: Alert) -> str:
    return "" if alert.theme.restricted else alert.facts.search or ""


def who(alert: Alert) -> str:
    """As the filter names them. Never matched by guessing."""
    facts = alert.facts
    if facts.user:
        return f"{facts.user} ({facts.user_domain})" if facts.user_domain else facts.user
    return ""


def filter_words(alert: Alert) -> str:
    """The filter's own category, verdict and level, as it wrote them."""
    facts = alert.facts
    parts = [words.listed(facts.categories), facts.vendor_action, facts.vendor_severity]
    return " · ".join(part for part in parts if part)


def times(alert: Alert) -> str:
    basis = alert.time_basis
    return BASES[TimeBasis(basis)] if basis in set(TimeBasis) else ""


def marks(alert: Alert) -> list[str]:
    return [_MARKS[TimeMark(mark)] for mark in alert.time_marks if mark in set(TimeMark)]


# --- what was done --------------------------------------------------------------------------------


def told(events: Iterable[Event], messages: Sequence[Sent]) -> tuple[Told, ...]:
    """Everybody who was told, in order, with the fate of each mail (features 4.19)."""
    left = list(messages)
    found = []
    for event in events:
        for person, name, role in event.private.get("to", []):
            mail = _mail_of(left, person, event.at)
            state = _MAIL_STATES.get(mail.state, _NOT_REACHED) if mail else ("Sent", "blue")
            found.append(Told(name, role, event.at, *state))
    return tuple(found)


def _mail_of(left: list[Sent], person: str, at: datetime) -> Sent | None:
    """The mail of this telling; a trust's lead has none under their own id."""
    for each in left:
        if each.person in (person, "") and abs((each.made_at - at).total_seconds()) < 60:
            left.remove(each)
            return each
    return None


def moments(events: Iterable[Event]) -> tuple[Moment, ...]:
    """The timeline, newest first."""
    return tuple(reversed([_moment(event) for event in events]))


def _moment(event: Event) -> Moment:
    said = event.private
    actor = str(said.get("who", ""))
    if event.name in {"alert.told", "alert.escalated", "alert.nobody_told"}:
        return _telling(event)
    if event.name == "alert.raised":
        return Moment("Alert raised", event.at, "teal", lines=(f"From {said.get('source', '')}",))
    if event.name == "alert.acknowledged":
        return Moment("Taken in hand", event.at, "green", who=actor)
    if event.name == "alert.became_incident":
        return Moment("Made an incident", event.at, "green", who=actor)
    if event.name == "alert.closed":
        label = Outcome(event.open["outcome"]).label
        return Moment(f"Closed: {label.lower()}", event.at, "green", who=actor, why=event.why)
    return Moment(event.name, event.at, "grey", who=actor)


def _telling(event: Event) -> Moment:
    names = words.listed(f"{name} ({role})" for _, name, role in event.private.get("to", []))
    lines = [
        f"{name} ({role}) is away, so was passed over at once."
        for _, name, role in event.private.get("passed", [])
    ]
    if event.name == "alert.nobody_told":
        lines.append("Holdfast tries again every five minutes until somebody can be told.")
        return Moment("Nobody could be told", event.at, "red", lines=tuple(lines))
    why = _WHYS.get(str(event.open.get("why")), "")
    colour = "teal" if event.name == "alert.told" else "amber"
    said = (f"Told {why}.",) if why else ()
    return Moment(f"Told {names}", event.at, colour, lines=(*said, *lines))
