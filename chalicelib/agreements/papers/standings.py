"""Who has signed, has not, has declined, cannot be reached: as spreadsheets (3.18)."""

from collections.abc import Sequence

from chalicelib import clock
from chalicelib.agreements import library, overview
from chalicelib.agreements.overview import Line
from chalicelib.agreements.repository import requests
from chalicelib.agreements.subjects import Audience
from chalicelib.documents import spreadsheets
from chalicelib.documents.model import File, Form, Job, Progress
from chalicelib.documents.spreadsheets import Cell, Table
from chalicelib.ids import SchoolId
from chalicelib.tenancy import calendar

HEADINGS = ("Name", "Class or role", "State", "Needs somebody", "What to do", "Asked on",
            "Complete on")  # fmt: skip


def make(job: Job, progress: Progress) -> Sequence[File]:
    """One row for each person, as CSV and as an Excel file."""
    school, kind = SchoolId(job.tenant), job.asked.values["kind"]
    year = calendar.academic_year(clock.today())
    progress(20, "Reading")
    if kind in library.kinds(Audience.PUPILS):
        groups = overview.of_year(school, year, kind)
    else:
        groups = overview.of_adults(school, year, kind)
    records = {r.request.id: r for r in requests.requests(school, year)}
    rows = [
        _row(line, group.name, records.get(line.request) if line.request else None)
        for group in groups
        for line in group.lines
    ]
    table = Table("Agreements", HEADINGS, rows)
    return [
        File(Form.CSV, spreadsheets.csv(table)),
        File(Form.XLSX, spreadsheets.xlsx([table], title=job.asked.title)),
    ]


def _row(line: Line, group: str, record: requests.Record | None) -> list[Cell]:
    answered = [
        asked.answered_at for asked in (record.request.asked if record else ()) if asked.answered_at
    ]
    signed = record.request.child_signed_at if record else None
    done = max((*answered, signed) if signed else answered, default=None)
    complete = record is not None and record.request.complete
    return [
        line.family.name,
        group,
        line.standing.label,
        "Yes" if line.standing.needs_attention else "",
        line.standing.advice,
        record.sent_on if record else None,
        done if complete else None,
    ]
