"""What the log is searched by: every record's card, read whole in one or two trips.

A change writes its record's card as a row of its own, so that two people at work never wait for
each other. Each day those rows are packed, some hundreds to an item, compressed and sealed: ten
thousand cards are half a megabyte. Only the speed of a search depends on the packing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from chalicelib.errors import Conflict
from chalicelib.ids import SchoolId
from chalicelib.incidents.model.card import Card
from chalicelib.incidents.rows import IndexRow
from chalicelib.storage import Transaction, every, query, transaction, unseal_bytes

_PREFIX, _CHANGE, _PART = "index#", "index#change#", "index#part#"
PACK_FROM = 50  # rows of their own that are worth packing
_PART_HOLDS = 500
_AT_ONCE = 90  # writes of one transaction, with room to spare


def put(tx: Transaction, school: SchoolId, card: Card, number: int) -> None:
    """What a record is found by from now on, as of its event `number`."""
    row = IndexRow(school, _CHANGE + card.id, number=number)
    row.seal({"card": msgspec.to_builtins(card)})
    tx.put(row)


def cards(school: SchoolId) -> list[Card]:
    """Every record's card, in no order. What has changed since the packing counts.

    Read in the order of the keys: changes before parts. A packing in between shows a record in
    both, never in neither.
    """
    changed: dict[str, Card] = {}
    packed: list[Card] = []
    for row in every(IndexRow, school, _PREFIX, consistent=True):
        if row.sk.startswith(_CHANGE):
            card = _CHANGED.decode(_opened(row)).card
            changed[card.id] = card
        else:
            packed += _PACKED.decode(_opened(row)).cards
    if not changed:
        return packed
    return [*changed.values(), *(each for each in packed if each.id not in changed)]


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


def remove(tx: Transaction, school: SchoolId, record: str) -> None:
    """Take away a record's card that stands by itself."""
    tx.delete(IndexRow, school, _CHANGE + record)


def unpack(school: SchoolId, record: str) -> None:
    """Take a record's card out of the packed ones, and the one that stands by itself."""
    for row in list(every(IndexRow, school, _PREFIX, consistent=True)):
        if row.sk == _CHANGE + record:
            with transaction() as tx:
                tx.delete(IndexRow, school, row.sk)
        elif row.sk.startswith(_PART):
            cards = row.unseal()["cards"]
            kept = [each for each in cards if each[0] != record]
            if len(kept) < len(cards):
                row.seal({"cards": kept})
                with transaction() as tx:  # a Conflict with a packing: the sweep comes again
                    tx.replace(row)


def _opened(row: IndexRow) -> bytes:
    """The sealed text itself: it is decoded straight into cards."""
    return unseal_bytes(row.tenant, row.Meta.table_name, row.sk, "sealed", row.sealed)


class _Change(msgspec.Struct):
    card: Card


class _Pack(msgspec.Struct):
    cards: list[Card]


_CHANGED = msgspec.json.Decoder(_Change)
_PACKED = msgspec.json.Decoder(_Pack)


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
