"""A mail's bytes as words: subject, sender, text, and what was attached (features 4.2).

Pictures are never kept: they are counted, and each one's SHA-256 is written down, so that police
can find the same picture in the filter's own console. Of other files only a spreadsheet's plain
text is kept. Whatever is wrong with a mail, something readable comes out.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr

from chalicelib.alerts.formats.body import decode
from chalicelib.alerts.formats.htmltext import text_of

TEXT_KEPT = 30_000
SHEET_KEPT = 300_000
_PARTS = 200
_REPORTS = (".csv", ".tsv", ".pdf", ".xls", ".xlsx", ".ods", ".zip", ".doc", ".docx")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came along. `text` is a CSV's; nothing of any other kind is kept."""

    name: str
    kind: str
    size: int
    sha256: str
    text: str = ""

    @property
    def is_picture(self) -> bool:
        return self.kind.startswith(("image/", "video/"))

    @property
    def is_report(self) -> bool:
        return self.name.lower().endswith(_REPORTS) or self.kind in {"text/csv", "application/pdf"}


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail says. `pictures` were taken out of it."""

    subject: str
    sender: str
    message_id: str
    sent: str
    text: str
    attachments: tuple[Attachment, ...]
    is_automatic: bool

    @property
    def pictures(self) -> tuple[Attachment, ...]:
        return tuple(each for each in self.attachments if each.is_picture)

    @property
    def reports(self) -> tuple[Attachment, ...]:
        return tuple(each for each in self.attachments if each.is_report)


def opened(raw: bytes) -> Mail:
    """A mail of any bytes. Never raises."""
    try:
        message = message_from_bytes(raw, policy=policy.default)
        assert isinstance(message, EmailMessage)  # noqa: S101  # what this policy makes
        return _read(message)
    except Exception:  # noqa: BLE001  # headers can be spelt in ways that the library trips over
        return _plain(raw)


def _read(message: EmailMessage) -> Mail:
    plain: list[str] = []
    rich: list[str] = []
    files: list[Attachment] = []
    for part in _leaves(message):
        kind = part.get_content_type()
        if part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
            files.append(_attachment(part, kind))
        elif kind == "text/html":
            rich.append(text_of(_text(part)))
        elif kind in {"text/csv", "text/calendar"}:
            files.append(_attachment(part, kind))
        else:
            plain.append(_text(part))
    text = "\n".join(plain).strip()
    html = "\n".join(rich).strip()
    return Mail(
        subject=_header(message, "subject"),
        sender=parseaddr(_header(message, "from"))[1].lower(),
        message_id=_header(message, "message-id"),
        sent=_header(message, "date"),
        text=_lines(html if len(html) > 2 * len(text) else text or html)[:TEXT_KEPT],
        attachments=tuple(files),
        is_automatic=_is_automatic(message),
    )


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    """Every part that holds something itself; a mail within a mail is opened too."""
    for number, part in enumerate(message.walk()):
        if number >= _PARTS:
            return
        if not part.is_multipart():
            yield part


def _text(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return str(part.get_payload())
    charset = part.get_content_charset() or ""
    try:
        return payload.decode(charset) if charset else decode(payload)
    except (LookupError, UnicodeDecodeError):
        return decode(payload)


def _attachment(part: EmailMessage, kind: str) -> Attachment:
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    name = " ".join((part.get_filename() or "").split())[:200]
    is_sheet = kind in {"text/csv", "text/tab-separated-values"} or name.lower().endswith(
        (".csv", ".tsv")
    )
    return Attachment(
        name=name,
        kind=kind,
        size=len(raw),
        sha256=hashlib.sha256(raw).hexdigest(),
        text=decode(raw)[:SHEET_KEPT] if is_sheet else "",
    )


def _header(message: EmailMessage, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())[:500]


def _is_automatic(message: EmailMessage) -> bool:
    """An answer by a machine: an absence note, a bounce."""
    said = str(message.get("auto-submitted", "no")).lower()
    return said.startswith("auto-replied") or message.get_content_type() == "multipart/report"


def _lines(text: str) -> str:
    lines = [line.rstrip() for line in re.split(r"\r\n|\n|\r", text.replace("\x00", "\ufffd"))]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _plain(raw: bytes) -> Mail:
    """A mail that cannot be taken apart is shown as it came, as far as it is text."""
    head, _, body = decode(raw[: 4 * TEXT_KEPT]).replace("\r\n", "\n").partition("\n\n")
    subject = re.search(r"^subject:\s*(.+)$", head, re.IGNORECASE | re.MULTILINE)
    sender = re.search(r"^from:\s*(.+)$", head, re.IGNORECASE | re.MULTILINE)
    return Mail(
        subject=subject[1].strip()[:500] if subject else "",
        sender=parseaddr(sender[1])[1].lower() if sender else "",
        message_id="",
        sent="",
        text=_lines(re.sub(r"[A-Za-z0-9+/=]{76,}", "", body))[:TEXT_KEPT],
        attachments=(),
        is_automatic=False,
    )
