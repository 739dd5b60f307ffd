"""Half-filled forms, kept on the server so that a lost session loses nothing (R14).

A draft belongs to one person at one tenant and one form; it is sealed, and forgotten after a
fortnight. Saving is last-writer-wins on purpose: it is one person's own typing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib import clock
from chalicelib.storage.connection import call, item_of
from chalicelib.storage.reading import every, get
from chalicelib.storage.rows import Row, Table, table
from chalicelib.storage.transaction import Transaction

KEEP = timedelta(days=14)


class DraftRow(Row):
    class Meta(Table):
        table_name = table("ephemera")

    form = UnicodeAttribute()
    saved_at = UnicodeAttribute()
    expires = NumberAttribute()


@dataclass(frozen=True)
class Draft:
    """What was typed so far: field name to its values, as the form sends them."""

    form: str
    key: str
    fields: Mapping[str, Sequence[str]]
    saved_at: datetime


def save(tenant: str, owner: str, form: str, key: str, fields: Mapping[str, Sequence[str]]) -> None:
    """Keep what `owner` (an actor) typed into `form`; `key` is the record id minted for it."""
    now = clock.now()
    row = DraftRow(
        tenant,
        _sk(owner, form, key),
        form=form,
        saved_at=clock.stamp(now),
        expires=int((now + KEEP).timestamp()),
    )
    row.seal({name: list(values) for name, values in fields.items()})
    call("PutItem", {"TableName": DraftRow.Meta.table_name, "Item": item_of(row)})


def load(tenant: str, owner: str, form: str, key: str) -> Draft | None:
    """The draft, if it is still within its time."""
    row = get(DraftRow, tenant, _sk(owner, form, key))
    return _draft(row) if row and _is_kept(row) else None


def of_owner(tenant: str, owner: str, form: str) -> list[Draft]:
    """The owner's unfinished forms of one kind that are still within their time."""
    rows = every(DraftRow, tenant, f"draft#{owner}#{form}#", consistent=True)
    return [_draft(row) for row in rows if _is_kept(row)]


def discard(tx: Transaction, tenant: str, owner: str, form: str, key: str) -> None:
    """Drop the draft in the transaction that turns it into a record."""
    tx.delete(DraftRow, tenant, _sk(owner, form, key))


def _is_kept(row: DraftRow) -> bool:
    """The table's own deletion comes within days; the time counts at once."""
    return bool(row.expires > clock.now().timestamp())


def _sk(owner: str, form: str, key: str) -> str:
    return f"draft#{owner}#{form}#{key}"


def _draft(row: DraftRow) -> Draft:
    return Draft(
        form=row.form,
        key=row.sk.rpartition("#")[2],
        fields=row.unseal(),
        saved_at=clock.parse(row.saved_at),
    )
