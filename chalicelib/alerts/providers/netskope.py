"""Netskope: alerts and page events. `hostname` is the pupil's machine, `site` the service.

`url` has no scheme. `timestamp` is the event, in seconds.
"""

from chalicelib.alerts.facts import Facts, Kind
from chalicelib.alerts.formats.record import Record, Shape
from chalicelib.alerts.providers import words
from chalicelib.alerts.providers.fieldmap import FieldMap

MAP = FieldMap(
    provider="netskope",
    vendor="netskope",
    time=("timestamp", "_insertion_epoch_timestamp"),
    event_id=("_id",),
    user=("user", "ur_normalized", "userkey", "acting_user"),
    group=("usergroup", "organization_unit"),
    device=("hostname", "device_name"),
    client_ip=("userip", "srcip"),
    url=("url", "page"),
    host=("domain", "dsthost"),
    action=("action", "dlp_match_info.dlp_action"),
    severity=("severity", "dlp_incident_severity", "malware_severity"),
    rule=("policy", "policy_name", "dlp_rule", "dlp_match_info.dlp_policy"),
    sensor=("gateway", "access_method"),
    message=("alert_name", "activity"),
)
_KINDS = {
    "dlp": Kind.DLP,
    "malware": Kind.MALWARE,
    "malsite": Kind.MALWARE,
    "uba": Kind.ACCOUNT,
    "compromised credential": Kind.ACCOUNT,
    "anomaly": Kind.ACCOUNT,
    "security assessment": Kind.NOT_A_FILTER_EVENT,
    "quarantine": Kind.DLP,
}


def recognises(record: Record) -> bool:
    """Names that no other vendor has beside its clock."""
    names = record.fields.keys()
    if record.shape is not Shape.JSON or "timestamp" not in names:
        return False
    if "dlp_incident_id" in names or "audit_log_event" in names:
        return True
    return "ur_normalized" in names or {"access_method", "traffic_type"} <= names


def read(record: Record) -> Facts:
    """Every category that a site has, the main one first."""
    kind = _kind(record)
    names = words.listed(record.first("category"), record.first("other_categories"))
    return MAP.read(record, kind=kind, categories=names)


def _kind(record: Record) -> Kind:
    """Its own word, else what the record is about; an administrator's deeds are none."""
    named = _KINDS.get((record.first("alert_type") or "").lower())
    if named:
        return named
    if "audit_log_event" in record.fields or record.first("type") == "network":
        return Kind.NOT_A_FILTER_EVENT
    return Kind.DLP if "dlp_match_info" in record.tree else Kind.WEB_FILTER
