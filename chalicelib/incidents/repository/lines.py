"""The lines of the log, in each list they belong to."""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.ids import SchoolId
from chalicelib.incidents import codec
from chalicelib.incidents.model.log import LogLine, line_of
from chalicelib.incidents.model.record import Incident, Status
from chalicelib.incidents.rows import LogRow
from chalicelib.storage import Transaction, page_of


class List(StrEnum):
    """The lists of the log. Each record is in `all`, and in those its status puts it in."""

    ALL = "all"
    NEW = "new"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class LogPage:
    lines: tuple[LogLine, ...]
    next: str


def lists_of(status: Status) -> tuple[List, ...]:
    if status is Status.CLOSED:
        return (List.ALL, List.CLOSED)
    return (List.ALL, List.OPEN, List.NEW) if status is Status.SUBMITTED else (List.ALL, List.OPEN)


def log(school: SchoolId, of: List, *, cursor: str = "") -> LogPage:
    """Fifty lines of one list, latest incident first, and the cursor of the next fifty."""
    page = page_of(LogRow, school, f"log#{of}#", cursor=cursor)
    return LogPage(tuple(_line(row) for row in page.items), page.next)


def move(tx: Transaction, school: SchoolId, before: Incident | None, after: Incident) -> None:
    """Bring the log up to date: only lines that changed are written, only moved ones deleted."""
    line = line_of(after)
    old = {_line_key(of, before) for of in lists_of(before.status)} if before else set()
    new = {_line_key(of, after) for of in lists_of(after.status)}
    unchanged = before is not None and line_of(before) == line
    for sk in sorted(old - new):
        tx.delete(LogRow, school, sk)
    for sk in sorted(new - old if unchanged else new):
        row = LogRow(
            school,
            sk,
            reference=line.reference,
            status=line.status,
            urgent=line.urgent,
            severity=line.severity,
            wall=codec.wall_json(line.wall),
        )
        row.seal(codec.line_json(line))
        tx.put(row)


def _line_key(of: List, incident: Incident) -> str:
    return f"log#{of}#{incident.report.first.order}#{incident.id}"


def _line(row: LogRow) -> LogLine:
    _, _, happened, record = row.sk.split("#")
    return codec.line_of(
        row.unseal(),
        record=record,
        reference=row.reference,
        status=row.status,
        urgent=bool(row.urgent),
        happened=happened,
        severity=row.severity,
        wall=row.wall,
    )
