"""OCSF: the open schema that collectors and security lakes translate to.

`class_uid` says what sort of event it is. Words come before numbers: `action`, then `disposition`,
then `action_id` (1 allowed, 2 denied). Modelled on schema versions 1.0 to 1.5.
"""

from chalicelib.alerts.facts import Action, Facts, Kind
from chalicelib.alerts.formats.record import Record, Shape
from chalicelib.alerts.providers import words
from chalicelib.alerts.providers.fieldmap import FieldMap

MAP = FieldMap(
    provider="ocsf",
    vendor="",
    time=("time", "time_dt", "start_time"),
    event_id=("metadata.uid", "finding_info.uid"),
    user=("actor.user.email_addr", "actor.user.name", "user.email_addr", "user.name"),
    group=("actor.user.groups", "actor.user.groups.name", "unmapped.group"),
    device=("src_endpoint.hostname", "device.hostname", "device.name"),
    client_ip=("src_endpoint.ip", "device.ip"),
    client_mac=("src_endpoint.mac", "device.mac"),
    url=("http_request.url.url_string", "url.url_string"),
    host=("http_request.url.hostname", "query.hostname", "url.hostname", "dst_endpoint.hostname"),
    category=("http_request.url.categories", "url.categories", "unmapped.category"),
    category_id=("http_request.url.category_ids", "url.category_ids"),
    action=("action", "disposition", "status_detail"),
    severity=("severity", "severity_id"),
    rule=("firewall_rule.name", "policy.name", "unmapped.rule"),
    sensor=("proxy.hostname", "metadata.product.name"),
    message=("message", "finding_info.title", "finding_info.desc"),
)
_KINDS = {
    "4002": Kind.WEB_FILTER,
    "4003": Kind.DNS_FILTER,
    "2006": Kind.DLP,
    "1001": Kind.MALWARE,
    "3002": Kind.ACCOUNT,
    "2004": Kind.GENERIC,
    "2001": Kind.GENERIC,
}
_ACTIONS = {"1": Action.ALLOWED, "2": Action.BLOCKED, "3": Action.MONITORED}
_VENDORS = {"fortinet": "fortinet", "palo alto networks": "palo alto networks"}


def recognises(record: Record) -> bool:
    """A class number beside the schema's other required words."""
    names = record.fields.keys()
    if record.shape is not Shape.JSON or "class_uid" not in names:
        return False
    return bool(names & {"category_uid", "activity_id", "severity_id", "type_uid"})


def read(record: Record) -> Facts:
    """Plain network traffic is nobody's browsing; a finding about a site is."""
    kind = _KINDS.get(record.first("class_uid") or "", Kind.NOT_A_FILTER_EVENT)
    if kind is Kind.GENERIC and record.first(*MAP.category):
        kind = Kind.WEB_FILTER
    named = (record.first(n) for n in ("action", "disposition"))
    action = next((found for word in named if (found := words.action_of(word))), None)
    numbered = _ACTIONS.get(record.first("action_id") or "")
    finding = Action.MONITORED if record.first("class_uid") in {"2004", "2001"} else None
    vendor = (record.first("metadata.product.vendor_name") or "").lower()
    return MAP.read(
        record,
        kind=kind,
        action=action or numbered or finding,
        vendor=_VENDORS.get(vendor, vendor),
    )
