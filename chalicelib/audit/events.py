"""Append-only records: each change is an event, and a record's events form a hash chain.

Every event's hash covers the one before it, and the record and school it belongs to (R25), so
that no history passes for another record's. What is private in an event stands outside the
chain, sealed; the chain holds only a salted commitment to it, so that erasing a person later
leaves the chain whole (R26). A record's state row keeps the head of its chain, and the version
condition on that row is what makes two writers take turns.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from chalicelib import clock
from chalicelib.audit import lines
from chalicelib.storage import Row, Transaction, every

START = "0" * 64


class Broken(Exception):
    """A record's events do not form the chain they should; `number` is the first that fails."""

    def __init__(self, number: int) -> None:
        super().__init__(f"event {number}")
        self.number = number


@dataclass(frozen=True)
class Head:
    """The last event of a record: how many there are, and its hash."""

    number: int = 0
    hash: str = START


@dataclass(frozen=True)
class Event:
    """One thing that happened. `open` holds no personal data; `private` and `why` are sealed.

    What follows `private` is filled in by `append` and `history`; `place` is the school and record
    that the event was read from.
    """

    name: str
    at: datetime
    by: str
    why: str = ""
    open: Mapping[str, Any] = field(default_factory=dict)
    private: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0
    hash: str = ""
    previous: str = ""
    commitment: str = ""
    salt: str = ""
    place: str = ""


class EventRow(Row):
    """Base of a feature's event rows; the feature names its own table."""

    name = UnicodeAttribute()
    at = UnicodeAttribute()
    by = UnicodeAttribute()
    number = NumberAttribute()
    open = JSONAttribute(null=True)
    commitment = UnicodeAttribute(null=True)
    previous = UnicodeAttribute()
    hash = UnicodeAttribute()


E = TypeVar("E", bound=EventRow)


def append(
    tx: Transaction,
    rows: type[EventRow],
    tenant: str,
    *,
    record: str,
    head: Head,
    event: Event,
) -> Head:
    """Add an event after `head` in the transaction, with its audit line; gives the new head.

    `record` is the record's key, such as `incident#<id>`. The caller writes the head it gets onto
    the record's state row, in the same transaction, under that row's version.
    """
    number = head.number + 1
    private = {"why": event.why, **event.private} if event.why or event.private else {}
    salt = secrets.token_hex(16) if private else ""
    commitment = _commitment(salt, private) if private else ""
    row = rows(
        tenant,
        f"{record}#event#{number:06d}",
        name=event.name,
        at=clock.stamp(event.at),
        by=event.by,
        number=number,
        open=dict(event.open) or None,
        commitment=commitment or None,
        previous=head.hash,
        hash=_hash(_place(tenant, record), number, event, commitment, head.hash),
    )
    if private:
        row.seal({"salt": salt, "private": private})
    tx.create(row)
    lines.record(
        tx,
        tenant,
        by=event.by,
        action=event.name,
        about=record.replace("#", "/", 1),
        event_hash=row.hash,
    )
    return Head(number, row.hash)


def history(rows: type[EventRow], tenant: str, record: str) -> list[Event]:
    """All events of a record, oldest first."""
    return opened(every(rows, tenant, f"{record}#event#", consistent=True), tenant, record)


def opened(rows: Iterable[EventRow], tenant: str, record: str) -> list[Event]:
    """The events in rows that a feature has read already, in one trip with their record."""
    place = _place(tenant, record)
    return [_event(row, place) for row in rows]


def verify(events: Sequence[Event], head: Head | None = None) -> None:
    """Check a record's whole history, oldest first, against its head when given.

    Raises Broken at the first event that was edited, left out, inserted or moved, or at the end
    when the head says there are others.
    """
    before = START
    for number, event in enumerate(events, start=1):
        honest = (
            event.number == number
            and hmac.compare_digest(event.previous, before)
            and hmac.compare_digest(event.hash, _rehashed(event, number, before))
            and (not event.salt or event.commitment == _commitment(event.salt, _sealed_part(event)))
        )
        if not honest:
            raise Broken(number)
        before = event.hash
    if head is not None and (head.number != len(events) or head.hash != before):
        raise Broken(len(events) + 1)


def _place(tenant: str, record: str) -> str:
    return f"{tenant}/{record}"


def _event(row: EventRow, place: str) -> Event:
    opened = row.unseal()
    private = dict(opened.get("private", {}))
    return Event(
        name=row.name,
        at=clock.parse(row.at),
        by=row.by,
        why=str(private.pop("why", "")),
        open=row.open or {},
        private=private,
        number=int(row.number),
        hash=row.hash,
        previous=row.previous,
        commitment=row.commitment or "",
        salt=str(opened.get("salt", "")),
        place=place,
    )


def _sealed_part(event: Event) -> dict[str, Any]:
    return {"why": event.why, **event.private}


def _commitment(salt: str, private: Mapping[str, Any]) -> str:
    return hashlib.sha256(salt.encode() + b"|" + _canonical(private)).hexdigest()


def _rehashed(event: Event, number: int, before: str) -> str:
    return _hash(event.place, number, event, event.commitment, before)


def _hash(place: str, number: int, event: Event, commitment: str, previous: str) -> str:
    """SHA-256(0x00 | canonical event | hash before), as RFC 9162 marks a leaf."""
    body = {
        "place": place,
        "number": number,
        "name": event.name,
        "at": clock.stamp(event.at),
        "by": event.by,
        "open": event.open,
        "commitment": commitment,
    }
    return hashlib.sha256(b"\x00" + _canonical(body) + previous.encode()).hexdigest()


def _canonical(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
