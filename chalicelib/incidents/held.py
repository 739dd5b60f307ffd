"""Where the reports stand that came in a flood, until somebody lets them through or discards them.

What was discarded stays, with who did so and why: it may yet have been somebody's only word.
"""

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
    discarded: "Discarded | None" = None


@dataclass(frozen=True)
class Discarded:
    """That somebody found a report to be no report, and their reason."""

    at: datetime
    by: str
    name: str
    why: str


def add(tx: Transaction, school: SchoolId, held: Held) -> None:
    """Keep it, with what its reporter may know. The transaction raises Conflict if it is there."""
    tx.create(_row(school, _key(held.id), held, None))
    own = ReporterRow(
        school,
        f"reporter#{held.receipt}#{held.id}",
        reference=held.reference,
        status=Status.SUBMITTED,
        submitted_at=clock.stamp(held.at),
    )
    own.seal({"told": []})
    tx.create(own)


def find(school: SchoolId, record: str) -> Held | None:
    """One that waits, or that was discarded."""
    for key in (_key(record), _discarded_key(record)):
        if row := get(HeldRow, school, key):
            return _held(row)
    return None


def of_school(school: SchoolId) -> list[Held]:
    """All that wait, the longest waiting first."""
    return [_held(row) for row in every(HeldRow, school, "held#", consistent=True)]


def discarded_at(school: SchoolId) -> list[Held]:
    """All that were discarded, the latest report first."""
    return [_held(row) for row in every(HeldRow, school, "discarded#", newest_first=True)]


def remove(tx: Transaction, school: SchoolId, held: Held) -> None:
    key = _discarded_key(held.id) if held.discarded else _key(held.id)
    tx.delete(HeldRow, school, key, condition=HeldRow.sk.exists())


def discard(tx: Transaction, school: SchoolId, held: Held, why: Discarded) -> None:
    """Take it out of those that wait. The transaction raises Conflict if it is not among them."""
    remove(tx, school, held)
    tx.create(_row(school, _discarded_key(held.id), held, why))


def _key(record: str) -> str:
    return f"held#{record}"


def _discarded_key(record: str) -> str:
    return f"discarded#{record}"


def _row(school: SchoolId, key: str, held: Held, discarded: Discarded | None) -> HeldRow:
    at = clock.stamp(held.at)
    row = HeldRow(school, key, reference=held.reference, held_at=at, why=held.why, by=held.by)
    private: dict[str, Any] = {
        "report": codec.report_json(held.report),
        "receipt": held.receipt,
    }
    if discarded:
        private["discarded"] = {
            "at": clock.stamp(discarded.at),
            "by": discarded.by,
            "name": discarded.name,
            "why": discarded.why,
        }
    row.seal(private)
    return row


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
        discarded=_discarded(private.get("discarded")),
    )


def _discarded(stored: dict[str, str] | None) -> Discarded | None:
    if not stored:
        return None
    return Discarded(clock.parse(stored["at"]), stored["by"], stored["name"], stored["why"])
