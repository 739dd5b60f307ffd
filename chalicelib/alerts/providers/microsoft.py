"""Microsoft: Graph security alerts (v2) and Office 365's activity feed.

They speak of accounts, phishing and sharing more than of browsing. A Graph alert's people, devices
and sites are in its `evidence`; Office 365 keeps its facts in a JSON text and its clocks in UTC.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.alerts.facts import Action, Facts, Kind
from chalicelib.alerts.formats.record import Record, Shape, said
from chalicelib.alerts.providers.fieldmap import FieldMap, with_fields

GRAPH = FieldMap(
    provider="microsoft_graph",
    vendor="microsoft",
    time=("firstActivityDateTime", "createdDateTime", "eventDateTime"),
    clock_zone="UTC",
    event_id=("id",),
    user=("found.user",),
    device=("found.device",),
    client_ip=("found.ip",),
    url=("found.url",),
    category=("category",),
    severity=("severity",),
    rule=("detectorId", "alertPolicyId"),
    message=("title", "description"),
)
OFFICE = FieldMap(
    provider="office365",
    vendor="microsoft",
    time=("CreationTime", "Data.te", "Data.ts"),
    clock_zone="UTC",
    event_id=("AlertId", "Id"),
    user=("found.user",),
    client_ip=("ClientIP", "ActorIpAddress", "Data.cip"),
    category=("Category", "AlertType"),
    severity=("Severity", "PolicyDetails.Rules.Severity", "Data.sev"),
    rule=("PolicyDetails.PolicyName", "PolicyId"),
    sensor=("Workload",),
    message=("Name", "Comments", "Operation"),
)

_SOURCES = {
    "microsoftDefenderForIdentity": Kind.ACCOUNT,
    "azureAdIdentityProtection": Kind.ACCOUNT,
    "microsoftAppGovernance": Kind.ACCOUNT,
    "microsoftDefenderForCloudApps": Kind.ACCOUNT,
    "dataLossPrevention": Kind.DLP,
    "microsoftInsiderRiskManagement": Kind.POLICY,
    "microsoftDefenderForOffice365": Kind.MALWARE,
    "microsoftDefenderForEndpoint": Kind.MALWARE,
}
_ALERTS = frozenset({"AlertTriggered", "AlertUpdated", "AlertEntityGenerated"})


def recognises(record: Record) -> bool:
    """A Graph alert by its own clocks, an Office 365 record by its three names."""
    if record.shape is not Shape.JSON:
        return False
    names = record.fields.keys()
    if {"createdDateTime", "severity"} <= names and _GRAPH_ONLY & record.tree.keys():
        return True
    return {"CreationTime", "Operation", "Workload"} <= names


_GRAPH_ONLY = frozenset({"evidence", "serviceSource", "detectionSource", "alertWebUrl"})


def read(record: Record) -> Facts:
    """An alert says that something was seen, not that it was stopped."""
    if "Operation" in record.fields:
        return _read_office(record)
    kind = _SOURCES.get(record.first("serviceSource") or "", Kind.ACCOUNT)
    log = with_fields(record, dict(_evidence(record.tree.get("evidence"))))
    about_a_page = "web content filtering" in (record.first("title") or "").lower()
    return GRAPH.read(log, kind=Kind.WEB_FILTER if about_a_page else kind, action=Action.MONITORED)


def _evidence(items: object) -> Iterator[tuple[str, str]]:
    """The first of each sort; later ones come first here, so that a dict keeps the first."""
    for item in reversed(items if isinstance(items, list) else []):
        if not isinstance(item, Mapping):
            continue
        account = item.get("userAccount")
        pairs = (
            ("user", _account(account) if isinstance(account, Mapping) else None),
            ("device", said(item.get("deviceDnsName")) or said(item.get("hostName"))),
            ("ip", said(item.get("ipAddress")) or said(item.get("lastIpAddress"))),
            ("url", said(item.get("url"))),
        )
        yield from ((f"found.{name}", value) for name, value in pairs if value)


def _account(account: Mapping[str, Any]) -> str | None:
    return said(account.get("userPrincipalName")) or said(account.get("accountName"))


def _read_office(record: Record) -> Facts:
    """Signing in and saving files are no alerts; a rule about data, or an alert, is."""
    operation = record.first("Operation") or ""
    if operation.startswith("Dlp"):
        kind = Kind.DLP
    else:
        kind = Kind.ACCOUNT if operation in _ALERTS else Kind.NOT_A_FILTER_EVENT
    people = [record.first(n) for n in ("Data.f3u", "Data.suid", "Data.eid", "AlertEntityId")]
    named = [name for name in (*people, record.first("UserId")) if name and "@" in name]
    return OFFICE.read(
        with_fields(record, {"found.user": named[0]} if named else {}),
        kind=kind,
        vendor_action=operation,
        action=Action.MONITORED,
    )
