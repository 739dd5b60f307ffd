"""A report's numbers as one table, for whoever wants to work on with them."""

from collections.abc import Iterator

from chalicelib.documents.spreadsheets import Table
from chalicelib.reports.document import UNKNOWN, Cell, Document, Kind, said

_HEADINGS = ("Section", "Table", "Row", "Column", "Number")


def table(document: Document) -> Table:
    """Every number of a report on a line of its own, with where it stands."""
    return Table(document.period, _HEADINGS, tuple(_lines(document)))


def _lines(document: Document) -> Iterator[tuple[Cell, ...]]:
    for number, section, each in document.tables():
        caption = f"{number}. {each.caption}"
        for row in each.lines:
            for column, cell in zip(each.columns[1:], row[1:], strict=True):
                if column.kind is Kind.CHANGE or cell == UNKNOWN:
                    continue
                shown = cell if isinstance(cell, int | float) else said(cell, column.kind)
                yield section.heading, caption, row[0], column.heading, shown
