"""The lines of the log: one for each record, by the day of the incident."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chalicelib.ids import SchoolId
from chalicelib.incidents import codec
from chalicelib.incidents.model.card import Card
from chalicelib.incidents.model.log import LogLine, line_of
from chalicelib.incidents.model.record import Incident
from chalicelib.incidents.rows import LogRow
from chalicelib.storage import Key, Transaction, every, page_of, together

_TOGETHER = 100


@dataclass(frozen=True)
class LogPage:
    lines: tuple[LogLine, ...]
    next: str


def latest(school: SchoolId, *, cursor: str = "") -> LogPage:
    """Fifty lines, the latest incident first, and the cursor of the next fifty: one query."""
    page = page_of(LogRow, school, "line#", cursor=cursor)
    return LogPage(tuple(_line(row) for row in page.items), page.next)


def records_between(school: SchoolId, first: date, last: date) -> list[str]:
    """The ids of the records that happened from one day to another; of no area of its own."""
    between = (f"line#{first.isoformat()}", f"line#{last.isoformat()}~")
    rows = every(LogRow, school, "", between=between, consistent=True)
    return [row.sk.rpartition("#")[2] for row in rows]


def lines_of(school: SchoolId, cards: Sequence[Card]) -> tuple[LogLine, ...]:
    """The lines of some cards, in their order, a hundred a trip; one that is gone is left out."""
    found: list[LogLine] = []
    for start in range(0, len(cards), _TOGETHER):
        some = cards[start : start + _TOGETHER]
        keys = [Key(LogRow, school, _line_key(each)) for each in some]
        found += [_line(row) for row in together(*keys) if isinstance(row, LogRow)]
    return tuple(found)


def move(tx: Transaction, school: SchoolId, before: Incident | None, after: Incident) -> None:
    """Bring the log up to date: the line is written if it changed, and moves with its date."""
    line = line_of(after)
    sk = _line_key(line)
    if before is not None:
        old = line_of(before)
        if old == line:
            return
        if _line_key(old) != sk:
            tx.delete(LogRow, school, _line_key(old))
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


def remove(tx: Transaction, school: SchoolId, incident: Incident) -> None:
    """Take its line out of the log for good."""
    tx.delete(LogRow, school, _line_key(line_of(incident)))


def _line_key(of: LogLine | Card) -> str:
    """Lines of another area stand apart: the log's own pages never meet them."""
    area = f"-{of.wall.area}" if of.wall.area else ""
    return f"line{area}#{of.happened}#{of.id}"


def _line(row: LogRow) -> LogLine:
    _, happened, record = row.sk.split("#")
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
