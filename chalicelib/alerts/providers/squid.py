"""Squid and what speaks its language: Cisco Secure Web Appliance, and proxies' access logs.

Native: `epoch elapsed client CODE/status bytes METHOD url user hierarchy type`, and on a Cisco
appliance the decision's name and the category's letters behind it. The other: `client - user [time]
"METHOD url HTTP/1.1" status …`, as Squid's common format and some filters write it, with the
category last. A refusal with 407 asked for a log-in and filtered nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from chalicelib.alerts.facts import Action, Facts
from chalicelib.alerts.formats.record import Record, Shape
from chalicelib.alerts.providers.fieldmap import FieldMap

MAP = FieldMap(
    provider="squid",
    vendor="squid",
    time=("epoch", "stamp"),
    user=("user",),
    client_ip=("client",),
    url=("address",),
    host=("host",),
    category=("category",),
    action=("decision", "code"),
    rule=("policy",),
    status=("status",),
)
_NATIVE = re.compile(
    r"(?:.{0,120}?\s)??(?P<epoch>\d{9,10}\.\d{3})\s+-?\d+\s+(?P<client>[0-9A-Fa-f.:]{3,45}|\S+)\s+"
    r"(?P<code>[A-Z][A-Z_]+)/(?P<status>\d{3})\s+\d+\s+(?P<method>[A-Z]{3,12}|-|NONE)\s+(?P<url>\S+)\s+"
    r"(?P<user>\"[^\"]{1,128}\"|\S+)\s+(?P<hierarchy>[A-Z_]+/\S+|NONE/-)\s+(?P<type>\S+)(?P<rest>.*)",
    re.DOTALL,
)
_COMMON = re.compile(
    r"\s*(?:<\d{1,3}>)?(?P<client>[0-9A-Fa-f.:]{3,45})\s+(?:-\s+)?(?P<user>\S+)\s+\[(?P<stamp>[^\]]{8,40})\]\s+"
    r"\"(?P<method>[A-Z]{3,12})\s+(?P<url>[^\s\"]+)(?:\s+HTTP/[\d.]+)?\"\s+(?P<status>\d{3})(?P<rest>.*)",
    re.DOTALL,
)
_DECISION = re.compile(r"\s*(?:[A-Z]{3}:\d+\s+)*(?P<decision>[A-Z][A-Z_]+)_\d+-(?P<policy>[^-\s]+)")
_LETTERS = re.compile(r"<\"?(?P<letters>[A-Za-z][\w]{1,20})\"?,")
_NAMED = re.compile(r"\"([A-Z][A-Za-z ,&/\-]{3,60})\"")
_TAIL = re.compile(r"(?:\s+(?:-|\d+|\"[^\"]*\"))*\s+(?P<category>[A-Za-z][\w ,&/()\-]{2,80})\s*\Z")
_BLOCKS = ("BLOCK", "DENIED", "REDIRECT")
_WARNS = ("WARN", "MONITOR_SUSPECT")


def recognises(record: Record) -> bool:
    """One of the two lines, whole."""
    if record.shape not in {Shape.TEXT, Shape.KEY_VALUE}:
        return False
    return _match(record.raw) is not None


def _match(raw: str) -> re.Match[str] | None:
    return _NATIVE.fullmatch(raw) or _COMMON.fullmatch(raw)


def read(record: Record) -> Facts:
    """The appliance's decision counts before Squid's code; a bare 403 was a refusal."""
    match = _match(record.raw)
    if match is None:
        return MAP.read(record)
    fields = _fields(match)
    return MAP.read(replace(record, fields=fields), action=_action(fields))


def _fields(match: re.Match[str]) -> Mapping[str, str]:
    fields = {name: value for name, value in match.groupdict().items() if value}
    url = fields["url"]
    if match["method"] == "CONNECT":
        fields["host"] = url.partition("://")[2] or url
        fields["host"] = fields["host"].rpartition(":")[0] or fields["host"]
    else:
        fields["address"] = url
    fields["user"] = fields["user"].strip('"').split("@LDAP")[0]
    rest = match["rest"]
    decision, letters = _DECISION.match(rest), _LETTERS.search(rest)
    if decision:
        fields |= {"decision": decision["decision"], "policy": decision["policy"]}
        named = _NAMED.findall(rest)
        fields["category"] = named[0] if named else letters["letters"] if letters else ""
    elif tail := _TAIL.fullmatch(rest):
        fields["category"] = tail["category"]
    return fields


def _action(fields: Mapping[str, str]) -> Action:
    said = fields.get("decision") or fields.get("code", "")
    if any(word in said for word in _WARNS):
        return Action.MONITORED
    refused = any(word in said for word in _BLOCKS) or "DENIED" in fields.get("code", "")
    bare = not fields.get("code") and fields["status"] in {"403", "407"}
    return Action.BLOCKED if refused or bare else Action.ALLOWED
