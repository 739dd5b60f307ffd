"""Asking for reports, looking them up, and having the calendar ask."""

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib import audit, clock
from chalicelib.audit import actors
from chalicelib.documents import files
from chalicelib.documents.files import Place
from chalicelib.documents.model import Form
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.ids import PersonId, SchoolId, TrustId
from chalicelib.notifications import clocks
from chalicelib.reports import build, compose, repository, sets
from chalicelib.reports.document import Document
from chalicelib.reports.layout import Layout
from chalicelib.reports.model import Job, Period, Snapshot, State, is_job
from chalicelib.reports.running import CLOCK, set_off
from chalicelib.storage import transaction
from chalicelib.tenancy import directory


@dataclass(frozen=True)
class Listed:
    """A page of the reports there are, and the cursor of the next."""

    jobs: tuple[Job, ...]
    next: str


@dataclass(frozen=True)
class Shown:
    """A report, and once it is made what it says."""

    job: Job
    snapshot: Snapshot | None
    document: Document | None
    members: tuple[Job, ...] = ()


def ask(
    trust: TrustId,
    job_id: str,
    period: Period,
    schools: Iterable[SchoolId],
    *,
    by: PersonId,
    each: bool = False,
    layout: Layout | None = None,
) -> Job:
    """Ask for a report, or with `each` for one of every school. The same id again gives what was
    asked for first (R16).

    Raises Invalid for a school that is not the trust's, and for a template that would leave the
    reports of a set empty.
    """
    own = {each.id for each in directory.schools_of(trust)}
    chosen = tuple(sorted(set(schools)))
    if not own.issuperset(chosen):
        raise Invalid({"schools": ["Choose from the schools of your trust"]})
    if each and layout and not layout.measures() & compose.OF_EACH:
        raise Invalid({"template": [compose.NONE_OF_EACH]})
    job = Job(
        id=job_id,
        trust=trust,
        period=period,
        schools=() if own == set(chosen) and not each else chosen,
        asked_by=actors.person(by),
        asked_at=clock.now(),
        each=each,
        layout=layout,
    )
    try:
        queue(job)
    except Conflict:
        return _found(trust, job_id)
    return job


def reports(trust: TrustId, cursor: str = "") -> Listed:
    """The reports of a trust, newest first."""
    page = repository.page(trust, cursor)
    return Listed(tuple(map(repository.to_job, page.items)), page.next)


def report(trust: TrustId, job_id: str, *, by: str) -> Shown:
    """A report and what it says, or a set and its reports. That it was read is kept.

    Raises NotFound.
    """
    job = _found(trust, job_id)
    if job.each:
        return Shown(job, None, None, tuple(repository.members(trust, job_id)))
    snapshot = build.made_of(job) if job.state is State.READY else None
    if snapshot is None:
        return Shown(job, None, None)
    audit.viewed(trust, by=by, action="report.viewed", about=f"report/{job_id}")
    return Shown(job, snapshot, build.written(job, snapshot))


def file_link(trust: TrustId, job_id: str, form: Form, *, by: str) -> str:
    """An address that gives the file for a minute; empty when the file is no longer kept.

    Raises NotFound.
    """
    job = _found(trust, job_id)
    if job.state is not State.READY:
        raise NotFound
    place = Place("reports", trust, job_id, form)
    if not files.exists(place):
        return ""
    audit.viewed(trust, by=by, action="report.downloaded", about=f"report/{job_id}")
    names = {each.id: each.name for each in directory.schools_of(trust)} if job.set else {}
    owner = names.get(job.schools[0], "school") if job.set else directory.trust(trust).name
    return files.link(place, f"{owner} {job.period.label}")


def make_again(trust: TrustId, job_id: str, *, by: PersonId) -> None:
    """Try again what failed, or write files again that are gone: from the same figures.

    Of a set those that failed. Raises NotFound. While it is being made nothing changes.
    """
    job = _found(trust, job_id)
    if job.each:
        for each in repository.members(trust, job_id):
            if each.state is State.FAILED:
                make_again(trust, each.id, by=by)
        return
    try:
        with transaction() as tx:
            repository.queue_again(tx, trust, job_id)
            set_off(tx, trust, job_id)
            audit.record(
                tx,
                trust,
                by=actors.person(by),
                action="report.made_again",
                about=f"report/{job.id}",
            )
    except repository.Taken:
        return


def clock_ran_out(tenant: str, job_id: str, _now: object) -> None:
    """A report is not ready though it was asked for a while ago: ask for it again."""
    job = repository.job(TrustId(tenant), job_id)
    with transaction() as tx:
        if job is None or job.is_over:
            clocks.stop(tx, tenant, kind=CLOCK, id=job_id)
        else:
            set_off(tx, tenant, job_id)


def queue(job: Job) -> None:
    """Have a report or a set of reports made. Raises Conflict when it was asked for before."""
    if job.each:
        sets.ask(job)
        return
    with transaction() as tx:
        repository.add(tx, job)
        set_off(tx, job.trust, job.id)
        audit.record(
            tx, job.trust, by=job.asked_by, action="report.asked", about=f"report/{job.id}"
        )


def _found(trust: TrustId, job_id: str) -> Job:
    job = repository.job(trust, job_id) if is_job(job_id) else None
    if job is None:
        raise NotFound
    return job
