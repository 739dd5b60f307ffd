"""FortiGate and FortiProxy: raw key=value, CEF, templated JSON whole or broken (alerts.md 2.1, 4).

All four spell the same log fields, so they meet in one reader. `level` is a syslog level and no
measure of risk. In CEF `cat` is the log type and the category stands elsewhere.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from chalicelib.alerts.facts import Action, Facts, Kind
from chalicelib.alerts.formats.record import Record, Shape, said
from chalicelib.alerts.providers import words
from chalicelib.alerts.times import Clock

PROVIDER = "fortigate"
VENDOR = "fortinet"

_KINDS = {
    "webfilter": Kind.WEB_FILTER,
    "urlfilter": Kind.WEB_FILTER,
    "videofilter": Kind.WEB_FILTER,
    "dns": Kind.DNS_FILTER,
    "app-ctrl": Kind.APP_CONTROL,
    "appctrl": Kind.APP_CONTROL,
    "virus": Kind.MALWARE,
    "ips": Kind.IPS,
    "anomaly": Kind.IPS,
    "waf": Kind.IPS,
    "dlp": Kind.DLP,
    "file-filter": Kind.DLP,
    "emailfilter": Kind.POLICY,
    "ssh": Kind.POLICY,
    "ssl": Kind.POLICY,
    "casb": Kind.POLICY,
}
# The first two digits of a log id name its type where the line or the template does not.
_LOG_ID_KINDS = {
    "00": "traffic",
    "01": "event",
    "02": "virus",
    "03": "webfilter",
    "04": "ips",
    "05": "emailfilter",
    "07": "anomaly",
    "09": "dlp",
    "10": "app-ctrl",
    "12": "waf",
    "15": "dns",
    "16": "ssh",
    "17": "ssl",
    "19": "file-filter",
    "20": "event",
}
_CEF_NAMES = {
    "duser": "user",
    "suser": "user",
    "src": "srcip",
    "shost": "srcname",
    "dhost": "hostname",
    "request": "url",
    "act": "action",
    "requestContext": "catdesc",
    "deviceExternalId": "devid",
    "dvchost": "devname",
    "externalId": "sessionid",
    "app": "service",
    "dpt": "dstport",
    "sourceServiceName": "srcname",
    "msg": "msg",
}


def recognises(record: Record) -> bool:
    """Fortinet's CEF, its template's own mark, or the pair of fields that only its logs have."""
    vendor = (record.header.get("vendor") or "").lower()
    if record.shape in {Shape.CEF, Shape.LEEF}:
        return vendor == VENDOR
    fields = record.fields
    if (said(fields.get("source")) or "").lower() in {"fortigate", "fortiproxy", "fortinet"}:
        return True
    if "logid" in fields and ("devid" in fields or "subtype" in fields or "eventtime" in fields):
        return True
    return {"vd", "subtype"} <= fields.keys() or {"utmaction", "srcip"} <= fields.keys()


def read(record: Record) -> Facts:
    """What a FortiGate log says, whichever way it was sent."""
    log = _as_log(record)
    host = words.host_name(log.first("hostname", "qname")) or words.host_of(log.first("url"))
    secure = (log.first("service") or "").upper() == "HTTPS" or log.first("dstport") == "443"
    url = words.absolute(log.first("url"), host, secure=secure)
    user, domain = words.person(log.first("user", "unauthuser"))
    client_mac = words.mac(log.first("srcmac", "mastersrcmac"))
    kind = _kind(log, host)
    category = log.first("catdesc")
    return Facts(
        provider=PROVIDER,
        vendor=VENDOR,
        kind=kind,
        clocks=_clocks(log),
        event_id=_event_id(log),
        user=user,
        user_domain=domain,
        group=log.first("group", "unauthgroup"),
        device=log.first("srcname") or client_mac,
        client_ip=words.address(log.first("srcip", "src")),
        client_mac=client_mac,
        url=url,
        host=host,
        search=log.first("keyword") or words.search_words(url, host),
        categories=(category,) if category else (),
        category_ids=tuple(number for number in [log.first("cat")] if number and number.isdigit()),
        vendor_action=log.first("utmaction", "action") if _is_traffic(log) else log.first("action"),
        action=_action(log),
        vendor_severity=_severity(log, kind),
        rule=log.first("profile", "policyname", "policyid"),
        sensor=log.first("devname", "devid"),
        network=log.first("vd"),
        message=log.first("msg"),
        is_page=log.first("reqtype") != "referral" and words.is_page(url),
    )


def _as_log(record: Record) -> Record:
    """The same record under FortiOS's own field names, letter by letter."""
    fields = dict(record.fields)
    if record.shape is Shape.CEF:
        fields = _from_cef(fields)
    elif record.shape is Shape.JSON:
        fields = {name: _as_typed(value) for name, value in fields.items()}
    return replace(record, fields=fields)


_PREFIX = re.compile(r"\A(?:FTNTFGT|FTNTFPX|FortinetFortiGate|FortinetFortiProxy)(?=[a-z])")


def _from_cef(fields: Mapping[str, str]) -> dict[str, str]:
    """`cat` of a CEF line is the log type; the category's number hides behind the vendor prefix."""
    found: dict[str, str] = {}
    log_type, _, subtype = fields.get("cat", "").partition(":")
    for name, value in fields.items():
        if said(value) is None or name == "cat":
            continue
        plain = _PREFIX.sub("", name)
        found.setdefault(_CEF_NAMES.get(name, plain), value)
    found.setdefault("type", log_type)
    found.setdefault("subtype", subtype.split(" ")[0])
    if "user" in found:
        found["user"] = found["user"].replace("\\\\", "\\")
    return found


_TYPED = str.maketrans({"\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def _as_typed(value: str) -> str:
    r"""`DOMAIN\bob` put unescaped into JSON comes out as a backspace and `ob`: put it back."""
    return value.translate(_TYPED)


def _kind(log: Record, host: str | None) -> Kind:
    subtype = _subtype(log)
    if subtype in _KINDS:
        if subtype == "webfilter" and log.first("eventtype") in {"content", "banned-word"}:
            return Kind.KEYWORD
        return _KINDS[subtype]
    if _is_traffic(log):
        stopped = words.action_of(log.first("utmaction")) is Action.BLOCKED
        judged = Kind.WEB_FILTER if log.first("catdesc") else Kind.NETWORK_FILTER
        return judged if stopped and host else Kind.NOT_A_FILTER_EVENT
    if subtype == "event" or log.first("type") == "event":
        return Kind.NOT_A_FILTER_EVENT
    if log.first("qname"):
        return Kind.DNS_FILTER
    return Kind.WEB_FILTER if host or log.first("catdesc", "url") else Kind.GENERIC


def _subtype(log: Record) -> str:
    given = (log.first("subtype") or "").lower()
    if given in _KINDS:
        return given
    if log.first("type") in {"traffic", "event"}:
        return given
    log_id = log.first("logid") or ""
    return _LOG_ID_KINDS.get(log_id[:2], given) if len(log_id) == 10 else given


def _is_traffic(log: Record) -> bool:
    return log.first("type") == "traffic" or _subtype(log) in {"traffic", "forward", "local"}


_WARNINGS = frozenset({"ftgd_wrn", "ftgd_warn", "ftgd_quota_counting", "ftgd_auth"})


def _action(log: Record) -> Action | None:
    """A warning page counts as let through and flagged, whatever the action says."""
    word = log.first("utmaction", "action") if _is_traffic(log) else None
    action = words.action_of(word or log.first("action", "utmaction"))
    if action is Action.ALLOWED and (log.first("eventtype") or "").lower() in _WARNINGS:
        return Action.MONITORED
    return action


def _severity(log: Record, kind: Kind) -> str | None:
    if kind in {Kind.IPS, Kind.DLP}:
        return log.first("severity", "level", "crlevel")
    return log.first("level", "crlevel", "apprisk", "severity")


def _clocks(log: Record) -> tuple[Clock, ...]:
    clocks = [Clock(log.first("eventtime") or "")]
    date, time = log.first("date"), log.first("time")
    if date and time:
        clocks.append(Clock(f"{date} {time}", zone=log.first("tz") or ""))
    return tuple(clock for clock in clocks if clock.text)


def _event_id(log: Record) -> str:
    """Device, log, clock and session together name one event; fewer do not."""
    parts = [log.first(name) for name in ("devid", "logid", "eventtime", "sessionid")]
    return "/".join(part for part in parts if part) if all(parts) else ""
