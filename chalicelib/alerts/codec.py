"""The private part of an alert as JSON and back; fields that a later version adds have defaults."""

from collections.abc import Mapping
from typing import Any

from chalicelib import clock
from chalicelib.alerts.facts import Action, Facts, Kind
from chalicelib.alerts.model import Alert
from chalicelib.alerts.senders import Assurance, Hit
from chalicelib.people.accounts.model import Sign, Subject, SubjectKind

Json = dict[str, Any]

_TEXTS = (
    "provider",
    "vendor",
    "user",
    "user_domain",
    "group",
    "device",
    "client_ip",
    "client_mac",
    "url",
    "host",
    "search",
    "vendor_action",
    "vendor_severity",
    "rule",
    "sensor",
    "network",
    "message",
)
_FLAGS = ("shared", "staff_group", "is_test")
_LISTS = ("categories", "category_ids")


def facts_json(facts: Facts) -> Json:
    """What was said; what was not said takes no room."""
    texts = {name: getattr(facts, name) for name in _TEXTS if getattr(facts, name)}
    lists = {name: list(getattr(facts, name)) for name in _LISTS if getattr(facts, name)}
    return {**texts, **lists, "kind": facts.kind, "action": facts.action}


def facts_of(stored: Mapping[str, Any]) -> Facts:
    """The facts again; the clocks and the noise mark have done their work and are not kept."""
    texts = {name: stored[name] for name in _TEXTS if stored.get(name)}
    action = stored.get("action")
    return Facts(
        **{"provider": "", **texts},
        categories=tuple(stored.get("categories", ())),
        category_ids=tuple(stored.get("category_ids", ())),
        kind=Kind(stored.get("kind", Kind.GENERIC)),
        action=Action(action) if action else None,
    )


def alert_json(alert: Alert) -> Json:
    """What of an alert is private: who, where, what about."""
    return {
        "facts": facts_json(alert.facts),
        "theme": alert.theme_id,
        "bypass": alert.bypass,
        "assurance": alert.assurance,
        "time_basis": alert.time_basis,
        "time_marks": list(alert.time_marks),
        "places": list(alert.places),
        "hits": [[hit.delivery, hit.number] for hit in alert.hits],
        "unreadable": alert.unreadable,
        **({"subject": _subject_json(alert)} if alert.subject else {}),
        **{name: True for name in _FLAGS if getattr(alert, name)},
        **({"came_back": alert.came_back} if alert.came_back else {}),
        **({"steps": alert.steps} if alert.steps else {}),
        **({"taken": [clock.stamp(alert.taken_at), alert.taken_as]} if alert.taken_at else {}),
        **({"closed_as": alert.closed_as} if alert.closed_as else {}),
    }


def _subject_json(alert: Alert) -> list[str]:
    assert alert.subject is not None  # noqa: S101  # asked just before
    return [alert.subject.kind, alert.subject.id, alert.subject.name, alert.matched_by or ""]


def private_of(stored: Mapping[str, Any]) -> Json:
    """The same as fields of `Alert`."""
    return {
        "facts": facts_of(stored["facts"]),
        "theme_id": stored["theme"],
        "bypass": bool(stored.get("bypass")),
        "assurance": Assurance(stored.get("assurance", Assurance.TOKEN)),
        "time_basis": stored.get("time_basis", ""),
        "time_marks": tuple(stored.get("time_marks", ())),
        "places": tuple(stored.get("places", ())),
        "hits": tuple(Hit(delivery, int(number)) for delivery, number in stored.get("hits", ())),
        "unreadable": stored.get("unreadable", ""),
        "came_back": int(stored.get("came_back", 0)),
        "steps": int(stored.get("steps", 0)),
        "closed_as": stored.get("closed_as", ""),
        **_taken_of(stored.get("taken")),
        **{name: bool(stored.get(name)) for name in _FLAGS},
        **_subject_of(stored.get("subject")),
    }


def _taken_of(stored: list[str] | None) -> Json:
    return {"taken_at": clock.parse(stored[0]), "taken_as": stored[1]} if stored else {}


def _subject_of(stored: list[str] | None) -> Json:
    if not stored:
        return {}
    kind, subject, name, by = stored
    return {
        "subject": Subject(SubjectKind(kind), subject, name),
        "matched_by": Sign(by) if by else None,
    }
