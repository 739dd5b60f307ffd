"""Our own contract for providers that write code: see docs/integrators.md.

`{"type": "filter.event", "timestamp": "…", "data": {…}}`; `data` is one event or a list of them.
Unknown fields are kept in the raw record and do no harm; a missing field is simply not known.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.alerts.facts import Action, Facts, Kind
from chalicelib.alerts.formats.record import Record, said
from chalicelib.alerts.providers import words
from chalicelib.alerts.times import Clock

PROVIDER = "signed"
EVENT_TYPES = frozenset({"filter.event", "filter.events"})
SILENT_TYPES = frozenset({"ping", "test", "heartbeat", "filter.ping", "filter.heartbeat"})


def recognises(record: Record) -> bool:
    """Our own `type` beside a `data` object; or an event cut out of such a `data` list."""
    tree, outer = record.tree, record.outer
    if said(tree.get("type")) in EVENT_TYPES and isinstance(tree.get("data"), dict):
        return True
    return said(outer.get("type")) in EVENT_TYPES


def is_ping(tree: Mapping[str, Any]) -> bool:
    """A body that only asks whether we are there; nothing is stored for it."""
    return said(tree.get("type")) in SILENT_TYPES


def read(record: Record) -> Facts:
    """What the contract's fields say; a wrong type is the same as an absent field."""
    inner = record.tree.get("data")
    data = inner if isinstance(inner, dict) and "type" in record.tree else record.tree
    text = {name: said(value) for name, value in data.items()}
    url = text.get("url")
    host = words.host_name(text.get("host")) or words.host_of(url)
    user, domain = words.person(text.get("user"))
    client_mac = words.mac(text.get("client_mac"))
    action = text.get("action")
    return Facts(
        provider=PROVIDER,
        vendor=(text.get("vendor") or "").lower(),
        kind=_kind(text.get("kind"), names_a_page=bool(host or data.get("categories"))),
        clocks=_clocks(record, text),
        event_id=text.get("id") or "",
        user=user,
        user_domain=domain or text.get("user_domain"),
        group=text.get("group"),
        device=text.get("device") or client_mac,
        client_ip=words.address(text.get("client_ip")),
        client_mac=client_mac,
        url=words.absolute(url, host, secure=True),
        host=host,
        search=text.get("search") or words.search_words(url, host),
        categories=_texts(data.get("categories"), data.get("category")),
        category_ids=_texts(data.get("category_ids"), data.get("category_id")),
        themes=_texts(data.get("theme"), data.get("themes")),
        vendor_action=action,
        action=_action(action),
        vendor_severity=text.get("severity"),
        rule=text.get("rule"),
        sensor=text.get("sensor"),
        network=text.get("network"),
        message=text.get("message"),
        is_page=data.get("is_page") is not False and words.is_page(url),
    )


def _kind(word: str | None, *, names_a_page: bool) -> Kind:
    if word in set(Kind):
        return Kind(word or "")
    return Kind.WEB_FILTER if names_a_page else Kind.GENERIC


def _action(word: str | None) -> Action | None:
    return Action(word) if word in set(Action) else words.action_of(word)


def _clocks(record: Record, text: Mapping[str, str | None]) -> tuple[Clock, ...]:
    """The event's own clock; the envelope's only when the event has none."""
    written = [text.get("occurred_at"), text.get("timestamp")]
    if not any(written):
        written = [said(record.tree.get("timestamp")), said(record.outer.get("timestamp"))]
    return tuple(Clock(clock) for clock in written if clock)


def _texts(*values: object) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for value in values:
        for item in value if isinstance(value, list) else [value]:
            name = said(item)
            if name:
                found[name] = None
    return tuple(found)
