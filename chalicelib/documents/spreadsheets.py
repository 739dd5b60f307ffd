"""Spreadsheet files that cannot become programs: the one CSV and the one XLSX writer (R42).

A cell that starts with =, +, - or @ is a formula to a spreadsheet, also behind white space or in
full width. In CSV such a cell gets an apostrophe in front, which spreadsheets show as text; in
XLSX a text is stored as text, and the first characters are looked at all the same, because the
file may be saved as CSV by whoever gets it.
"""

import csv as plain
import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from chalicelib import clock

Cell = str | int | float | date | datetime | None
"""A number and a date stay what they are; an instant is shown in London's time."""

_ACTIVE = frozenset("=+-@|%")
_BLANK = frozenset("\t\r\n\v\f\0 \N{NO-BREAK SPACE}\N{ZERO WIDTH NO-BREAK SPACE}")
_WIDEST = 60  # characters of a column before its text is broken into lines


@dataclass(frozen=True)
class Table:
    """A table as people know it: `name` becomes the sheet's, `headings` its first row.

    A sheet's name starts with its number among the tables unless `numbered` is off.
    """

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]] = field(default_factory=tuple)
    numbered: bool = True


@dataclass(frozen=True)
class Drawing:
    """A picture for a sheet of pictures: PNG, its title, what it says in words, its height."""

    title: str
    about: str
    png: bytes
    rows: int  # that it covers, of 20 pixels each


def csv(table: Table) -> bytes:
    """A CSV file as spreadsheets open it: UTF-8 with its mark, everything in quotes."""
    text = io.StringIO(newline="")
    writer = plain.writer(text, quoting=plain.QUOTE_ALL, lineterminator="\r\n")
    for row in (table.headings, *table.rows):
        writer.writerow([_in_csv(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def xlsx(
    tables: Sequence[Table],
    *,
    title: str,
    drawings: Sequence[Drawing] = (),
    made_at: datetime | None = None,
) -> bytes:
    """An Excel file: a sheet a table, headings that stay in sight, real numbers and dates.

    Drawings stand on a last sheet, each with its words for whoever cannot see it. With `made_at`
    (aware) the same content always gives the same bytes.
    """
    import xlsxwriter  # only the function that builds documents carries it

    whole = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    about: dict[str, Any] = {"title": title, "author": "Holdfast"}
    if made_at:
        about["created"] = made_at.replace(microsecond=0, tzinfo=None)
    with xlsxwriter.Workbook(whole, options) as book:
        book.set_properties(about)
        styles = _styles(book)
        number = 0
        for table in tables:
            number += table.numbered
            name = _sheet_name(table.name, number if table.numbered else 0)
            _fill(book.add_worksheet(name), table, styles)
        if drawings:
            _draw(book.add_worksheet("Charts"), drawings, styles)
    return whole.getvalue()


def _styles(book: Any) -> dict[str, Any]:
    left = {"valign": "top", "align": "left"}
    return {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "day": book.add_format({"num_format": "d mmm yyyy", **left}),
        "moment": book.add_format({"num_format": "d mmm yyyy hh:mm", **left}),
        "number": book.add_format({"valign": "top"}),
    }


def _fill(sheet: Any, table: Table, styles: dict[str, Any]) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for column, heading in enumerate(table.headings):
        sheet.write_string(0, column, defused(heading), styles["head"])
        sheet.set_column(column, column, _width(table, column))
    for line, row in enumerate(table.rows, 1):
        for column, cell in enumerate(row):
            _write(sheet, (line, column), cell, styles)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.headings) - 1)


def _write(sheet: Any, place: tuple[int, int], cell: Cell, styles: dict[str, Any]) -> None:
    if isinstance(cell, datetime):
        sheet.write_datetime(*place, clock.london(cell).replace(tzinfo=None), styles["moment"])
    elif isinstance(cell, date):
        sheet.write_datetime(*place, cell, styles["day"])
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        sheet.write_number(*place, cell, styles["number"])
    elif cell not in (None, ""):
        sheet.write_string(*place, defused(str(cell))[:32_767], styles["text"])


def _draw(sheet: Any, drawings: Sequence[Drawing], styles: dict[str, Any]) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 110)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    line = 0
    for each in drawings:
        sheet.write_string(line, 0, defused(each.title), styles["head"])
        image = {
            "image_data": io.BytesIO(each.png),
            "description": each.about,
            "object_position": 2,
        }
        sheet.insert_image(line + 1, 0, "chart.png", image)
        line += each.rows + 3


def defused(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}".replace("\0", "") if _is_active(text) else text.replace("\0", "")


def _in_csv(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return f"{clock.london(cell):%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    return defused("" if cell is None else str(cell))


def _is_active(text: str) -> bool:
    if text[:1] in _BLANK and text:
        return True
    # Full-width and other forms of these characters are folded to them by some spreadsheets.
    folded = unicodedata.normalize("NFKC", text[:1])[:1]
    return folded in _ACTIVE or folded.isspace()


def _sheet_name(name: str, number: int) -> str:
    """Excel allows 31 characters, not these, and no name twice; number 0 is none."""
    kept = "".join(letter for letter in name if letter not in "[]:*?/\\'").strip()
    return f"{number or ''} {kept}".strip()[:31].strip()


def _width(table: Table, column: int) -> int:
    cells = [table.headings[column], *(row[column] for row in table.rows[:200])]
    longest = max((len(line) for cell in cells for line in str(cell or "").splitlines()), default=0)
    return min(max(longest + 2, 12), _WIDEST)
