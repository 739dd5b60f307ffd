"""Sophos Central: events and alerts of its API, whose facts sit in an English sentence.

`Access was blocked to "site" because of "reason".` and `'site' blocked due to category 'name'`.
`dhost` is the pupil's device. `end` and `when` are the event; `rt` and `created_at` its record.
"""

import re

from chalicelib.alerts.facts import Action, Facts, Kind
from chalicelib.alerts.formats.record import Record, Shape
from chalicelib.alerts.providers import words
from chalicelib.alerts.providers.fieldmap import FieldMap, with_fields

MAP = FieldMap(
    provider="sophos_central",
    vendor="sophos",
    time=("end", "when", "rt", "created_at"),
    event_id=("id",),
    user=("suser", "source", "data.user_match_id.name"),
    device=("dhost", "location", "data.endpoint_hostname"),
    client_ip=("source_info.ip",),
    host=("site",),
    url=("site_url",),
    category=("reason",),
    action=("verdict",),
    severity=("severity",),
    rule=("data.policy_name",),
    message=("name", "description"),
)
_QUOTED = re.compile(r"\"([^\"]{1,2048})\"|(?<!\w)'([^']{1,2048})'(?!\w)|\u2032([^\u2032]+)\u2032")
_THREAT = re.compile(r"(?:Mal|Troj|W32|W64|JS|HPmal|ML|CXmal|App|Generic|EXP|VBS)/\S+")
_KINDS = (
    ("Web", Kind.WEB_FILTER),
    ("DataLoss", Kind.DLP),
    ("Application", Kind.APP_CONTROL),
    ("Threat", Kind.MALWARE),
    ("CoreDetection", Kind.MALWARE),
    ("CoreClean", Kind.MALWARE),
    ("Hmpa", Kind.MALWARE),
    ("SavScan", Kind.NOT_A_FILTER_EVENT),
    ("Update", Kind.NOT_A_FILTER_EVENT),
    ("Registered", Kind.NOT_A_FILTER_EVENT),
    ("Compliant", Kind.NOT_A_FILTER_EVENT),
    ("OutOfDate", Kind.NOT_A_FILTER_EVENT),
    ("Service", Kind.NOT_A_FILTER_EVENT),
    ("Peripheral", Kind.POLICY),
    ("Phish", Kind.MALWARE),
)


def recognises(record: Record) -> bool:
    """Its event types are spelt like nobody else's."""
    return record.shape in {Shape.JSON, Shape.CEF} and "Event::" in _type(record)


def _type(record: Record) -> str:
    """In CEF, as its collector writes it, the type and the sentence stand in the header."""
    return record.first("type") or record.header.get("signature") or ""


def read(record: Record) -> Facts:
    """The sentence opened, and the rest by name."""
    whole = _type(record)
    kind_word = whole.rpartition("::")[2]
    kind = next((kind for word, kind in _KINDS if word in whole), Kind.GENERIC)
    sentence = record.first("name", "description") or record.header.get("name") or ""
    site, reason = _opened(sentence) if kind is Kind.WEB_FILTER else (None, None)
    fields = {
        "name": sentence,
        "verdict": kind_word,
        "reason": reason or record.first("threat") or "",
    }
    if site:
        fields["site_url" if "/" in site else "site"] = site
    is_threat = bool(_THREAT.match(fields["reason"])) or kind is Kind.MALWARE
    return MAP.read(
        with_fields(record, fields),
        kind=kind,
        action=_action(kind_word) or _action(sentence),
        categories=(fields["reason"],) if fields["reason"] else (),
        themes=("malware_hacking",) if is_threat else (),
    )


def _opened(sentence: str) -> tuple[str | None, str | None]:
    """(site, reason): the first quoted text that can be a site, and the next."""
    quoted = [next(filter(None, groups)) for groups in _QUOTED.findall(sentence)]
    for at, text in enumerate(quoted):
        if words.host_of(text) and "." in text:
            return text, next(iter(quoted[at + 1 :]), None)
    return None, None


_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def _action(text: str) -> Action | None:
    return words.action_of(_CAMEL.sub(" ", text))
