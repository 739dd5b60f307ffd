"""Google Workspace Alert Center: about accounts, phishing and data, never about browsing.

The person is in `data`, under a name that depends on the type; `metadata.assignee` is staff.
`startTime` is the event, `createTime` its record.
"""

from chalicelib.alerts.facts import Action, Facts, Kind
from chalicelib.alerts.formats.record import Record, Shape
from chalicelib.alerts.providers.fieldmap import FieldMap

MAP = FieldMap(
    provider="google",
    vendor="google",
    time=("startTime", "createTime"),
    event_id=("alertId",),
    user=(
        *("data.email", "data.actorEmail", "data.userEmail", "data.affectedUserEmails"),
        *("data.ruleViolationInfo.triggeringUserEmail", "data.messages.recipient"),
        "data.primaryAdminChangedEvent.updatedAdminEmail",
    ),
    device=("data.events.deviceId", "data.deviceId", "data.serialNumber"),
    client_ip=("data.loginDetails.ipAddress", "data.ipAddress"),
    category=("type",),
    severity=("metadata.severity",),
    rule=("data.ruleViolationInfo.ruleInfo.displayName", "data.name", "data.displayName"),
    sensor=("source",),
    message=("data.description", "data.title", "data.state"),
)
_KINDS = (
    ("data loss", Kind.DLP),
    ("dlp", Kind.DLP),
    ("phish", Kind.MALWARE),
    ("malware", Kind.MALWARE),
    ("outage", Kind.NOT_A_FILTER_EVENT),
    ("google operations", Kind.NOT_A_FILTER_EVENT),
    ("rule", Kind.POLICY),
)


def recognises(record: Record) -> bool:
    """Its id and type beside data that says which Google type it is."""
    if record.shape is not Shape.JSON or not {"alertId", "type"} <= record.fields.keys():
        return False
    return "data.@type" in record.fields or "customerId" in record.fields


def read(record: Record) -> Facts:
    """An alert is something that Google noticed."""
    words = f"{record.first('type')} {record.first('source')}".lower()
    kind = next((kind for word, kind in _KINDS if word in words), Kind.ACCOUNT)
    category = record.first("type")
    return MAP.read(
        record,
        kind=kind,
        action=Action.MONITORED,
        categories=(category,) if category else (),
    )
