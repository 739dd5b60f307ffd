"""Spreadsheet files that cannot become programs: the one CSV writer (R42).

A cell that starts with =, +, - or @ is a formula to a spreadsheet, also behind white space or in
full width. Such a cell gets an apostrophe in front, which spreadsheets show as text.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from chalicelib.reports.document import UNKNOWN, Cell, Document, Kind, said

HEADINGS = ("Section", "Table", "Row", "Column", "Number")
_ACTIVE = frozenset("=+-@|%")
_BLANK = frozenset("\t\r\n\v\f\0 \N{NO-BREAK SPACE}\N{ZERO WIDTH NO-BREAK SPACE}")


def report(document: Document) -> bytes:
    """Every number of a report on a line of its own, with where it stands."""
    return written(HEADINGS, _lines(document))


def written(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A CSV file as spreadsheets open it: UTF-8 with its mark, everything in quotes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([defused(heading) for heading in headings])
    for row in rows:
        writer.writerow([defused(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def defused(cell: Cell) -> str:
    """A cell as text that no spreadsheet takes for a formula."""
    text = str(cell).replace("\0", "")
    return f"'{text}" if _is_active(str(cell)) else text


def _is_active(text: str) -> bool:
    if text[:1] in _BLANK and text:
        return True
    # Full-width and other forms of these characters are folded to them by some spreadsheets.
    folded = unicodedata.normalize("NFKC", text[:1])[:1]
    return folded in _ACTIVE or folded.isspace()


def _lines(document: Document) -> Iterator[tuple[Cell, ...]]:
    for number, section, table in document.tables():
        caption = f"{number}. {table.caption}"
        for row in table.lines:
            for column, cell in zip(table.columns[1:], row[1:], strict=True):
                if column.kind is Kind.CHANGE or cell == UNKNOWN:
                    continue
                shown = cell if isinstance(cell, int | float) else said(cell, column.kind)
                yield section.heading, caption, row[0], column.heading, shown
