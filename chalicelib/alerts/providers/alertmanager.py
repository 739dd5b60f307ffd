"""Prometheus Alertmanager and Grafana: a trust's own rules, about anything its labels name.

A label called `user` or `url` is what it says; `generatorURL` is the rule's page and nobody's
browsing. A resolved alert is kept and tells nobody.
"""

from chalicelib.alerts.facts import Action, Facts, Kind
from chalicelib.alerts.formats.record import Record, Shape
from chalicelib.alerts.providers import words
from chalicelib.alerts.providers.fieldmap import FieldMap, with_fields

MAP = FieldMap(
    provider="alertmanager",
    vendor="prometheus",
    time=("startsAt",),
    event_id=("fingerprint",),
    user=("labels.user", "labels.username"),
    group=("labels.group",),
    device=("labels.device", "found.machine"),
    client_ip=("labels.client_ip", "labels.src_ip"),
    url=("labels.url",),
    host=("labels.domain", "labels.site"),
    category=("labels.category", "labels.alertname"),
    action=("status",),
    severity=("labels.severity",),
    rule=("labels.alertname",),
    sensor=("labels.monitor", "labels.job"),
    message=("annotations.summary", "annotations.description", "annotations.message"),
)


def recognises(record: Record) -> bool:
    """Labels and a start, as both products send each alert of a group."""
    if record.shape is not Shape.JSON or "startsAt" not in record.fields:
        return False
    return isinstance(record.tree.get("labels"), dict)


def read(record: Record) -> Facts:
    """`instance` is a machine and its port."""
    resolved = record.first("status") == "resolved"
    about_a_site = record.first("labels.url", "labels.domain", "labels.category")
    kind = Kind.WEB_FILTER if about_a_site else Kind.GENERIC
    is_grafana = "dashboardURL" in record.fields or "valueString" in record.fields
    machine = words.host_name(record.first("labels.instance")) or ""
    verdict = words.action_of(record.first("labels.action"))
    return MAP.read(
        with_fields(record, {"found.machine": machine}),
        provider="grafana" if is_grafana else MAP.provider,
        kind=Kind.NOT_A_FILTER_EVENT if resolved else kind,
        action=verdict or (None if resolved else Action.MONITORED),
    )
