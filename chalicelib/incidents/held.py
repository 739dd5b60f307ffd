"""Where the reports stand that came in a flood, until somebody lets them through."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib import clock
from chalicelib.ids import SchoolId
from chalicelib.incidents import codec
from chalicelib.incidents.model.record import Status
from chalicelib.incidents.model.report import Report
from chalicelib.incidents.rows import HeldRow, ReporterRow
from chalicelib.storage import Transaction, every, get


@dataclass(frozen=True)
class Held:
    """A report that waits: `receipt` is the key that its reporter's own row stands under."""

    id: str
    reference: str
    report: Report
    receipt: str
    by: str
    at: datetime
    why: str


def add(tx: Transaction, school: SchoolId, held: Held) -> None:
    """Keep it, with what its reporter may know. The transaction raises Conflict if it is there."""
    at = clock.stamp(held.at)
    row = HeldRow(
        school, _key(held.id), reference=held.reference, held_at=at, why=held.why, by=held.by
    )
    row.seal({"report": codec.report_json(held.report), "receipt": held.receipt})
    tx.create(row)
    own = ReporterRow(
        school,
        f"reporter#{held.receipt}#{held.id}",
        reference=held.reference,
        status=Status.SUBMITTED,
        submitted_at=at,
    )
    own.seal({"told": []})
    tx.create(own)


def find(school: SchoolId, record: str) -> Held | None:
    row = get(HeldRow, school, _key(record))
    return _held(row) if row else None


def of_school(school: SchoolId) -> list[Held]:
    """All that wait, the longest waiting first."""
    return [_held(row) for row in every(HeldRow, school, "held#", consistent=True)]


def remove(tx: Transaction, school: SchoolId, record: str) -> None:
    tx.delete(HeldRow, school, _key(record), condition=HeldRow.sk.exists())


def _key(record: str) -> str:
    return f"held#{record}"


def _held(row: HeldRow) -> Held:
    private: dict[str, Any] = row.unseal()
    return Held(
        id=row.sk.partition("#")[2],
        reference=row.reference,
        report=codec.report_of(private["report"]),
        receipt=private["receipt"],
        by=row.by,
        at=clock.parse(row.held_at),
        why=row.why,
    )
