"""The audit line: small, without personal data, put once and never changed (R25, R-DP 7).

The day's lines of a tenant are what a nightly seal is made from; their keys sort by time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute

from chalicelib import clock, ids
from chalicelib.storage import Page, Row, Table, Transaction, page_of, put_once, table


class LineRow(Row):
    class Meta(Table):
        table_name = table("audit")

    at = UnicodeAttribute()
    by = UnicodeAttribute()
    action = UnicodeAttribute()
    about = UnicodeAttribute()
    hash = UnicodeAttribute(null=True)


@dataclass(frozen=True)
class Line:
    """One line: `action` is an event name, `about` the record as `kind/id`."""

    at: datetime
    by: str
    action: str
    about: str
    hash: str


def record(
    tx: Transaction, tenant: str, *, by: str, action: str, about: str, event_hash: str = ""
) -> None:
    """Write a line in the transaction of the change that it tells of."""
    tx.create(_row(tenant, by, action, about, event_hash))


def viewed(tenant: str, *, by: str, action: str, about: str) -> None:
    """Write a line for a read, before what was read is shown."""
    put_once(_row(tenant, by, action, about, ""))


def lines(tenant: str, *, cursor: str = "") -> Page[LineRow]:
    """A page of the tenant's lines, newest first."""
    return page_of(LineRow, tenant, "line#", cursor=cursor)


def models(rows: Page[LineRow]) -> Iterator[Line]:
    for row in rows.items:
        yield Line(clock.parse(row.at), row.by, row.action, row.about, row.hash or "")


def _row(tenant: str, by: str, action: str, about: str, event_hash: str) -> LineRow:
    now = clock.now()
    return LineRow(
        tenant,
        f"line#{clock.stamp(now)}#{ids.new()}",
        at=clock.stamp(now),
        by=by,
        action=action,
        about=about,
        hash=event_hash or None,
    )
