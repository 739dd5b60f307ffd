"""Cisco Meraki: the appliance's syslog lines and the dashboard's webhooks.

A line names a machine by its hardware address and never a person. A webhook is about the network
(a link came up, a setting changed) unless it says that malware was met; the secret in its body is
not read here.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from chalicelib.alerts.facts import Action, Facts, Kind
from chalicelib.alerts.formats.record import Record, Shape
from chalicelib.alerts.providers import words
from chalicelib.alerts.providers.fieldmap import FieldMap

_LINE = FieldMap(
    provider="meraki",
    vendor="cisco",
    time=("epoch",),
    client_ip=("client",),
    client_mac=("client_mac", "mac", "shost"),
    url=("url",),
    category=("category0", "category"),
    action=("action", "decision", "disposition"),
    severity=("priority",),
    sensor=("sensor",),
    rule=("signature",),
    message=("message", "type"),
)
_WEBHOOK = FieldMap(
    provider="meraki",
    vendor="cisco",
    time=("occurredAt",),
    event_id=("alertId",),
    device=("alertData.clientName", "alertData.client.name", "alertData.deviceName"),
    client_ip=("alertData.clientIp", "alertData.srcIp"),
    client_mac=("alertData.clientMac", "alertData.mac"),
    url=("alertData.url", "alertData.uri"),
    category=("alertTypeId", "alertType"),
    action=("alertData.action", "alertData.decision"),
    severity=("alertLevel",),
    sensor=("deviceName", "deviceSerial"),
    network=("networkName", "networkId"),
    message=("alertType",),
)

_LOG = re.compile(
    r"\s*(?:<\d{1,3}>)?(?:1\s+)?(?:[A-Z][a-z]{2}\s+\d{1,2}\s+[\d:]{8}\s+\S+\s+(?:1\s+)?)?"
    r"(?P<epoch>\d{10}\.\d{1,9})\s+(?P<sensor>\S{1,64})\s+(?P<log>events|urls|flows|security_event"
    r"|ids-alerts|ip_flow_start|ip_flow_end|firewall|l7_firewall|airmarshal_events)\s+(?P<rest>.+)",
    re.DOTALL,
)
_PAIR = re.compile(r"\b(\w{1,40})=(?:'([^']*)'|(\S*))")
_REQUEST = re.compile(r"\brequest: [A-Z]{1,10} (\S+)")


def recognises(record: Record) -> bool:
    """An epoch, a box and a log name at the start; or the webhook's own pair of fields."""
    if record.shape is Shape.JSON:
        return {"alertTypeId", "occurredAt"} <= record.fields.keys()
    return record.shape in {Shape.TEXT, Shape.KEY_VALUE} and _LOG.match(record.raw) is not None


def read(record: Record) -> Facts:
    """What a line or a webhook says."""
    return _read_webhook(record) if record.shape is Shape.JSON else _read_line(record)


def _read_webhook(record: Record) -> Facts:
    kind_word = (record.first("alertTypeId", "alertType") or "").lower()
    kind = next((kind for word, kind in _ALERTS if word in kind_word), Kind.NOT_A_FILTER_EVENT)
    action = Action.BLOCKED if "block" in kind_word else None
    said = words.action_of(record.first(*_WEBHOOK.action))
    return _WEBHOOK.read(record, kind=kind, action=said or action)


_ALERTS = (
    ("malware", Kind.MALWARE),
    ("amp_", Kind.MALWARE),
    ("ids_", Kind.IPS),
    ("content_filter", Kind.WEB_FILTER),
)


def _read_line(record: Record) -> Facts:
    start = _LOG.match(record.raw)
    if start is None:
        return _LINE.read(record)
    fields = _fields(start)
    log = replace(record, fields=fields)
    kind, action = _kind(start["log"], start["rest"])
    return _LINE.read(
        log,
        kind=kind,
        vendor_action=log.first(*_LINE.action) or fields["type"],
        action=words.action_of(log.first(*_LINE.action)) or action,
    )


def _fields(start: re.Match[str]) -> Mapping[str, str]:
    fields = {name: quoted or bare for name, quoted, bare in _PAIR.findall(start["rest"])}
    fields.update(epoch=start["epoch"], sensor=start["sensor"])
    request = _REQUEST.search(start["rest"])
    if request:
        fields["url"] = request[1]
    # The port follows an IPv6 address without brackets too, so the last colon is the port's.
    source = fields.get("client_ip") or fields.get("src", "")
    fields["client"] = source.rpartition(":")[0] if "src" in fields and ":" in source else source
    first = start["rest"].split(None, 1)[0]
    fields["type"] = start["log"] if "=" in first else first
    return fields


def _kind(log: str, rest: str) -> tuple[Kind, Action | None]:
    """Pages asked for and pages stopped; flows and the network's own events are neither."""
    if log == "events" and rest.startswith("content_filtering_block"):
        return Kind.WEB_FILTER, Action.BLOCKED
    if log == "urls":
        return Kind.WEB_FILTER, Action.ALLOWED
    if log in {"security_event", "ids-alerts"}:
        return (Kind.MALWARE if "file" in rest[:40] else Kind.IPS), Action.MONITORED
    return Kind.NOT_A_FILTER_EVENT, None
