"""Alert mails: what a school taught, else what labels say, else the mail itself (features 4.2).

No maker publishes the text of its mails, so nothing here rests on one: labels that such mails are
likely to have, and the words around a value that a technician marked in a mail of their own. A mail
of which nothing is understood is still an alert that a person looks at.
"""

import hashlib
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.alerts import times
from chalicelib.alerts.facts import Action, Facts, Kind, Severity
from chalicelib.alerts.formats import mailtext
from chalicelib.alerts.formats.mailtext import KeptMail, Taught
from chalicelib.alerts.formats.record import Record, said
from chalicelib.alerts.providers import words
from chalicelib.alerts.times import Clock

PROVIDER = "mail"
FACTS = ("user", "group", "device", "url", "host", "search", "category", "severity", "time")
_LABEL = re.compile(
    r"\s*[*•\-]?\s*\*{0,2}([A-Za-z][A-Za-z0-9 /&'()_.\-]{0,38}?)\*{0,2}\s*(?:[:|]|\t)\s*(\S.*)"
)
_ALONE = re.compile(r"\s*([A-Za-z][A-Za-z0-9 /&'()_\-]{1,38}?)\s*:\s*")
_URL = re.compile(r"\bhttps?://[^\s\"'<>|)\]]{1,2048}", re.IGNORECASE)
_LONGEST = 500
_WORST = frozenset({"critical", "urgent", "danger", "emergency", "severe", "high", "red", "5"})


@dataclass(frozen=True, slots=True)
class Maker:
    """A product whose alerts are mails, as its own documents describe it."""

    id: str
    label: str
    domains: tuple[str, ...]
    subjects: tuple[str, ...]
    watches: bool


@cache
def _templates() -> tuple[Mapping[str, str], tuple[Maker, ...]]:
    path = Path(__file__).parent / "mail_templates.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    facts = {_plain(label): fact for fact, labels in data["labels"].items() for label in labels}
    return facts, tuple(_made(each) for each in data["makers"])


def _made(each: Mapping[str, Any]) -> Maker:
    domains, subjects = tuple(each["domains"]), tuple(each["subjects"])
    return Maker(each["id"], each["label"], domains, subjects, each["watches"])


def makers() -> tuple[Maker, ...]:
    """Whose mails there is a starting template for; all modelled on documents, none seen."""
    return _templates()[1]


def recognises(record: Record) -> bool:
    """A mail as we keep it."""
    return mailtext.is_mail(record.raw)


def read(record: Record) -> Facts:
    """The facts of a mail. A machine's answer, and a report, tell nobody as alerts."""
    mail = mailtext.read(record.raw)
    maker = _maker(mail)
    found = {**_labelled(mail.text), **learned(mail.taught, mail.text)}
    url = found.get("url") or _first_url(mail.text, has_host="host" in found)
    host = words.host_name(found.get("host")) or words.host_of(url)
    user, domain = words.person(words.somebody(said(found.get("user"))))
    silent = mail.is_automatic or mail.is_report
    categories = words.listed(found.get("category"))
    return Facts(
        provider=PROVIDER,
        vendor=maker.id if maker else "",
        kind=Kind.NOT_A_FILTER_EVENT if silent else _kind(found, host),
        clocks=_clocks(found, mail),
        event_id=hashlib.sha256(f"{mail.subject}\n{mail.text}".encode()).hexdigest()[:32],
        user=user,
        user_domain=domain,
        group=said(found.get("group")),
        device=said(found.get("device")),
        client_ip=words.address(found.get("client_ip")),
        url=url if host else None,
        host=host,
        search=said(found.get("search")),
        categories=categories,
        vendor_action=said(found.get("action")),
        action=_action(found, mail, maker),
        vendor_severity=said(found.get("severity")),
        rule=said(found.get("rule")),
        sensor=f"{mail.sender} ({mail.verdict})" if mail.verdict else mail.sender or None,
        network=said(found.get("network")),
        message=mail.subject or mail.text[:200] or "A mail without words",
    )


def least_severity(facts: Facts) -> Severity:
    """How serious a mail is taken when its theme is unknown: somebody must look at it.

    A mail is sent because a product thought it mattered. Its own word for "at once" is believed
    here, and only here.
    """
    word = _plain(facts.vendor_severity or "").split(" ")[0]
    return Severity.HIGH if word in _WORST else Severity.MEDIUM


def _maker(mail: KeptMail) -> Maker | None:
    domain = mail.sender.rpartition("@")[2]
    subject = mail.subject.lower()
    for maker in makers():
        if any(domain == own or domain.endswith("." + own) for own in maker.domains):
            return maker
    return next((m for m in makers() if any(word in subject for word in m.subjects)), None)


def _kind(found: Mapping[str, str], host: str | None) -> Kind:
    if found.get("search"):
        return Kind.KEYWORD
    return Kind.WEB_FILTER if host or found.get("category") else Kind.GENERIC


def _action(found: Mapping[str, str], mail: KeptMail, maker: Maker | None) -> Action:
    """Monitored unless it says otherwise: that is the verdict that worries."""
    written = words.action_of(said(found.get("action")))
    if written:
        return written
    if maker and maker.watches:
        return Action.MONITORED
    return (
        Action.BLOCKED
        if re.search(r"\bblock(?:ed)?\b", mail.subject, re.IGNORECASE)
        else Action.MONITORED
    )


def _clocks(found: Mapping[str, str], mail: KeptMail) -> tuple[Clock, ...]:
    """The time in the text; a mail's own date only when there is none."""
    written = Clock(found.get("time", ""))
    chosen = written if times.read(written) else Clock(mail.sent)
    return (chosen,) if chosen.text else ()


# --- labels --------------------------------------------------------------------------------------


def _labelled(text: str) -> dict[str, str]:
    """What stands behind labels, the first of each; or under a label that stands alone."""
    facts = _templates()[0]
    found: dict[str, str] = {}
    date = ""
    for name, value in _pairs(text):
        plain = _plain(name)
        if plain in {"date", "date of capture"} and ":" not in value:
            date = date or value
            continue
        fact = facts.get(plain)
        if fact and said(value):
            found.setdefault(fact, value[:_LONGEST].strip())
    if date and re.match(r"\d{1,2}:\d{2}", found.get("time", "")):
        found["time"] = f"{date} {found['time']}"
    return found


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    alone = ""
    for line in text.splitlines():
        match = _LABEL.match(line)
        if match and not match[2].startswith("//"):
            yield match[1], match[2]
            alone = ""
        elif heading := _ALONE.fullmatch(line):
            alone = heading[1]
        elif alone and line.strip():
            yield alone, line.strip()
            alone = ""


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", name.lower().replace("'", "")).split())


def _first_url(text: str, *, has_host: bool) -> str | None:
    """A bare address in the text, unless the maker's own links could be taken for it."""
    found = [] if has_host else _URL.findall(text)
    own = [domain for maker in makers() for domain in maker.domains]
    others = [url for url in found if not (words.host_of(url) or "").endswith(tuple(own))]
    return others[0].rstrip(".,;") if len(others) == 1 else None


# --- what a school taught ------------------------------------------------------------------------


def learned(rules: tuple[Taught, ...], text: str) -> dict[str, str]:
    """The facts that a school's own rules find; a rule that finds nothing says nothing."""
    found: dict[str, str] = {}
    lines = [line for line in text.splitlines() if line.strip()]
    for rule in rules:
        value = _found(rule, lines)
        if value and rule.fact in FACTS:
            found.setdefault(rule.fact, value[:_LONGEST])
    return found


def _found(rule: Taught, lines: list[str]) -> str | None:
    for at, line in enumerate(lines):
        if rule.above:
            if at and lines[at - 1].strip() == rule.above:
                return line.strip()
            continue
        start = line.find(rule.before)
        if start < 0 or not rule.before:
            continue
        rest = line[start + len(rule.before) :]
        end = rest.find(rule.after) if rule.after else len(rest)
        if end > 0 and rest[:end].strip():
            return rest[:end].strip()
    return None


def teach(fact: str, value: str, text: str, *, others: Collection[str] = ()) -> Taught | None:
    """The rule that finds this value in this mail; None when there is none that would.

    The words around it are what stays the same from mail to mail: the label, or a word or two
    before and after it in a sentence, and never one of the other values that were marked.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    for at, line in enumerate(lines):
        start = line.find(value)
        if start < 0:
            continue
        before, after = line[:start], line[start + len(value) :]
        for other in others:
            before = before.rpartition(other)[2] if other in before else before
            after = after.partition(other)[0]
        rule = _around(fact, before, after, lines[at - 1].strip() if at else "")
        if rule and _found(rule, lines) == value.strip():
            return rule
    return None


def _around(fact: str, before: str, after: str, above: str) -> Taught | None:
    if not before.strip() and not after.strip():
        return Taught(fact, above=above) if above else None
    label = re.search(r"[^\s:|][^:|\t]*[:|\t]\s*\Z", before)
    nearest = re.search(r"(?:\S+\s+){0,2}\S*\Z", before)
    words_before = label[0] if label else nearest[0] if nearest else before
    words_after = "" if label and not after.strip() else " ".join(after.split(" ")[:2])
    return Taught(fact, before=words_before, after=words_after) if words_before.strip() else None
