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
from chalicelib.storage import expressions
from chalicelib.storage.connection import call, item_of
from chalicelib.storage.rows import Row

MOST_WRITES = 100
_TRIES = 12
_AGAIN = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
_AGAIN_WHOLE = {"TransactionInProgressException", "TransactionConflictException"}
_ABSENT = "attribute_not_exists(sk)"
_UNVERSIONED = "attribute_exists(sk) AND attribute_not_exists(version)"


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
    _once: set[str] = field(default_factory=set)
    _otherwise: list[Callable[[], object]] = field(default_factory=list)

    def create(self, row: Row, *, error: AppError | None = None) -> None:
        """Write a row that must not exist yet."""
        self._put(row, error, ConditionExpression=_ABSENT)

    def put(self, row: Row) -> None:
        """Write a row whatever stood there: for what has one writer and no history."""
        self._put(row, None)

    def replace(self, row: Row, *, error: AppError | None = None) -> None:
        """Write a row that was read: it must still be at `row.version`, which goes up by one.

        One that never had a version must still have none.
        """
        before = row.attribute_values.get("version")
        row.version = int(before or 0) + 1
        if before is None:
            self._put(row, error, ConditionExpression=_UNVERSIONED)
            return
        self._put(
            row,
            error,
            ConditionExpression="version = :before",
            ExpressionAttributeValues={":before": {"N": str(int(before))}},
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
        request = expressions.update(row, tenant, sk, set or {}, remove, add or {}, condition)
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
        request = expressions.addressed(row, tenant, sk) | expressions.conditioned(condition)
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
        request = expressions.addressed(row, tenant, sk) | expressions.conditioned(condition)
        self._writes.append(_Write("ConditionCheck", request, error))

    def after(self, then: Callable[[], None], *, once: str = "") -> None:
        """Do something once it is committed. For nudges only: it may be lost, and is logged.

        Of several under the same `once` the first is done and the others are not.
        """
        if once not in self._once:
            self._after.append(then)
        if once:
            self._once.add(once)

    def otherwise(self, undo: Callable[[], object]) -> None:
        """Do something if it is not committed: take back what stands in memory only."""
        self._otherwise.append(undo)

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
        writes = self._writes + [
            _Write("Update", expressions.sums(*place, amounts))
            for place, amounts in self._sums.items()
        ]
        if writes:
            if len(writes) > MOST_WRITES:
                raise ValueError("a transaction holds at most 100 writes")
            _send(writes)
        for then in self._after:
            try:
                then()
            except Exception as e:  # noqa: BLE001  # a nudge: the sweep does what it would have
                failure("after-commit step failed", e)

    def abandon(self) -> None:
        """Take back what was kept for it; `transaction()` does it when nothing was committed."""
        for undo in self._otherwise:
            undo()


@contextmanager
def transaction() -> Iterator[Transaction]:
    """Gather writes and commit them together when the block ends without an exception.

    Raises the error that a failed write named, Conflict for one that named none, and Unavailable
    when the tables kept refusing.
    """
    tx = Transaction()
    try:
        yield tx
        tx.commit()
    except BaseException:
        tx.abandon()
        raise


Also = Callable[[Transaction], None]  # what else is written with a change


def nothing_more(tx: Transaction) -> None:
    """Write nothing besides."""


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
