"""Records with a history, made as features make them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from chalicelib.audit import Event, EventRow, Head, events
from chalicelib.storage import Table, Transaction, table, transaction

START = datetime(2026, 10, 6, 9, 0, tzinfo=UTC)


class CaseEventRow(EventRow):
    class Meta(Table):
        table_name = table("incidents")


def an_event(number: int = 1, **more: object) -> Event:
    """Every third holds nothing private."""
    private = {"name": f"Zebedee {number}", "ages": [number, 7]} if number % 3 else {}
    given = {
        "name": "case.changed",
        "at": START + timedelta(minutes=number),
        "by": f"person:{number % 4}",
        "why": "Because Zebedee asked" if number % 3 else "",
        "open": {"state": "open", "count": number} if number % 2 else {},
        "private": private,
    }
    return Event(**{**given, **more})  # type: ignore[arg-type]


def write(school: str, record: str, happened: Sequence[Event]) -> Head:
    """Append each in a transaction of its own, as a record lives."""
    head = Head()
    for event in happened:
        with transaction() as tx:
            head = events.append(tx, CaseEventRow, school, record=record, head=head, event=event)
    return head


def in_memory(school: str, record: str, happened: Sequence[Event]) -> tuple[list[Event], Head]:
    """The same history without the tables: what `append` would write, read back."""
    tx, head = Transaction(), Head()
    for event in happened:
        head = events.append(tx, CaseEventRow, school, record=record, head=head, event=event)
    items = [write.request["Item"] for write in tx._writes]
    rows = [CaseEventRow.from_raw_data(item) for item in items if "previous" in item]
    return [events._event(row, f"{school}/{record}") for row in rows], head
