"""Rate limits: how often something was tried in a window, counted in the tables (R10, R17).

The count is a plain ADD and so may count a try twice when a reply is lost: it then errs towards
refusing, which is why it needs no request id (R32).
"""

from datetime import timedelta

from pynamodb.attributes import NumberAttribute

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
