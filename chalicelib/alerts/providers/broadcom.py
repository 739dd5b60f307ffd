"""Broadcom (Symantec, Blue Coat) web gateways: ELFF names in JSON or as `name=value`.

`OBSERVED` means let through, `PROXIED` too. A key may end in a carriage return; it is gone by now.
A refusal with status 407 asked for a log-in and filtered nothing.
"""

from collections.abc import Mapping

from chalicelib.alerts.facts import Action, Facts
from chalicelib.alerts.formats.record import Record, Shape
from chalicelib.alerts.providers import words
from chalicelib.alerts.providers.fieldmap import FieldMap, with_fields

MAP = FieldMap(
    provider="broadcom",
    vendor="broadcom",
    time=("found.time", "gmttime", "x-timestamp"),
    clock_zone="UTC",
    user=("cs-userdn", "cs-username", "cs-user"),
    group=("cs-auth-group", "cs-auth-groups"),
    device=("x-client-device-name", "c-computername", "x-cs-client-ip-device-name"),
    client_ip=("c-ip", "x-forwarded-for"),
    url=("found.url",),
    host=("cs-host", "cs-uri-host"),
    category=("cs-categories", "cs-category", "sc-filter-category"),
    action=("sc-filter-result",),
    severity=("cs-threat-risk",),
    rule=("x-exception-id",),
    sensor=("x-bluecoat-appliance-name", "s-computername"),
    network=("x-bluecoat-location-name",),
    status=("sc-status",),
)


def recognises(record: Record) -> bool:
    """A verdict and a client under ELFF's names."""
    return record.shape in {Shape.JSON, Shape.KEY_VALUE} and record.fields.keys() >= _OWN


_OWN = frozenset({"sc-filter-result", "c-ip"})


def read(record: Record) -> Facts:
    """What was observed or proxied went through."""
    log = with_fields(record, _joined(record))
    verdict = (log.first("sc-filter-result") or "").upper()
    through = verdict in {"OBSERVED", "PROXIED"}
    action = Action.ALLOWED if through else words.action_of(verdict)
    names = [name for name in words.listed(log.first(*MAP.category)) if name.lower() != "none"]
    return MAP.read(log, action=action, categories=tuple(names))


def _joined(log: Record) -> Mapping[str, str]:
    """Date and time, and the address, from their parts."""
    date, time = log.first("date"), log.first("time")
    found = {"found.time": f"{date} {time}"} if date and time else {}
    host, path = log.first("cs-host"), log.first("cs-uri-path") or "/"
    scheme = (log.first("cs-uri-scheme") or "").lower()
    query = (log.first("cs-uri-query") or "").removeprefix("?")
    if host and scheme in {"http", "https"}:
        found["found.url"] = f"{scheme}://{host}{path}{'?' if query else ''}{query}"
    return found
