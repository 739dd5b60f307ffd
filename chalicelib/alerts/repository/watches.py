"""What silence of a source is too long, and since when it is silent."""

from chalicelib import clock
from chalicelib.alerts.rows import WatchRow
from chalicelib.alerts.silence import Limit, Watch
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction, every, get


def of(school: SchoolId, source: str) -> Watch:
    row = get(WatchRow, school, f"watch#{source}")
    return _watch(row) if row else Watch()


def all_of(school: SchoolId) -> dict[str, Watch]:
    rows = every(WatchRow, school, "watch#", consistent=True)
    return {row.sk.partition("#")[2]: _watch(row) for row in rows}


def save(tx: Transaction, school: SchoolId, source: str, watch: Watch) -> None:
    """One writer at a time is enough: a clock, or the person who presses a button."""
    silent = clock.stamp(watch.silent_since) if watch.silent_since else ""
    data = {"limit": watch.limit, "silent_since": silent, "trial": watch.trial}
    tx.put(WatchRow(school, f"watch#{source}", data=data))


def _watch(row: WatchRow) -> Watch:
    data = row.data
    since = data.get("silent_since")
    return Watch(
        Limit(data.get("limit", Limit.LEARNED)),
        clock.parse(since) if since else None,
        data.get("trial", ""),
    )
