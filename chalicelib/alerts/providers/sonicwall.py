"""SonicWall: key=value; `m` says what happened, `src` is address, port, interface and name in one.

The clock is UTC only where it says so.
"""

from chalicelib.alerts.facts import Action, Facts, Kind
from chalicelib.alerts.formats.record import Record, Shape, said
from chalicelib.alerts.providers import words
from chalicelib.alerts.providers.fieldmap import FieldMap, with_fields

MAP = FieldMap(
    provider="sonicwall",
    vendor="sonicwall",
    time=("time", "rt"),
    user=("usr", "user", "susr", "suser"),
    device=("src_name",),
    client_ip=("src_address",),
    client_mac=("srcMac",),
    url=("url", "arg", "request"),
    host=("dstname", "dhost"),
    category=("Category", "category"),
    category_id=("code",),
    action=("msg", "fw_action"),
    severity=("pri",),
    rule=("rule", "policy"),
    sensor=("sn", "id"),
    message=("msg",),
)
_MESSAGES = {
    "14": (Kind.WEB_FILTER, Action.BLOCKED),
    "16": (Kind.WEB_FILTER, Action.ALLOWED),
    "97": (Kind.WEB_FILTER, Action.ALLOWED),
    "608": (Kind.IPS, Action.MONITORED),
    "609": (Kind.IPS, Action.BLOCKED),
    "794": (Kind.MALWARE, Action.BLOCKED),
    "795": (Kind.MALWARE, Action.MONITORED),
    "809": (Kind.MALWARE, Action.BLOCKED),
    "1154": (Kind.APP_CONTROL, Action.MONITORED),
    "1155": (Kind.APP_CONTROL, Action.BLOCKED),
}


def recognises(record: Record) -> bool:
    """Serial number, firewall address and message number, in its short names."""
    if record.shape is Shape.CEF:
        return (record.header.get("vendor") or "").lower() == "sonicwall"
    return record.shape is Shape.KEY_VALUE and {"sn", "fw", "m"} <= record.fields.keys()


def read(record: Record) -> Facts:
    """An unknown message about a site is a web event; about none, the firewall's own log."""
    if record.shape is Shape.CEF:
        header = record.header
        named = {"m": header.get("signature", ""), "msg": header.get("name", "")}
        record = with_fields(record, named)
    known = _MESSAGES.get(record.first("m") or "")
    about_a_site = bool(
        record.first("dstname", "dhost") and record.first("Category", "category", "arg", "request")
    )
    unknown = Kind.WEB_FILTER if about_a_site else Kind.NOT_A_FILTER_EVENT
    kind, action = known or (unknown, words.action_of(record.first("msg", "fw_action")))
    return MAP.read(
        with_fields(record, _source(record.first("src") or "")),
        kind=kind,
        action=action,
        secure=not (record.first("proto") or "").endswith("/http"),
    )


def _source(text: str) -> dict[str, str]:
    """`10.0.0.5:50123:X0:lt-12.school.example`; an IPv6 address stands in brackets or alone."""
    address = words.address(text) or ""
    parts = text.split(":")
    name = said(parts[3]) if len(parts) == 4 and "." in address else None
    return {"src_address": address, **({"src_name": name} if name else {})}
