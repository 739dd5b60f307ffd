"""What the reporter may know of their report (1.9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chalicelib import clock
from chalicelib.ids import SchoolId
from chalicelib.incidents.model.record import Incident, Status
from chalicelib.incidents.repository.times import instant, stamp
from chalicelib.incidents.rows import ReporterRow
from chalicelib.storage import Transaction, every, get


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


def own_reports(school: SchoolId, person: str) -> list[OwnReport]:
    """A person's own reports, newest first; or those of the receipt that stands for nobody."""
    rows = every(ReporterRow, school, f"reporter#{person}#", newest_first=True, consistent=True)
    return [_own(row) for row in rows]


def own_report(school: SchoolId, person: str, record: str) -> OwnReport | None:
    row = get(ReporterRow, school, _key(person, record))
    return _own(row) if row else None


def add(tx: Transaction, school: SchoolId, incident: Incident, told: Iterable[str]) -> None:
    """Write what the reporter may know; that of a held report is replaced."""
    tx.put(_row(school, incident, told))


def tell(tx: Transaction, school: SchoolId, incident: Incident) -> None:
    times = {"acknowledged_at": incident.acknowledged_at, "closed_at": incident.closed_at}
    tx.update(
        ReporterRow,
        school,
        _key(incident.submitted_by, incident.id),
        set={
            "status": incident.status,
            **{name: clock.stamp(at) for name, at in times.items() if at},
        },
        remove=tuple(name for name, at in times.items() if not at),
    )


def remove(tx: Transaction, school: SchoolId, incident: Incident) -> None:
    """Take away what its reporter may know of it."""
    tx.delete(ReporterRow, school, _key(incident.submitted_by, incident.id))


def _row(school: SchoolId, incident: Incident, told: Iterable[str]) -> ReporterRow:
    row = ReporterRow(
        school,
        _key(incident.submitted_by, incident.id),
        reference=incident.reference,
        status=incident.status,
        submitted_at=clock.stamp(incident.submitted_at),
        acknowledged_at=stamp(incident.acknowledged_at),
        closed_at=stamp(incident.closed_at),
    )
    row.seal({"told": list(told)})
    return row


def _own(row: ReporterRow) -> OwnReport:
    return OwnReport(
        id=row.sk.rpartition("#")[2],
        reference=row.reference,
        status=Status(row.status),
        submitted_at=clock.parse(row.submitted_at),
        acknowledged_at=instant(row.acknowledged_at),
        closed_at=instant(row.closed_at),
        told=tuple(row.unseal().get("told", ())),
    )


def _key(person: str, record: str) -> str:
    return f"reporter#{person}#{record}"
