"""Jobs in the partition of the school or trust they are for."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib import clock
from chalicelib.documents.model import Asked, Form, Job, State
from chalicelib.documents.rows import DocumentRow
from chalicelib.errors import Conflict
from chalicelib.ids import PersonId
from chalicelib.storage import Transaction, get, transaction

# Whoever claimed one and then died is taken to be gone after this: a little longer than the
# function that makes them may run.
_CLAIM_LASTS = timedelta(minutes=6)


class Taken(Conflict):
    """Somebody else makes this now, or it has been made."""


def add(tx: Transaction, job: Job) -> None:
    row = DocumentRow(
        job.tenant,
        _sk(job.id),
        kind=job.asked.kind,
        permission=job.asked.permission,
        person=job.asked.person,
        asked_at=clock.stamp(job.asked_at),
        state=job.state,
        stage=job.stage,
        progress=job.progress,
    )
    row.seal(
        {
            "title": job.asked.title,
            "back": job.asked.back,
            "values": dict(job.asked.values),
            "doing": job.asked.doing,
            "done": job.asked.done,
        }
    )
    tx.create(row)


def job(tenant: str, job_id: str) -> Job | None:
    row = get(DocumentRow, tenant, _sk(job_id))
    return _to_job(row, job_id) if row else None


def claim(tenant: str, job_id: str, mine: str, now: datetime) -> None:
    """Take a job to do it. Raises Taken while somebody else has it, or once it is done."""
    free = DocumentRow.claimed_at.does_not_exist() | (
        DocumentRow.claimed_at < clock.stamp(now - _CLAIM_LASTS)
    )
    waiting = DocumentRow.state.is_in(State.QUEUED, State.MAKING, State.FAILED)
    _set(
        tenant,
        job_id,
        waiting & free,
        state=State.MAKING,
        stage="Starting",
        progress=1,
        claim=mine,
        claimed_at=clock.stamp(now),
    )


def advance(tenant: str, job_id: str, mine: str, *, progress: int, stage: str) -> None:
    """Say how far it is. Raises Taken when it is no longer ours."""
    _set(tenant, job_id, DocumentRow.claim == mine, progress=progress, stage=stage)


def finish(
    tx: Transaction, tenant: str, job_id: str, mine: str, forms: tuple[Form, ...], at: datetime
) -> None:
    """It is ready. Raises Taken at commit when it is no longer ours."""
    values = {
        "state": State.READY,
        "stage": "Ready",
        "progress": 100,
        "forms": " ".join(forms),
        "ready_at": clock.stamp(at),
    }
    _update(tx, tenant, job_id, DocumentRow.claim == mine, values, let_go=True)


def fail(tenant: str, job_id: str, mine: str) -> None:
    """It could not be made; whoever tries next may claim it at once."""
    values = {"state": State.FAILED, "stage": "It could not be made"}
    with transaction() as tx:
        _update(tx, tenant, job_id, DocumentRow.claim == mine, values, let_go=True)


def queue_again(tx: Transaction, tenant: str, job_id: str) -> None:
    """Put what failed, or whose files are gone, back into the queue. Raises Taken at commit."""
    values = {"state": State.QUEUED, "stage": "Waiting to start", "progress": 0}
    free = DocumentRow.asked_at.exists() & DocumentRow.claim.does_not_exist()
    _update(tx, tenant, job_id, free, values, let_go=False)


def _set(tenant: str, job_id: str, condition: Any, **values: Any) -> None:
    with transaction() as tx:
        _update(tx, tenant, job_id, condition, values, let_go=False)


def _update(
    tx: Transaction,
    tenant: str,
    job_id: str,
    condition: Any,
    values: Mapping[str, Any],
    *,
    let_go: bool,
) -> None:
    tx.update(
        DocumentRow,
        tenant,
        _sk(job_id),
        set=dict(values),
        remove=("claim", "claimed_at") if let_go else (),
        condition=condition,
        error=Taken(),
    )


def _to_job(row: DocumentRow, job_id: str) -> Job:
    private = row.unseal()
    return Job(
        id=job_id,
        tenant=row.tenant,
        asked=Asked(
            kind=row.kind,
            title=private["title"],
            permission=row.permission,
            person=PersonId(row.person),
            back=private["back"],
            values=private["values"],
            doing=private["doing"],
            done=private["done"],
        ),
        asked_at=clock.parse(row.asked_at),
        state=State(row.state),
        stage=row.stage,
        progress=int(row.progress),
        forms=tuple(map(Form, (row.forms or "").split())),
        ready_at=clock.parse(row.ready_at) if row.ready_at else None,
    )


def _sk(job_id: str) -> str:
    return f"document#{job_id}"
