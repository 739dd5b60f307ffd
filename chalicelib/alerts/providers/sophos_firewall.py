"""Sophos Firewall (XG, SFOS): key=value in its older and its newer spelling.

`device="SFW"` is the kind of box, not a name. A request refused for want of a log-in is no filter
event; neither are firewall, system and administration logs.
"""

from chalicelib.alerts.facts import Action, Facts, Kind
from chalicelib.alerts.formats.record import Record, Shape
from chalicelib.alerts.providers import words
from chalicelib.alerts.providers.fieldmap import FieldMap, with_fields

MAP = FieldMap(
    provider="sophos_firewall",
    vendor="sophos",
    time=("timestamp", "date_time"),
    zone=("timezone",),
    event_id=("eventid", "event_id"),
    user=("user_name", "user"),
    group=("user_gp", "user_group"),
    device=("src_host",),
    client_ip=("src_ip",),
    client_mac=("src_mac",),
    url=("url",),
    host=("domain", "website", "sni"),
    search=("search_keyword",),
    category=("category", "http_category", "app_category", "application_category"),
    action=("log_subtype", "action", "status"),
    severity=("priority", "severity"),
    rule=("dictionary_name", "web_policy", "web_policy_id", "fw_rule_name", "fw_rule_id", "iap"),
    sensor=("box", "device_serial_id", "device_id"),
    message=("message", "reason", "activityname"),
    status=("status_code", "httpstatus"),
)
_KINDS = {
    "content filtering": Kind.WEB_FILTER,
    "web content policy": Kind.KEYWORD,
    "application filter": Kind.APP_CONTROL,
    "anti-virus": Kind.MALWARE,
    "antivirus": Kind.MALWARE,
    "atp": Kind.MALWARE,
    "sandbox": Kind.MALWARE,
    "sandstorm": Kind.MALWARE,
    "idp": Kind.IPS,
    "anti-spam": Kind.POLICY,
    "dns": Kind.DNS_FILTER,
    "dns protection": Kind.DNS_FILTER,
}
_BOXES = frozenset({"SFW", "XG", "CR"})


def recognises(record: Record) -> bool:
    """The three names that every one of its lines has."""
    if record.shape not in {Shape.KEY_VALUE, Shape.JSON}:
        return False
    return {"log_type", "log_component", "log_subtype"} <= record.fields.keys()


def read(record: Record) -> Facts:
    """Old and new names mean the same."""
    date, time = record.first("date"), record.first("time")
    added = {"date_time": f"{date} {time}"} if date and time else {}
    box = record.first("device_name")
    if box and box not in _BOXES:
        added["box"] = box
    log = with_fields(record, added)
    return MAP.read(log, kind=_kind(log), action=_action(log), secure=_is_secure(log))


def _is_secure(log: Record) -> bool:
    return log.first("dst_port") != "80"


def _kind(log: Record) -> Kind:
    """The component is the finer word: application control is logged as content filtering."""
    component = (log.first("log_component") or "").lower()
    log_type = (log.first("log_type") or "").lower()
    if component == "application":
        return Kind.APP_CONTROL
    return _KINDS.get(component) or _KINDS.get(log_type) or Kind.NOT_A_FILTER_EVENT


def _action(log: Record) -> Action | None:
    """`Allowed` beside a warning is a warning; the subtype is silent on some content rules."""
    named = words.action_of(log.first("log_subtype"))
    return named or words.action_of(log.first("action", "status"))
