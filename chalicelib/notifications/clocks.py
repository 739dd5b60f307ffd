"""Clocks: something to be done at a time unless it is stopped first, such as an escalation.

A clock is set in the use case's own transaction. The sweep finds those that ran out and calls the
handler registered for their kind in `app.py`; the handler stops the clock, or sets it anew, in its
own transaction, so that one that fails half-way is simply tried again a minute later.
"""

from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib import clock
from chalicelib.notifications import due
from chalicelib.storage import Row, Transaction, get, table
from chalicelib.storage.rows import Table


class ClockRow(Row):
    class Meta(Table):
        table_name = table("outbox")

    due = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    tries = NumberAttribute(null=True)


def start(tx: Transaction, tenant: str, *, kind: str, id: str, due_at: datetime) -> None:  # noqa: A002
    """Set a clock of this kind for a record, or move the one that runs."""
    row = ClockRow(tenant, key(kind, id), due=due.shard(), due_at=clock.stamp(due_at))
    tx.put(row)


def stop(tx: Transaction, tenant: str, *, kind: str, id: str) -> None:  # noqa: A002
    """Stop a clock; stopping one that does not run is no error."""
    tx.delete(ClockRow, tenant, key(kind, id))


def running(tenant: str, *, kind: str, id: str) -> datetime | None:  # noqa: A002
    """When the clock runs out, if it runs."""
    row = get(ClockRow, tenant, key(kind, id))
    return clock.parse(row.due_at) if row and row.due_at else None


def parts(sk: str) -> tuple[str, str]:
    """The kind and id in a clock's key."""
    _, kind, record = sk.split("#", 2)
    return kind, record


def put_off(tx: Transaction, tenant: str, sk: str, now: datetime) -> None:
    """Let a clock whose handler failed come back later: after a minute, then longer, to an hour."""
    row = get(ClockRow, tenant, sk)
    if row is None:
        return
    tries = int(row.tries or 0) + 1
    later = now + timedelta(minutes=min(2 ** (tries - 1), 60))
    tx.update(
        ClockRow,
        tenant,
        sk,
        set={"due_at": clock.stamp(later), "tries": tries},
        condition=ClockRow.due_at == row.due_at,
    )


def key(kind: str, record: str) -> str:
    """Where the clock of a kind and record stands."""
    return f"clock#{kind}#{record}"
