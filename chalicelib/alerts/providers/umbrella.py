"""Cisco Umbrella: DNS and proxy logs, comma-separated without names, clocks in UTC.

An identity is a person only where its type says so: it may be a computer, a network or a building.
The last column of an allowed DNS request may say `Allow List`: that blocked nothing.
Modelled on log format versions 1 to 10.
"""

import re
from collections.abc import Mapping
from itertools import zip_longest

from chalicelib.alerts.facts import Action, Facts, Kind
from chalicelib.alerts.formats.columns import columns, named
from chalicelib.alerts.formats.record import Record
from chalicelib.alerts.providers import words
from chalicelib.alerts.providers.fieldmap import FieldMap, with_fields

_DNS = (
    *("time", "identity", "identities", "internal_ip", "external_ip", "action", "query_type"),
    *("response", "domain", "categories", "identity_type", "identity_types", "blocked_categories"),
    "rule",
)
_PROXY = (
    *("time", "identity", "internal_ip", "external_ip", "destination_ip", "content_type"),
    *("action", "url", "referer", "agent", "status", "request_size", "response_size"),
    *("body_size", "sha", "categories", "av", "pua", "amp", "amp_name", "amp_score"),
    *("identity_type", "blocked_categories", "identities", "identity_types", "method", "dlp"),
    *("certificate_errors", "file_name", "ruleset", "rule"),
)
MAP = FieldMap(
    provider="umbrella",
    vendor="cisco",
    time=("time",),
    clock_zone="UTC",
    user=("person",),
    device=("computer",),
    client_ip=("internal_ip", "external_ip"),
    url=("url",),
    host=("domain",),
    action=("action",),
    rule=("rule",),
    status=("status",),
)

_STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)
_QUERY = re.compile(r"\d{1,5} \(\S+\)|Other", re.ASCII)
_VERDICTS = frozenset({"ALLOWED", "BLOCKED", "PROXIED", "WARNED", "ISOLATED"})
_PEOPLE = frozenset(
    {"ad users", "users", "user", "g suite users", "google workspace users", "saml users"}
)
_COMPUTERS = frozenset(
    {
        *("roaming computers", "anyconnect roaming client", "ad computers", "computers"),
        *("mobile devices", "chromebooks", "google chromebook", "umbrella roaming client"),
        *("cisco secure client", "devices", "roaming client"),
    }
)


def recognises(record: Record) -> bool:
    """A UTC stamp, then a verdict in the sixth column (DNS) or the seventh (proxy)."""
    return bool(_names(columns(record)))


def _names(cells: list[str]) -> tuple[str, ...]:
    if len(cells) < 10 or not _STAMP.fullmatch(cells[0].strip()):
        return ()
    if cells[5].upper() in _VERDICTS and _QUERY.fullmatch(cells[6]):
        return _DNS
    is_proxy = len(cells) >= 16 and cells[6].upper() in _VERDICTS and "." in cells[7]
    return _PROXY if is_proxy else ()


def read(record: Record) -> Facts:
    """Blocked categories decide when it was blocked; else all of them are shown."""
    cells = columns(record)
    names = _names(cells)
    log = named(record, names, cells)
    verdict = log.first("action")
    blocked = words.action_of(verdict) is Action.BLOCKED
    categories = words.listed(log.first("blocked_categories")) if blocked else ()
    action = Action.ALLOWED if (verdict or "").lower() == "proxied" else words.action_of(verdict)
    return MAP.read(
        with_fields(log, _identities(log)),
        kind=Kind.DNS_FILTER if names is _DNS else Kind.WEB_FILTER,
        categories=categories or words.listed(log.first("categories")),
        action=action,
    )


def _identities(log: Record) -> Mapping[str, str]:
    """Who and what machine, from the identities and, in the same order, their types."""
    found: dict[str, str] = {}
    for names, types in (("identity", "identity_type"), ("identities", "identity_types")):
        known = zip_longest(
            words.listed(log.first(names)), words.listed(log.first(types)), fillvalue=""
        )
        for name, kind in known:
            if kind.lower() in _PEOPLE:
                found.setdefault("person", _account(name))
            elif kind.lower() in _COMPUTERS:
                found.setdefault("computer", name)
    return found


def _account(name: str) -> str:
    """`Asha Okafor (a.okafor@school.example)` names an account, not only a person."""
    match = re.search(r"\(([^()\s]+@[^()\s]+)\)\s*$", name)
    return match[1] if match else name
