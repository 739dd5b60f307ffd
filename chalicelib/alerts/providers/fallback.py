"""The reader of last resort: an unseen vendor becomes a readable alert, never an error.

It knows what fields are usually called, takes the first that says something, and looks for an
address, a site, a person and a time in plain text. What it cannot find it leaves out.
"""

import re
from collections.abc import Iterable, Mapping

from chalicelib.alerts.facts import Action, Facts, Kind
from chalicelib.alerts.formats.record import Record, Shape, said
from chalicelib.alerts.providers import words
from chalicelib.alerts.times import Clock

PROVIDER = "generic"


def recognises(record: Record) -> bool:
    """Everything is taken by the last reader."""
    return bool(record.raw) or not record.raw


def read(record: Record) -> Facts:
    """What can be found under usual names; in plain text, by shape."""
    fields = _Fields(record.fields) if record.fields else _Fields(_from_text(record.raw))
    url = fields.first("url")
    host = words.host_of(url) or words.host_name(fields.first("host"))
    url = words.absolute(url, host, secure=fields.first("scheme") == "https")
    user, domain = words.person(words.somebody(fields.first("user")))
    client_mac = words.mac(fields.first("client_mac"))
    categories = words.listed(fields.first("category"))
    action_word = fields.first("action")
    message = fields.first("message")
    return Facts(
        provider=PROVIDER,
        vendor=_vendor(record),
        kind=_kind(record, host=host, has_category=bool(categories)),
        clocks=_clocks(fields) or _outer_clocks(record),
        event_id=fields.first("event_id") or "",
        user=user,
        user_domain=domain,
        group=fields.first("group"),
        device=fields.first("device") or client_mac,
        client_ip=words.address(fields.first("client_ip")),
        client_mac=client_mac,
        url=url if host else None,
        host=host,
        search=fields.first("search") or words.search_words(url, host),
        categories=categories,
        category_ids=tuple(n for n in words.listed(fields.first("category_id")) if n.isdigit()),
        vendor_action=action_word,
        action=words.action_of(action_word) or _said_in(message),
        vendor_severity=fields.first("severity") or record.header.get("severity"),
        rule=fields.first("rule"),
        sensor=fields.first("sensor"),
        network=fields.first("network"),
        message=message or record.header.get("name"),
        is_page=words.is_page(url),
    )


class _Fields:
    """Fields asked for by meaning."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._paths: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for path, value in fields.items():
            if said(value) is None:
                continue
            parts = [_plain(part) for part in path.split(".")]
            self._paths.setdefault(".".join(parts[-2:]), value)
            self._names.setdefault(parts[-1], value)

    def first(self, meaning: str) -> str | None:
        for name in words.usual()["names"].get(meaning, (meaning,)):
            value = (self._paths if "." in name else self._names).get(name)
            if value is not None:
                return said(value)
        return None


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9@]", "", name.lower())


def _clocks(fields: _Fields) -> tuple[Clock, ...]:
    zone = fields.first("zone") or ""
    date, time = fields.first("date"), fields.first("time")
    written = [time] if time else []
    if date:
        plain_time = time if time and re.match(r"\d{1,2}:\d{2}", time) else ""
        written = [f"{date} {plain_time}", date, *written]
    return tuple(Clock(text.strip(), zone=zone) for text in written)


def _outer_clocks(record: Record) -> tuple[Clock, ...]:
    """A CloudEvent's own `time`, when the event inside has none."""
    time = said(record.outer.get("time")) if "specversion" in record.outer else None
    return (Clock(time),) if time else ()


def _vendor(record: Record) -> str:
    named = record.header.get("vendor") or record.first("vendor", "Vendor", "vendor_name")
    return (named or "").lower()


def _kind(record: Record, *, host: str | None, has_category: bool) -> Kind:
    written = " ".join(
        value.lower()
        for name, value in record.fields.items()
        if _plain(name.rpartition(".")[2])
        in {"type", "logtype", "kind", "subtype", "eventtype", "alerttype", "sourcetype"}
    )
    for word, kind in _KIND_WORDS:
        if word in written:
            return kind
    if host and not has_category and record.shape is Shape.TEXT:
        return Kind.GENERIC
    return Kind.WEB_FILTER if host else Kind.GENERIC


_KIND_WORDS = (
    ("keyword", Kind.KEYWORD),
    ("dns", Kind.DNS_FILTER),
    ("web", Kind.WEB_FILTER),
    ("url", Kind.WEB_FILTER),
    ("malware", Kind.MALWARE),
    ("virus", Kind.MALWARE),
    ("intrusion", Kind.IPS),
    ("dlp", Kind.DLP),
    ("account", Kind.ACCOUNT),
    ("login", Kind.ACCOUNT),
)


# --- plain text ----------------------------------------------------------------------------------

_URL = re.compile(r"\bhttps?://[^\s\"'<>|]{1,2048}", re.IGNORECASE)
_EMAIL = re.compile(r"\b[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,5}\b")
_ACCOUNT = re.compile(r"\b[A-Za-z][\w\-]{1,30}\\[\w.\-]{1,64}\b")
_ADDRESS = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
_MAC = re.compile(r"\b[0-9A-Fa-f]{2}(?:[:\-][0-9A-Fa-f]{2}){5}\b")
_SITE = re.compile(
    r"(?<![\w@.\\/])(?:[a-z0-9\-]{1,63}\.){1,5}[a-z]{2,24}(?![\w@\\])", re.IGNORECASE
)
_STAMP = re.compile(
    r"\b(?:\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{4})[T ,]+\d{1,2}:\d\d(?::\d\d)?(?:\.\d{1,9})?"
    r"(?:\s?(?:Z|[+-]\d\d:?\d\d|GMT|UTC)\b)?"
)
_LABEL = re.compile(
    r"\b(user(?:name)?|pupil|student|device|computer|category|categories|theme|action|severity"
    r"|risk level|url|website|site|search(?:ed)?(?: term)?|group|rule|policy)"
    r"\s*:\s*([^\r\n|;]{1,300})",
    re.IGNORECASE,
)


def _from_text(text: str) -> dict[str, str]:
    """`User: x` labels as monitoring products write them, then what is recognisable by shape."""
    found: dict[str, str] = {}
    for label, value in _LABEL.findall(text):
        found.setdefault(_TEXT_NAMES.get(label.lower(), label.lower()), _one_column(value))
    shapes: Iterable[tuple[str, re.Pattern[str]]] = (
        ("url", _URL),
        ("user", _ACCOUNT),
        ("user", _EMAIL),
        ("clientip", _ADDRESS),
        ("clientmac", _MAC),
        ("timestamp", _STAMP),
        ("host", _SITE),
    )
    for name, pattern in shapes:
        match = pattern.search(text)
        if match and not (name == "host" and "url" in found):
            found.setdefault(name, match[0].rstrip(".,);"))
    verdict = _said_in(text)
    if verdict:
        found.setdefault("action", verdict.value)
    if found:
        found.setdefault("message", text.strip()[:1024])
    return found


_TEXT_NAMES = {
    "pupil": "user",
    "student": "user",
    "risk level": "severity",
    "website": "site",
    "searched": "search",
    "search term": "search",
    "searched term": "search",
}


def _one_column(value: str) -> str:
    return re.split(r"\s{3,}|\t|,\s+(?=[A-Z][\w ]{2,20}:)", value.strip())[0].strip()


_VERDICT = re.compile(
    r"\b(block(?:ed)?|denied|prevented|dropped|refused)\b|\b(warned|flagged|detected|alerted)\b"
    r"|\b(allowed|permitted)\b",
    re.IGNORECASE,
)


def _said_in(text: str | None) -> Action | None:
    match = _VERDICT.search(text or "")
    if match is None:
        return None
    if match[1]:
        return Action.BLOCKED
    return Action.MONITORED if match[2] else Action.ALLOWED
