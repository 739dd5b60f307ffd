"""The list of what is due: a sparse index over the outbox table in sixteen shards.

A row that waits for its time carries `due` (its shard) and `due_at`; a row that is done carries
neither. The shards are one of GLOBAL's four kinds: keys only, no personal data. The sweep reads
them every minute, so a lost nudge, a killed sender or a missed tick costs a minute, not a message.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib import clock
from chalicelib.storage import tenants
from chalicelib.storage.connection import call
from chalicelib.storage.guard import INDEX_HASH_KEYS
from chalicelib.storage.rows import table

INDEX = next(iter(INDEX_HASH_KEYS))
SHARDS = tuple(f"GLOBAL#due#0{digit:x}" for digit in range(16))


@dataclass(frozen=True)
class Due:
    """One row whose time has come."""

    tenant: str
    sk: str
    at: datetime


def shard() -> str:
    return secrets.choice(SHARDS)


def now_due(now: datetime, *, most: int = 500) -> Iterator[Due]:
    """What is due at `now`, oldest first within a shard, at most `most` a shard."""
    for name in SHARDS:
        yield from of_shard(name, now, most=most)


def of_shard(name: str, now: datetime, *, most: int = 500) -> list[Due]:
    """What is due at `now` in one shard, oldest first."""
    with tenants((), read_only=True, global_holder="sweep"):
        answer = call(
            "Query",
            {
                "TableName": table("outbox"),
                "IndexName": INDEX,
                "KeyConditionExpression": "due = :due AND due_at <= :now",
                "ExpressionAttributeValues": {
                    ":due": {"S": name},
                    ":now": {"S": clock.stamp(now)},
                },
                "Limit": most,
            },
        )
    return [
        Due(item["tenant"]["S"], item["sk"]["S"], clock.parse(item["due_at"]["S"]))
        for item in answer.get("Items", [])
    ]
