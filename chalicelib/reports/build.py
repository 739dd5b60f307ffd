"""Making a report: counted, kept, written out, announced. Any step may be done again (R31, R33).

Its progress stands in its row while it is made. Its figures are kept before anything is written
from them, so a file that got lost is written again with the same numbers.
"""

from datetime import datetime

from chalicelib import audit, clock, errors, ids
from chalicelib.audit import actors
from chalicelib.documents import files, spreadsheets
from chalicelib.documents.files import Place
from chalicelib.documents.model import Form
from chalicelib.identity import service as identity
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, TrustId
from chalicelib.notifications import clocks, outbox
from chalicelib.observability import logger
from chalicelib.reports import compose, numbers, pdf, repository, summaries, workbook
from chalicelib.reports.document import Document
from chalicelib.reports.gather import gather
from chalicelib.reports.model import Job, Snapshot, State
from chalicelib.reports.repository import Taken
from chalicelib.storage import tenants, transaction

CLOCK = "report.make"


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
        if job.state is State.READY:
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


def _make(job: Job, mine: str) -> None:
    def progress(done: int, stage: str) -> None:
        repository.advance(job.trust, job.id, mine, progress=done, stage=stage)

    snapshot = repository.snapshot(job.trust, job.id)
    if snapshot is None:
        snapshot = gather(job, progress)
        repository.keep_snapshot(job.trust, job.id, snapshot)
    made_at = job.ready_at or clock.now()
    document = written(snapshot)
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


def written(snapshot: Snapshot) -> Document:
    """The report of a snapshot."""
    return compose.trust_report(snapshot, summaries.labels())


def _finish(job: Job, mine: str, snapshot: Snapshot, at: datetime) -> None:
    """It is ready; whoever it is for is told once, not again when only its files were lost."""
    with transaction() as tx:
        repository.finish(tx, job, mine, at=at, missing=len(snapshot.missing))
        clocks.stop(tx, job.trust, kind=CLOCK, id=job.id)
        audit.record(
            tx,
            job.trust,
            by=actors.system("build_document"),
            action="report.made",
            about=f"report/{job.id}",
        )
        for member in _readers(job) if job.ready_at is None else ():
            outbox.add(
                tx,
                outbox.Message(
                    tenant=job.trust,
                    template="report_ready",
                    address=member.email,
                    values={
                        "path": f"/t/{job.trust}/reports/{job.id}",
                        "period": job.period.label,
                        "trust": snapshot.trust,
                    },
                    about=f"report/{job.id}",
                    why="asked" if actors.person_of(job.asked_by) else "trust_administrator",
                    person=member.person,
                ),
            )


def _readers(job: Job) -> list[Member]:
    """Who is told: whoever asked, if still there; of a scheduled one the trust's administrators."""
    person = actors.person_of(job.asked_by)
    if person is None:
        return identity.contacts_with(job.trust, Role.TRUST_ADMINISTRATOR)
    try:
        return [identity.member(job.trust, PersonId(person))]
    except errors.NotFound:
        return []
