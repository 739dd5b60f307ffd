"""What became of each period of a cycle."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from chalicelib import clock
from chalicelib.ids import SchoolId
from chalicelib.registers.rows import CycleRow
from chalicelib.storage import Transaction, every, get


@dataclass(frozen=True)
class Kept:
    """A period as it stands: `tasks` are open until it is met; `marks` the reminders sent."""

    due_on: date
    met_at: datetime | None = None
    tasks: tuple[str, ...] = ()
    marks: frozenset[str] = frozenset()
    missing: int = 0
    version: int = 0

    def with_marks(self, marks: Iterable[str]) -> "Kept":
        return replace(self, marks=self.marks | frozenset(marks))


def load(school: SchoolId, register: str, cycle: str, period: str) -> Kept | None:
    row = get(CycleRow, school, _key(register, cycle, period))
    return _kept(row) if row else None


def save(
    tx: Transaction, school: SchoolId, register: str, cycle: str, period: str, kept: Kept
) -> None:
    """Write a period against the version it was read at; a new one must not be there yet."""
    row = CycleRow(
        school,
        _key(register, cycle, period),
        due_on=kept.due_on.isoformat(),
        met_at=clock.stamp(kept.met_at) if kept.met_at else None,
        tasks=list(kept.tasks) or None,
        marks=sorted(kept.marks) or None,
        missing=kept.missing or None,
        version=kept.version or 1,
    )
    if kept.version:
        tx.replace(row)
    else:
        tx.create(row)


def _kept(row: CycleRow) -> Kept:
    return Kept(
        date.fromisoformat(row.due_on),
        clock.parse(row.met_at) if row.met_at else None,
        tuple(row.tasks or ()),
        frozenset(row.marks or ()),
        int(row.missing or 0),
        int(row.version or 0),
    )


def _key(register: str, cycle: str, period: str) -> str:
    return f"cycle#{register}#{cycle}#{period}"


def all_of(school: SchoolId) -> dict[tuple[str, str, str], Kept]:
    """Every period that was looked at, by register, cycle and period."""
    found = {}
    for row in every(CycleRow, school, "cycle#"):
        _, register, cycle, period = row.sk.split("#")
        found[register, cycle, period] = _kept(row)
    return found
