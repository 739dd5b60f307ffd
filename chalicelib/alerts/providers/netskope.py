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
    user=("user", "ur_normalized", "userkey"),
    group=("usergroup", "organization_unit"),
    device=("hostname", "device_name"),
    client_ip=("userip", "srcip"),
    url=("url", "page"),
    host=("domain", "dsthost", "page_site"),
    action=("action",),
    severity=("severity", "dlp_incident_severity", "malware_severity"),
    rule=("policy", "policy_name", "dlp_rule"),
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
    return "ur_normalized" in names or {"access_method", "traffic_type"} <= names


def read(record: Record) -> Facts:
    """Every category that a site has, the main one first."""
    kind = _KINDS.get((record.first("alert_type") or "").lower(), Kind.WEB_FILTER)
    names = words.listed(record.first("category"), record.first("other_categories"))
    return MAP.read(record, kind=kind, categories=names)
