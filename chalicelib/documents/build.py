"""Making what was asked for; any step may be done again (R31, R33)."""

from collections.abc import Mapping

from chalicelib import audit, clock, ids
from chalicelib.audit import actors
from chalicelib.documents import repository, service
from chalicelib.documents.model import Job, Maker
from chalicelib.documents.repository import Taken
from chalicelib.errors import NotFound
from chalicelib.notifications import clocks
from chalicelib.observability import logger
from chalicelib.storage import tenants, transaction


def build(tenant: str, job_id: str, makers: Mapping[str, Maker]) -> None:
    """Make the files of a job. Does nothing when they are made, or somebody makes them now.

    Raises NotFound for a job that is not there, and whatever kept it from being made: the queue
    then tries again.
    """
    with tenants({tenant}):
        job = repository.job(tenant, job_id)
        if job is None:
            raise NotFound
        mine = ids.new()
        try:
            repository.claim(tenant, job_id, mine, clock.now())
        except Taken:
            logger.info("document is made already", document=job_id)
            return
        try:
            _make(job, mine, makers[job.asked.kind])
        except Taken:
            logger.info("document was taken over", document=job_id)
        except Exception:
            repository.fail(tenant, job_id, mine)
            raise


def _make(job: Job, mine: str, maker: Maker) -> None:
    def progress(done: int, stage: str) -> None:
        repository.advance(job.tenant, job.id, mine, progress=done, stage=stage)

    made = maker(job, progress)
    progress(90, "Keeping the files")
    for file in made:
        service.keep(job, file.form, file.body)
    forms = tuple(file.form for file in made)
    with transaction() as tx:
        repository.finish(tx, job.tenant, job.id, mine, forms, clock.now())
        clocks.stop(tx, job.tenant, kind=service.CLOCK, id=job.id)
        audit.record(
            tx,
            job.tenant,
            by=actors.system("build_document"),
            action=f"{job.asked.kind}.made",
            about=f"document/{job.id}",
        )
