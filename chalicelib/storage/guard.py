"""The second wall between schools: no request leaves for DynamoDB but for the current tenants.

A hook on botocore's `before-call.dynamodb` reads the body of every outgoing request and refuses
any key outside the tenants in force, any request with none in force, whole-table reads and
statements, and a query whose partition it cannot tell (R2). It runs in production, not only in
tests. The first wall is the keys themselves (`rows.py`), the third is IAM.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import botocore

GLOBAL = "GLOBAL#"
# Who may hold the partitions that belong to no tenant (architecture section 4). Nobody else.
GLOBAL_HOLDERS = frozenset({"sign-in", "directory", "rates", "sweep", "plan_day", "demo"})
GLOBAL_KINDS = ("register", "due", "email", "rate")

INDEX_HASH_KEYS = {"due-index": "due"}
_DUE = re.compile(r"GLOBAL#due#0[0-9a-f]\Z")
_EQUALITY = re.compile(r"([#\w]+)\s*=\s*(:\w+)")
_CLAUSE = re.compile(r"\b(SET|REMOVE|ADD|DELETE)\b", re.IGNORECASE)

# Tables that only grow: an item is put where none stands, and never again. IAM can grant PutItem
# alone, which still overwrites; this is the half of the rule that it cannot say (R25).
APPEND_ONLY = ("audit",)
_WHERE_NONE_STANDS = "attribute_not_exists(sk)"

# Operations on tables as such: they carry no items, and IAM keeps functions from them.
WITHOUT_ITEMS = frozenset(
    {
        "CreateTable",
        "DeleteTable",
        "DescribeEndpoints",
        "DescribeLimits",
        "DescribeTable",
        "DescribeTimeToLive",
        "ListTables",
        "UpdateTable",
        "UpdateTimeToLive",
    }
)


class Refused(Exception):
    """A request to the tables that the guard did not let out. Says which rule, never which key."""


@dataclass(frozen=True)
class Scope:
    """The tenants a piece of work may touch, and whether it may write."""

    tenants: frozenset[str]
    read_only: bool = False
    global_holder: str = ""


_installed: list[bool] = []
_scope: ContextVar[Scope | None] = ContextVar("tenants", default=None)


@contextmanager
def tenants(
    ids: Collection[str], *, read_only: bool = False, global_holder: str = ""
) -> Iterator[None]:
    """Let the work inside touch these tenants and no others; the scope before returns after.

    `global_holder` names who holds the GLOBAL partitions besides, and must be one of
    GLOBAL_HOLDERS. Raises ValueError for another name.
    """
    if global_holder and global_holder not in GLOBAL_HOLDERS:
        raise ValueError("not a holder of the global partitions")
    mark = _scope.set(Scope(frozenset(ids), read_only, global_holder))
    try:
        yield
    finally:
        _scope.reset(mark)


def current() -> Scope | None:
    return _scope.get()


def install() -> None:
    """Put the hook into every botocore session made from now on; doing it twice changes nothing."""
    if not _installed:
        botocore.register_initializer(_on_session)
        _installed.append(True)


def _on_session(session: Any) -> None:
    session.register("before-call.dynamodb", _before_call, unique_id="holdfast-tenant-guard")
    session.register("before-call.dynamodb-streams", _no_streams, unique_id="holdfast-no-streams")


def _before_call(model: Any, params: Mapping[str, Any], **_: Any) -> None:
    body = params.get("body", b"")
    check(model.name, json.loads(body) if body else {})


def _no_streams(**_: Any) -> None:
    raise Refused("streams name no tenant")


def check(operation: str, request: Mapping[str, Any]) -> None:
    """Refuse the request, or return. `request` is the JSON that would be sent.

    Raises Refused.
    """
    if operation in WITHOUT_ITEMS:
        return
    reader = _READERS.get(operation)
    if reader is None:
        raise Refused("operation not allowed")
    scope = _scope.get()
    if scope is None:
        raise Refused("no tenant in force")
    if scope.read_only and operation in _WRITES:
        raise Refused("read-only work may not write")
    for key in reader(request):
        _allow(scope, key)


def _allow(scope: Scope, key: str) -> None:
    if key.startswith(GLOBAL):
        kind = key.removeprefix(GLOBAL).partition("#")[0]
        if scope.global_holder and kind in GLOBAL_KINDS:
            return
    elif key in scope.tenants:
        return
    raise Refused("key of another tenant")


def _key_of(item: Mapping[str, Any]) -> str:
    """The tenant in an item or key; its index key, where it has one, must be well formed."""
    due = item.get("due")
    if due is not None and not _DUE.match(due.get("S", "")):
        raise Refused("index key out of form")
    try:
        return str(item["tenant"]["S"])
    except (KeyError, TypeError) as e:
        raise Refused("no tenant in the key") from e


def _single(request: Mapping[str, Any]) -> Iterator[str]:
    yield _key_of(request.get("Key") or request.get("Item") or {})
    _check_index_writes(request)


def _changing(request: Mapping[str, Any]) -> Iterator[str]:
    """A write to one item: in a table that only grows, a put where none stands."""
    only_grows = _short_name(request) in APPEND_ONLY
    if only_grows and request.get("ConditionExpression") != _WHERE_NONE_STANDS:
        raise Refused("the table only grows")
    if only_grows and "Item" not in request:
        raise Refused("the table only grows")
    yield from _single(request)


def _short_name(request: Mapping[str, Any]) -> str:
    return str(request.get("TableName", "")).rpartition("-")[2]


def _check_index_writes(request: Mapping[str, Any]) -> None:
    """An update may remove the index key, or set it to a shard of the due list; nothing else.

    Copies, functions and the old `AttributeUpdates` could bring in what is not seen here.
    """
    if "AttributeUpdates" in request:
        raise Refused("update of the old form")
    _, *parts = _CLAUSE.split(request.get("UpdateExpression", ""))
    for clause, terms in zip(parts[::2], parts[1::2], strict=True):
        if clause.upper() == "REMOVE":
            continue
        for term in terms.split(","):
            path, _, value = term.strip().partition("=" if clause.upper() == "SET" else " ")
            if _names_index(path.strip(), request) and not _is_shard(value.strip(), request):
                raise Refused("index key out of form")


def _names_index(path: str, request: Mapping[str, Any]) -> bool:
    first = re.split(r"[.\[\s]", path)[0]
    return request.get("ExpressionAttributeNames", {}).get(first, first) in INDEX_HASH_KEYS.values()


def _is_shard(value: str, request: Mapping[str, Any]) -> bool:
    given = request.get("ExpressionAttributeValues", {}).get(value, {})
    return bool(_DUE.match(given.get("S", "")))


def _query(request: Mapping[str, Any]) -> Iterator[str]:
    index = request.get("IndexName", "")
    if index and index not in INDEX_HASH_KEYS:
        raise Refused("index not known")
    wanted = INDEX_HASH_KEYS.get(index, "tenant")
    names = request.get("ExpressionAttributeNames", {})
    values = request.get("ExpressionAttributeValues", {})
    expression = request.get("KeyConditionExpression", "")
    found = [
        values.get(value, {}).get("S")
        for name, value in _EQUALITY.findall(expression)
        if names.get(name, name) == wanted
    ]
    if len(found) != 1 or not found[0]:
        raise Refused("query without a partition")
    yield found[0]


def _batch_get(request: Mapping[str, Any]) -> Iterator[str]:
    for wanted in request.get("RequestItems", {}).values():
        for key in wanted.get("Keys", []):
            yield _key_of(key)


def _batch_write(request: Mapping[str, Any]) -> Iterator[str]:
    for name, writes in request.get("RequestItems", {}).items():
        if _short_name({"TableName": name}) in APPEND_ONLY:
            raise Refused("the table only grows")
        for write in writes:
            put, delete = write.get("PutRequest"), write.get("DeleteRequest")
            yield _key_of(put["Item"] if put else (delete or {}).get("Key", {}))


def _transaction(request: Mapping[str, Any]) -> Iterator[str]:
    for entry in request.get("TransactItems", []):
        for action, part in entry.items():
            yield from (_changing if action in _CHANGES else _single)(part)


_READERS: dict[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    "GetItem": _single,
    "PutItem": _changing,
    "UpdateItem": _changing,
    "DeleteItem": _changing,
    "Query": _query,
    "BatchGetItem": _batch_get,
    "BatchWriteItem": _batch_write,
    "TransactGetItems": _transaction,
    "TransactWriteItems": _transaction,
}
_CHANGES = frozenset({"Put", "Update", "Delete"})
_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"})
