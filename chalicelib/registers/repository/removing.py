"""Taking an entry away for good: when its time is over (R-RET 2), or nobody has touched it yet."""

from collections.abc import Iterable

from chalicelib.audit import actors
from chalicelib.audit.events import Event
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


def remove_happened(
    tx: Transaction, school: SchoolId, before: Stored, happened: Iterable[Event]
) -> None:
    """Take away what happened to an entry together with it: a few events, all that there are."""
    for event in happened:
        tx.delete(EntryEventRow, school, f"entry#{before.entry.id}#event#{event.number:06d}")


def remove_rest(school: SchoolId, entry: str) -> None:
    """Take away what happened to an entry that is gone."""
    erase(EntryEventRow, school, f"entry#{entry}#event#")
