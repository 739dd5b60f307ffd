"""A finished report, ready to be read: as a page, as PDF and as spreadsheet from one source.

Hidden numbers are already gone from it (`None`), so that no way of writing it out can show one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import ceil, sqrt

from chalicelib.web import words
from chalicelib.web.charts import Chart

Cell = str | int | float | None
HIDDEN = "hidden"
UNKNOWN = ""
_DEPTHS = 5


class Kind(StrEnum):
    """What a column holds, and so how its cells are written and aligned."""

    TEXT = "text"
    COUNT = "count"
    RATE = "rate"
    PERCENT = "percent"
    CHANGE = "change"
    MINUTES = "minutes"


@dataclass(frozen=True)
class Column:
    heading: str
    kind: Kind = Kind.COUNT


@dataclass(frozen=True)
class Table:
    """Numbers with their headings; `None` is a number that is hidden, "" one that is not known.

    `heat` says that its counts are also shown by depth of colour.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[Cell, ...] = ()
    heat: bool = False
    note: str = ""

    @property
    def lines(self) -> tuple[tuple[Cell, ...], ...]:
        """Rows, with the totals last where there are any."""
        return (*self.rows, self.totals) if self.totals else self.rows

    @property
    def shown(self) -> tuple[tuple["ShownCell", ...], ...]:
        """The rows as people see them, without the totals.

        Depths of colour are those of the counts alone: totals, which are larger, stay plain.
        """
        inner = [cell for row in self.rows for cell in row[1:-1] if isinstance(cell, int)]
        most = max(inner, default=0)
        last = len(self.columns) - 1
        return tuple(
            tuple(
                _shown(cell, column.kind, most if self.heat and 0 < n < last else 0)
                for n, (cell, column) in enumerate(zip(row, self.columns, strict=True))
            )
            for row in self.rows
        )

    @property
    def shown_totals(self) -> tuple["ShownCell", ...]:
        cells = zip(self.totals, self.columns, strict=bool(self.totals))
        return tuple(_shown(cell, column.kind, 0) for cell, column in cells)

    @property
    def wide(self) -> bool:
        """Whether a page must be turned for it."""
        return len(self.columns) > 10


@dataclass(frozen=True)
class ShownCell:
    """A cell as it is written, and how deep its colour is: 0 for none, up to 5."""

    text: str
    depth: int
    hidden: bool


@dataclass(frozen=True)
class Sentence:
    """One thing the numbers say. `tables` are the captions of the tables that it is read from.

    `key` names what it says within its section: the same in every report, whatever the numbers.
    """

    text: str
    tables: tuple[str, ...] = ()
    key: str = ""


@dataclass(frozen=True)
class Tile:
    """A number to see first, what it counts, and how it compares."""

    number: str
    label: str
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """A chart, and for simple bars their values: paper has room to draw them closer together.

    `table` is the caption of the table that it draws, where it draws one alone.
    """

    chart: Chart
    bars: tuple[tuple[str, float | None], ...] = ()
    whole: float = 0
    table: str = ""


@dataclass(frozen=True)
class Section:
    key: str
    heading: str
    sentences: tuple[Sentence, ...] = ()
    charts: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Document:
    """A report as people read it."""

    title: str
    owner: str
    period: str
    counted_at: datetime
    tiles: tuple[Tile, ...]
    summary: tuple[Sentence, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    missing: tuple[str, ...] = ()
    readers: str = "For the board and the heads of its schools."

    def tables(self) -> Iterator[tuple[int, Section, Table]]:
        """Every table with its number, which counts through the whole report."""
        number = 0
        for section in self.sections:
            for table in section.tables:
                number += 1
                yield number, section, table

    def numbers(self) -> dict[str, int]:
        """Each table's number by its caption."""
        return {table.caption: number for number, _, table in self.tables()}


def said(cell: Cell, kind: Kind) -> str:
    """A cell as people read it."""
    if cell is None:
        return HIDDEN
    if isinstance(cell, str):
        return cell if cell != UNKNOWN else "\N{EN DASH}"
    return _WRITTEN[kind](cell)


def _shown(cell: Cell, kind: Kind, most: int) -> ShownCell:
    depth = 0
    if most and isinstance(cell, int) and cell:
        depth = ceil(_DEPTHS * sqrt(cell / most))  # by root: one big school does not pale the rest
    return ShownCell(said(cell, kind), depth, cell is None)


def _change(cell: float) -> str:
    return "no change" if cell == 0 else f"{cell:+,}".replace("-", "\N{MINUS SIGN}")


def _wait(minutes: float) -> str:
    """A length of time, short enough for a table: `3 h 10 min`."""
    days, rest = divmod(round(minutes), 1440)
    hours, left = divmod(rest, 60)
    parts = [(days, "d"), (hours, "h"), (left if not days else 0, "min")]
    return " ".join(f"{n} {unit}" for n, unit in parts if n) or "0 min"


_WRITTEN: Mapping[Kind, Callable[[float], str]] = {
    Kind.TEXT: words.number,
    Kind.COUNT: words.number,
    Kind.RATE: lambda cell: f"{cell:,.1f}",
    Kind.PERCENT: lambda cell: f"{cell:.0f}%",
    Kind.CHANGE: _change,
    Kind.MINUTES: _wait,
}
