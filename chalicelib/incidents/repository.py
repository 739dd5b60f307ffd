"""Where incidents stand in the table: keys, conditions, and the model to rows and back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib import clock
from chalicelib.audit import Event, Head, events
from chalicelib.errors import NotFound
from chalicelib.ids import SchoolId
from chalicelib.incidents import codec
from chalicelib.incidents.model.log import LogLine, line_of
from chalicelib.incidents.model.record import Incident, Outcome, Status
from chalicelib.incidents.rows import (
    FoundRow,
    IncidentEventRow,
    IncidentRow,
    LogRow,
    ReporterRow,
)
from chalicelib.storage import Transaction, every, get, page_of


class List(StrEnum):
    """The lists of the log. Each record is in `all`, and in those its status puts it in."""

    ALL = "all"
    NEW = "new"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class Stored:
    """A record as it was read: its version and head are what a change is written against."""

    incident: Incident
    version: int
    head: Head

    @property
    def seen(self) -> int:
        """How many events had happened: what a form says it was looking at."""
        return self.head.number


@dataclass(frozen=True)
class OwnReport:
    """What a reporter may know of their report (1.9)."""

    id: str
    reference: str
    status: Status
    submitted_at: datetime
    acknowledged_at: datetime | None
    closed_at: datetime | None
    told: tuple[str, ...]


@dataclass(frozen=True)
class LogPage:
    lines: tuple[LogLine, ...]
    next: str


def lists_of(status: Status) -> tuple[List, ...]:
    if status is Status.CLOSED:
        return (List.ALL, List.CLOSED)
    return (List.ALL, List.OPEN, List.NEW) if status is Status.SUBMITTED else (List.ALL, List.OPEN)


def add(
    tx: Transaction,
    school: SchoolId,
    incident: Incident,
    happened: Iterable[Event],
    *,
    told: Iterable[str] = (),
) -> None:
    """Write a new record with its first events, its log lines and its reporter's row.

    The transaction raises Conflict when a record with this id is already there.
    """
    row = _row(school, incident)
    row.version = 1
    _set_head(row, _append(tx, school, incident.id, Head(), happened))
    tx.create(row)
    _move_lines(tx, school, None, incident)
    if incident.submitted_by:
        tx.put(_reporter_row(school, incident, told))  # that of a held report is there already


def load(school: SchoolId, record: str) -> Stored:
    """The record as it stands. Raises NotFound."""
    row = get(IncidentRow, school, _key(record))
    if row is None:
        raise NotFound
    return _stored(row)


def load_with_history(school: SchoolId, record: str) -> tuple[Stored, list[Event]]:
    """The record and everything that happened to it, oldest first, in one trip. Raises NotFound."""
    rows = list(every(FoundRow, school, _key(record), consistent=True))
    if not rows or rows[0].sk != _key(record):
        raise NotFound
    return _stored(rows[0]), events.opened(rows[1:], school, _key(record))


def save(
    tx: Transaction,
    school: SchoolId,
    before: Stored,
    after: Incident,
    happened: Iterable[Event],
) -> None:
    """Write a changed record against the version that was read, with what happened.

    The transaction raises Conflict when somebody else changed it in between.
    """
    row = _row(school, after)
    row.version = before.version
    _set_head(row, _append(tx, school, after.id, before.head, happened))
    tx.replace(row)
    _move_lines(tx, school, before.incident, after)
    if after.submitted_by and after.status is not before.incident.status:
        _tell_reporter(tx, school, after)


def history(school: SchoolId, record: str) -> list[Event]:
    """Everything that happened to a record, oldest first."""
    return events.history(IncidentEventRow, school, _key(record))


def log(school: SchoolId, of: List, *, cursor: str = "") -> LogPage:
    """Fifty lines of one list, latest incident first, and the cursor of the next fifty."""
    page = page_of(LogRow, school, f"log#{of}#", cursor=cursor)
    return LogPage(tuple(_line(row) for row in page.items), page.next)


def own_reports(school: SchoolId, person: str) -> list[OwnReport]:
    """A person's own reports, newest first; or those of the receipt that stands for nobody."""
    rows = every(ReporterRow, school, f"reporter#{person}#", newest_first=True, consistent=True)
    return [_own(row) for row in rows]


def own_report(school: SchoolId, person: str, record: str) -> OwnReport | None:
    row = get(ReporterRow, school, _reporter_key(person, record))
    return _own(row) if row else None


def _key(record: str) -> str:
    return f"incident#{record}"


def _reporter_key(person: str, record: str) -> str:
    return f"reporter#{person}#{record}"


def _line_key(of: List, incident: Incident) -> str:
    return f"log#{of}#{incident.report.first.order}#{incident.id}"


def _append(
    tx: Transaction, school: SchoolId, record: str, head: Head, happened: Iterable[Event]
) -> Head:
    for event in happened:
        head = events.append(
            tx, IncidentEventRow, school, record=_key(record), head=head, event=event
        )
    return head


def _set_head(row: IncidentRow, head: Head) -> None:
    row.head_number, row.head_hash = head.number, head.hash


def _move_lines(
    tx: Transaction, school: SchoolId, before: Incident | None, after: Incident
) -> None:
    """Bring the log up to date: only lines that changed are written, only moved ones deleted."""
    line = line_of(after)
    old = {_line_key(of, before) for of in lists_of(before.status)} if before else set()
    new = {_line_key(of, after) for of in lists_of(after.status)}
    unchanged = before is not None and line_of(before) == line
    for sk in sorted(old - new):
        tx.delete(LogRow, school, sk)
    for sk in sorted(new - old if unchanged else new):
        row = LogRow(school, sk, reference=line.reference, status=line.status, urgent=line.urgent)
        row.seal(codec.line_json(line))
        tx.put(row)


def _tell_reporter(tx: Transaction, school: SchoolId, incident: Incident) -> None:
    times = {"acknowledged_at": incident.acknowledged_at, "closed_at": incident.closed_at}
    tx.update(
        ReporterRow,
        school,
        _reporter_key(incident.submitted_by, incident.id),
        set={
            "status": incident.status,
            **{name: clock.stamp(at) for name, at in times.items() if at},
        },
        remove=tuple(name for name, at in times.items() if not at),
    )


def _reporter_row(school: SchoolId, incident: Incident, told: Iterable[str]) -> ReporterRow:
    row = ReporterRow(
        school,
        _reporter_key(incident.submitted_by, incident.id),
        reference=incident.reference,
        status=incident.status,
        submitted_at=clock.stamp(incident.submitted_at),
        acknowledged_at=_stamp(incident.acknowledged_at),
        closed_at=_stamp(incident.closed_at),
    )
    row.seal({"told": list(told)})
    return row


def _row(school: SchoolId, incident: Incident) -> IncidentRow:
    row = IncidentRow(
        school,
        _key(incident.id),
        reference=incident.reference,
        status=incident.status,
        urgent=incident.report.urgent,
        happened=incident.report.first.order,
        submitted_at=clock.stamp(incident.submitted_at),
        submitted_by=incident.submitted_by or None,
        acknowledged_at=_stamp(incident.acknowledged_at),
        acknowledged_by=incident.acknowledged_by or None,
        closed_at=_stamp(incident.closed_at),
        outcome=incident.outcome,
        alert=incident.alert or None,
    )
    row.seal(
        {
            "report": codec.report_json(incident.report),
            "actions": codec.actions_json(incident.actions),
            "marks": codec.marks_json(incident.marks),
            "people_used": incident.people_used,
            "summary": incident.summary,
            "reasons": incident.reasons,
        }
    )
    return row


def _stored(row: IncidentRow | FoundRow) -> Stored:
    head = Head(int(row.head_number), row.head_hash)
    return Stored(_incident(row), int(row.version), head)


def _incident(row: IncidentRow | FoundRow) -> Incident:
    private = row.unseal()
    return Incident(
        id=row.sk.partition("#")[2],
        reference=row.reference,
        report=codec.report_of(private["report"]),
        submitted_at=clock.parse(row.submitted_at),
        submitted_by=row.submitted_by or "",
        status=Status(row.status),
        acknowledged_at=_instant(row.acknowledged_at),
        acknowledged_by=row.acknowledged_by or "",
        closed_at=_instant(row.closed_at),
        actions=codec.actions_of(private["actions"]),
        marks=codec.marks_of(private["marks"]),
        people_used=private["people_used"],
        summary=private["summary"],
        outcome=Outcome(row.outcome) if row.outcome else None,
        reasons=private["reasons"],
        alert=row.alert or "",
    )


def _line(row: LogRow) -> LogLine:
    _, _, happened, record = row.sk.split("#")
    return codec.line_of(
        row.unseal(),
        record=record,
        reference=row.reference,
        status=row.status,
        urgent=bool(row.urgent),
        happened=happened,
    )


def _own(row: ReporterRow) -> OwnReport:
    return OwnReport(
        id=row.sk.rpartition("#")[2],
        reference=row.reference,
        status=Status(row.status),
        submitted_at=clock.parse(row.submitted_at),
        acknowledged_at=_instant(row.acknowledged_at),
        closed_at=_instant(row.closed_at),
        told=tuple(row.unseal().get("told", ())),
    )


def _stamp(at: datetime | None) -> str | None:
    return clock.stamp(at) if at else None


def _instant(text: str | None) -> datetime | None:
    return clock.parse(text) if text else None
