"""What was done about an alert, in words: its timeline, who was told, and what became of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.alerts.model import Outcome
from chalicelib.audit import Event
from chalicelib.notifications.outbox import Channel, Sent, State
from chalicelib.web import words

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
    "opened": "now that the school is open",
    "mail_failed": "at once, because the mail before it could not be delivered",
    "phone_failed": "at once, because the phone of the one before could not be reached",
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
    also: tuple[str, ...] = ()


def told(events: Iterable[Event], messages: Sequence[Sent]) -> tuple[Told, ...]:
    """Everybody who was told, in order, with the fate of each mail (features 4.19)."""
    left = list(messages)
    found = []
    for event in events:
        for person, name, role in event.private.get("to", []):
            mail = _message_of(left, person, event.at, Channel.EMAIL)
            state = _MAIL_STATES.get(mail.state, _NOT_REACHED) if mail else ("Sent", "blue")
            found.append(Told(name, role, event.at, *state, _also(left, person, event.at)))
    return tuple(found)


def _also(left: list[Sent], person: str, at: datetime) -> tuple[str, ...]:
    """The text and the call that went with a mail, and what became of each."""
    found = []
    for channel, name in ((Channel.SMS, "Text"), (Channel.VOICE, "Call")):
        if message := _message_of(left, person, at, channel):
            state, _ = _MAIL_STATES.get(message.state, _NOT_REACHED)
            found.append(f"{name}: {state.lower()}")
    return tuple(found)


def _message_of(left: list[Sent], person: str, at: datetime, channel: Channel) -> Sent | None:
    """The message of this telling; those of the trust have none under their own id."""
    for each in left:
        is_theirs = each.person in (person, "") and each.channel is channel
        if is_theirs and abs((each.made_at - at).total_seconds()) < 60:
            left.remove(each)
            return each
    return None


def moments(events: Iterable[Event]) -> tuple[Moment, ...]:
    """The timeline, newest first."""
    return tuple(reversed([_moment(event) for event in events]))


def _moment(event: Event) -> Moment:
    who = str(event.private.get("who", ""))
    if event.name in {"alert.told", "alert.escalated", "alert.nobody_told"}:
        return _telling(event)
    if event.name in _BY_SOMEBODY:
        title, colour = _BY_SOMEBODY[event.name]
        return Moment(title, event.at, colour, who, event.why)
    if event.name == "alert.closed":
        label = Outcome(event.open["outcome"]).label
        return Moment(f"Closed: {label.lower()}", event.at, "green", who=who, why=event.why)
    return _by_itself(event)


def _by_itself(event: Event) -> Moment:
    if event.name == "alert.raised":
        source = f"From {event.private.get('source', '')}"
        return Moment("Alert raised", event.at, "teal", lines=(source,))
    if event.name == "alert.waits":
        until = words.london(datetime.fromisoformat(str(event.open["until"])))
        why = f"The school is closed. By the duty plan it is passed on {until}."
        return Moment("Waits until the school opens", event.at, "grey", lines=(why,))
    if event.name == "alert.came_back":
        why = "Somebody had it in hand, and nothing was done about it in time."
        return Moment("Came back", event.at, "amber", lines=(why,))
    return Moment(event.name, event.at, "grey", who=str(event.private.get("who", "")))


_BY_SOMEBODY = {
    "alert.acknowledged": ("Taken in hand", "green"),
    "alert.kept": ("Worked on", "blue"),
    "alert.became_incident": ("Made an incident", "green"),
}


def _telling(event: Event) -> Moment:
    names = words.listed(f"{name} ({role})" for _, name, role in event.private.get("to", []))
    lines = [_passed(*each) for each in event.private.get("passed", [])]
    if event.name == "alert.nobody_told":
        lines.append("Holdfast tries again every five minutes until somebody can be told.")
        return Moment("Nobody could be told", event.at, "red", lines=tuple(lines))
    why = _WHYS.get(str(event.open.get("why")), "")
    colour = "teal" if event.name == "alert.told" else "amber"
    said = (f"Told {why}.",) if why else ()
    return Moment(f"Told {names}", event.at, colour, lines=(*said, *lines))


def _passed(_person: str, name: str, role: str, why: str = "away") -> str:
    if why == "away":
        return f"{name} ({role}) is away, so was passed over at once."
    return f"{name} ({role}) was passed over at once: mail to them does not arrive."
