"""Cloudflare: Gateway HTTP, DNS and network logs (Logpush), and account notifications.

DNS decisions are words run together (`blockedByCategory`). HTTP logs carry no category of their
own in older data sets. A notification is about the account and nobody's browsing.
"""

import re

from chalicelib.alerts.facts import Action, Facts, Kind
from chalicelib.alerts.formats.record import Record, Shape
from chalicelib.alerts.providers import words
from chalicelib.alerts.providers.fieldmap import FieldMap

MAP = FieldMap(
    provider="cloudflare",
    vendor="cloudflare",
    time=("Datetime", "Timestamp", "CreatedAt", "ts"),
    clock_zone="UTC",
    event_id=("RequestID", "QueryID", "SessionID", "alert_correlation_id"),
    user=("Email", "UserEmail"),
    device=("DeviceName",),
    client_ip=("SourceInternalIP", "SourceIP", "SrcIP", "IPAddress"),
    url=("URL",),
    host=("HTTPHost", "QueryName", "SNI"),
    category=(
        *("MatchedCategoryNames", "QueryCategoryNames", "CategoryNames", "ContentCategoryNames"),
    ),
    action=("Action", "ResolverDecision"),
    rule=("PolicyName", "policy_name", "Policy"),
    sensor=("AccountID",),
    network=("Location", "LocationID", "ColoCode"),
    message=("text", "BlockedFileReason"),
)
_GATEWAY = frozenset({"HTTPHost", "QueryName", "ResolverDecision", "SNI", "OverridePort"})
_ACCESS = frozenset({"RayID", "AppDomain", "Allowed"})
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def recognises(record: Record) -> bool:
    """Logpush's spelling of a Gateway data set, or a notification's."""
    if record.shape is not Shape.JSON:
        return False
    names = record.fields.keys()
    if {"alert_type", "account_id", "policy_id"} <= names or names >= _ACCESS:
        return True
    clock = "Datetime" in names or "Timestamp" in names
    whose = names & {"AccountID", "PolicyID", "DeviceID", "ColoCode"}
    return bool(clock and whose and names & _GATEWAY)


def read(record: Record) -> Facts:
    """Which data set it is shows in its fields."""
    return MAP.read(record, kind=_kind(record), action=_action(record))


def _kind(record: Record) -> Kind:
    if "alert_type" in record.fields:
        return Kind.NOT_A_FILTER_EVENT
    if record.fields.keys() >= _ACCESS:
        return Kind.NOT_A_FILTER_EVENT if record.first("Allowed") == "true" else Kind.ACCOUNT
    if record.first("QueryName"):
        return Kind.DNS_FILTER
    return Kind.WEB_FILTER if record.first("HTTPHost", "URL") else Kind.NETWORK_FILTER


def _action(record: Record) -> Action | None:
    """An isolated page was opened, in a browser that is not the pupil's."""
    if record.fields.keys() >= _ACCESS:
        return Action.ALLOWED if record.first("Allowed") == "true" else Action.BLOCKED
    if record.first("IsIsolated") == "true":
        return Action.MONITORED
    return words.action_of(_WORDS.sub(" ", record.first(*MAP.action) or ""))
