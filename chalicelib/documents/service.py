"""Asking for files, following how far they are, fetching them."""

from datetime import datetime, timedelta

from chalicelib import audit, clock, ids
from chalicelib.audit import actors
from chalicelib.documents import files, repository
from chalicelib.documents.files import Place
from chalicelib.documents.model import Asked, Form, Job, State
from chalicelib.errors import NotFound
from chalicelib.ids import PersonId
from chalicelib.notifications import clocks, outbox
from chalicelib.storage import Transaction, transaction

CLOCK = "document.make"
# A nudge that got lost is given again after this; making takes seconds.
_AGAIN_AFTER = timedelta(minutes=7)


def ask(tx: Transaction, tenant: str, asked: Asked, *, job_id: str = "") -> str:
    """Have files made for somebody at a school or trust (a tenant id); gives the job's id.

    Written with the caller's transaction, audit line included. The caller's route must have asked
    for a fresh sign-in where children's records leave (R16). An id that the caller's form brought
    makes a second press raise Conflict at commit instead of asking twice.
    """
    job = Job(job_id or ids.new(), tenant, asked, clock.now())
    repository.add(tx, job)
    _set_off(tx, tenant, job.id)
    by = actors.person(asked.person)
    audit.record(tx, tenant, by=by, action=f"{asked.kind}.asked", about=f"document/{job.id}")
    return job.id


def find(tenant: str, job_id: str, *, person: PersonId) -> Job:
    """What this person asked for. Raises NotFound, also for what somebody else did."""
    job = repository.job(tenant, job_id) if ids.is_record(job_id) else None
    if job is None or job.asked.person != person:
        raise NotFound
    return job


def file_link(job: Job, form: Form) -> str:
    """An address that gives the file for a minute; empty when it is no longer kept. Audited.

    Raises NotFound for a form that was not made.
    """
    if job.state is not State.READY or form not in job.forms:
        raise NotFound
    place = _place(job, form)
    if not files.exists(place):
        return ""
    by = actors.person(job.asked.person)
    action = f"{job.asked.kind}.downloaded"
    audit.viewed(job.tenant, by=by, action=action, about=f"document/{job.id}")
    return files.link(place, job.asked.title)


def make_again(job: Job) -> None:
    """Try again what failed, or write files again that are gone. No change while it is made."""
    try:
        with transaction() as tx:
            again(tx, job.tenant, job.id)
    except repository.Taken:
        return


def again(tx: Transaction, tenant: str, job_id: str) -> None:
    """Have a job done once more, with the caller's transaction. Conflict while it is being done."""
    repository.queue_again(tx, tenant, job_id)
    _set_off(tx, tenant, job_id)


def keep(job: Job, form: Form, body: bytes) -> None:
    """Put a file that was made where it can be fetched."""
    files.put(_place(job, form), body)


def clock_ran_out(tenant: str, job_id: str, _now: datetime) -> None:
    """It is not ready though it was asked for a while ago: ask for it again."""
    job = repository.job(tenant, job_id)
    with transaction() as tx:
        if job is None or job.is_over:
            clocks.stop(tx, tenant, kind=CLOCK, id=job_id)
        else:
            _set_off(tx, tenant, job_id)


def _set_off(tx: Transaction, tenant: str, job_id: str) -> None:
    """See that it is made: at once by a nudge, and by the sweep if the nudge got lost."""
    clocks.start(tx, tenant, kind=CLOCK, id=job_id, due_at=clock.now() + _AGAIN_AFTER)
    tx.after(lambda: outbox.nudge("documents", [{"tenant": tenant, "document": job_id}]))


def _place(job: Job, form: Form) -> Place:
    return Place("documents", job.tenant, job.id, form)
