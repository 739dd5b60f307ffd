"""How far a hidden number can move while everything shown and every total stays right.

A table with its totals is a set of equations, one for each row and one for each column. When one
hidden number rises, another in its row must fall, so another in that one's column must rise, and so
on until the way comes back to the first number's column. A number with no such loop can be worked
out. How far it can move in all is the flow that such loops can carry (D. Gusfield, "A graph
theoretic approach to statistical data security", 1988).

Rows and columns are vertices; sets of them are bits of whole numbers, which keeps a table of
hundreds of schools quick.
"""

from collections.abc import Iterator
from typing import NamedTuple

UNBOUNDED = 1 << 60
Place = tuple[int, int]


class _Ways(NamedTuple):
    """Which hidden numbers can still fall, by row and by column, and rise, by column."""

    fall: list[int]
    fall_in: list[int]
    rise: list[int]


class Slack:
    """The hidden numbers of a table, each with how far it could rise and fall by itself."""

    def __init__(self, rows: int, columns: int) -> None:
        self._room: dict[Place, tuple[int, int]] = {}
        self._rising = _Ways([0] * rows, [0] * columns, [0] * columns)
        self._falling = _Ways([0] * rows, [0] * columns, [0] * columns)

    def add(self, place: Place, rise: int, fall: int) -> None:
        """A number is hidden that could rise and fall this far."""
        self._room[place] = (rise, fall)
        self._mark(self._rising, place, fall=fall, rise=rise)
        self._mark(self._falling, place, fall=rise, rise=fall)

    def take(self, place: Place) -> None:
        """It is shown after all."""
        del self._room[place]
        self._mark(self._rising, place, fall=0, rise=0)
        self._mark(self._falling, place, fall=0, rise=0)

    def moves(self, place: Place, wanted: int) -> bool:
        """Whether a hidden number can move over `wanted` steps, up and down together."""
        risen = self._reach(place, wanted, rising=True)
        return risen >= wanted or risen + self._reach(place, wanted - risen, rising=False) >= wanted

    def _reach(self, place: Place, wanted: int, *, rising: bool) -> int:
        """How many of the wanted steps loops through the other hidden numbers can carry."""
        rise, fall = self._room[place]
        wanted = min(wanted, rise if rising else fall)
        whole = self._rising if rising else self._falling
        ways = _Ways(*(bits.copy() for bits in whole))
        self._mark(ways, place, fall=0, rise=0)
        moved: dict[Place, int] = {}
        for step in range(wanted):
            loop = _loop(ways, place)
            if loop is None:
                return step
            for falls, other in loop:
                moved[other] = moved.get(other, 0) + (-1 if falls else 1)
                up, down = self._room[other] if rising else self._room[other][::-1]
                self._mark(ways, other, fall=down + moved[other], rise=up - moved[other])
        return wanted

    @staticmethod
    def _mark(ways: _Ways, place: Place, *, fall: int, rise: int) -> None:
        row, column = place
        ways.fall[row] = _with(ways.fall[row], column, fall > 0)
        ways.fall_in[column] = _with(ways.fall_in[column], row, fall > 0)
        ways.rise[column] = _with(ways.rise[column], row, rise > 0)


def _loop(ways: _Ways, place: Place) -> list[tuple[bool, Place]] | None:
    """The other numbers of a shortest loop through a place, each with whether it falls."""
    first_row, goal = place
    last_rows = ways.fall_in[goal]  # those from which the goal is one step
    rows_seen, columns_seen = 1 << first_row, 1 << goal
    into_column: dict[int, int] = {}
    into_row: dict[int, int] = {}
    rows = [first_row]
    while rows:
        columns: list[int] = []
        for row in rows:
            fresh = ways.fall[row] & ~columns_seen
            columns_seen |= fresh
            for column in _bits(fresh):
                into_column[column] = row
                columns.append(column)
        rows = []
        for column in columns:
            closing = ways.rise[column] & last_rows
            if closing:
                into_row[(closing & -closing).bit_length() - 1] = column
                into_column[goal] = (closing & -closing).bit_length() - 1
                return list(_traced(place, into_column, into_row))
        for column in columns:
            fresh = ways.rise[column] & ~rows_seen
            rows_seen |= fresh
            for row in _bits(fresh):
                into_row[row] = column
                rows.append(row)
    return None


def _traced(
    place: Place, into_column: dict[int, int], into_row: dict[int, int]
) -> Iterator[tuple[bool, Place]]:
    first_row, column = place
    while True:
        row = into_column[column]
        yield True, (row, column)
        if row == first_row:
            return
        column = into_row[row]
        yield False, (row, column)


def _with(mask: int, bit: int, on: bool) -> int:
    return mask | 1 << bit if on else mask & ~(1 << bit)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
