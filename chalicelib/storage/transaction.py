"""The unit of work: everything a use case writes, in one TransactWriteItems or not at all.

It carries a ClientRequestToken, so a reply that got lost is not a second write (R32). A conflict
with another writer is tried again with jitter and never shown. Each write may name the error that
its failed condition means.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pynamodb.exceptions import VerboseClientError
from pynamodb.expressions.condition import Condition

from chalicelib import ids
from chalicelib.errors import AppError, Conflict, Unavailable
from chalicelib.observability import failure
from chalicelib.storage.connection import call, item_of, key_of
from chalicelib.storage.rows import Row

MOST_WRITES = 100
_TRIES = 12
_AGAIN = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
_AGAIN_WHOLE = {"TransactionInProgressException", "TransactionConflictException"}
_ABSENT = "attribute_not_exists(sk)"


@dataclass
class _Write:
    action: str
    request: dict[str, Any]
    error: AppError | None = None


@dataclass
class Transaction:
    """Writes gathered by a use case; `transaction()` commits them when its block ends."""

    _writes: list[_Write] = field(default_factory=list)
    _sums: dict[tuple[str, str, str], dict[str, float]] = field(default_factory=dict)
    _after: list[Callable[[], None]] = field(default_factory=list)

    def create(self, row: Row, *, error: AppError | None = None) -> None:
        """Write a row that must not exist yet."""
        self._put(row, error, ConditionExpression=_ABSENT)

    def put(self, row: Row) -> None:
        """Write a row whatever stood there: for what has one writer and no history."""
        self._put(row, None)

    def replace(self, row: Row, *, error: AppError | None = None) -> None:
        """Write a row that was read: it must still be at `row.version`, which goes up by one."""
        before = int(row.version or 0)
        row.version = before + 1
        self._put(
            row,
            error,
            ConditionExpression="version = :before",
            ExpressionAttributeValues={":before": {"N": str(before)}},
        )

    def update(
        self,
        row: type[Row],
        tenant: str,
        sk: str,
        *,
        set: Mapping[str, Any] | None = None,  # noqa: A002  # the word DynamoDB uses
        remove: tuple[str, ...] = (),
        add: Mapping[str, float] | None = None,
        condition: Condition | None = None,
        error: AppError | None = None,
    ) -> None:
        """Change attributes of a row by name. Sums alone (`add`) to one row are merged into one.

        Names in `set` that the row class declares are written in its types; others must be text,
        numbers or booleans.
        """
        if add and not set and not remove and condition is None:
            sums = self._sums.setdefault((row.Meta.table_name, tenant, sk), {})
            for name, amount in add.items():
                sums[name] = sums.get(name, 0) + amount
            return
        request = _update_request(row, tenant, sk, set or {}, remove, add or {}, condition)
        self._writes.append(_Write("Update", request, error))

    def delete(
        self,
        row: type[Row],
        tenant: str,
        sk: str,
        *,
        condition: Condition | None = None,
        error: AppError | None = None,
    ) -> None:
        request = _addressed(row, tenant, sk) | _conditioned(condition)
        self._writes.append(_Write("Delete", request, error))

    def check(
        self,
        row: type[Row],
        tenant: str,
        sk: str,
        condition: Condition,
        *,
        error: AppError | None = None,
    ) -> None:
        """Let the whole go through only if a row that is not written meets a condition."""
        request = _addressed(row, tenant, sk) | _conditioned(condition)
        self._writes.append(_Write("ConditionCheck", request, error))

    def after(self, then: Callable[[], None]) -> None:
        """Do something once it is committed. For nudges only: it may be lost, and is logged."""
        self._after.append(then)

    @property
    def writes(self) -> int:
        """How many items the transaction writes or checks so far."""
        return len(self._writes) + len(self._sums)

    def _put(self, row: Row, error: AppError | None, **more: Any) -> None:
        name = row.Meta.table_name
        request = {"TableName": name, "Item": item_of(row), **more}
        self._writes.append(_Write("Put", request, error))

    def commit(self) -> None:
        """Send the writes; `transaction()` does it when its block ends."""
        writes = self._writes + [_sum_write(place, sums) for place, sums in self._sums.items()]
        if writes:
            if len(writes) > MOST_WRITES:
                raise ValueError("a transaction holds at most 100 writes")
            _send(writes)
        for then in self._after:
            try:
                then()
            except Exception as e:  # noqa: BLE001  # a nudge: the sweep does what it would have
                failure("after-commit step failed", e)


@contextmanager
def transaction() -> Iterator[Transaction]:
    """Gather writes and commit them together when the block ends without an exception.

    Raises the error that a failed write named, Conflict for one that named none, and Unavailable
    when the tables kept refusing.
    """
    tx = Transaction()
    yield tx
    tx.commit()


def put_once(row: Row) -> None:
    """Write one row with an id of its own outside any transaction.

    Safe to repeat: when the reply to a write that succeeded was lost, the retry's failed condition
    is our own row, and is success (R32).
    """
    try:
        call(
            "PutItem",
            {
                "TableName": row.Meta.table_name,
                "Item": item_of(row),
                "ConditionExpression": _ABSENT,
            },
        )
    except VerboseClientError as e:
        if e.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise


def _send(writes: list[_Write]) -> None:
    request = {
        "TransactItems": [{write.action: write.request} for write in writes],
        "ClientRequestToken": ids.secret()[:36],
    }
    last: VerboseClientError | None = None
    for attempt in range(_TRIES):
        try:
            call("TransactWriteItems", dict(request))
        except VerboseClientError as e:
            if not _worth_another_try(e, writes):
                raise
            last = e
        else:
            return
        # Jitter in the whole interval: writers that collided do not meet again.
        time.sleep(random.uniform(0.005, 0.02 * 2 ** min(attempt, 5)))
    raise Unavailable from last


def _worth_another_try(error: VerboseClientError, writes: list[_Write]) -> bool:
    """Whether the same request may go again; raises what a failed condition means."""
    code = error.response["Error"]["Code"]
    if code in _AGAIN_WHOLE:
        return True
    if code != "TransactionCanceledException":
        return False
    reasons = [reason.code if reason else "" for reason in error.cancellation_reasons]
    for reason, write in zip(reasons, writes, strict=False):
        if reason == "ConditionalCheckFailed":
            raise (write.error or Conflict()) from error
    return any(reason in _AGAIN for reason in reasons)


def _addressed(row: type[Row], tenant: str, sk: str) -> dict[str, Any]:
    return {"TableName": row.Meta.table_name, "Key": key_of(tenant, sk)}


def _conditioned(condition: Condition | None) -> dict[str, Any]:
    if condition is None:
        return {}
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    request: dict[str, Any] = {"ConditionExpression": condition.serialize(names, values)}
    if names:
        request["ExpressionAttributeNames"] = {short: name for name, short in names.items()}
    if values:
        request["ExpressionAttributeValues"] = values
    return request


def _update_request(
    row: type[Row],
    tenant: str,
    sk: str,
    set_to: Mapping[str, Any],
    remove: tuple[str, ...],
    add: Mapping[str, float],
    condition: Condition | None,
) -> dict[str, Any]:
    request = _addressed(row, tenant, sk) | _conditioned(condition)
    names = request.setdefault("ExpressionAttributeNames", {})
    values = request.setdefault("ExpressionAttributeValues", {})

    def named(name: str) -> str:
        short = f"#u{len(names)}"
        names[short] = name
        return short

    def valued(value: dict[str, Any]) -> str:
        short = f":u{len(values)}"
        values[short] = value
        return short

    parts = [
        _clause("SET", [f"{named(n)} = {valued(_typed(row, n, v))}" for n, v in set_to.items()]),
        _clause("REMOVE", [named(name) for name in remove]),
        _clause("ADD", [f"{named(n)} {valued({'N': _number(v)})}" for n, v in add.items()]),
    ]
    request["UpdateExpression"] = " ".join(part for part in parts if part)
    if not values:
        del request["ExpressionAttributeValues"]
    return request


def _clause(word: str, terms: list[str]) -> str:
    return f"{word} {', '.join(terms)}" if terms else ""


def _typed(row: type[Row], name: str, value: Any) -> dict[str, Any]:
    attribute = row.get_attributes().get(name)
    if attribute is not None:
        return {attribute.attr_type: attribute.serialize(value)}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int | float):
        return {"N": _number(value)}
    return {"S": str(value)}


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _sum_write(place: tuple[str, str, str], sums: Mapping[str, float]) -> _Write:
    table_name, tenant, sk = place
    names = {f"#s{n}": name for n, name in enumerate(sums)}
    values = {f":s{n}": {"N": _number(amount)} for n, amount in enumerate(sums.values())}
    terms = [f"#s{n} :s{n}" for n in range(len(sums))]
    return _Write(
        "Update",
        {
            "TableName": table_name,
            "Key": key_of(tenant, sk),
            "UpdateExpression": _clause("ADD", terms),
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        },
    )
