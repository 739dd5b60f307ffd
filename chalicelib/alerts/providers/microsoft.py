"""Microsoft: Graph security alerts (v2), Graph's notices of them, and Office 365's activity feed.

They speak of accounts, phishing and sharing more than of browsing. A Graph alert's people, devices
and sites are in its `evidence`; a notice only says that there is one, or that notices have ended.
Office 365 keeps its facts in a JSON text and its clocks in UTC.
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
    if names >= _NOTICE:
        return True
    if {"createdDateTime", "severity"} <= names and _GRAPH_ONLY & record.tree.keys():
        return True
    return {"CreationTime", "Operation", "Workload"} <= names


_NOTICE = frozenset({"subscriptionId", "clientState"})
_GRAPH_ONLY = frozenset({"evidence", "serviceSource", "detectionSource", "alertWebUrl"})


def read(record: Record) -> Facts:
    """An alert says that something was seen, not that it was stopped."""
    if record.fields.keys() >= _NOTICE:
        return _read_notice(record)
    if "Operation" in record.fields:
        return _read_office(record)
    kind = _SOURCES.get(record.first("serviceSource") or "", Kind.ACCOUNT)
    log = with_fields(record, dict(_evidence(record.tree.get("evidence"))))
    about_a_page = "web content filtering" in (record.first("title") or "").lower()
    return GRAPH.read(log, kind=Kind.WEB_FILTER if about_a_page else kind, action=Action.MONITORED)


_ENDINGS = {
    "subscriptionRemoved": "Microsoft has ended the subscription: no more notices will come.",
    "missed": "Microsoft says that some notices were not delivered.",
    "reauthorizationRequired": "Microsoft asks for the subscription to be renewed.",
}


def _read_notice(record: Record) -> Facts:
    """Who it is about stands in Microsoft's own page, not in the notice."""
    ending = record.first("lifecycleEvent")
    resource = record.first("resource") or ""
    about_security = "security/" in resource.lower() or "alert" in resource.lower()
    return Facts(
        provider=GRAPH.provider,
        vendor=GRAPH.vendor,
        kind=Kind.POLICY if ending else Kind.ACCOUNT if about_security else Kind.GENERIC,
        event_id=record.first("resourceData.id", "id") or "",
        categories=(ending or "Microsoft security alert",),
        vendor_action=record.first("changeType") or ending,
        action=Action.MONITORED,
        rule=resource or None,
        message=_ENDINGS.get(ending or "")
        or "Microsoft reports a security alert. Open it in Microsoft Defender.",
    )


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
