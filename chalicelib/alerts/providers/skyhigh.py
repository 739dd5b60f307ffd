"""Skyhigh (McAfee) Secure Web Gateway: access logs as columns or as JSON with the same names.

`OBSERVED` means let through. A refusal with status 407 asked for a log-in and filtered nothing.
"""

import re
from collections.abc import Mapping

from chalicelib.alerts.facts import Action, Facts
from chalicelib.alerts.formats.columns import columns, named
from chalicelib.alerts.formats.record import Record, Shape
from chalicelib.alerts.providers import words
from chalicelib.alerts.providers.fieldmap import FieldMap, with_fields

_COLUMNS = (
    *("user_id", "username", "source_ip", "http_action", "server_to_client_bytes"),
    *("client_to_server_bytes", "requested_host", "requested_path", "result", "virus"),
    *("request_timestamp_epoch", "request_timestamp", "uri_scheme", "category", "media_type"),
    *("application_type", "reputation", "last_rule", "http_status_code", "client_ip", "location"),
    *("block_reason", "user_agent_product", "user_agent_version", "user_agent_comment"),
    *("process_name", "destination_ip", "destination_port"),
)
MAP = FieldMap(
    provider="skyhigh",
    vendor="skyhigh",
    time=("request_timestamp_epoch", "request_timestamp"),
    clock_zone="UTC",
    user=("username",),
    client_ip=("client_ip", "source_ip"),
    url=("found.url",),
    host=("requested_host",),
    category=("category",),
    action=("result",),
    severity=("reputation",),
    rule=("last_rule",),
    sensor=("location",),
    message=("block_reason",),
    status=("http_status_code",),
)
_RESULTS = frozenset({"OBSERVED", "DENIED", "ALLOWED", "BLOCKED"})


def recognises(record: Record) -> bool:
    """Its names in JSON; a verdict, an epoch and a scheme where its columns have them."""
    if record.shape is Shape.JSON:
        return {"requested_host", "request_timestamp"} <= record.fields.keys()
    cells = columns(record)
    if len(cells) < 19 or cells[8].upper() not in _RESULTS:
        return False
    return re.fullmatch(r"\d{10}", cells[10], re.ASCII) is not None


def read(record: Record) -> Facts:
    """Columns and JSON alike."""
    log = record if record.shape is Shape.JSON else named(record, _COLUMNS, columns(record))
    log = with_fields(log, _url(log))
    monitored = (log.first("result") or "").upper() == "OBSERVED" and log.first("virus")
    let_through = Action.MONITORED if monitored else Action.ALLOWED
    observed = (log.first("result") or "").upper() == "OBSERVED"
    return MAP.read(log, action=let_through if observed else words.action_of(log.first("result")))


def _url(log: Record) -> Mapping[str, str]:
    host, path = log.first("requested_host"), log.first("requested_path")
    scheme = (log.first("uri_scheme") or "https").lower()
    is_plain = host is not None and scheme in {"http", "https"}
    return {"found.url": f"{scheme}://{host}{path or '/'}"} if is_plain else {}
