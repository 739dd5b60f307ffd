"""Hide small numbers so that no sum or difference brings them back (R-GOV 2).

A number from 1 to one under the threshold could point at a child, so it is hidden, and further
numbers are hidden with it until, for whoever knows every number shown and how the totals add up,
each hidden one could still be at least `threshold` different numbers. All hidden numbers look
alike, or their looks would tell which ones are small; now and then a nought is among them.

Tables that count the same things share their totals by school. A total hidden in one could follow
from two of them together, so these totals are shown throughout: a school with too few is hidden
whole, and only counted together with at least one more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from chalicelib.reports.slack import UNBOUNDED, Place, Slack

Counts = Sequence[int]
Hidden = int | None
_TRIALS = 60


@dataclass(frozen=True)
class Counted:
    """A table of counts, a row for each school. `several`: a thing may stand in several columns."""

    rows: Sequence[Counts]
    several: bool = False


@dataclass(frozen=True)
class Shown:
    """A table as it may be published: a hidden number is None.

    `together` is the row of the schools that are hidden whole, where there are any.
    """

    rows: tuple[tuple[Hidden, ...], ...]
    column_totals: tuple[Hidden, ...]
    together: tuple[Hidden, ...] = ()

    def picked(self, columns: Sequence[int]) -> "Shown":
        """The same table with its columns in another order."""

        def turned(row: tuple[Hidden, ...]) -> tuple[Hidden, ...]:
            return tuple(row[column] for column in columns) if row else ()

        return Shown(
            tuple(turned(row) for row in self.rows),
            turned(self.column_totals),
            turned(self.together),
        )


@dataclass(frozen=True)
class ShownTogether:
    """Tables of the same things: their common totals, and each as it may be published."""

    row_totals: tuple[Hidden, ...]
    total: Hidden
    apart: tuple[int, ...]
    apart_total: Hidden
    tables: tuple[Shown, ...]

    @property
    def hides(self) -> bool:
        shown = [self.total, *self.row_totals]
        for table in self.tables:
            shown += [n for row in (*table.rows, table.column_totals) for n in row]
        return None in shown


def total_of(numbers: Iterable[Hidden]) -> Hidden:
    """A sum: hidden as soon as one of its numbers is."""
    found = list(numbers)
    known = [n for n in found if n is not None]
    return sum(known) if len(known) == len(found) else None


def hide_together(numbers: Counts, *tables: Counted, threshold: int) -> ShownTogether:
    """Hide in tables whose rows add up to `numbers` (or to no less, where a thing counts twice).

    `apart` names the rows that are hidden whole; `apart_total` is what they come to.
    """
    apart = _too_few(numbers, threshold)
    if apart is None:
        return _nothing_shown(numbers, tables)
    groups = [[row] for row in range(len(numbers)) if row not in apart] + ([apart] if apart else [])
    return ShownTogether(
        row_totals=tuple(None if row in apart else n for row, n in enumerate(numbers)),
        total=sum(numbers),
        apart=tuple(apart),
        apart_total=sum(numbers[row] for row in apart) if apart else None,
        tables=tuple(_hide(numbers, table, groups, apart, threshold) for table in tables),
    )


def hide_list(
    number: int, parts: Counts, *, threshold: int, several: bool = False
) -> tuple[Hidden, ...]:
    """Hide in one list of counts whose total is known; all of it where the total is too small."""
    table = Counted([parts], several)
    return hide_together([number], table, threshold=threshold).tables[0].rows[0]


def _too_few(numbers: Counts, threshold: int) -> list[int] | None:
    """The rows to hide whole: those with too few, and company for them. None: there is none."""
    apart = {row for row, n in enumerate(numbers) if 0 < n < threshold}
    others = sorted((n, row) for row, n in enumerate(numbers) if n and row not in apart)
    while apart and (len(apart) < 2 or sum(numbers[row] for row in apart) < threshold):
        if not others:
            return None
        apart.add(others.pop(0)[1])
    return sorted(apart)


def _nothing_shown(numbers: Counts, tables: Iterable[Counted]) -> ShownTogether:
    """Every number but the noughts is hidden."""

    def blank(counts: Iterable[int]) -> tuple[Hidden, ...]:
        return tuple(None if n else 0 for n in counts)

    return ShownTogether(
        row_totals=blank(numbers),
        total=None,
        apart=(),
        apart_total=None,
        tables=tuple(
            Shown(
                rows=tuple(blank(row) for row in table.rows),
                column_totals=blank(_added(table.rows)),
            )
            for table in tables
        ),
    )


def _hide(
    numbers: Counts, table: Counted, groups: list[list[int]], apart: list[int], threshold: int
) -> Shown:
    grid = _Grid(
        [_added([table.rows[row] for row in group]) for group in groups],
        threshold,
        limits=[sum(numbers[row] for row in group) for group in groups] if table.several else [],
    )
    grid.protect()
    *rows, totals = grid.shown()
    columns = len(totals)
    by_row = {group[0]: shown for group, shown in zip(groups, rows, strict=True) if group != apart}
    return Shown(
        rows=tuple(by_row.get(row, (None,) * columns) for row in range(len(table.rows))),
        column_totals=totals,
        together=rows[-1] if apart else (),
    )


def _added(rows: Sequence[Counts]) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)]


class _Grid:
    """A table with the columns' totals as its last row, and what is hidden of it so far.

    Where a thing may stand in several columns, `limits` are how many things each row counts: no
    number of the row is above it, and what the row comes to beyond it nobody is shown. That rest
    is one more column here, which has no total.
    """

    def __init__(self, rows: Sequence[Counts], threshold: int, limits: Counts) -> None:
        self.threshold = threshold
        self.values = [list(row) for row in rows]
        self.values.append(_added(rows))
        self.last_row = len(rows)
        self.columns = range(len(self.values[-1]))
        self.limits = limits
        self.hidden: set[Place] = set()
        self.slack = Slack(self.last_row + 1, len(self.columns) + 1)
        for row, limit in enumerate(limits):
            rest = sum(self.values[row]) - limit
            self.slack.add((row, len(self.columns)), rise=rest, fall=UNBOUNDED)
        if limits:
            self.slack.add((self.last_row, len(self.columns)), rise=UNBOUNDED, fall=UNBOUNDED)

    def protect(self) -> None:
        """Hide the small numbers, then more until no hidden one can be worked out."""
        for place in self._places():
            if 0 < self._value(place) < self.threshold:
                self._hide(place)
        while self._mend_lines() or self._mend_cells():
            pass

    def shown(self) -> list[tuple[Hidden, ...]]:
        return [
            tuple(None if (row, n) in self.hidden else values[n] for n in self.columns)
            for row, values in enumerate(self.values)
        ]

    def _places(self) -> Iterable[Place]:
        return product(range(self.last_row + 1), self.columns)

    def _value(self, place: Place) -> int:
        return self.values[place[0]][place[1]]

    def _hide(self, place: Place) -> None:
        self.hidden.add(place)
        self.slack.add(place, *self._room(place))

    def _room(self, place: Place) -> tuple[int, int]:
        """How far a hidden number could rise and fall for all that a reader knows of it alone.

        A column's total stands on the other side of its equation: it moves against the column.
        """
        value = self._value(place)
        if place[0] == self.last_row:
            return value, UNBOUNDED
        return (self.limits[place[0]] - value if self.limits else UNBOUNDED), value

    def _row(self, row: int) -> list[Place]:
        return [(row, column) for column in self.columns]

    def _column(self, column: int) -> list[Place]:
        return [(row, column) for row in range(self.last_row + 1)]

    def _mend_lines(self) -> bool:
        """See that what is hidden in each row and column is not alone and not small in sum."""
        changed = False
        lines = [] if self.limits else [self._row(row) for row in range(self.last_row + 1)]
        lines += [self._column(column) for column in self.columns]
        for line in lines:
            while self._tells(line) and self._hide_smallest(line):
                changed = True
        return changed

    def _tells(self, line: list[Place]) -> bool:
        """Whether subtraction in one line gives a number, or a sum of hidden ones that is small."""
        hidden = [place for place in line if place in self.hidden]
        if len(hidden) < 2:
            return bool(hidden)
        crosses = line[0][1] == line[-1][1]
        if crosses and line[-1] in self.hidden:
            return False
        return sum(map(self._value, hidden)) < self.threshold

    def _mend_cells(self) -> bool:
        """See that every hidden number could be enough different numbers."""
        changed = False
        for place in sorted(self.hidden):
            while not self._safe(place) and self._help(place):
                changed = True
        return changed

    def _safe(self, place: Place) -> bool:
        return self.slack.moves(place, max(1, self.threshold - 1))

    def _help(self, place: Place) -> bool:
        """Hide one more number for the sake of a hidden one; says whether there was any.

        The smallest that makes it safe by itself, else the smallest in its row or column.
        """
        row, column = place
        lines = self._row(row) + self._column(column)
        rows = [r for r in range(self.last_row + 1) if (r, column) in self.hidden]
        columns = [c for c in self.columns if (row, c) in self.hidden]
        for candidate in self._smallest_first([*lines, *product(rows, columns)])[:_TRIALS]:
            self.slack.add(candidate, *self._room(candidate))
            if self._safe(place):
                self.hidden.add(candidate)
                return True
            self.slack.take(candidate)
        return self._hide_smallest(lines) or self._hide_smallest(self._places())

    def _hide_smallest(self, places: Iterable[Place]) -> bool:
        smallest = self._smallest_first(places)
        if smallest:
            self._hide(smallest[0])
        return bool(smallest)

    def _smallest_first(self, places: Iterable[Place]) -> list[Place]:
        """Those that still show; noughts hide little, and totals tell a reader the most."""
        shows = {place for place in places if place not in self.hidden}

        def cost(place: Place) -> tuple[bool, bool, int, Place]:
            return place[0] == self.last_row, not self._value(place), self._value(place), place

        return sorted(shows, key=cost)
