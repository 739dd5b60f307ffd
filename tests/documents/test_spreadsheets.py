"""A spreadsheet file is read, never run (R42)."""

import csv as standard
import io
from datetime import UTC, date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.documents import spreadsheets
from chalicelib.documents.spreadsheets import Cell, Table

STARTS = "=+-@|%\t\r\n\v\f\0 \u00a0\ufeff\uff1d\uff0b\uff0d\uff20\u2028\u3000"
FORMULAS = ("1+1", 'cmd|" /C calc"!A0', 'HYPERLINK("https://evil.example")', "SUM(A1:A9)", "A1", "")
PAYLOADS = [start + text for start in STARTS for text in FORMULAS] + [
    f"{space}{start}{text}" for space in "\t \r\n\0" for start in "=+-@" for text in FORMULAS
]


def _read(data: bytes) -> list[list[str]]:
    return list(standard.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_begins_with_an_active_character(payload: str) -> None:
    """Heading and cell alike; more than two hundred payloads."""
    rows = _read(spreadsheets.csv(Table("t", [payload], [[payload], [7]])))

    assert all(row[0][:1] not in STARTS for row in rows if row[0])


def test_there_are_more_than_two_hundred_payloads() -> None:
    """R42 asks for two hundred."""
    assert len(PAYLOADS) >= 200


@given(cell=st.text())
def test_any_text_comes_back_as_text(cell: str) -> None:
    """Apart from the apostrophe and NUL, a spreadsheet shows what was written."""
    [[read]] = _read(spreadsheets.csv(Table("t", [cell])))

    assert read.removeprefix("'") == cell.replace("\0", "").removeprefix("'")


def test_every_cell_is_quoted_and_the_file_says_that_it_is_utf_8() -> None:
    """Numbers too: a semicolon or comma in a name moves nothing into the next column."""
    data = spreadsheets.csv(Table("t", ["School", "n"], [['St Mary\'s; Upper, "Hill"', 3]]))

    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").endswith('"St Mary\'s; Upper, ""Hill""","3"\r\n')


def test_an_excel_file_has_real_numbers_and_dates_and_no_formula() -> None:
    """Read back by another library: sheets, headings that stay, types, and nothing that runs."""
    at = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
    cells: list[Cell] = ["=1+1", 7, 2.5, date(2026, 9, 1), at, None, "http://a.example"]
    log = Table("Log: what/happened?", list("abcdefg"), [cells])
    whole = spreadsheets.xlsx([log, Table("Empty", ["x"])], title="Log")

    book = openpyxl.load_workbook(io.BytesIO(whole))
    first, empty = book.worksheets
    assert ["1 Log whathappened", "2 Empty"] == book.sheetnames
    assert "A2" == first.freeze_panes
    shown = [cell.value for cell in first[2]]
    at_home = datetime(2026, 7, 1, 10, 30)  # noqa: DTZ001  # Excel knows no zones: London's time
    day = datetime(2026, 9, 1)  # noqa: DTZ001
    assert ["'=1+1", 7, 2.5, day, at_home, None, "http://a.example"] == shown
    assert {"s", "n", "d"} >= {cell.data_type for cell in first[2]}
    assert first["G2"].hyperlink is None
    assert 1 == empty.max_row
