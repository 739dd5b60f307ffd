"""Whether the figures are what the records say: pure, so that it can be tried on any history.

Stored figures are looked at before and after the records are read. A day that was written in
between is left for another time: what was read of it may be of either side.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from chalicelib import figures
from chalicelib.figures import MOVED, SHARDS, Book, Counted, FigureRow

Place = tuple[date, Book]


@dataclass(frozen=True)
class Stored:
    """A day of a book as it stands: its sums, and how often each of its shards was written."""

    sums: Mapping[str, int] = field(default_factory=dict)
    moved: tuple[int, ...] = (0,) * SHARDS


@dataclass(frozen=True)
class Difference:
    """A figure that is not what the records say, as `incidents` and `type:grooming`."""

    on: date
    measure: str
    name: str
    stored: int
    counted: int


@dataclass(frozen=True)
class Wrong:
    """A day of a book that is to be set right, and what is wrong with it."""

    on: date
    book: Book
    moved: tuple[int, ...]
    differences: tuple[Difference, ...]

    @property
    def add(self) -> dict[str, int]:
        """What must be added to the sums as they stand."""
        return {
            f"{each.measure}/{each.name}": each.counted - each.stored for each in self.differences
        }


def stored(rows: Iterable[FigureRow]) -> dict[Place, Stored]:
    """The items of some days as sums by day and book."""
    sums: dict[Place, Counter[str]] = {}
    moved: dict[Place, list[int]] = {}
    for row in rows:
        _, on, book, shard = row.sk.split("#")
        place = date.fromisoformat(on), Book(book)
        found = {name: n for name, n in row.counts.items() if "/" in name}
        sums.setdefault(place, Counter()).update(found)
        moved.setdefault(place, [0] * SHARDS)[int(shard)] = row.counts.get(MOVED, 0)
    return {place: Stored(dict(sums[place]), tuple(moved[place])) for place in sums}


def compared(
    before: Mapping[Place, Stored],
    things: Iterable[Counted],
    after: Mapping[Place, Stored],
    first: date,
    last: date,
) -> list[Wrong]:
    """The days, from one to another, whose figures are not what the records count for.

    `things` are what the records count for; those of other days are passed over.
    """
    true = figures.summed(Counter(each for each in things if first <= each.on <= last))
    found = []
    for place in sorted({*true, *before, *after}):
        was, now = before.get(place, Stored()), after.get(place, Stored())
        if was != now or not first <= place[0] <= last:
            continue
        differences = tuple(_differences(place[0], now.sums, true.get(place, {})))
        if differences:
            found.append(Wrong(*place, now.moved, differences))
    return found


def _differences(
    on: date, stood: Mapping[str, int], true: Mapping[str, int]
) -> Iterable[Difference]:
    for name in sorted({*stood, *true}):
        if stood.get(name, 0) != true.get(name, 0):
            measure, _, what = name.partition("/")
            yield Difference(on, measure, what, stood.get(name, 0), true.get(name, 0))
