"""Taking an entry away for good: what two people confirmed when its time was over (R-RET 2)."""

from chalicelib.audit import actors
from chalicelib.ids import SchoolId
from chalicelib.registers.repository import lines
from chalicelib.registers.repository.entries import Stored
from chalicelib.registers.rows import EntryEventRow, EntryRow
from chalicelib.storage import Transaction, erase


def remove(tx: Transaction, school: SchoolId, before: Stored) -> None:
    """Take away the entry with its lines, unless it changed since it was read: a Conflict then."""
    entry = before.entry
    tx.delete(EntryRow, school, f"entry#{entry.id}", condition=EntryRow.version == before.version)
    lines.remove(tx, school, entry, actors.person_of(entry.added_by))


def remove_rest(school: SchoolId, entry: str) -> None:
    """Take away what happened to an entry that is gone."""
    erase(EntryEventRow, school, f"entry#{entry}#event#")
