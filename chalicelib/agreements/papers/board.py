"""Every school's counts of agreements, for a trust, as spreadsheets (3.18)."""

from collections.abc import Sequence

from chalicelib.agreements import boards
from chalicelib.documents import spreadsheets
from chalicelib.documents.model import File, Form, Job, Progress
from chalicelib.documents.spreadsheets import Cell, Table
from chalicelib.ids import TrustId

HEADINGS = ("School", "School year", "Agreement", "Year group or role", "People", "Asked",
            "Complete", "State")  # fmt: skip


def make(job: Job, progress: Progress) -> Sequence[File]:
    """One row for each school, agreement and group."""
    progress(30, "Reading")
    found = boards.of(TrustId(job.tenant))
    rows: list[list[Cell]] = [
        [one.name, one.year, name, group, count.total, count.asked, count.complete, count.rag.label]
        for one in found
        for kind, name in boards.kinds([one]).items()
        for group, count in one.figures[kind].items()
    ]
    table = Table("Agreements", HEADINGS, rows)
    return [
        File(Form.CSV, spreadsheets.csv(table)),
        File(Form.XLSX, spreadsheets.xlsx([table], title=job.asked.title)),
    ]
