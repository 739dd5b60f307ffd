"""A report as an Excel file: what it says on one sheet, a sheet a table, and its charts (5.13)."""

import re
from collections.abc import Iterator
from datetime import datetime

from chalicelib.documents import spreadsheets, typeset
from chalicelib.documents.spreadsheets import Cell, Drawing, Table
from chalicelib.reports import document as documents
from chalicelib.reports.document import HIDDEN, Column, Document, Kind
from chalicelib.web import words
from chalicelib.web.charts import Chart

_WIDTH = 760  # of a chart, in pixels
_ROW = 20  # pixels of a sheet's row
_HEIGHT = re.compile(r'height="(\d+)"')
_UNITS = {Kind.PERCENT: "%", Kind.MINUTES: "minutes"}


def xlsx(document: Document, *, made_at: datetime) -> bytes:
    """The whole report; the same document and time always give the same bytes.

    Its sheets carry the numbers its tables have on page and paper. Numbers are numbers, in the
    units that their headings name; a hidden one is the word, one that is not known an empty cell.
    Only build_document has the libraries it needs.
    """
    said = Table("Report", ("Part", "What it says"), tuple(_said(document)), numbered=False)
    tables = [_table(each) for _, _, each in document.tables()]
    return spreadsheets.xlsx(
        [said, *tables],
        title=f"{document.owner}: {document.title}, {document.period}",
        drawings=[
            _drawing(picture.chart, made_at)
            for section in document.sections
            for picture in section.charts
        ],
        made_at=made_at,
    )


def _said(document: Document) -> Iterator[tuple[str, str]]:
    yield "Report", f"{document.title}, {document.period}"
    yield "Of", document.owner
    yield "Counted", words.london(document.counted_at)
    for tile in document.tiles:
        yield "At a glance", f"{tile.number} {tile.label}{f' ({tile.note})' if tile.note else ''}"
    for sentence in document.summary:
        yield "In short", sentence.text
    for text in document.missing:
        yield "Not in this report", text
    for section in document.sections:
        for sentence in section.sentences:
            yield section.heading, sentence.text
    for number, _, table in document.tables():
        yield f"Sheet {number}", f"{table.caption}. {table.note}".strip()
    for note in document.notes:
        yield "About these figures", note


def _table(table: documents.Table) -> Table:
    return Table(
        table.caption,
        [_heading(column) for column in table.columns],
        [
            [_cell(cell) for cell, _ in zip(line, table.columns, strict=True)]
            for line in table.lines
        ],
    )


def _heading(column: Column) -> str:
    unit = _UNITS.get(column.kind)
    return f"{column.heading} ({unit})" if unit else column.heading


def _cell(cell: documents.Cell) -> Cell:
    return HIDDEN if cell is None else cell


def _drawing(chart: Chart, made_at: datetime) -> Drawing:
    """The very picture of the page, in the same colours."""
    svg = chart.as_file(width=_WIDTH, font=typeset.FONT)
    tall = _HEIGHT.search(svg.decode())
    height = int(tall[1]) if tall else _WIDTH // 2
    png = typeset.picture(svg, width=_WIDTH, height=height, made_at=made_at)
    return Drawing(chart.title, chart.description, png, rows=height // _ROW + 1)
