"""A taken-in mail as it is kept: a few lines about it, an empty line, and its words.

Written by `service/mail_in.py`, read by `providers/mail.py`, and shown as it stands to whoever
opens the raw record.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

CONTENT_TYPE = "text/x-holdfast-mail"
_FIRST = "Holdfast-Mail: 1"


@dataclass(frozen=True, slots=True)
class Taught:
    """How to find one fact in a school's own mails: the words before and after it in its line.

    `above` is the whole line before it, for values that stand alone in theirs.
    """

    fact: str
    before: str = ""
    after: str = ""
    above: str = ""


@dataclass(frozen=True, slots=True)
class KeptMail:
    subject: str
    sender: str
    sent: str
    verdict: str
    text: str
    pictures: int = 0
    files: tuple[str, ...] = ()
    is_report: bool = False
    is_automatic: bool = False
    taught: tuple[Taught, ...] = field(default=())


def is_mail(text: str) -> bool:
    return text.startswith(_FIRST + "\n")


def written(mail: KeptMail) -> str:
    """The text that is kept."""
    lines = {
        "From": mail.sender,
        "Sent": mail.sent,
        "Subject": mail.subject,
        "Sender checked": mail.verdict,
        "Pictures taken out": str(mail.pictures) if mail.pictures else "",
        "Files": "; ".join(mail.files),
        "Weekly report": "yes" if mail.is_report else "",
        "Automatic answer": "yes" if mail.is_automatic else "",
        "Read with": json.dumps([_json(each) for each in mail.taught]) if mail.taught else "",
    }
    head = "\n".join(f"{name}: {_one_line(value)}" for name, value in lines.items() if value)
    return f"{_FIRST}\n{head}\n\n{mail.text}"


def read(text: str) -> KeptMail:
    """The mail again; what is missing or odd in its head counts as not said."""
    head, _, body = text.partition("\n\n")
    said: dict[str, str] = {}
    for line in head.splitlines()[1:]:
        name, colon, value = line.partition(": ")
        if colon:
            said.setdefault(name, value)
    pictures = said.get("Pictures taken out", "")
    return KeptMail(
        subject=said.get("Subject", ""),
        sender=said.get("From", ""),
        sent=said.get("Sent", ""),
        verdict=said.get("Sender checked", ""),
        text=body,
        pictures=int(pictures) if pictures.isdigit() else 0,
        files=tuple(said["Files"].split("; ")) if said.get("Files") else (),
        is_report="Weekly report" in said,
        is_automatic="Automatic answer" in said,
        taught=taught_of(said.get("Read with", "")),
    )


def taught_of(text: str) -> tuple[Taught, ...]:
    """Rules from their JSON; none from anything else."""
    try:
        rules = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return ()
    return tuple(_taught(rule) for rule in rules if isinstance(rule, dict))


def taught_json(rules: Sequence[Taught]) -> str:
    return json.dumps([_json(each) for each in rules])


def _taught(rule: Mapping[str, object]) -> Taught:
    return Taught(*(str(rule.get(name, "")) for name in ("fact", "before", "after", "above")))


def _json(rule: Taught) -> dict[str, str]:
    named = {
        "fact": rule.fact,
        "before": rule.before,
        "after": rule.after,
        "above": rule.above,
    }
    return {name: value for name, value in named.items() if value}


def _one_line(text: str) -> str:
    return " ".join(text.split())
