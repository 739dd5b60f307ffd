"""A report as an Excel file: every number a number, where the page has it (5.13)."""

import io

import openpyxl

from chalicelib.reports import compose, summaries, workbook
from chalicelib.reports.document import UNKNOWN
from tests.reports import samples


def test_the_spreadsheet_holds_every_table_of_the_report_as_real_numbers() -> None:
    """A sheet a table under its number, heads that stay in sight, hidden numbers as the word, and
    the pictures with what they say.
    """
    document = compose.trust_report(samples.snapshot(), summaries.labels())

    whole = workbook.xlsx(document, made_at=samples.AT)

    book = openpyxl.load_workbook(io.BytesIO(whole))
    told, *sheets, drawn = book.worksheets
    tables = [table for _, _, table in document.tables()]
    assert "Report" == told.title
    assert ["Not in this report", "Harbour View School: its figures could not be read"] in [
        [cell.value for cell in row] for row in told.iter_rows()
    ]
    assert len(tables) == len(sheets)
    for number, (sheet, table) in enumerate(zip(sheets, tables, strict=True), 1):
        assert sheet.title.startswith(f"{number} ") and "A2" == sheet.freeze_panes
        for row, line in zip(sheet.iter_rows(min_row=2), table.lines, strict=True):
            wanted = ["hidden" if n is None else None if n == UNKNOWN else n for n in line]
            assert wanted == [cell.value for cell in row]
            assert "f" not in {cell.data_type for cell in row}
    charts = [picture for section in document.sections for picture in section.charts]
    assert len(charts) == len(drawn._images)
    assert workbook.xlsx(document, made_at=samples.AT) == whole


def test_a_schools_name_cannot_be_a_formula() -> None:
    """R42: a name that begins with an equals sign is text in every sheet."""
    named = samples.figures("=1+1", 400)
    document = compose.trust_report(
        samples.Snapshot(
            "T", samples.AUTUMN, None, 5, samples.AT, (named, samples.figures("B", 500))
        ),
        summaries.labels(),
    )

    book = openpyxl.load_workbook(io.BytesIO(workbook.xlsx(document, made_at=samples.AT)))

    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert any(cell.value == "'=1+1" for cell in cells)
    assert not any(cell.data_type == "f" for cell in cells)
