"""Skyhigh (McAfee) Secure Web Gateway: access logs as columns, as names and values, or as JSON.

The appliance's own log (`http_request_first_line`, `url_categories`) has other names than the
cloud's.

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
    time=("request_timestamp_epoch", "request_timestamp", "date"),
    clock_zone="UTC",
    user=("username",),
    client_ip=("client_ip", "source_ip"),
    url=("found.url",),
    host=("requested_host", "destination_host"),
    device=("client_system_name",),
    category=("category", "url_categories"),
    action=("result",),
    severity=("reputation", "url_reputation_string"),
    rule=("last_rule", "rule_name"),
    sensor=("hostname",),
    network=("location",),
    message=("block_reason",),
    status=("http_status_code",),
)
_RESULTS = frozenset({"OBSERVED", "DENIED", "ALLOWED", "BLOCKED"})


def recognises(record: Record) -> bool:
    """Its names in JSON; a verdict, an epoch and a scheme where its columns have them."""
    if record.shape in {Shape.JSON, Shape.KEY_VALUE}:
        names = record.fields.keys()
        if {"requested_host", "request_timestamp"} <= names or names >= _APPLIANCE:
            return True
    cells = columns(record)
    if len(cells) < 19 or cells[8].upper() not in _RESULTS:
        return False
    return re.fullmatch(r"\d{10}", cells[10], re.ASCII) is not None


def read(record: Record) -> Facts:
    """Columns and JSON alike."""
    has_names = {"requested_host", "http_request_first_line"} & record.fields.keys()
    log = record if has_names else named(record, _COLUMNS, columns(record))
    if "http_request_first_line" in log.fields:
        return _read_appliance(log)
    log = with_fields(log, _url(log))
    monitored = (log.first("result") or "").upper() == "OBSERVED" and log.first("virus")
    let_through = Action.MONITORED if monitored else Action.ALLOWED
    observed = (log.first("result") or "").upper() == "OBSERVED"
    return MAP.read(log, action=let_through if observed else words.action_of(log.first("result")))


_APPLIANCE = frozenset({"http_request_first_line", "url_categories", "source_ip"})
_FIRST_LINE = re.compile(r"[A-Z]{1,16} (\S+)")


def _read_appliance(log: Record) -> Facts:
    """A block has a number and a reason; everything else went through."""
    line = _FIRST_LINE.match(log.first("http_request_first_line") or "")
    is_whole = line is not None and "://" in line[1][:16]
    log = with_fields(log, {"found.url": line[1]} if line and is_whole else {})
    blocked = (log.first("block_id") or "0") != "0"
    return MAP.read(
        log,
        vendor_action=log.first("block_reason"),
        action=Action.BLOCKED if blocked else Action.ALLOWED,
    )


def _url(log: Record) -> Mapping[str, str]:
    host, path = log.first("requested_host"), log.first("requested_path")
    scheme = (log.first("uri_scheme") or "https").lower()
    is_plain = host is not None and scheme in {"http", "https"}
    return {"found.url": f"{scheme}://{host}{path or '/'}"} if is_plain else {}
