"""Reads: one item, several at once, a page with an honest cursor, or all of them.

Every function takes the tenant; none can read a whole table. A page never silently truncates:
it says where the next one starts, in a cursor that only opens for the same tenant and query.
"""

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from chalicelib.errors import BadRequest, Unavailable
from chalicelib.storage import sealed
from chalicelib.storage.connection import call, key_of
from chalicelib.storage.rows import Row

R = TypeVar("R", bound=Row)
PAGE = 50
_BATCH = 100
_PARTS = 4  # 100 items of 400 KB come in three answers of 16 MB


class Key(NamedTuple):
    """Where one row stands, for reading several at once."""

    row: type[Row]
    tenant: str
    sk: str


@dataclass(frozen=True)
class Page(Generic[R]):
    """Up to `limit` rows, and the cursor of the page after; empty when this is the last."""

    items: tuple[R, ...]
    next: str = ""


def get(row: type[R], tenant: str, sk: str, *, consistent: bool = True) -> R | None:
    """One row, or None. Strongly consistent unless told otherwise: 1 RCU per 4 KB, else half."""
    answer = call(
        "GetItem",
        {
            "TableName": row.Meta.table_name,
            "Key": key_of(tenant, sk),
            "ConsistentRead": consistent,
        },
    )
    item = answer.get("Item")
    return row.from_raw_data(item) if item else None


def together(*keys: Key, consistent: bool = True) -> list[Row | None]:
    """Several rows of several tables in one trip, in the order asked; None where there is none.

    Raises Unavailable when the tables could not serve all of it, and ValueError past 100 keys.
    """
    if len(keys) > _BATCH:
        raise ValueError("at most 100 rows together")
    # Two classes may read one item: the service wants each item named once.
    places = dict.fromkeys((row.Meta.table_name, tenant, sk) for row, tenant, sk in keys)
    wanted: dict[str, Any] = {}
    for name, tenant, sk in places:
        one_table = wanted.setdefault(name, {"Keys": [], "ConsistentRead": consistent})
        one_table["Keys"].append(key_of(tenant, sk))
    found: dict[tuple[str, str, str], Any] = {}
    for _ in range(_PARTS if wanted else 0):
        answer = call("BatchGetItem", {"RequestItems": wanted})
        for name, items in answer.get("Responses", {}).items():
            for item in items:
                found[name, item["tenant"]["S"], item["sk"]["S"]] = item
        wanted = answer.get("UnprocessedKeys") or {}
        if not wanted:
            break
    if wanted:
        raise Unavailable
    return [_found(key, found) for key in keys]


def _found(key: Key, found: dict[tuple[str, str, str], Any]) -> Row | None:
    name = key.row.Meta.table_name
    item = found.get((name, key.tenant, key.sk))
    return key.row.from_raw_data(item) if item else None


def query(
    row: type[R],
    tenant: str,
    prefix: str,
    *,
    between: tuple[str, str] | None = None,
    newest_first: bool = False,
    limit: int = 1000,
    start: str = "",
    consistent: bool = False,
) -> tuple[Sequence[R], str]:
    """One Query: rows whose key starts with `prefix`, or lies `between` two keys (both included).

    Gives the rows and the key to start after next time, empty at the end.
    """
    low, high = between or (prefix, "")
    condition = "sk BETWEEN :low AND :high" if between else "begins_with(sk, :low)"
    values = {":tenant": {"S": tenant}, ":low": {"S": low}}
    if between:
        values[":high"] = {"S": high}
    request: dict[str, Any] = {
        "TableName": row.Meta.table_name,
        "KeyConditionExpression": f"tenant = :tenant AND {condition}",
        "ExpressionAttributeValues": values,
        "ScanIndexForward": not newest_first,
        "Limit": limit,
        "ConsistentRead": consistent,
    }
    if start:
        request["ExclusiveStartKey"] = key_of(tenant, start)
    answer = call("Query", request)
    rows = [row.from_raw_data(item) for item in answer.get("Items", [])]
    return rows, answer.get("LastEvaluatedKey", {}).get("sk", {}).get("S", "")


def every(
    row: type[R],
    tenant: str,
    prefix: str,
    *,
    between: tuple[str, str] | None = None,
    newest_first: bool = False,
    consistent: bool = False,
) -> Iterator[R]:
    """All rows under a prefix, page after page to the end."""
    start = ""
    while True:
        rows, start = query(
            row,
            tenant,
            prefix,
            between=between,
            newest_first=newest_first,
            start=start,
            consistent=consistent,
        )
        yield from rows
        if not start:
            return


def page_of(
    row: type[R],
    tenant: str,
    prefix: str,
    *,
    limit: int = PAGE,
    cursor: str = "",
    newest_first: bool = True,
) -> Page[R]:
    """One page of a list and the cursor of the next. Raises BadRequest for a cursor not ours.

    One row more than the page is asked for, so that a last full page has no empty one after it.
    """
    place = (row.Meta.table_name, prefix, "cursor-back" if newest_first else "cursor-on")
    start = _open_cursor(tenant, place, cursor) if cursor else ""
    rows, more = query(row, tenant, prefix, newest_first=newest_first, limit=limit + 1, start=start)
    shown = tuple(rows[:limit])
    goes_on = len(rows) > limit or (more and shown)
    return Page(shown, _cursor(tenant, place, shown[-1].sk) if goes_on else "")


def _cursor(tenant: str, place: tuple[str, str, str], sk: str) -> str:
    closed = sealed.seal_bytes(tenant, *place, sk.encode())
    return base64.urlsafe_b64encode(closed).decode().rstrip("=")


def _open_cursor(tenant: str, place: tuple[str, str, str], cursor: str) -> str:
    try:
        closed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return sealed.unseal_bytes(tenant, *place, closed).decode()
    except (sealed.SealBroken, binascii.Error, ValueError) as e:
        raise BadRequest from e
