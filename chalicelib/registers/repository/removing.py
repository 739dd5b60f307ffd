"""Taking an entry away for good: what two people confirmed when its time was over (R-RET 2)."""

from collections.abc import Iterator, Sequence

from chalicelib.audit import actors
from chalicelib.ids import SchoolId
from chalicelib.registers.repository import entries, lines
from chalicelib.registers.repository.entries import Stored
from chalicelib.registers.rows import EntryEventRow, EntryRow
from chalicelib.storage import Key, Transaction, erase, together

_TOGETHER = 100


def some(school: SchoolId, ids: Sequence[str]) -> Iterator[Stored]:
    """Some entries, a hundred a trip; one that is gone is left out."""
    for start in range(0, len(ids), _TOGETHER):
        keys = [Key(EntryRow, school, f"entry#{each}") for each in ids[start : start + _TOGETHER]]
        for row in together(*keys):
            if isinstance(row, EntryRow):
                yield entries.stored(row)


def remove(tx: Transaction, school: SchoolId, before: Stored) -> None:
    """Take away the entry with its lines, unless it changed since it was read: a Conflict then."""
    entry = before.entry
    tx.delete(EntryRow, school, f"entry#{entry.id}", condition=EntryRow.version == before.version)
    lines.remove(tx, school, entry, actors.person_of(entry.added_by))


def remove_rest(school: SchoolId, entry: str) -> None:
    """Take away what happened to an entry that is gone."""
    erase(EntryEventRow, school, f"entry#{entry}#event#")
