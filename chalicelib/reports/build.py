"""Making a report: counted, kept, written out, announced. Any step may be done again (R31, R33).

Its progress stands in its row while it is made. Its figures are kept before anything is written
from them, so a file that got lost is written again with the same numbers.
"""

from dataclasses import replace
from datetime import datetime

from chalicelib import audit, clock, errors, ids
from chalicelib.audit import actors
from chalicelib.documents import files, spreadsheets
from chalicelib.documents.files import Place
from chalicelib.documents.model import Form
from chalicelib.ids import TrustId
from chalicelib.notifications import clocks
from chalicelib.observability import logger
from chalicelib.reports import (
    compose,
    corrections,
    numbers,
    pdf,
    repository,
    sets,
    snapshots,
    summaries,
    telling,
    workbook,
)
from chalicelib.reports.document import Document
from chalicelib.reports.gather import Progress, alone, gather
from chalicelib.reports.layout import WHOLE
from chalicelib.reports.model import Job, Snapshot, State
from chalicelib.reports.repository import Taken
from chalicelib.reports.running import CLOCK
from chalicelib.storage import tenants, transaction


class NotCounted(Exception):
    """The figures of a report's only school could not be read."""


def build(tenant: str, job_id: str) -> None:
    """Make a report. Does nothing when it has been made or somebody else makes it now.

    Raises NotFound for a report this trust does not have, and whatever kept it from being made:
    the queue then tries again.
    """
    trust = TrustId(tenant)
    with tenants({trust}):
        job = repository.job(trust, job_id)
        if job is None:
            raise errors.NotFound
        if job.state is State.READY or job.each:
            if job.set:  # whoever made it may have died before the set was looked at
                sets.settle(trust, job.set)
            return
        mine = ids.new()
        try:
            repository.claim(trust, job_id, mine, clock.now())
        except Taken:
            logger.info("report is being made already", report=job_id)
            return
        try:
            _make(job, mine)
        except Taken:
            logger.info("report was taken over", report=job_id)
        except Exception:
            repository.fail(trust, job_id, mine)
            raise
        finally:
            if job.set:
                sets.settle(trust, job.set)


def _make(job: Job, mine: str) -> None:
    def progress(done: int, stage: str) -> None:
        repository.advance(job.trust, job.id, mine, progress=done, stage=stage)

    snapshot = made_of(job) or _gathered(job, progress)
    made_at = job.ready_at or clock.now()
    document = written(job, snapshot)
    progress(65, "Setting the pages")
    whole = pdf.pdf(document, made_at=made_at)
    progress(85, "Keeping the files")
    files.put(Place("reports", job.trust, job.id, Form.PDF), whole)
    sheets = workbook.xlsx(document, made_at=made_at)
    files.put(Place("reports", job.trust, job.id, Form.XLSX), sheets)
    files.put(
        Place("reports", job.trust, job.id, Form.CSV), spreadsheets.csv(numbers.table(document))
    )
    _finish(job, mine, snapshot, made_at)


def made_of(job: Job) -> Snapshot | None:
    """What a report is made of, once that is kept. All reports of a set are made of the same."""
    own = snapshots.snapshot_of(job.trust, job.id)
    if own or not job.set:
        return own
    of_set = snapshots.snapshot_of(job.trust, job.set)
    return alone(of_set, job.schools[0]) if of_set else None


def _gathered(job: Job, progress: Progress) -> Snapshot:
    """Count what a report is made of, and keep it: of a set, whatever was kept of it first.

    A school that could not be counted for the set has a snapshot of its own, made later. Raises
    NotCounted when it cannot be counted still.
    """
    now = _compared(job, gather(job, progress))
    if not job.set:
        return snapshots.keep(job.trust, job.id, now)
    of_set = snapshots.keep(job.trust, job.set, now)
    own = alone(of_set, job.schools[0])
    if own:
        return own
    late = alone(now, job.schools[0])
    if late is None:
        raise NotCounted
    return snapshots.keep(job.trust, job.id, late)


def _compared(job: Job, now: Snapshot) -> Snapshot:
    """With what was corrected since the last report of the same period."""
    before = repository.last_made(job.trust, job.period, without=job.set or job.id)
    kept = before and (
        snapshots.snapshot_of(job.trust, before)
        or snapshots.snapshot_of(job.trust, before.partition("-")[0])
    )
    return replace(now, earlier=corrections.since(kept or None, now))


def written(job: Job, snapshot: Snapshot) -> Document:
    """What a report says, from its figures."""
    layout = job.layout or WHOLE
    if job.set:
        return compose.school_report(snapshot, summaries.labels(), layout)
    return compose.trust_report(snapshot, summaries.labels(), layout)


def _finish(job: Job, mine: str, snapshot: Snapshot, at: datetime) -> None:
    """It is ready; whoever it is for is told once, not again when only its files were lost."""
    with transaction() as tx:
        repository.finish(tx, job, mine, at=at, missing=len(snapshot.missing))
        clocks.stop(tx, job.trust, kind=CLOCK, id=job.id)
        if job.ready_at is None:
            repository.note_made(tx, job, at)
        audit.record(
            tx,
            job.trust,
            by=actors.system("build_document"),
            action="report.made",
            about=f"report/{job.id}",
        )
        if job.ready_at is None and not job.set:
            telling.ready(tx, job)
