"""An entry as it stands, and what happened to it."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib import clock
from chalicelib.audit import Event, Head, events
from chalicelib.errors import NotFound
from chalicelib.ids import SchoolId
from chalicelib.registers.model.definition import Definition, Phase
from chalicelib.registers.model.entry import Entry, Move, Origin, Running
from chalicelib.registers.repository import lines
from chalicelib.registers.rows import EntryEventRow, EntryRow
from chalicelib.storage import Key, Transaction, get, together

_TOGETHER = 100


@dataclass(frozen=True)
class Stored:
    """An entry as it was read: its version and head are what a change is written against."""

    entry: Entry
    version: int
    head: Head


def add(
    tx: Transaction,
    school: SchoolId,
    definition: Definition,
    entry: Entry,
    happened: Iterable[Event],
) -> None:
    """Write a new entry with its lines. The transaction raises Conflict when it is there."""
    row = _row(school, entry)
    row.version = 1
    _append(tx, row, Head(), happened)
    tx.create(row)
    lines.move(tx, school, definition, None, entry)


def save(
    tx: Transaction,
    school: SchoolId,
    definition: Definition,
    before: Stored,
    after: Entry,
    happened: Iterable[Event],
) -> None:
    """Write a changed entry against the version that was read, with what happened."""
    row = _row(school, after)
    row.version = before.version
    _append(tx, row, before.head, happened)
    tx.replace(row)
    lines.move(tx, school, definition, before.entry, after)


def load(school: SchoolId, register: str, entry: str) -> Stored:
    """Raises NotFound, for an entry of another register too."""
    found = find(school, entry)
    if found is None or found.entry.register != register:
        raise NotFound
    return found


def find(school: SchoolId, entry: str) -> Stored | None:
    row = get(EntryRow, school, _key(entry))
    return stored(row) if row else None


def load_some(school: SchoolId, wanted: Sequence[str]) -> Iterator[Stored]:
    """Some entries by their ids, a hundred a trip; what is gone is left out."""
    for start in range(0, len(wanted), _TOGETHER):
        keys = [Key(EntryRow, school, _key(each)) for each in wanted[start : start + _TOGETHER]]
        for row in together(*keys):
            if isinstance(row, EntryRow):
                yield stored(row)


def history(school: SchoolId, entry: str) -> list[Event]:
    """Everything that happened to an entry, oldest first."""
    return events.history(EntryEventRow, school, _key(entry))


def _key(entry: str) -> str:
    return f"entry#{entry}"


def _append(tx: Transaction, row: EntryRow, head: Head, happened: Iterable[Event]) -> None:
    for event in happened:
        head = events.append(tx, EntryEventRow, row.tenant, record=row.sk, head=head, event=event)
    row.head_number, row.head_hash = head.number, head.hash


def _row(school: SchoolId, entry: Entry) -> EntryRow:
    row = EntryRow(
        school,
        _key(entry.id),
        register=entry.register,
        reference=entry.reference,
        added_at=clock.stamp(entry.added_at),
        added_by=entry.added_by,
        definition=entry.definition,
        phase=entry.phase,
        on=entry.on.isoformat(),
        moves=[_from_move(move) for move in entry.moves],
        running={key: _from_running(each) for key, each in entry.running.items()} or None,
        marks=sorted(entry.marks) or None,
    )
    private: dict[str, Any] = {"answers": dict(entry.answers)}
    if entry.origin:
        private["origin"] = dataclasses.asdict(entry.origin)
    row.seal(private)
    return row


def stored(row: EntryRow) -> Stored:
    """A row as an entry, with what a change is written against."""
    private = row.unseal()
    origin = private.get("origin")
    entry = Entry(
        id=row.sk.partition("#")[2],
        register=row.register,
        reference=row.reference,
        added_at=clock.parse(row.added_at),
        added_by=row.added_by,
        definition=row.definition,
        phase=Phase(row.phase),
        on=date.fromisoformat(row.on),
        answers=private.get("answers", {}),
        moves=tuple(_to_move(*move) for move in row.moves),
        origin=Origin(**origin) if origin else None,
        running={key: _to_running(each) for key, each in (row.running or {}).items()},
        marks=frozenset(row.marks or ()),
    )
    return Stored(entry, int(row.version), Head(int(row.head_number), row.head_hash))


def _from_move(move: Move) -> list[str]:
    kept = [move.state, clock.stamp(move.at), move.step]
    return [*kept, move.outcome] if move.outcome else kept


def _to_move(state: str, at: str, step: str, outcome: str = "") -> Move:
    return Move(state, clock.parse(at), step, outcome)


def _from_running(each: Running) -> list[Any]:
    return [each.round, clock.stamp(each.due_at), list(each.tasks)]


def _to_running(kept: list[Any]) -> Running:
    return Running(int(kept[0]), clock.parse(kept[1]), tuple(kept[2]))
