"""The one way anything is counted: in the transaction of the change that is counted (S91, S226).

Counts stand under the school in buckets of a day and a measure, so a report of any term adds up
days and nothing needs a recount when a school edits its term dates. A correction counts the old
values with `by=-1` and the new ones with `by=1`. Nothing here says who: only how many.

| measure | one of these | on the day of | dimensions | amounts |
|---|---|---|---|---|
| incidents | incident | its (first) date | `type`, `place`: several each | |
| incidents_acknowledged | first acknowledgement | the incident | `within` | `minutes` |
| incidents_closed | closing | the incident | `outcome` | |
| alerts | alert after grouping | its first event | `theme`, `severity` | |
| alerts_acknowledged | first acknowledgement | the alert | `within` | `minutes` |
| agreements_sent | request for one child | its sending | `kind` | |
| agreements_signed | completed request | its sending | `kind` | |

What is done to a thing is counted on the thing's own day: so in any period the acknowledged are
never more than the reported, nor the signed more than the sent.
"""

import re
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from chalicelib import clock
from chalicelib.notifications import outbox
from chalicelib.storage import Row, Table, Transaction, every, table

_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}\Z")
_VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,60}\Z")
# Busy schools count in several items, so that writers do not wait for each other. A process keeps
# to one of them: it writes one change at a time, and every count of a change lands in one item.
_SHARDS = 4
_OUR_SHARD = secrets.randbelow(_SHARDS)
_COPIED_AFTER = 60  # seconds


class Measure(StrEnum):
    """What is counted; the table above says when and along which dimensions."""

    INCIDENTS = "incidents"
    INCIDENTS_ACKNOWLEDGED = "incidents_acknowledged"
    INCIDENTS_CLOSED = "incidents_closed"
    ALERTS = "alerts"
    ALERTS_ACKNOWLEDGED = "alerts_acknowledged"
    AGREEMENTS_SENT = "agreements_sent"
    AGREEMENTS_SIGNED = "agreements_signed"


class Within(StrEnum):
    """How long something waited for its first acknowledgement."""

    HOUR = "hour"
    FOUR_HOURS = "four_hours"
    DAY = "day"
    THREE_DAYS = "three_days"
    LATER = "later"


_LIMITS = {
    Within.HOUR: timedelta(hours=1),
    Within.FOUR_HOURS: timedelta(hours=4),
    Within.DAY: timedelta(days=1),
    Within.THREE_DAYS: timedelta(days=3),
}


def within(waited: timedelta) -> Within:
    """The band that a waiting time falls in; a limit belongs to its own band."""
    return next((band for band, limit in _LIMITS.items() if waited <= limit), Within.LATER)


class FigureRow(Row):
    """A day's counts of one measure: its attributes beside the keys are sums, named as counted."""

    class Meta(Table):
        table_name = table("reports")

    counts: dict[str, int]

    @classmethod
    def _instantiate(cls, attribute_values: dict[str, dict[str, Any]]) -> "FigureRow":
        row = super()._instantiate(attribute_values)
        row.counts = {
            name: int(value["N"]) for name, value in attribute_values.items() if "N" in value
        }
        return row


@dataclass(frozen=True)
class Totals:
    """Sums of one measure over some days. `counts` is as stored: `n`, `type:grooming`, `sum:…`."""

    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def n(self) -> int:
        return self.counts.get("n", 0)

    def of(self, dimension: str) -> dict[str, int]:
        """How many of each value of a dimension; values never counted are absent."""
        start = f"{dimension}:"
        return {
            name.removeprefix(start): count
            for name, count in self.counts.items()
            if name.startswith(start) and count
        }

    def amount(self, name: str) -> int:
        return self.counts.get(f"sum:{name}", 0)

    def __add__(self, other: "Totals") -> "Totals":
        both = Counter(dict(self.counts))
        both.update(other.counts)
        return Totals({name: count for name, count in both.items() if count})


def count(
    tx: Transaction,
    school: str,
    measure: str,
    dimensions: Mapping[str, str | Iterable[str]],
    on: date,
    by: int = 1,
    *,
    amounts: Mapping[str, int] | None = None,
) -> None:
    """Count one thing (or take it back with `by=-1`) in the transaction that changes it.

    A dimension may hold several values: an incident of two types counts once in `n` and once under
    each type. `amounts` are whole numbers summed per thing, such as minutes waited. Names and
    values are words of code, never text from a person: raises ValueError for anything else.
    """
    sums = {"n": by}
    for dimension, values in dimensions.items():
        for value in {values} if isinstance(values, str) else set(values):
            sums[f"{_named(dimension)}:{_valued(value)}"] = by
    for name, amount in (amounts or {}).items():
        sums[f"sum:{_named(name)}"] = by * amount
    sk = f"{_start(measure, on)}#{_OUR_SHARD}"
    tx.update(FigureRow, school, sk, add=sums)
    tx.after(lambda: _tell(school, on))


def totals(school: str, measure: str, first: date, last: date) -> Totals:
    """The sums of a measure from one day to another, both included, in one query."""
    summed = Totals()
    for _, day in days(school, measure, first, last):
        summed += day
    return summed


def days(school: str, measure: str, first: date, last: date) -> Iterator[tuple[date, Totals]]:
    """The same, a day's shard at a time, oldest first; days without any are absent."""
    between = (_start(measure, first), f"{_start(measure, last)}$")  # "$" sorts after "#"
    for row in every(FigureRow, school, "", between=between, consistent=True):
        day = row.sk.split("#")[2]
        yield date.fromisoformat(day), Totals(row.counts)


def _tell(school: str, on: date) -> None:
    """Say that a day's figures changed, so that they are copied to the trust.

    A minute later, so that a burst of changes is one copy: it covers all that came before it.
    """
    body = {"tenant": school, "figures": on.isoformat(), "at": clock.stamp(clock.now())}
    outbox.nudge("documents", [body], delay=_COPIED_AFTER)


def _start(measure: str, on: date) -> str:
    return f"figure#{_named(measure)}#{on.isoformat()}"


def _named(name: str) -> str:
    if not _NAME.match(name):
        raise ValueError("a name that is not a word of code")
    return name


def _valued(value: str) -> str:
    if not _VALUE.match(value):
        raise ValueError("a value that is not a word of code")
    return value
