"""A record's events as people read them: what happened, who did it, when, why, both versions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from chalicelib.audit import Event
from chalicelib.incidents.model.actions import WORDINGS, Action, Decision
from chalicelib.incidents.model.record import Mark, Outcome
from chalicelib.notifications.outbox import Sent, State
from chalicelib.web import typing_in, words


@dataclass(frozen=True)
class Change:
    """One thing before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Moment:
    """One event as the page shows it."""

    title: str
    at: datetime
    who: str
    colour: str
    why: str = ""
    text: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Told:
    """Somebody who was told, and what became of their mail."""

    name: str
    state: str
    colour: str


_TITLES = {
    "incident.submitted": ("Report received", "teal"),
    "incident.released": ("Held report let through", "grey"),
    "incident.acknowledged": ("Acknowledged", "green"),
    "incident.actions_recorded": ("Actions recorded", "teal"),
    "incident.people_marked": ("People marked", "teal"),
    "incident.summarised": ("Summary written", "teal"),
    "incident.noted": ("Note", "grey"),
    "incident.corrected": ("Report corrected", "amber"),
    "incident.closed": ("Closed", "green"),
    "incident.reopened": ("Reopened", "amber"),
    "incident.moved": ("Moved", "amber"),
    "incident.lado_decided": ("Designated officer (LADO)", "green"),
    "incident.exported": ("Taken away as a file", "purple"),
    "incident.part_added": ("Added", "teal"),
    "incident.part_changed": ("Changed", "amber"),
    "incident.part_struck": ("Struck out", "amber"),
    "incident.judged": ("Severity", "teal"),
    "incident.linked": ("People found in the school's lists", "teal"),
    "incident.walled": ("Who may read it", "purple"),
    "incident.shared": ("Shared with the trust", "purple"),
    "incident.sharing_ended": ("No longer shared with the trust", "grey"),
    "incident.handed_over": ("Handed over", "teal"),
    "incident.tied": ("Tied to another record", "teal"),
    "incident.untied": ("No longer tied to another record", "grey"),
    "incident.merged": ("The same incident as another record", "amber"),
    "incident.took_in": ("Took in another record of the same incident", "teal"),
    "incident.unmerged": ("On its own again", "amber"),
    "incident.split": ("Part of it became another record", "amber"),
}
_TIES = frozenset(
    f"incident.{name}" for name in ("tied", "untied", "merged", "took_in", "unmerged", "split")
)
_STATES = {
    State.QUEUED: ("Sending", "grey"),
    State.SENT: ("Sent", "blue"),
    State.DELIVERED: ("Delivered", "green"),
    State.SUPERSEDED: ("Not sent: no longer in this role", "grey"),
}
_NOT_REACHED = ("Did not arrive", "red")


def moments(events: Iterable[Event]) -> tuple[Moment, ...]:
    """The chronology, newest first."""
    return tuple(reversed([_moment(event) for event in events]))


def told(events: Sequence[Event], messages: Iterable[Sent]) -> tuple[Told, ...]:
    """Who was told of the report, with the fate of each mail (R36)."""
    states = {each.person: each.state for each in messages}
    listed = events[0].private.get("told", []) if events else []
    return tuple(
        Told(name, *_STATES.get(states.get(person, State.QUEUED), _NOT_REACHED))
        for person, name in listed
    )


def _moment(event: Event) -> Moment:
    title, colour = _TITLES.get(event.name, (event.name, "grey"))
    private = event.private
    if event.name == "incident.closed":
        title = f"Closed: {Outcome(private['outcome']).label}"
    if event.name.startswith("incident.part_"):
        title = f"{title}: {private.get('title') or 'a private note'}"
    return Moment(
        title=title,
        at=event.at,
        who=str(private.get("who", "")),
        colour=colour,
        why=event.why,
        text=_text(event),
        changes=tuple(_changes(event)),
    )


def _text(event: Event) -> str:
    if event.name == "incident.submitted":
        names = [name for _, name in event.private.get("told", [])]
        return f"Told: {words.listed(names)}" if names else ""
    if event.name == "incident.summarised" and not event.private.get("before"):
        return str(event.private["after"])
    if event.name in _TIES:
        return str(event.private.get("says", ""))
    return str(event.private.get("note", event.private.get("summary", "")))


_LABELLED = frozenset(
    {
        "incident.judged",
        "incident.linked",
        "incident.walled",
        "incident.handed_over",
        "incident.moved",
        "incident.lado_decided",
    }
)


def _changes(event: Event) -> list[Change]:
    private = event.private
    match event.name:
        case "incident.actions_recorded":
            found = [
                (WORDINGS[Action(a["action"])].short, _taken(a["before"]), _taken(a["after"]))
                for a in private["actions"]
            ]
        case "incident.people_marked":
            found = [
                (p["name"], _marks(p["before"]), _marks(p["after"])) for p in private["people"]
            ]
        case "incident.corrected" | "incident.part_changed":
            found = [(c["question"], c["before"], c["after"]) for c in private["changes"]]
        case name if name in _LABELLED:
            found = [(c["label"], c["before"], c["after"]) for c in private["changes"]]
        case "incident.summarised" if private.get("before"):
            found = [("Summary", private["before"], private["after"])]
        case "incident.closed" if private.get("before"):
            found = [("Summary", private["before"], private["summary"])]
        case _:
            found = []
    return [Change(*each) for each in found]


def _taken(taken: Mapping[str, Any]) -> str:
    """`Done on 6 October 2026 at 10:20am by Jo Marsh: rang home`."""
    decision = Decision(taken["decision"])
    parts = [decision.label]
    if decision is Decision.DONE:
        parts.append(f"on {words.london_date(date.fromisoformat(taken['on']))}")
        if taken["at"]:
            parts.append(f"at {typing_in.time_in_words(time.fromisoformat(taken['at']))}")
        parts.append(f"by {taken['by_whom']}")
    said = " ".join(parts)
    return f"{said}. {taken['detail']}" if taken["detail"] else said


def _marks(held: Sequence[str]) -> str:
    return words.listed(Mark(each).label for each in held) or "Not marked"
