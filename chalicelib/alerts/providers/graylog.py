"""Graylog: its alert notifications, and GELF messages passed on one by one.

A notification is about a rule; what happened is in its own fields and in the log messages that set
it off. In both the facts stand under whatever names the log's maker used.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.alerts.facts import Action, Facts, Kind
from chalicelib.alerts.formats.flat import flatten
from chalicelib.alerts.formats.record import Record, Shape, said
from chalicelib.alerts.providers import fallback
from chalicelib.alerts.times import Clock

PROVIDER = "graylog"
_GELF = frozenset({"version", "host", "short_message"})


def recognises(record: Record) -> bool:
    """The rule around the event, or GELF's three names."""
    if record.shape is not Shape.JSON:
        return False
    return "event_definition_id" in {*record.outer, *record.tree} or record.tree.keys() >= _GELF


def read(record: Record) -> Facts:
    """The usual names, looked for in the message that set the rule off."""
    return _read_gelf(record) if record.tree.keys() >= _GELF else _read_notification(record)


def _read_notification(record: Record) -> Facts:
    event = record.tree if "fields" in record.tree else _mapping(record.tree.get("event"))
    around = {**record.outer, **record.tree}
    backlog = around.get("backlog")
    first = _mapping(backlog[0]) if isinstance(backlog, list) and backlog else {}
    inside = {**_mapping(first.get("fields")), **_mapping(event.get("fields"))}
    facts = fallback.read(replace(record, fields=flatten(inside), outer={}))
    title = said(around.get("event_definition_title"))
    message = said(event.get("message")) or said(around.get("event_definition_description"))
    clock = said(event.get("timestamp")) or said(first.get("timestamp"))
    return replace(
        facts,
        provider=PROVIDER,
        vendor=PROVIDER,
        event_id=said(event.get("id")) or "",
        clocks=(Clock(clock, zone="UTC"),) if clock else (),
        categories=facts.categories or ((title,) if title else ()),
        action=facts.action or Action.MONITORED,
        vendor_severity=facts.vendor_severity or said(event.get("priority")),
        rule=title,
        sensor=facts.sensor or said(event.get("source")) or said(first.get("source")),
        message=message or facts.message,
    )


def _read_gelf(record: Record) -> Facts:
    own = {name[1:]: value for name, value in record.tree.items() if name.startswith("_")}
    facts = fallback.read(replace(record, fields=flatten(own), outer={}))
    clock = said(record.tree.get("timestamp"))
    return replace(
        facts,
        provider=PROVIDER,
        vendor=facts.vendor or PROVIDER,
        kind=facts.kind if facts.host or facts.categories else Kind.GENERIC,
        clocks=(*facts.clocks, Clock(clock)) if clock else facts.clocks,
        vendor_severity=facts.vendor_severity or said(record.tree.get("level")),
        sensor=facts.sensor or said(record.tree.get("host")),
        message=said(record.tree.get("short_message")),
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
