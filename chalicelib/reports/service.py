"""Asking for reports, looking them up, and having the calendar ask."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib import audit, clock, ids
from chalicelib.audit import actors
from chalicelib.documents import files
from chalicelib.documents.files import Place
from chalicelib.documents.model import Form
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.ids import PersonId, SchoolId, TrustId
from chalicelib.notifications import clocks, outbox
from chalicelib.observability import failure
from chalicelib.reports import build, copies, plan, repository
from chalicelib.reports.document import Document
from chalicelib.reports.model import Job, Period, Snapshot, State
from chalicelib.storage import Transaction, tenants, transaction
from chalicelib.tenancy import directory
from chalicelib.tenancy import repository as tenancy_rows
from chalicelib.tenancy import service as tenancy

# A nudge that got lost is given again after this; making takes seconds.
_AGAIN_AFTER = timedelta(minutes=7)
_LONGEST_BACK = timedelta(days=3 * 365)


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


def ask(
    trust: TrustId, job_id: str, period: Period, schools: Iterable[SchoolId], *, by: PersonId
) -> Job:
    """Ask for a report. The same id again gives the report that was asked for first (R16).

    Raises Invalid for a school that is not the trust's.
    """
    own = {each.id for each in directory.schools_of(trust)}
    chosen = tuple(sorted(set(schools)))
    if not own.issuperset(chosen):
        raise Invalid({"schools": ["Choose from the schools of your trust"]})
    job = Job(
        id=job_id,
        trust=trust,
        period=period,
        schools=() if own == set(chosen) else chosen,
        asked_by=actors.person(by),
        asked_at=clock.now(),
    )
    try:
        _queue(job)
    except Conflict:
        return _found(trust, job_id)
    return job


def reports(trust: TrustId, cursor: str = "") -> Listed:
    """The reports of a trust, newest first."""
    page = repository.page(trust, cursor)
    return Listed(tuple(map(repository.to_job, page.items)), page.next)


def report(trust: TrustId, job_id: str, *, by: str) -> Shown:
    """A report and what it says. That it was read is kept. Raises NotFound."""
    job = _found(trust, job_id)
    snapshot = repository.snapshot(trust, job_id) if job.state is State.READY else None
    if snapshot is None:
        return Shown(job, None, None)
    audit.viewed(trust, by=by, action="report.viewed", about=f"report/{job_id}")
    return Shown(job, snapshot, build.written(snapshot))


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
    return files.link(place, f"{directory.trust(trust).name} {job.period.label}")


def make_again(trust: TrustId, job_id: str, *, by: PersonId) -> None:
    """Try again what failed, or write files again that are gone: from the same figures.

    Raises NotFound. While it is being made nothing changes.
    """
    job = _found(trust, job_id)
    try:
        with transaction() as tx:
            repository.queue_again(tx, trust, job_id)
            _set_off(tx, trust, job_id)
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
            clocks.stop(tx, tenant, kind=build.CLOCK, id=job_id)
        else:
            _set_off(tx, tenant, job_id)


def plan_day(trust: TrustId) -> int:
    """What each morning does for a trust: figures copied, and the reports of ended terms asked for.

    Gives how many were asked for. One school's failure never stops the others'.
    """
    today = clock.today()
    with tenants({trust}):
        schools = directory.schools_of(trust)
    for school in schools:
        try:
            copies.catch_up(school.id, today)
        except Exception as e:  # noqa: BLE001  # it is counted again before any report
            failure("figures not copied", e, school=school.id)
    return plan_termly(trust, since=max(_opened_on(trust), today - _LONGEST_BACK))


def plan_termly(trust: TrustId, *, since: date) -> int:
    """Ask for the report of every term that ended from a day on and has none."""
    with tenants({trust}):
        schools = directory.schools_of(trust)
    calendars = []
    for school in schools:
        with tenants({school.id}):
            calendars.append(tenancy.calendar_of(school.id))
    asked = 0
    with tenants({trust}):
        for due in plan.termly(trust, calendars, since=since, today=clock.today(), made=()):
            asked += _plan(trust, due)
    return asked


def _plan(trust: TrustId, due: plan.Due) -> int:
    if repository.job(trust, due.id) is not None:
        return 0
    job = Job(
        id=due.id,
        trust=trust,
        period=due.period,
        schools=(),
        asked_by=actors.system("plan_day"),
        asked_at=clock.now(),
    )
    try:
        _queue(job)
    except Conflict:
        return 0  # another morning's work was quicker
    return 1


def _queue(job: Job) -> None:
    with transaction() as tx:
        repository.add(tx, job)
        _set_off(tx, job.trust, job.id)
        audit.record(
            tx, job.trust, by=job.asked_by, action="report.asked", about=f"report/{job.id}"
        )


def _set_off(tx: Transaction, trust: str, job_id: str) -> None:
    """See that it is made: at once by a nudge, and by the sweep if the nudge got lost."""
    later = clock.now() + _AGAIN_AFTER
    clocks.start(tx, trust, kind=build.CLOCK, id=job_id, due_at=later)
    tx.after(lambda: outbox.nudge("documents", [{"tenant": trust, "job": job_id}]))


def _found(trust: TrustId, job_id: str) -> Job:
    job = repository.job(trust, job_id) if ids.is_record(job_id) else None
    if job is None:
        raise NotFound
    return job


def _opened_on(trust: TrustId) -> date:
    with tenants({trust}):
        row = tenancy_rows.trust_row(trust)
    if row is None:
        raise NotFound
    return clock.london(clock.parse(row.opened_at)).date()
