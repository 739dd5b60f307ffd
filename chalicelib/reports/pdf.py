"""A report as PDF/UA: tagged, so that it can be read aloud, and laid out for a board's table.

Typst gets the report as JSON and its charts as pictures; nothing is ever put into its markup, so no
name of a school can become a command. Typst refuses to write a document that breaks PDF/UA.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from chalicelib.reports.document import HIDDEN, Document, Kind, Picture, Section, Sentence, Table
from chalicelib.web import words

TEMPLATE = Path(__file__).parent / "document.typ"
FONT = "Source Sans Pro"
_WIDTH = 780  # of a picture, in its own units: letters come out a little smaller than the text


def pdf(document: Document, *, made_at: datetime) -> bytes:
    """The report as a PDF/UA-1 file."""
    [whole] = _written(document, made_at, "pdf")
    return whole


def pages(document: Document, *, made_at: datetime) -> list[bytes]:
    """The report's pages as PNG pictures, to look at."""
    return _written(document, made_at, "png")


def _written(document: Document, made_at: datetime, form: Literal["pdf", "png"]) -> list[bytes]:
    import typst  # 80 MB: only the function that builds documents carries it

    written: Any = typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        format=form,
        font_paths=[_fonts()],
        ignore_system_fonts=True,
        pdf_standards=["ua-1"] if form == "pdf" else [],
        sys_inputs={"report": json.dumps(_told(document, made_at))},
        timestamp=made_at.replace(microsecond=0),  # it takes whole seconds only
        ppi=110,
    )
    return written if isinstance(written, list) else [written]


def _fonts() -> str:
    import font_source_sans_pro  # type: ignore[import-untyped]  # a folder of fonts

    return str(Path(font_source_sans_pro.__file__).parent / "files")


def _told(document: Document, made_at: datetime) -> dict[str, Any]:
    numbers = document.numbers()
    tables = {id(table): number for number, _, table in document.tables()}
    return {
        "title": document.title,
        "owner": document.owner,
        "period": document.period,
        "counted": words.london(document.counted_at),
        "made": words.london(made_at),
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
        "svg": chart.as_file(width=_WIDTH, font=FONT).decode(),
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
