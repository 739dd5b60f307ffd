"""A report as PDF/UA, laid out for a board's table; its charts are pictures in the data."""

from datetime import datetime
from pathlib import Path
from typing import Any

from chalicelib.documents import typeset
from chalicelib.reports.document import HIDDEN, Document, Kind, Picture, Section, Sentence, Table
from chalicelib.web import words

TEMPLATE = Path(__file__).parent / "document.typ"
_WIDTH = 780  # of a picture, in its own units: letters come out a little smaller than the text


def pdf(document: Document, *, made_at: datetime) -> bytes:
    """The report as a PDF/UA-1 file."""
    return typeset.typeset(TEMPLATE, _told(document, made_at), made_at=made_at)


def pages(document: Document, *, made_at: datetime) -> list[bytes]:
    """The report's pages as PNG pictures, to look at."""
    return typeset.pages(TEMPLATE, _told(document, made_at), made_at=made_at)


def _told(document: Document, made_at: datetime) -> dict[str, Any]:
    numbers = document.numbers()
    tables = {id(table): number for number, _, table in document.tables()}
    return {
        "title": document.title,
        "owner": document.owner,
        "period": document.period,
        "counted": words.london(document.counted_at),
        "made": words.london(made_at),
        "readers": document.readers,
        "tiles": [vars(tile) for tile in document.tiles],
        "summary": [_sentence(each, numbers) for each in document.summary],
        "sections": [_section(each, numbers, tables) for each in document.sections],
        "notes": list(document.notes),
        "missing": list(document.missing),
    }


def _section(section: Section, numbers: dict[str, int], tables: dict[int, int]) -> dict[str, Any]:
    return {
        "heading": section.heading,
        "sentences": [_sentence(each, numbers) for each in section.sentences],
        "charts": [_chart(each) for each in section.charts],
        "tables": [_table(each, tables[id(each)]) for each in section.tables],
    }


def _sentence(sentence: Sentence, numbers: dict[str, int]) -> dict[str, Any]:
    return {"text": sentence.text, "tables": [numbers[caption] for caption in sentence.tables]}


def _chart(picture: Picture) -> dict[str, Any]:
    chart = picture.chart
    most = picture.whole or max((value for _, value in picture.bars if value), default=1)
    return {
        "title": chart.title,
        "about": chart.description,
        "bars": [
            {
                "label": label,
                "part": (value or 0) / most,
                "said": HIDDEN if value is None else words.number(value),
                "hidden": value is None,
            }
            for label, value in picture.bars
        ],
        "svg": chart.as_file(width=_WIDTH, font=typeset.FONT).decode(),
    }


def _table(table: Table, number: int) -> dict[str, Any]:
    return {
        "number": number,
        "caption": table.caption,
        "note": table.note,
        "wide": table.wide,
        "columns": [
            {"heading": column.heading, "text": column.kind is Kind.TEXT}
            for column in table.columns
        ],
        # A plain cell is its text alone: a table of thousands is set in half the time.
        "rows": [
            [vars(cell) if cell.depth or cell.hidden else cell.text for cell in row]
            for row in table.shown
        ],
        "totals": [cell.text for cell in table.shown_totals],
    }
