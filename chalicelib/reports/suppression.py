"""Hide small numbers so that no sum or difference in the same table brings them back (R-GOV 2).

A number from 1 to one under the threshold could point at a child, so it is hidden, and further
numbers are hidden with it until, for whoever knows every number shown and how the totals add up,
each hidden one could still be as many different numbers as "fewer than five" leaves open. Totals
are hidden as a last resort. Noughts are shown: nobody is behind them. All hidden numbers look
alike, or their looks would tell which ones are small.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from chalicelib.reports.slack import UNBOUNDED, Place, Slack

_TRIALS = 60


@dataclass(frozen=True)
class Shown:
    """A table as it may be published: a hidden number is None."""

    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None

    @property
    def hides(self) -> bool:
        numbers = [*self.row_totals, *self.column_totals, self.total]
        return any(n is None for row in (*self.cells, numbers) for n in row)


def hide(
    cells: Sequence[Sequence[int]],
    *,
    threshold: int,
    row_totals: bool = True,
    column_totals: bool = True,
    row_limits: Sequence[int] = (),
    hidden_totals: Collection[int] = (),
    hidden_total: bool = False,
) -> Shown:
    """Hide what must be hidden in a table of counts that will be shown with these totals.

    Totals that are not shown are nothing to subtract from; they come back as None. `row_limits`
    are numbers known from elsewhere that no cell of the row can exceed (incidents in all, where
    one incident may be of several types). `hidden_totals` are the rows, and `hidden_total` says
    whether the total, that are hidden elsewhere and so must not follow from this table either.
    """
    grid = _Grid(cells, threshold, (row_totals, column_totals), row_limits)
    if threshold > 1:
        grid.withhold(hidden_totals, total=hidden_total)
        grid.protect()
    return grid.shown()


def hide_list(
    numbers: Sequence[int], *, threshold: int, hidden_total: bool = False
) -> tuple[tuple[int | None, ...], int | None]:
    """The same for one list of counts and its total."""
    shown = hide(
        [numbers],
        threshold=threshold,
        column_totals=False,
        hidden_totals=[0] if hidden_total else [],
        hidden_total=hidden_total,
    )
    return shown.cells[0], shown.row_totals[0]


@dataclass(frozen=True)
class ShownTogether:
    """Tables over the same rows and lists over the whole, hidden so that none gives another away.

    `tables[0]` is where the rows' totals and the total are to be read.
    """

    tables: tuple[Shown, ...]
    lists: tuple[tuple[int | None, ...], ...]


def hide_together(
    home: Sequence[Sequence[int]],
    *others: Sequence[Sequence[int]],
    lists: Sequence[Sequence[int]] = (),
    threshold: int,
) -> ShownTogether:
    """Hide in several tables that count the same things another way and so share their totals.

    In `home` each thing stands in one column. In the others it may stand in several, so their own
    totals are never shown, but are taken as known all the same. A total hidden in one is hidden in
    all; that is repeated until nothing changes.
    """
    limits = [sum(row) for row in home]
    rows: frozenset[int] = frozenset()
    whole = False
    while True:
        tables = [
            hide(
                cells,
                threshold=threshold,
                row_limits=limits if n else (),
                hidden_totals=rows,
                hidden_total=whole,
            )
            for n, cells in enumerate([home, *others])
        ]
        strips = [hide_list(each, threshold=threshold, hidden_total=whole) for each in lists]
        gone = {n for shown in tables for n, sum_ in enumerate(shown.row_totals) if sum_ is None}
        whole_gone = any(shown.total is None for shown in tables)
        whole_gone = whole_gone or any(total is None for _, total in strips)
        if gone <= rows and whole_gone <= whole:
            return ShownTogether(tuple(tables), tuple(numbers for numbers, _ in strips))
        rows, whole = rows | gone, whole or whole_gone


class _Grid:
    """The table with its totals as a last row and column, and what is hidden of it so far."""

    def __init__(
        self,
        cells: Sequence[Sequence[int]],
        threshold: int,
        published: tuple[bool, bool],
        row_limits: Sequence[int],
    ) -> None:
        self.threshold = threshold
        self.values = [[*row, sum(row)] for row in cells]
        self.values.append([sum(column) for column in zip(*self.values, strict=True)] or [0])
        self.last_row = len(cells)
        self.last_column = len(self.values[0]) - 1
        self.published = published
        self.limits = row_limits
        self.hidden: set[Place] = set()
        self.slack = Slack(self.last_row + 1, self.last_column + 1)
        for place in self._places():
            if self._absent(place):
                self.slack.free(place)

    def withhold(self, rows: Collection[int], *, total: bool) -> None:
        """Hide totals that are hidden elsewhere; a nought needs no hiding."""
        places = [(row, self.last_column) for row in rows]
        places += [(self.last_row, self.last_column)] if total else []
        for place in places:
            if self._shows(place):
                self._hide(place)

    def protect(self) -> None:
        """Hide the small numbers, then more until no hidden one can be worked out."""
        for place in self._places():
            if self._shows(place) and self._value(place) < self.threshold:
                self._hide(place)
        while self._mend_lines() or self._mend_cells():
            pass

    def shown(self) -> Shown:
        def at(row: int, column: int) -> int | None:
            gone = (row, column) in self.hidden or self._absent((row, column))
            return None if gone else self.values[row][column]

        rows, columns = range(self.last_row), range(self.last_column)
        return Shown(
            cells=tuple(tuple(at(row, column) for column in columns) for row in rows),
            row_totals=tuple(at(row, self.last_column) for row in rows),
            column_totals=tuple(at(self.last_row, column) for column in columns),
            total=at(self.last_row, self.last_column),
        )

    def _places(self) -> list[Place]:
        return list(product(range(self.last_row + 1), range(self.last_column + 1)))

    def _value(self, place: Place) -> int:
        return self.values[place[0]][place[1]]

    def _absent(self, place: Place) -> bool:
        """Whether this is a total that will not be shown at all."""
        at_row_end, at_column_end = place[1] == self.last_column, place[0] == self.last_row
        row_totals, column_totals = self.published
        if at_row_end and at_column_end:
            return not (row_totals or column_totals)
        return (at_row_end and not row_totals) or (at_column_end and not column_totals)

    def _shows(self, place: Place) -> bool:
        return place not in self.hidden and self._value(place) > 0 and not self._absent(place)

    def _is_total(self, place: Place) -> bool:
        return place[0] == self.last_row or place[1] == self.last_column

    def _hide(self, place: Place) -> None:
        self.hidden.add(place)
        self.slack.add(place, *self._room(place))

    def _room(self, place: Place) -> tuple[int, int]:
        """How far a hidden number could rise and fall by itself, as an inner number moves.

        A reader knows that it is not nought. A total stands on the other side of its equation, so
        it moves against its own line.
        """
        rise, fall = UNBOUNDED, self._value(place) - 1
        if not self._is_total(place):
            if self.limits:
                rise = max(0, self.limits[place[0]] - self._value(place))
            return rise, fall
        return (rise, fall) if place == (self.last_row, self.last_column) else (fall, rise)

    def _row(self, row: int) -> list[Place]:
        return [(row, column) for column in range(self.last_column + 1)]

    def _column(self, column: int) -> list[Place]:
        return [(row, column) for row in range(self.last_row + 1)]

    def _mend_lines(self) -> bool:
        """See that what is hidden in each row and column is not alone and not small in sum."""
        changed = False
        lines = [self._row(row) for row in range(self.last_row + 1)]
        lines += [self._column(column) for column in range(self.last_column + 1)]
        for line in lines:
            while self._tells(line) and self._hide_smallest(line):
                changed = True
        return changed

    def _tells(self, line: list[Place]) -> bool:
        """Whether subtraction in one line gives a number, or a sum of hidden ones that is small."""
        hidden = [place for place in line if place in self.hidden]
        if not hidden or any(self._absent(place) for place in line):
            return False
        if len(hidden) == 1:
            return True
        return line[-1] not in self.hidden and sum(map(self._value, hidden)) < self.threshold

    def _mend_cells(self) -> bool:
        """See that every hidden number could be enough different numbers."""
        changed = False
        for place in sorted(self.hidden):
            while not self._safe(place):
                changed = True
                if not self._help(place):
                    self._hide_all()
                    return False
        return changed

    def _safe(self, place: Place) -> bool:
        return self.slack.moves(place, max(1, self.threshold - 2))

    def _help(self, place: Place) -> bool:
        """Hide one more number for the sake of a hidden one; says whether there was any.

        The smallest that makes it safe by itself, else the smallest in its row or column that is
        big enough to move.
        """
        row, column = place
        lines = self._row(row) + self._column(column)
        rows = [r for r in range(self.last_row + 1) if (r, column) in self.hidden]
        columns = [c for c in range(self.last_column + 1) if (row, c) in self.hidden]
        around = self._smallest_first([*lines, *product(rows, columns)])
        for candidate in around[:_TRIALS]:
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
        """Those that still show, totals last: they tell a reader the most."""
        shows = {place for place in places if self._shows(place)}
        return sorted(shows, key=lambda place: (self._is_total(place), self._value(place), place))

    def _hide_all(self) -> None:
        for place in self._places():
            if self._shows(place):
                self._hide(place)
