"""What each source sent, day by day: counts only, for the page that says whether it is working.

A process writes to one of four items a day and source, so that busy senders do not wait.
"""

import secrets
from collections.abc import Mapping
from datetime import date

from chalicelib.alerts.rows import TrafficRow
from chalicelib.alerts.traffic import Day, Fate
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction, every

_SHARDS = 4
_OUR_SHARD = secrets.randbelow(_SHARDS)


def count(
    tx: Transaction, school: SchoolId, source: str, on: date, fates: Mapping[Fate, int]
) -> None:
    sums = {fate.value: number for fate, number in fates.items() if number}
    if sums:
        sk = f"traffic#{source}#{on.isoformat()}#{_OUR_SHARD}"
        tx.update(TrafficRow, school, sk, add=sums)


def days(school: SchoolId, source: str, first: date, last: date) -> dict[date, Day]:
    """The days on which a source was heard, in one query."""
    start = f"traffic#{source}#"
    between = (f"{start}{first.isoformat()}", f"{start}{last.isoformat()}~")
    found: dict[date, dict[str, int]] = {}
    for row in every(TrafficRow, school, "", between=between, consistent=True):
        on = date.fromisoformat(row.sk.split("#")[2])
        sums = found.setdefault(on, {})
        for name, number in row.counts.items():
            sums[name] = sums.get(name, 0) + number
    return {on: Day(on, sums) for on, sums in found.items()}
