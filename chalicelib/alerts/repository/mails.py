"""What a school taught about its mails, and the reports that came with them."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib import clock, ids
from chalicelib.alerts.formats.mail import Attachment
from chalicelib.alerts.formats.mailtext import Taught, taught_json, taught_of
from chalicelib.alerts.intake_rows import MailReaderRow, ReportPartRow, ReportRow
from chalicelib.alerts.senders import RAW_KEPT
from chalicelib.errors import NotFound
from chalicelib.ids import SchoolId
from chalicelib.storage import Key, Transaction, get, seal_bytes, together, unseal_bytes

_CHUNK = 330_000
_TABLE = ReportRow.Meta.table_name


@dataclass(frozen=True, slots=True)
class Report:
    """A report that came by mail. `sheet` is its first CSV's text; other files are not kept."""

    id: str
    source: str
    received_at: datetime
    subject: str
    sender: str
    text: str
    files: tuple[str, ...]
    sheet: str = ""


def reader(school: str, source: str) -> tuple[Taught, ...]:
    """The rules a school taught; none when it taught nothing."""
    row = get(MailReaderRow, school, f"mailreader#{source}")
    return taught_of(str(row.unseal().get("rules", ""))) if row else ()


def keep_reader(tx: Transaction, school: SchoolId, source: str, rules: tuple[Taught, ...]) -> None:
    row = MailReaderRow(school, f"mailreader#{source}")
    row.seal({"rules": taught_json(rules)})
    tx.put(row)


def forget_reader(tx: Transaction, school: SchoolId, source: str) -> None:
    tx.delete(MailReaderRow, school, f"mailreader#{source}")


def add_report(tx: Transaction, school: str, report: Report) -> None:
    expires = int((report.received_at + RAW_KEPT).timestamp())
    sheet = report.sheet.encode()
    parts = [sheet[at : at + _CHUNK] for at in range(0, len(sheet), _CHUNK)]
    row = ReportRow(
        school,
        f"report#{report.id}",
        source=report.source,
        received_at=clock.stamp(report.received_at),
        parts=len(parts),
        expires=expires,
    )
    row.seal(
        {
            "subject": report.subject,
            "sender": report.sender,
            "text": report.text,
            "files": list(report.files),
        }
    )
    tx.put(row)
    for number, part in enumerate(parts):
        sk = _part(report.id, number)
        sealed = seal_bytes(school, _TABLE, sk, "text", part)
        tx.put(ReportPartRow(school, sk, text=sealed, expires=expires))


def report(school: SchoolId, report_id: str) -> Report:
    """Raises NotFound, also once its 90 days are over."""
    row = get(ReportRow, school, f"report#{report_id}") if ids.is_record(report_id) else None
    if row is None:
        raise NotFound
    private = row.unseal()
    keys = [_part(report_id, number) for number in range(int(row.parts))]
    rows = together(*(Key(ReportPartRow, school, sk) for sk in keys)) if keys else []
    sheet = b"".join(
        unseal_bytes(school, _TABLE, part.sk, "text", part.text)
        for part in rows
        if isinstance(part, ReportPartRow)
    )
    return Report(
        id=report_id,
        source=row.source,
        received_at=clock.parse(row.received_at),
        subject=private["subject"],
        sender=private["sender"],
        text=private["text"],
        files=tuple(private["files"]),
        sheet=sheet.decode(errors="replace"),
    )


def sheet_of(files: tuple[Attachment, ...]) -> str:
    """The text of the first sheet among these files."""
    return next((each.text for each in files if each.text), "")


def _part(report_id: str, number: int) -> str:
    return f"report#{report_id}#part#{number:02d}"
