"""Keeping a trust's schedules, and asking each morning for what is due."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from chalicelib import audit, clock
from chalicelib.audit import actors
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.ids import SchoolId, TrustId, is_record
from chalicelib.observability import failure
from chalicelib.reports import compose
from chalicelib.reports import repository as jobs
from chalicelib.reports import service as reports
from chalicelib.reports.model import Job
from chalicelib.reports.schedules import model, repository
from chalicelib.reports.schedules.model import Due, Schedule
from chalicelib.reports.states import service as states
from chalicelib.reports.templates import service as templates
from chalicelib.storage import Transaction, tenants, transaction
from chalicelib.tenancy import directory
from chalicelib.tenancy import service as tenancy
from chalicelib.tenancy.calendar import Calendar
from chalicelib.tenancy.model import School


@dataclass(frozen=True)
class Coming:
    """A schedule, and the day of its next report; None while it is paused."""

    schedule: Schedule
    next_on: date | None


def schedules(trust: TrustId) -> list[Coming]:
    """A trust's schedules and when the next report of each comes."""
    found = repository.all_of(trust)
    calendars = _known_calendars(trust) if found else {}
    today = clock.today()
    return [Coming(each, model.next_on(each, _own(each, calendars), today)) for each in found]


def schedule(trust: TrustId, schedule_id: str) -> Schedule:
    """Raises NotFound."""
    found = repository.found(trust, schedule_id) if is_record(schedule_id) else None
    if found is None:
        raise NotFound
    return found


def coming(made: Schedule) -> date | None:
    """The day of a schedule's next report."""
    return model.next_on(made, _own(made, _known_calendars(made.trust)), clock.today())


def keep(wanted: Schedule, *, by: str) -> Schedule:
    """Keep a schedule: its version is the one that was read, 0 for a new one.

    A new one that is there already is left as it was (R16). Raises Invalid for schools or a
    template that are not the trust's, NotFound for one that is not there, and Conflict when
    somebody else changed it since.
    """
    _check(wanted)
    if not wanted.version:
        try:
            with transaction() as tx:
                repository.add(tx, replace(wanted, version=1))
                _noted(tx, wanted, by, "report_schedule.made")
        except Conflict:
            return schedule(wanted.trust, wanted.id)
        return replace(wanted, version=1)
    before = schedule(wanted.trust, wanted.id)
    again = before.every is not wanted.every
    changed = replace(
        wanted,
        since=clock.today() if again else before.since,
        planned_on=None if again else before.planned_on,
        paused=before.paused,
    )
    with transaction() as tx:
        repository.replace(tx, changed)
        _noted(tx, wanted, by, "report_schedule.changed")
    return replace(changed, version=wanted.version + 1)


def pause(trust: TrustId, schedule_id: str, *, paused: bool, by: str) -> None:
    """Stop a schedule for a while, or let it go on from today: what was due in between is not made.

    Doing what is done already changes nothing. Raises NotFound.
    """
    before = schedule(trust, schedule_id)
    if before.paused == paused:
        return
    changed = replace(before, paused=paused)
    if not paused:
        changed = replace(changed, since=clock.today(), planned_on=None)
    with transaction() as tx:
        repository.replace(tx, changed)
        action = "report_schedule.paused" if paused else "report_schedule.resumed"
        _noted(tx, before, by, action)


def drop(trust: TrustId, schedule_id: str, *, by: str) -> None:
    """Take a schedule away; what it made stays. Raises NotFound."""
    before = schedule(trust, schedule_id)
    with transaction() as tx:
        repository.drop(tx, before)
        _noted(tx, before, by, "report_schedule.dropped")


def plan(trust: TrustId, calendars: Mapping[SchoolId, Calendar]) -> int:
    """Ask for every report of a trust's schedules that is due and was not asked for.

    `calendars` are those of all its schools. Gives how many. One schedule's failure never keeps
    another from it.
    """
    with tenants({trust}):
        found = [each for each in repository.all_of(trust) if not each.paused]
    asked = 0
    for each in found:
        try:
            with tenants({trust}):
                asked += _planned(each, calendars, clock.today())
        except Exception as e:  # noqa: BLE001  # it is caught up tomorrow
            failure("schedule not planned", e, trust=trust, schedule=each.id)
    return asked


def _planned(schedule: Schedule, calendars: Mapping[SchoolId, Calendar], today: date) -> int:
    wanted = model.due(schedule, _own(schedule, calendars), today)
    there = jobs.which_exist(schedule.trust, [each.id for each in wanted])
    schools = [each for each in schedule.schools or calendars if each in calendars]
    asked = 0
    for each in wanted:
        if each.id not in there and schools:
            asked += _asked(schedule, each, schools)
    repository.planned(schedule, today)
    return asked


def _asked(schedule: Schedule, due: Due, schools: Sequence[SchoolId]) -> int:
    job = Job(
        id=due.id,
        trust=schedule.trust,
        period=due.period,
        schools=tuple(sorted(schools)) if schedule.schools or schedule.each else (),
        asked_by=actors.system("plan_day"),
        asked_at=clock.now(),
        each=schedule.each,
        layout=templates.layout_of(schedule.trust, schedule.template),
        to=schedule.to,
        schedule=schedule.id,
    )
    try:
        reports.queue(job)
    except Conflict:
        return 0  # another morning's work was quicker
    return 1


def _check(wanted: Schedule) -> None:
    problems = {}
    if not {each.id for each in directory.schools_of(wanted.trust)}.issuperset(wanted.schools):
        problems["schools"] = ["Choose from the schools of your trust"]
    known = {each.template: each for each in templates.templates(wanted.trust)}
    layout = known.get(wanted.template)
    if wanted.template and layout is None:
        problems["template"] = ["Choose one of your templates"]
    if wanted.each and layout and not layout.measures() & compose.OF_EACH:
        problems["template"] = [compose.NONE_OF_EACH]
    if not wanted.to:
        problems["roles"] = ["Choose at least one role or person"]
    if problems:
        raise Invalid(problems)


def _noted(tx: Transaction, of: Schedule, by: str, action: str) -> None:
    audit.record(tx, of.trust, by=by, action=action, about=f"schedule/{of.id}")


def _known_calendars(trust: TrustId) -> dict[SchoolId, Calendar]:
    """Each school's terms as the trust last had them: a page reads nothing of a school's own."""
    known = states.of_trust(trust)
    return {
        each.id: known[each.id].calendar if each.id in known else Calendar()
        for each in directory.schools_of(trust)
    }


def calendars_of(schools: Iterable[School]) -> dict[SchoolId, Calendar]:
    """Each school's terms and holidays as they are now, for the planner."""
    found = {}
    for school in schools:
        with tenants({school.id}):
            found[school.id] = tenancy.calendar_of(school.id)
    return found


def _own(schedule: Schedule, calendars: Mapping[SchoolId, Calendar]) -> list[Calendar]:
    """The calendars of the schools that a schedule is about."""
    return [calendar for school, calendar in calendars.items() if school in schedule.schools] or [
        *calendars.values()
    ]
