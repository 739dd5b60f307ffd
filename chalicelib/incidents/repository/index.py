"""What the log is searched by: every record's card, read whole in one or two trips.

A change writes its record's card as a row of its own, so that two people at work never wait for
each other. Each day those rows are packed, some hundreds to an item, compressed and sealed: ten
thousand cards are half a megabyte. Only the speed of a search depends on the packing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib.errors import Conflict
from chalicelib.ids import SchoolId
from chalicelib.incidents import codec
from chalicelib.incidents.model.card import Card, Person
from chalicelib.incidents.model.record import Status
from chalicelib.incidents.model.severity import Severity
from chalicelib.incidents.rows import IndexRow
from chalicelib.storage import Transaction, every, query, transaction

_PREFIX, _CHANGE, _PART = "index#", "index#change#", "index#part#"
PACK_FROM = 50  # rows of their own that are worth packing
_PART_HOLDS = 500
_AT_ONCE = 90  # writes of one transaction, with room to spare


def put(tx: Transaction, school: SchoolId, card: Card, number: int) -> None:
    """What a record is found by from now on, as of its event `number`."""
    row = IndexRow(school, _CHANGE + card.id, number=number)
    row.seal({"card": _json(card)})
    tx.put(row)


def cards(school: SchoolId) -> list[Card]:
    """Every record's card, in no order. What has changed since the packing counts.

    Read in the order of the keys: changes before parts. A packing in between shows a record in
    both, never in neither.
    """
    changed: dict[str, Any] = {}
    packed: list[Any] = []
    for row in every(IndexRow, school, _PREFIX, consistent=True):
        if row.sk.startswith(_CHANGE):
            changed[row.sk.rpartition("#")[2]] = row.unseal()["card"]
        else:
            packed += row.unseal()["cards"]
    unchanged = (each for each in packed if each[0] not in changed) if changed else packed
    return [_card(each) for each in (*changed.values(), *unchanged)]


def is_there(school: SchoolId) -> bool:
    """Whether any record has a card."""
    rows, _ = query(IndexRow, school, _PREFIX, limit=1)
    return bool(rows)


def pack(school: SchoolId) -> int:
    """Pack what changed, where it is worth it; gives how many cards were packed.

    A record that changes meanwhile keeps its own row until the next packing.
    """
    rows = list(every(IndexRow, school, _PREFIX, consistent=True))
    changes = [row for row in rows if row.sk.startswith(_CHANGE)]
    if len(changes) < PACK_FROM:
        return 0
    done = 0
    for part, some in _shared_out(school, changes, rows[len(changes) :]):
        for start in range(0, len(some), _AT_ONCE):
            done += _packed(school, part, some[start : start + _AT_ONCE])
    return done


@dataclass
class _Part:
    """One packed item while it is filled."""

    row: IndexRow
    cards: dict[str, Any]


def _shared_out(
    school: SchoolId, changes: Sequence[IndexRow], packed: Sequence[IndexRow]
) -> Iterable[tuple[_Part, list[IndexRow]]]:
    """Which changes go into which part: its own, else one with room."""
    parts = [_Part(row, {each[0]: each for each in row.unseal()["cards"]}) for row in packed]
    home = {record: number for number, part in enumerate(parts) for record in part.cards}
    shares: dict[int, list[IndexRow]] = {}
    for row in changes:
        record = row.sk.rpartition("#")[2]
        number = home.get(record, len(parts) - 1)
        if record not in home and (not parts or _full(parts[number], shares.get(number, []))):
            number = len(parts)
            parts.append(_Part(IndexRow(school, f"{_PART}{number:06d}"), {}))
        shares.setdefault(number, []).append(row)
    return [(parts[number], rows) for number, rows in shares.items()]


def _full(part: _Part, coming: Sequence[IndexRow]) -> bool:
    return len(part.cards) + len(coming) >= _PART_HOLDS


def _packed(school: SchoolId, part: _Part, changes: Sequence[IndexRow]) -> int:
    """Write a part with some changes taken in, and drop their own rows, or nothing at all."""
    taken = {row.sk.rpartition("#")[2]: row.unseal()["card"] for row in changes}
    part.row.seal({"cards": list((part.cards | taken).values())})
    try:
        with transaction() as tx:
            if "version" not in part.row.attribute_values:
                part.row.version = 1
                tx.create(part.row)
            else:
                tx.replace(part.row)
            for row in changes:
                tx.delete(IndexRow, school, row.sk, condition=IndexRow.number == int(row.number))
    except Conflict:
        return 0
    part.cards |= taken
    return len(changes)


def _json(card: Card) -> list[Any]:
    """Short, for there are thousands: in the order of `_card`, new words at the end only."""
    return [
        card.id,
        card.reference,
        card.happened,
        card.reported_on.isoformat(),
        card.moved_on.isoformat(),
        card.status,
        card.severity,
        list(card.types),
        list(card.places),
        list(card.platforms),
        card.other_platforms,
        [[each.name, each.letters, each.linked] for each in card.people],
        card.owner,
        codec.wall_json(card.wall),
    ]


def _card(stored: Sequence[Any]) -> Card:
    return Card(
        stored[0],
        stored[1],
        stored[2],
        date.fromisoformat(stored[3]),
        date.fromisoformat(stored[4]),
        _STATUS[stored[5]],
        _SEVERITY[stored[6]],
        tuple(stored[7]),
        tuple(stored[8]),
        tuple(stored[9]),
        stored[10],
        tuple([Person(*each) for each in stored[11]]),
        stored[12],
        codec.wall_of(stored[13]),
    )


_STATUS: Mapping[str, Status] = {each.value: each for each in Status}
_SEVERITY: Mapping[str, Severity] = {each.value: each for each in Severity}
