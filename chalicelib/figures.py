"""The one way anything is counted: in the transaction of the change that is counted (S91, S226).

Counts stand under the school by day, so a report of any term adds up days and nothing needs a
recount when a school edits its term dates. Each record says what it counts for as it stands; a
change moves the figures from what it was to what it is, so a correction, a merge or a reopening
leaves nothing behind (`move`). Nothing here says who: only how many.

| measure | one of these | on the day of | dimensions | amounts |
|---|---|---|---|---|
| incidents | incident | its (first) date | `type`, `place`, `platform`, `year`, `risk`: several \
each; `edition`, `severity`, `hour`, `door` | |
| incidents_acknowledged | first acknowledgement | the incident | `within`, `by` | `minutes` |
| incidents_closed | record that is closed | the incident | `outcome`, `by`, `took` | `minutes` |
| alerts | alert after grouping, not about staff | its first event | `theme`, `severity`, \
`action` | |
| alerts_escalated | alert told to a second person or more | the alert | `severity` | `steps` |
| alerts_acknowledged | first acknowledgement | the alert | `within`, `severity`, `by` | `minutes` |
| alerts_closed | alert that is closed | the alert | `outcome`, `severity`, `by`, `took` | \
`minutes` |
| feeds | delivery of a filter | its parsing | | `raised`, `joined`, `suppressed`, `repeated`, \
`not_filter`, `unreadable`, `late`, `lag` (seconds) |
| feeds_silent | alarm that a filter is silent | that day | | |
| agreements_sent | request for one person | its sending | `kind`, `role`: several | |
| agreements_signed | completed request | its sending | `kind`, `role` | |
| agreements_declined | request somebody said no to | its sending | `kind`, `role` | |
| agreements_unreachable | request with nobody to ask | its making | `kind`, `role` | |
| consents_given | yes that stands | its answer | `channel`, `how` | |
| consents_refused | no that stands, never a yes | its answer | `channel`, `how` | |
| consents_withdrawn | no that stands after a yes | its answer | `channel`, `how` | |
| register_entries | entry of a register | the entry | `register` | |
| register_steps | step taken, with its outcome | the entry | `step`: `register.step.outcome` | |
| register_closed | entry that is over | the entry | `register`, `took` | `minutes` |
| what a register's definition says | its `on` | the entry | its `by` | `minutes` if it says so |

`within` is how long something waited to be acknowledged, `took` how long until it was over, `by`
the part of whoever did it (`handlers.py` of identity), `unknown` where nobody wrote it down.

What is done to a thing is counted on the thing's own day: so in any period the acknowledged are
never more than the reported, nor the signed more than the sent. What is a state and not an event
(open, overdue, outstanding, mail that bounced) is counted nowhere here: lists and boards have it.
"""

import re
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from pynamodb.attributes import NumberAttribute

from chalicelib import clock
from chalicelib.notifications import outbox
from chalicelib.storage import Row, Table, Transaction, every, table

_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}\Z")
_VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,60}\Z")
# Busy schools count in several items, so that writers do not wait for each other. A process keeps
# to one of them: it writes one change at a time, and every count of a change lands in one item.
SHARDS = 4
_OUR_SHARD = secrets.randbelow(SHARDS)
_COPIED_AFTER = 60  # seconds
MOVED = "moved"  # how often an item was written: two looks can tell that nobody came between


class Measure(StrEnum):
    """What is counted; the table above says when and along which dimensions.

    Registers count besides what their definitions name.
    """

    INCIDENTS = "incidents"
    INCIDENTS_ACKNOWLEDGED = "incidents_acknowledged"
    INCIDENTS_CLOSED = "incidents_closed"
    ALERTS = "alerts"
    ALERTS_ESCALATED = "alerts_escalated"
    ALERTS_ACKNOWLEDGED = "alerts_acknowledged"
    ALERTS_CLOSED = "alerts_closed"
    FEEDS = "feeds"
    FEEDS_SILENT = "feeds_silent"
    AGREEMENTS_SENT = "agreements_sent"
    AGREEMENTS_SIGNED = "agreements_signed"
    AGREEMENTS_DECLINED = "agreements_declined"
    AGREEMENTS_UNREACHABLE = "agreements_unreachable"
    CONSENTS_GIVEN = "consents_given"
    CONSENTS_REFUSED = "consents_refused"
    CONSENTS_WITHDRAWN = "consents_withdrawn"
    REGISTER_ENTRIES = "register_entries"
    REGISTER_STEPS = "register_steps"
    REGISTER_CLOSED = "register_closed"


class Book(StrEnum):
    """Measures that change together stand in one item a day: one write, whatever their number."""

    INCIDENTS = "incidents"
    ALERTS = "alerts"
    AGREEMENTS = "agreements"
    REGISTERS = "registers"


_BOOKS = {
    "incidents": Book.INCIDENTS,
    "alerts": Book.ALERTS,
    "feeds": Book.ALERTS,
    "agreements": Book.AGREEMENTS,
    "consents": Book.AGREEMENTS,
}


def book_of(measure: str) -> Book:
    """Where a measure stands. What a definition of a register names is the registers', always."""
    known = measure in set(Measure)
    return _BOOKS.get(measure.partition("_")[0], Book.REGISTERS) if known else Book.REGISTERS


class Within(StrEnum):
    """How long something waited for its first acknowledgement."""

    HOUR = "hour"
    FOUR_HOURS = "four_hours"
    DAY = "day"
    THREE_DAYS = "three_days"
    LATER = "later"


class Took(StrEnum):
    """How long it was until something was over."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    TERM = "term"
    LONGER = "longer"


_LIMITS = {
    Within.HOUR: timedelta(hours=1),
    Within.FOUR_HOURS: timedelta(hours=4),
    Within.DAY: timedelta(days=1),
    Within.THREE_DAYS: timedelta(days=3),
}
_TAKEN = {
    Took.DAY: timedelta(days=1),
    Took.WEEK: timedelta(days=7),
    Took.MONTH: timedelta(days=31),
    Took.TERM: timedelta(days=100),
}


def within(waited: timedelta) -> Within:
    """The band that a waiting time falls in; a limit belongs to its own band."""
    return next((band for band, limit in _LIMITS.items() if waited <= limit), Within.LATER)


def took(lasted: timedelta) -> Took:
    """The band that the time until the end falls in; a limit belongs to its own band."""
    return next((band for band, limit in _TAKEN.items() if lasted <= limit), Took.LONGER)


def minutes(lasted: timedelta) -> int:
    """Whole minutes, none of them below nothing: clocks of two machines may differ."""
    return max(int(lasted.total_seconds() // 60), 0)


@dataclass(frozen=True, slots=True)
class Counted:
    """One thing that a record counts for: its measure, its day, and its sums as they are kept."""

    measure: str
    on: date
    sums: tuple[tuple[str, int], ...]


def counted(
    measure: str,
    on: date,
    dimensions: Mapping[str, str | Iterable[str]] | None = None,
    amounts: Mapping[str, int] | None = None,
    *,
    n: int = 1,
) -> Counted:
    """What counts as `n` things of a measure on a day.

    A dimension may hold several values: an incident of two types counts once in `n` and once under
    each type. `amounts` are whole numbers summed per thing, such as minutes waited. Names and
    values are words of code, never text from a person: raises ValueError for anything else.
    """
    sums = {"n": n}
    for dimension, values in (dimensions or {}).items():
        for value in {values} if isinstance(values, str) else set(values):
            sums[f"{_named(dimension)}:{_valued(value)}"] = n
    for name, amount in (amounts or {}).items():
        sums[f"sum:{_named(name)}"] = n * amount
    return Counted(_named(measure), on, tuple(sorted(sums.items())))


class FigureRow(Row):
    """A day's counts of one book: its attributes beside the keys are sums, as `measure/name`."""

    class Meta(Table):
        table_name = table("reports")

    moved = NumberAttribute(null=True)
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

    For what no record says of itself; what one does, `move` keeps right. Raises as `counted`.
    """
    _add(tx, school, {counted(measure, on, dimensions, amounts, n=by): 1})


def move(tx: Transaction, school: str, before: Iterable[Counted], after: Iterable[Counted]) -> None:
    """Move the school's figures from what a record counted for to what it counts for now.

    Nothing is written for what stays the same.
    """
    change = Counter(after)
    change.subtract(Counter(before))
    _add(tx, school, change)


def leave_behind(tx: Transaction, school: str, things: Iterable[Counted]) -> None:
    """Keep what a record counted for in the transaction that destroys it: figures outlive it.

    A recount adds what was left behind to what the records that are there count for.
    """
    for (on, book), sums in summed(Counter(things)).items():
        tx.update(FigureRow, school, f"gone#{on.isoformat()}#{book}", add=sums)
        tx.update(FigureRow, school, key(on, book, _OUR_SHARD), add={MOVED: 1})


def left_behind(school: str, first: date, last: date) -> Iterator[Counted]:
    """What destroyed records counted for, from one day to another."""
    between = (f"gone#{first.isoformat()}#", f"gone#{last.isoformat()}$")
    for row in every(FigureRow, school, "", between=between, consistent=True):
        day = date.fromisoformat(row.sk.split("#")[1])
        measures: dict[str, list[tuple[str, int]]] = {}
        for name, number in row.counts.items():
            measure, _, what = name.partition("/")
            if what:
                measures.setdefault(measure, []).append((what, number))
        for measure, sums in measures.items():
            yield Counted(measure, day, tuple(sorted(sums)))


def totals(school: str, measure: str, first: date, last: date) -> Totals:
    """The sums of a measure from one day to another, both included, in one query."""
    return everything(school, first, last).get(measure, Totals())


def everything(school: str, first: date, last: date) -> dict[str, Totals]:
    """The sums of every measure from one day to another, both included, in one query.

    Measures without any are absent; those that registers define are under their names.
    """
    sums: Counter[str] = Counter()
    for row in rows(school, first, last):
        sums.update(row.counts)
    found: dict[str, dict[str, int]] = {}
    for name, number in sums.items():
        measure, _, what = name.partition("/")
        if number and what:
            found.setdefault(measure, {})[what] = number
    return {measure: Totals(counts) for measure, counts in found.items()}


def summed(things: Mapping[Counted, int]) -> dict[tuple[date, Book], dict[str, int]]:
    """Things, each so many times, as the sums that stand for them: by day and book."""
    found: dict[tuple[date, Book], Counter[str]] = {}
    for each, by in things.items():
        sums = found.setdefault((each.on, book_of(each.measure)), Counter())
        for name, number in each.sums:
            sums[f"{each.measure}/{name}"] += by * number
    return {
        place: {name: number for name, number in sums.items() if number}
        for place, sums in found.items()
    }


def rows(school: str, first: date, last: date) -> Iterator[FigureRow]:
    """The items of some days, oldest first; days on which nothing was counted have none."""
    between = (f"figure#{first.isoformat()}#", f"figure#{last.isoformat()}$")  # after any "#"
    return every(FigureRow, school, "", between=between, consistent=True)


def key(on: date, book: Book, shard: int) -> str:
    """Where a day's counts of a book stand."""
    return f"figure#{on.isoformat()}#{book}#{shard}"


def set_right(
    tx: Transaction, school: str, on: date, book: Book, add: Mapping[str, int], seen: list[int]
) -> None:
    """Add what a recount found to be missing (`add`, by `measure/name`, may be below nothing).

    `seen` is how often each shard had been written when it was looked at, in their order; where
    any has been since, the transaction raises Conflict and nothing changes.
    """
    for shard, moved in enumerate(seen):
        there = FigureRow.moved == moved if moved else FigureRow.sk.does_not_exist()
        if shard == 0:
            change = {**add, MOVED: 1}
            tx.update(FigureRow, school, key(on, book, 0), add=change, condition=there)
        else:
            tx.check(FigureRow, school, key(on, book, shard), there)
    tx.after(partial(tell, school, on), once=f"figures {school} {on}")


def tell(school: str, on: date) -> None:
    """Say that a day's figures changed, so that they are copied to the trust.

    A minute later, so that a burst of changes is one copy: it covers all that came before it.
    """
    body = {"tenant": school, "figures": on.isoformat(), "at": clock.stamp(clock.now())}
    outbox.nudge("documents", [body], delay=_COPIED_AFTER)


def _add(tx: Transaction, school: str, change: Mapping[Counted, int]) -> None:
    for (on, book), sums in summed(change).items():
        if sums:
            tx.update(FigureRow, school, key(on, book, _OUR_SHARD), add={**sums, MOVED: 1})
            tx.after(partial(tell, school, on), once=f"figures {school} {on}")


def _named(name: str) -> str:
    if not _NAME.match(name):
        raise ValueError("a name that is not a word of code")
    return name


def _valued(value: str) -> str:
    if not _VALUE.match(value):
        raise ValueError("a value that is not a word of code")
    return value
