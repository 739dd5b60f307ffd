"""What one event from a filter says, in one vocabulary for every vendor.

`Facts` is what a reader finds in a record: the vendor's own words, cleaned of placeholders and
nothing more. `FilterEvent` adds our judgement: when it happened, which theme, how serious.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.alerts.times import Clock, TimeBasis, TimeMark
from chalicelib.clock import stamp

URL_SHOWN = 2048
TEXT_SHOWN = 1024


class Action(StrEnum):
    """What the filter did. Monitored: let through, but flagged, warned about or alerted on."""

    BLOCKED = "blocked"
    ALLOWED = "allowed"
    MONITORED = "monitored"


class Kind(StrEnum):
    """What sort of event it is; the last one never tells the safeguarding lead."""

    WEB_FILTER = "web_filter"
    DNS_FILTER = "dns_filter"
    NETWORK_FILTER = "network_filter"
    APP_CONTROL = "app_control"
    KEYWORD = "keyword"
    MALWARE = "malware"
    IPS = "ips"
    DLP = "dlp"
    ACCOUNT = "account"
    POLICY = "policy"
    GENERIC = "generic"
    NOT_A_FILTER_EVENT = "not_a_filter_event"


class Severity(StrEnum):
    """Ours, from theme and action; the vendor's level is not risk."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """Larger is worse."""
        return len(Severity) - list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the sender said, in its own words. `None` and empty mean that it did not say."""

    provider: str
    vendor: str = ""
    kind: Kind = Kind.GENERIC
    clocks: tuple[Clock, ...] = ()
    event_id: str = ""
    user: str | None = None
    user_domain: str | None = None
    group: str | None = None
    device: str | None = None
    client_ip: str | None = None
    client_mac: str | None = None
    url: str | None = None
    host: str | None = None
    search: str | None = None
    categories: tuple[str, ...] = ()
    category_ids: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    vendor_action: str | None = None
    action: Action | None = None
    vendor_severity: str | None = None
    rule: str | None = None
    sensor: str | None = None
    network: str | None = None
    message: str | None = None
    is_page: bool = True

    @property
    def found_something(self) -> bool:
        """Whether a person reading these facts would learn what happened, where or to whom."""
        return any((self.user, self.device, self.client_ip, self.url, self.host, self.categories))


@dataclass(frozen=True, slots=True)
class FilterEvent:
    """One event, understood: the sender's facts and our time, theme and severity."""

    facts: Facts
    occurred_at: datetime
    time_basis: TimeBasis
    time_marks: tuple[TimeMark, ...]
    theme: str
    bypass: bool
    severity: Severity
    raw: str
    unreadable: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def is_filter_event(self) -> bool:
        return self.facts.kind is not Kind.NOT_A_FILTER_EVENT

    def as_json(self) -> Mapping[str, Any]:
        """The facts as the tester prints them (alerts.md section 4)."""
        facts = self.facts
        return {
            "occurred_at": stamp(self.occurred_at),
            "time_basis": self.time_basis.value,
            "time_marks": [mark.value for mark in self.time_marks],
            "user": facts.user,
            "user_domain": facts.user_domain,
            "group": facts.group,
            "device": facts.device,
            "client_ip": facts.client_ip,
            "client_mac": facts.client_mac,
            "url": facts.url,
            "host": facts.host,
            "search": facts.search,
            "vendor_category": list(facts.categories),
            "vendor_category_id": list(facts.category_ids),
            "vendor_action": facts.vendor_action,
            "action": facts.action.value if facts.action else None,
            "vendor_severity": facts.vendor_severity,
            "kind": facts.kind.value,
            "theme": self.theme,
            "bypass": self.bypass,
            "severity": self.severity.value,
            "provider": facts.provider,
            "rule": facts.rule,
            "sensor": facts.sensor,
            "network": facts.network,
            "message": facts.message,
            "unreadable": bool(self.unreadable),
            "reason": self.unreadable or None,
            "notes": list(self.notes),
        }
