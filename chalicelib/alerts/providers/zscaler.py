"""Zscaler Internet Access, Cloud NSS: web, DNS and firewall feeds in names the school may choose.

Values that could break the feed's JSON may come in base64 (`b64url`). The clock has no zone and is
GMT unless the feed says otherwise. `NA` and `None` say nothing.
"""

import base64
import binascii
import re
from urllib.parse import unquote

from chalicelib.alerts.facts import Action, Facts, Kind
from chalicelib.alerts.formats.record import Record, Shape, said
from chalicelib.alerts.providers import words
from chalicelib.alerts.providers.fieldmap import FieldMap, with_fields

MAP = FieldMap(
    provider="zscaler",
    vendor="zscaler",
    time=("epochtime", "epoch_time", "written_time", "datetime", "rt"),
    zone=("tz", "timezone"),
    clock_zone="GMT",
    event_id=("recordid", "event_id"),
    user=("login", "elogin", "user", "suser", "adminid"),
    group=("found.group", "dept", "department", "edepartment"),
    network=("found.network", "location", "locationname", "elocation"),
    device=("devicehostname", "edevicehostname", "devicename"),
    client_ip=(
        "cltintip",
        "cintip",
        "cltip",
        "cip",
        "clt_sip",
        "ClientIP",
        "clientpublicIP",
        "src",
        "csip",
        "clientip",
        "sourceip",
    ),
    url=("url", "eurl", "request", "fullurl"),
    host=("host", "ehost", "hostname", "dns_req", "req", "dhost"),
    category=("urlsubcat", "urlcategory", "urlcat", "category", "cat"),
    action=("action", "reqaction", "resaction", "act"),
    severity=("threatseverity", "riskscore"),
    rule=("rulelabel", "urlfilterrulelabel", "reqrulelabel"),
    message=("reason",),
    status=("respcode", "status"),
)
_IN_BASE64 = {"b64url": "url", "b64host": "host", "b64urlcat": "urlcat", "b64login": "login"}
_WRITTEN = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2})\s+(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})")
_CLASSES = frozenset({"urlsupercategory", "urlsupercat", "urlclass", "bwthrottle", "b64url"})


def recognises(record: Record) -> bool:
    """The feed's name around the event, the vendor's in it, or names that only its feeds have."""
    if record.shape is Shape.CEF:
        return (record.header.get("vendor") or "").lower() == "zscaler"
    if record.shape not in {Shape.JSON, Shape.BROKEN_JSON, Shape.KEY_VALUE}:
        return False
    feed = said(record.outer.get("sourcetype")) or record.first("sourcetype") or ""
    if feed.lower().startswith("zscaler"):
        return True
    if (record.first("vendor") or "").lower() == "zscaler":
        return True
    return "action" in record.fields and len(_CLASSES & record.fields.keys()) >= 2


def read(record: Record) -> Facts:
    """A firewall record without a verdict on a site is plain traffic."""
    log = with_fields(record, {**_opened(record), **_written(record), **_spelt_out(record)})
    feed = said(record.outer.get("sourcetype")) or record.first("sourcetype") or ""
    feed = (feed or record.header.get("product") or "").lower()
    return MAP.read(log, kind=_kind(log, feed), action=_action(log))


def _opened(record: Record) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, plain in _IN_BASE64.items():
        coded = record.first(name)
        if coded is None:
            continue
        try:
            text = base64.b64decode(coded + "=" * (-len(coded) % 4), validate=True)
            found[plain] = text.decode()
        except (binascii.Error, ValueError):
            continue
    return found


def _written(record: Record) -> dict[str, str]:
    """`Sun Nov 22 01:05:55 2026` with the year where it is looked for."""
    for name in ("time", "datetime", "rt"):
        text = record.first(name) or ""
        if match := _WRITTEN.fullmatch(text):
            return {"written_time": f"{match[1]} {match[2]} {match[4]} {match[3]}"}
    return {"written_time": record.first("time") or ""}


def _spelt_out(record: Record) -> dict[str, str]:
    """Names of places and departments come with their spaces as %20."""
    given = {"group": MAP.group, "network": MAP.network}
    found = {name: record.first(*fields) for name, fields in given.items()}
    return {f"found.{name}": unquote(text) for name, text in found.items() if text}


def _kind(log: Record, feed: str) -> Kind:
    if any(word in feed for word in ("audit", "tunnel")):
        return Kind.NOT_A_FILTER_EVENT
    return _met(log) or _asked(log, feed)


def _met(log: Record) -> Kind | None:
    if log.first("threatname", "malwarecat"):
        return Kind.MALWARE
    if log.first("dlpengine", "dlpeng", "dlpdict"):
        return Kind.DLP
    return None


def _asked(log: Record, feed: str) -> Kind:
    if "dns" in feed or log.first("dns_req"):
        return Kind.DNS_FILTER
    if any(word in feed for word in ("fw", "firewall", "casb")):
        return Kind.NOT_A_FILTER_EVENT
    return Kind.WEB_FILTER


def _action(log: Record) -> Action | None:
    """A page allowed after a warning was warned about."""
    reason = (log.first("reason") or "").lower()
    action = words.action_of(log.first(*MAP.action))
    cautioned = "caution" in reason or "warn" in reason
    return Action.MONITORED if action is Action.ALLOWED and cautioned else action
