"""Elastic Common Schema: what its shippers and many relays turn logs into.

`event.outcome: success` means that the request was carried out, not that the filter allowed it.
`host.name` is the machine that logged, so it is no pupil's device.
"""

from chalicelib.alerts.facts import Action, Facts, Kind
from chalicelib.alerts.formats.record import Record, Shape
from chalicelib.alerts.providers import words
from chalicelib.alerts.providers.fieldmap import FieldMap

MAP = FieldMap(
    provider="ecs",
    vendor="",
    time=("@timestamp", "event.start", "event.created"),
    event_id=("event.id",),
    user=("user.email", "user.name", "source.user.email", "source.user.name"),
    group=("user.group.name", "source.user.group.name"),
    device=("client.domain", "source.domain", "device.name"),
    client_ip=("source.ip", "client.ip", "source.address", "client.address"),
    client_mac=("source.mac", "client.mac"),
    url=("url.full", "url.original"),
    host=("url.domain", "dns.question.name", "destination.domain"),
    category=("rule.category", "url.category", "labels.category", "threat.indicator.type"),
    action=("event.action",),
    severity=("event.severity", "log.level"),
    rule=("rule.name", "rule.ruleset"),
    sensor=("observer.name", "observer.hostname"),
    message=("message", "event.reason"),
    status=("http.response.status_code",),
)
_KINDS = (
    ("malware", Kind.MALWARE),
    ("intrusion_detection", Kind.IPS),
    ("authentication", Kind.ACCOUNT),
    ("iam", Kind.ACCOUNT),
    ("web", Kind.WEB_FILTER),
)
_VERDICTS = {"denied": Action.BLOCKED, "allowed": Action.ALLOWED}


def recognises(record: Record) -> bool:
    """Its clock with its version, or with two of its groups of fields."""
    names = record.fields.keys()
    if record.shape is not Shape.JSON or "@timestamp" not in names:
        return False
    groups = {name.partition(".")[0] for name in names if "." in name}
    return "ecs.version" in names or len(groups & _GROUPS) >= 2


_GROUPS = frozenset({"event", "url", "source", "user", "rule", "client", "observer", "dns"})


def read(record: Record) -> Facts:
    """The verdict from the action, else from the event's type."""
    types = words.listed(record.first("event.type"))
    typed = next((_VERDICTS[name] for name in types if name in _VERDICTS), None)
    return MAP.read(
        record,
        kind=_kind(record),
        action=words.action_of(record.first("event.action")) or typed,
        vendor=(record.first("observer.vendor") or "").lower(),
    )


def _kind(record: Record) -> Kind:
    if record.first("dns.question.name"):
        return Kind.DNS_FILTER
    categories = words.listed(record.first("event.category"))
    found = next((kind for word, kind in _KINDS if word in categories), None)
    if found is None and record.first("url.full", "url.original", "url.domain"):
        return Kind.WEB_FILTER
    is_traffic = "network" in categories and not record.first(*MAP.category)
    return found or (Kind.NOT_A_FILTER_EVENT if is_traffic else Kind.GENERIC)
