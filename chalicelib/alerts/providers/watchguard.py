"""WatchGuard Firebox: LEEF. `disp` is the action, `action` is not, and no field holds a time.

The only clock is the syslog header's, which is the collector's: the time of receipt stands.
"""

from chalicelib.alerts.facts import Facts, Kind
from chalicelib.alerts.formats.record import Record, Shape
from chalicelib.alerts.providers import words
from chalicelib.alerts.providers.fieldmap import FieldMap

MAP = FieldMap(
    provider="watchguard",
    vendor="watchguard",
    time=("devTime",),
    user=("src_user", "usrName"),
    client_ip=("src",),
    client_mac=("src_mac", "srcMAC"),
    url=("arg",),
    host=("dstname", "sni", "query_name", "question"),
    category=("cats", "app_cat_name"),
    action=("disp",),
    severity=("severity",),
    rule=("policy", "proxy_act"),
    sensor=("serial",),
    message=("msg", "reason"),
    status=("status", "rsp_code"),
)


def recognises(record: Record) -> bool:
    """LEEF with its name in the header."""
    vendor = (record.header.get("vendor") or "").lower()
    return record.shape is Shape.LEEF and vendor.startswith("watchguard")


def read(record: Record) -> Facts:
    """`ProxyDeny` and `Deny` are the same verdict."""
    verdict = (record.first("disp") or "").removeprefix("Proxy")
    return MAP.read(
        record,
        kind=_kind(record),
        secure=record.first("dstPort") != "80",
        action=words.action_of(verdict),
    )


def _kind(record: Record) -> Kind:
    message = (record.first("msg") or "").lower()
    if record.first("virus", "malware") or "virus" in message:
        return Kind.MALWARE
    if record.first("signature_id", "signature_name") or "ips match" in message:
        return Kind.IPS
    if record.first("query_name", "question"):
        return Kind.DNS_FILTER
    if record.first("cats", "dstname", "arg", "sni"):
        return Kind.WEB_FILTER
    return Kind.APP_CONTROL if record.first("app_name") else Kind.NOT_A_FILTER_EVENT
