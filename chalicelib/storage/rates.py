"""Rate limits: how often something was tried in a window, counted in the tables (R10, R17).

The count is a plain ADD and so may count a try twice when a reply is lost: it then errs towards
refusing, which is why it needs no request id (R32). A bucket refills all the time; it is one
number, the moment at which it will be full again.
"""

import math
from datetime import timedelta

from pynamodb.attributes import NumberAttribute
from pynamodb.exceptions import VerboseClientError

from chalicelib import clock, ids
from chalicelib.errors import TooMany
from chalicelib.storage.connection import call, key_of
from chalicelib.storage.guard import tenants
from chalicelib.storage.rows import Row, Table, table


class RateRow(Row):
    class Meta(Table):
        table_name = table("ephemera")

    tries = NumberAttribute()
    expires = NumberAttribute()


def hit(name: str, of: str, *, limit: int, per: timedelta) -> None:
    """Count one try of `name` by `of` (an address, a person, a source), kept only as a digest.

    Raises TooMany with the seconds left in the window once `limit` tries are passed.
    """
    if (wait := over(name, of, limit=limit, per=per)) is not None:
        raise TooMany(wait)


def over(name: str, of: str, *, limit: int, per: timedelta, by: int = 1) -> int | None:
    """Count one try, or `by`; the seconds left in the window when past the limit, else None."""
    seconds = int(per.total_seconds())
    moment = int(clock.now().timestamp())
    window = moment // seconds
    with tenants((), global_holder="rates"):  # one session of the process for every tenant's counts
        answer = call(
            "UpdateItem",
            {
                "TableName": RateRow.Meta.table_name,
                "Key": key_of(f"GLOBAL#rate#{ids.digest(f'{name}|{of}')}", f"window#{window}"),
                "UpdateExpression": "ADD tries :one SET expires = :expires",
                "ExpressionAttributeValues": {
                    ":one": {"N": str(by)},
                    ":expires": {"N": str((window + 2) * seconds)},
                },
                "ReturnValues": "UPDATED_NEW",
            },
        )
    tries = int(answer["Attributes"]["tries"]["N"])
    return (window + 1) * seconds - moment if tries > limit else None


def take(name: str, of: str, *, tokens: int, per_minute: int, most: int) -> int | None:
    """Take tokens from a bucket that holds `most` and gains `per_minute`.

    None when they were there; else whole seconds, at least one, until as many could be.
    """
    now = int(clock.now().timestamp() * 1000)
    costs = tokens * 60_000 // per_minute
    room = most * 60_000 // per_minute - costs
    key = bucket_key(name, of)
    with tenants((), global_holder="rates"):
        for condition, full in (
            ("attribute_not_exists(full_at) OR full_at <= :now", ":now + :costs"),
            ("full_at > :now AND full_at <= :most", "full_at + :costs"),
        ):
            if _taken(key, condition, full, now=now, costs=costs, most=now + room):
                return None
    return max(1, math.ceil(costs / 1000))


def bucket_key(name: str, of: str) -> dict[str, object]:
    """Where a bucket is kept."""
    return key_of(f"GLOBAL#rate#{ids.digest(f'{name}|{of}')}", "bucket")


def _taken(
    key: dict[str, object], condition: str, full: str, *, now: int, costs: int, most: int
) -> bool:
    values = {":now": now, ":costs": costs, ":most": most}
    if full.startswith(":now"):
        full, values = ":full", {":now": now, ":full": now + costs}
    values[":expires"] = now // 1000 + 3600
    request = {
        "TableName": RateRow.Meta.table_name,
        "Key": key,
        "UpdateExpression": f"SET full_at = {full}, expires = :expires",
        "ConditionExpression": condition,
        "ExpressionAttributeValues": {name: {"N": str(each)} for name, each in values.items()},
    }
    try:
        call("UpdateItem", request)
    except VerboseClientError as e:
        if e.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True
