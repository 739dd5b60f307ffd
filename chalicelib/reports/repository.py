"""Report jobs in the trust's partition of the reports table, and how their parts are stored."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib import clock
from chalicelib.errors import Conflict
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, SchoolId, TrustId
from chalicelib.reports.layout import Layout, known
from chalicelib.reports.model import Job, Period, PeriodKind, Recipients, State
from chalicelib.reports.rows import JobRow, MadeRow, ToldRow
from chalicelib.storage import (
    Key,
    Page,
    Transaction,
    every,
    get,
    page_of,
    together,
    transaction,
)

_JOB = "job#"
_MEMBER = "member#"
_MADE = "made#"
# Whoever claimed a report and then died is taken to be gone after this: a little longer than the
# function that makes them may run.
_CLAIM_LASTS = timedelta(minutes=6)


class Taken(Conflict):
    """Somebody else makes this report now, or it has been made."""


def add(tx: Transaction, job: Job, *, error: Conflict | None = None) -> None:
    row = JobRow(
        job.trust,
        _key(job.id),
        period=from_period(job.period),
        schools=list(job.schools),
        asked_by=job.asked_by,
        asked_at=clock.stamp(job.asked_at),
        state=job.state,
        stage=job.stage,
        progress=job.progress,
        each=job.each or None,
        to=from_recipients(job.to) if job.to else None,
        schedule=job.schedule or None,
    )
    if job.layout:
        row.seal({"layout": from_layout(job.layout)})
    tx.create(row, error=error)


def job(trust: TrustId, job_id: str) -> Job | None:
    row = get(JobRow, trust, _key(job_id))
    return to_job(row) if row else None


def which_exist(trust: TrustId, job_ids: Sequence[str]) -> set[str]:
    """Those of some reports that have been asked for, in one trip for each hundred."""
    found = set()
    for start in range(0, len(job_ids), 100):
        some = job_ids[start : start + 100]
        rows = together(*(Key(JobRow, trust, _key(job_id)) for job_id in some))
        found |= {job_id for job_id, row in zip(some, rows, strict=True) if row is not None}
    return found


def members(trust: TrustId, set_id: str) -> list[Job]:
    """The reports of a set, one a school; one query."""
    return [to_job(row) for row in every(JobRow, trust, f"{_MEMBER}{set_id}-", consistent=True)]


def page(trust: TrustId, cursor: str = "") -> Page[JobRow]:
    """A page of the reports and sets of reports there are, newest first."""
    return page_of(JobRow, trust, _JOB, cursor=cursor)


def claim(trust: TrustId, job_id: str, mine: str, now: datetime) -> None:
    """Take a report to make it. Raises Taken while somebody else has it."""
    late = clock.stamp(now - _CLAIM_LASTS)
    free = JobRow.claimed_at.does_not_exist() | (JobRow.claimed_at < late)
    with transaction() as tx:
        tx.update(
            JobRow,
            trust,
            _key(job_id),
            set={
                "state": State.MAKING,
                "stage": "Starting",
                "progress": 1,
                "claim": mine,
                "claimed_at": clock.stamp(now),
            },
            condition=JobRow.asked_at.exists() & free,
            error=Taken(),
        )


def advance(trust: TrustId, job_id: str, mine: str, *, progress: int, stage: str) -> None:
    """Say how far it is. Raises Taken when it is no longer ours."""
    with transaction() as tx:
        tx.update(
            JobRow,
            trust,
            _key(job_id),
            set={"progress": progress, "stage": stage},
            condition=JobRow.claim == mine,
            error=Taken(),
        )


def finish(tx: Transaction, job_: Job, mine: str, *, at: datetime, missing: int) -> None:
    """It is ready. Raises Taken at commit when it is no longer ours."""
    tx.update(
        JobRow,
        job_.trust,
        _key(job_.id),
        set={
            "state": State.READY,
            "stage": "Ready",
            "progress": 100,
            "ready_at": clock.stamp(job_.ready_at or at),
            "missing": missing,
        },
        remove=("claim", "claimed_at"),
        condition=JobRow.claim == mine,
        error=Taken(),
    )


def note_made(tx: Transaction, job_: Job, at: datetime) -> None:
    """Where the next report of the same period finds this one."""
    stamp = clock.stamp(at)
    tx.put(MadeRow(job_.trust, f"{_MADE}{job_.period.key}#{stamp}#{job_.id}"))


def last_made(trust: TrustId, period: Period, *, without: str) -> str:
    """The id of the last report of a period, those of the set or report `without` apart."""
    for row in every(MadeRow, trust, f"{_MADE}{period.key}#", newest_first=True):
        job_id = row.sk.rpartition("#")[2]
        if job_id.partition("-")[0] != without:
            return job_id
    return ""


def note_told(tx: Transaction, job_: Job, person: PersonId, at: datetime) -> None:
    """Somebody is told of a report: once, or Conflict at commit."""
    tx.create(ToldRow(job_.trust, f"{_told(job_.id)}{person}", at=clock.stamp(at)))


def told(trust: TrustId, job_id: str) -> set[PersonId]:
    """Whoever was told of a report."""
    rows = every(ToldRow, trust, _told(job_id), consistent=True)
    return {PersonId(row.sk.rpartition("#")[2]) for row in rows}


def _told(job_id: str) -> str:
    return f"told#{job_id}#"


def fail(trust: TrustId, job_id: str, mine: str) -> None:
    """It could not be made; whoever tries next may claim it at once."""
    with transaction() as tx:
        tx.update(
            JobRow,
            trust,
            _key(job_id),
            set={"state": State.FAILED, "stage": "It could not be made"},
            remove=("claim", "claimed_at"),
            condition=JobRow.claim == mine,
            error=Taken(),
        )


def queue_again(tx: Transaction, trust: TrustId, job_id: str) -> None:
    """Put a report that failed, or whose files are gone, back into the queue."""
    tx.update(
        JobRow,
        trust,
        _key(job_id),
        set={"state": State.QUEUED, "stage": "Waiting to start", "progress": 0},
        condition=JobRow.asked_at.exists() & JobRow.claim.does_not_exist(),
        error=Taken(),
    )


def set_over(tx: Transaction, trust: TrustId, set_id: str, *, at: datetime) -> None:
    """Every report of a set is made or given up. Raises Taken at commit when that was known."""
    tx.update(
        JobRow,
        trust,
        _key(set_id),
        set={"state": State.READY, "stage": "Ready", "progress": 100, "ready_at": clock.stamp(at)},
        condition=JobRow.asked_at.exists() & JobRow.ready_at.does_not_exist(),
        error=Taken(),
    )


def to_job(row: JobRow) -> Job:
    layout = row.unseal().get("layout")
    return Job(
        id=row.sk.partition("#")[2],
        trust=TrustId(row.tenant),
        period=to_period(row.period),
        schools=tuple(SchoolId(each) for each in row.schools),
        asked_by=row.asked_by,
        asked_at=clock.parse(row.asked_at),
        state=State(row.state),
        stage=row.stage,
        progress=int(row.progress),
        ready_at=clock.parse(row.ready_at) if row.ready_at else None,
        missing=int(row.missing or 0),
        each=bool(row.each),
        layout=to_layout(layout) if layout else None,
        to=to_recipients(row.to) if row.to else Recipients(),
        schedule=row.schedule or "",
    )


def from_layout(layout: Layout) -> dict[str, Any]:
    return {
        "title": layout.title,
        "sections": [[each.key, list(each.measures)] for each in layout.sections],
        "template": layout.template,
        "version": layout.version,
    }


def to_layout(stored: Mapping[str, Any]) -> Layout:
    return Layout(
        title=stored["title"],
        sections=known(stored["sections"]),
        template=stored["template"],
        version=stored["version"],
    )


def from_recipients(to: Recipients) -> dict[str, list[str]]:
    return {"people": list(to.people), "roles": list(to.roles)}


def to_recipients(stored: Mapping[str, Any]) -> Recipients:
    return Recipients(
        people=tuple(PersonId(each) for each in stored["people"]),
        roles=tuple(Role(each) for each in stored["roles"]),
    )


def _key(job_id: str) -> str:
    """A set's reports stand together, out of the list of all."""
    return f"{_MEMBER if '-' in job_id else _JOB}{job_id}"


def from_period(period: Period) -> dict[str, Any]:
    return {
        "kind": period.kind,
        "label": period.label,
        "parts": list(period.parts),
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
    }


def to_period(stored: Mapping[str, Any]) -> Period:
    return Period(
        kind=PeriodKind(stored["kind"]),
        label=stored["label"],
        parts=tuple(stored["parts"]),
        first=date.fromisoformat(stored["first"]),
        last=date.fromisoformat(stored["last"]),
    )
