"""The one DynamoDB connection of the process: a new one costs 60 to 110 ms."""

from collections.abc import Callable
from functools import cache
from typing import Any

from botocore.config import Config
from botocore.exceptions import ConnectionError, HTTPClientError  # noqa: A004  # botocore's own
from pynamodb.connection import Connection
from pynamodb.exceptions import VerboseClientError

from chalicelib.errors import Unavailable
from chalicelib.storage.rows import Row, Table

# Told of every call and the units it used, as (operation, units). The tests' meter (P9).
meters: list[Callable[[str, float], None]] = []


def on_session(session: Any) -> None:
    """Say who asks in one fixed word: botocore builds its own long one twice for every call, which
    is a quarter of what it computes for a small read (P1).
    """
    session.set_default_client_config(Config(user_agent="holdfast"))


@cache
def connection() -> Connection:
    return Connection(
        region=Table.region,
        read_timeout_seconds=Table.read_timeout_seconds,
        connect_timeout_seconds=Table.connect_timeout_seconds,
        max_retry_attempts=Table.max_retry_attempts,
    )


# What botocore itself has tried again, four times, before it is told to us.
_NOT_SERVED = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
    }
)


def call(operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """Send one request through PynamoDB's connection, so through the guard.

    Raises Unavailable when the tables did not serve it, however often it was tried.
    """
    request.setdefault("ReturnConsumedCapacity", "TOTAL")
    try:
        answer: dict[str, Any] = connection().dispatch(operation, request)
    except (ConnectionError, HTTPClientError) as e:
        raise Unavailable from e
    except VerboseClientError as e:
        if e.response["Error"]["Code"] in _NOT_SERVED:
            raise Unavailable from e
        raise
    for meter in meters:
        meter(operation, _units(answer.get("ConsumedCapacity")))
    return answer


def _units(consumed: Any) -> float:
    parts = consumed if isinstance(consumed, list) else [consumed or {}]
    return sum(float(part.get("CapacityUnits", 0.0)) for part in parts)


def item_of(row: Row) -> dict[str, Any]:
    """A row as DynamoDB's JSON."""
    return row.serialize()


def key_of(tenant: str, sk: str) -> dict[str, Any]:
    return {"tenant": {"S": tenant}, "sk": {"S": sk}}
