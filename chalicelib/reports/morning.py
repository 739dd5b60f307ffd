"""What each morning does for a trust's reports: figures copied, and what is due asked for."""

from collections.abc import Mapping
from datetime import date, timedelta

from chalicelib import clock
from chalicelib.audit import actors
from chalicelib.errors import Conflict, NotFound
from chalicelib.ids import SchoolId, TrustId
from chalicelib.observability import failure
from chalicelib.reports import copies, plan, repository, service
from chalicelib.reports.model import Job
from chalicelib.reports.schedules import service as schedules
from chalicelib.storage import tenants
from chalicelib.tenancy import directory
from chalicelib.tenancy import repository as tenancy_rows
from chalicelib.tenancy.calendar import Calendar

_LONGEST_BACK = timedelta(days=3 * 365)


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
    calendars = schedules.calendars_of(schools)
    since = max(_opened_on(trust), today - _LONGEST_BACK)
    return plan_termly(trust, calendars, since=since) + schedules.plan(trust, calendars)


def plan_termly(trust: TrustId, calendars: Mapping[SchoolId, Calendar], *, since: date) -> int:
    """Ask for the report of every term that ended from a day on and has none."""
    own, today = list(calendars.values()), clock.today()
    with tenants({trust}):
        due = plan.termly(trust, own, since=since, today=today, made=())
        return sum(_plan(trust, each) for each in due)


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
        service.queue(job)
    except Conflict:
        return 0  # another morning's work was quicker
    return 1


def _opened_on(trust: TrustId) -> date:
    with tenants({trust}):
        row = tenancy_rows.trust_row(trust)
    if row is None:
        raise NotFound
    return clock.london(clock.parse(row.opened_at)).date()
