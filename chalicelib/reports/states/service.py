"""Looking how a school stands, and giving its trust the counts: each morning, and after changes.

Concerns about staff and alerts about staff are in no count: one more than the lists show would
tell whom it is about that there is one (1.17).
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from chalicelib import clock
from chalicelib.alerts.model import Alert, Status
from chalicelib.alerts.service import inbox, watching
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId, TrustId
from chalicelib.incidents.model.card import Card
from chalicelib.incidents.model.record import Status as CaseStatus
from chalicelib.incidents.service import log, owed, unacknowledged
from chalicelib.people.plan import service as plans
from chalicelib.registers.service import morning as registers
from chalicelib.reports.states import repository
from chalicelib.reports.states.model import Count, State
from chalicelib.storage import tenants
from chalicelib.tasks import service as tasks
from chalicelib.tenancy import directory, settings
from chalicelib.tenancy import service as tenancy

# After a change it is looked again only when the last look is older: the time is always said.
_OFTEN_ENOUGH = timedelta(minutes=15)
_MOST_ALERTS = 1000


def plan(school: SchoolId) -> int:
    """Every morning: give the trust how a school stands."""
    trust = directory.school(school).trust
    if trust is None:
        return 0
    state = look(school)
    with tenants({trust}):
        repository.keep(trust, state)
    return 1


def refresh(school: SchoolId) -> None:
    """Something changed at a school: look again, unless that was done a moment ago."""
    with tenants({school}):
        trust = directory.school(school).trust
    if trust is None:
        return
    with tenants({trust}):
        last = repository.found(trust, school)
    if last is None or clock.now() - last.at >= _OFTEN_ENOUGH:
        with tenants({school}):
            plan(school)


def of_trust(trust: TrustId) -> dict[SchoolId, State]:
    """How each school of a trust stood when it was last looked at."""
    return repository.all_of(trust)


def look(school: SchoolId) -> State:
    """How a school stands now."""
    at = clock.now()
    return State(
        school=school,
        at=at,
        counts={
            **_alerts(school, at),
            **_cases(school, at),
            **_owed(school),
            **_feeds(school),
            **_people(school),
        },
        calendar=tenancy.calendar_of(school),
    )


def _alerts(school: SchoolId, at: datetime) -> Mapping[str, int]:
    wait = timedelta(minutes=settings.read(school).acknowledge_minutes)
    found = [
        each
        for each in inbox.waiting(school, most=_MOST_ALERTS)
        if each.status is Status.OPEN and not _apart(each)
    ]
    return {
        Count.ALERTS_WAITING: len(found),
        Count.ALERTS_LATE: sum(each.raised_at + wait < at for each in found),
    }


def _apart(alert: Alert) -> bool:
    return alert.about_staff or alert.is_test


def _cases(school: SchoolId, at: datetime) -> Mapping[str, int]:
    quiet = timedelta(days=settings.read(school).quiet_days)
    found = [each for each in log.open_cards(school) if not each.wall.area]
    return {
        Count.CASES_OPEN: len(found),
        Count.CASES_LATE: sum(_is_late(each, at, quiet) for each in found),
    }


def _is_late(card: Card, at: datetime, quiet: timedelta) -> bool:
    """Nobody took it by the next working morning (S73), or nothing has happened for too long."""
    if card.status is CaseStatus.SUBMITTED:
        reported = datetime.combine(card.reported_on, time(12), clock.LONDON)
        return unacknowledged.next_morning(reported) < at
    return card.moved_on <= clock.london(at).date() - quiet


def _owed(school: SchoolId) -> Mapping[str, int]:
    today = clock.today()
    stand = registers.shared_standing(school)
    late = [each for each in tasks.open_in(school) if each.is_overdue(today)]
    return {
        Count.REGISTERS_LATE: sum(each.overdue for each in stand.values()),
        Count.REGISTERS_SOON: sum(each.soon for each in stand.values()),
        Count.TASKS_LATE: len(owed.without_concerns(school, late)) if late else 0,
    }


def _feeds(school: SchoolId) -> Mapping[str, int]:
    on, silent = watching.silent(school)
    return {Count.FEEDS: on, Count.FEEDS_SILENT: silent}


def _people(school: SchoolId) -> Mapping[str, int]:
    members = identity.members(school)
    return {
        Count.LEADS: sum(Role.DSL in each.roles for each in members),
        Count.DEPUTIES: sum(Role.DEPUTY_DSL in each.roles for each in members),
        Count.OUT_OF_HOURS: int(plans.current(school).has_out_of_hours),
    }
