"""Who makes a school's reports and writes their files: called by the queue, as often as need be."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib import clock
from chalicelib.documents import spreadsheets
from chalicelib.documents.model import File, Form, Job, Progress
from chalicelib.errors import NotFound
from chalicelib.ids import SchoolId
from chalicelib.reports import numbers, pdf, summaries, workbook
from chalicelib.reports.document import Document
from chalicelib.reports.model import Period
from chalicelib.reports.school import compose, corrections, gathering, repository
from chalicelib.reports.school.model import Counted, Report, State
from chalicelib.storage import transaction


def draft(job: Job, progress: Progress) -> Sequence[File]:
    """Count what a report is made of, once; it has no files until somebody asks for them."""
    school = SchoolId(job.tenant)
    report = repository.find(school, job.asked.values["report"])
    if report is None:
        raise NotFound
    if report.state is not State.MAKING:
        return ()
    counted = gathering.counted(school, report.period, progress)
    counted = _corrected(report, counted)
    with transaction() as tx:
        repository.keep_counted(tx, school, report.id, counted)
        counted_at = counted.snapshot.counted_at
        repository.save(tx, replace(report, state=State.DRAFT, counted_at=counted_at))
    return ()


def files(job: Job, progress: Progress) -> Sequence[File]:
    """A report as PDF, spreadsheet and CSV, as it reads now."""
    school = SchoolId(job.tenant)
    report = repository.find(school, job.asked.values["report"])
    counted = repository.counted(school, report.id) if report else None
    if report is None or counted is None:
        raise NotFound
    document = compose.told(report, counted, summaries.themes())
    return written(document, job.asked_at, progress)


def written(document: Document, made_at: datetime, progress: Progress) -> Sequence[File]:
    """A document in every form it can be taken away in."""
    progress(20, "Setting the pages")
    whole = pdf.pdf(document, made_at=made_at)
    progress(70, "Writing the spreadsheets")
    return (
        File(Form.PDF, whole),
        File(Form.XLSX, workbook.xlsx(document, made_at=made_at)),
        File(Form.CSV, spreadsheets.csv(numbers.table(document))),
    )


def _tells_all_of(period: Period, before: Report) -> bool:
    """Whether a report is of the same period and was counted when that was over: while it runs,
    more is still to come, which is no correction.
    """
    counted_at = before.counted_at
    is_over = counted_at is not None and clock.london(counted_at).date() > before.period.last
    return is_over and before.period.key == period.key


def _corrected(report: Report, counted: Counted) -> Counted:
    """With what was corrected since the report of the same period that was approved before."""
    before = next(
        (
            each
            for each in repository.newest(report.school)
            if each.is_approved and each.id != report.id and _tells_all_of(report.period, each)
        ),
        None,
    )
    kept = repository.counted(report.school, before.id) if before else None
    if kept is None:
        return counted
    themes = summaries.themes()
    figures = [compose.drafted(replace(each, states=()), themes) for each in (kept, counted)]
    return replace(counted, states=(*counted.states, corrections.since(*figures)))
