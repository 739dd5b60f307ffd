"""A spreadsheet file is read, never run (R42)."""

import csv as standard
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.reports import csv

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
    rows = _read(csv.written([payload], [[payload], [7]]))

    assert all(row[0][:1] not in STARTS for row in rows if row[0])


def test_there_are_more_than_two_hundred_payloads() -> None:
    """R42 asks for two hundred."""
    assert len(PAYLOADS) >= 200


@given(cell=st.text())
def test_any_text_comes_back_as_text(cell: str) -> None:
    """Apart from the apostrophe and NUL, a spreadsheet shows what was written."""
    [[read]] = _read(csv.written([cell], []))

    assert read.removeprefix("'") == cell.replace("\0", "").removeprefix("'")


def test_every_cell_is_quoted_and_the_file_says_that_it_is_utf_8() -> None:
    """Numbers too: a semicolon or comma in a name moves nothing into the next column."""
    data = csv.written(["School", "n"], [['St Mary\'s; Upper, "Hill"', 3]])

    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").endswith('"St Mary\'s; Upper, ""Hill""","3"\r\n')
