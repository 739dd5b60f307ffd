"""Silence is an alarm too: a source that is not heard in its time is told of (S240, 4.13).

Only hours of school count, so that no week-end is an alarm. The technician and the safeguarding
leads are mailed once, and again every school day while it lasts.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from chalicelib import audit, clock
from chalicelib.alerts import silence
from chalicelib.alerts.repository import sources, traffic, watches
from chalicelib.alerts.senders import Source, SourceState
from chalicelib.alerts.service import sending
from chalicelib.alerts.silence import LEARNS_FROM, Limit, Watch
from chalicelib.alerts.traffic import Day, Fate
from chalicelib.errors import NotFound
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.notifications import clocks, outbox
from chalicelib.notifications.outbox import Message
from chalicelib.observability import count
from chalicelib.people.plan import model as plans
from chalicelib.people.plan import service as plan_service
from chalicelib.people.plan.model import Plan
from chalicelib.storage import Transaction, transaction
from chalicelib.tenancy import directory
from chalicelib.tenancy import repository as tenancy
from chalicelib.tenancy.calendar import Calendar

CLOCK = "source.silence"
SHOWN = 20  # days on the page
_TOLD = (Role.TECHNICIAN, Role.DSL, Role.ONLINE_SAFETY_LEAD)


@dataclass(frozen=True)
class Health:
    """One source as the page shows it: its days (oldest first), and how long it may be silent."""

    source: Source
    watch: Watch
    days: tuple[Day, ...]
    limit: int | None

    @property
    def today(self) -> Day:
        return self.days[-1]


def start_all(school: SchoolId) -> int:
    """Every morning: each source that is on has a clock; gives how many were started."""
    started = 0
    for source in sources.listed(school):
        if source.state is not SourceState.ON:
            continue
        if clocks.running(school, kind=CLOCK, id=source.id) is None:
            with transaction() as tx:
                clocks.start(tx, school, kind=CLOCK, id=source.id, due_at=clock.now())
            started += 1
    return started


def check(tenant: str, source_id: str, now: datetime) -> None:
    """A source's clock ran out: is it silent? Tell, or look again when it could be."""
    school = SchoolId(tenant)
    try:
        source = sources.load(school, source_id)
    except NotFound:
        source = None
    if source is None or source.state is not SourceState.ON:
        with transaction() as tx:
            clocks.stop(tx, school, kind=CLOCK, id=source_id)
        return
    plan, (calendar, _) = plan_service.current(school), tenancy.calendar(school)
    watch = watches.of(school, source.id)
    limit = silence.minutes(watch, _school_days(school, source, calendar, now), _day(plan))
    heard = source.heard_at or source.made_at
    quiet = plans.school_minutes(plan, calendar, heard, now)
    with transaction() as tx:
        if limit is None or quiet < limit:
            if watch.silent_since:
                watches.save(tx, school, source.id, replace(watch, silent_since=None))
            left = (limit or _day(plan)) - quiet
            again = _after(plan, calendar, now, max(left, 1))
        else:
            watches.save(tx, school, source.id, replace(watch, silent_since=heard))
            sending.count(tx, school, source.id, clock.london(now).date(), {Fate.SILENT: 1})
            _tell(tx, school, source)
            again = _after(plan, calendar, now, _day(plan))
        clocks.start(tx, school, kind=CLOCK, id=source.id, due_at=again)


def watch_of(school: SchoolId, source: str) -> Watch:
    return watches.of(school, source)


def set_limit(school: SchoolId, source: str, limit: Limit, *, by: str) -> None:
    """How much silence of a source is too much, from now on. Raises NotFound."""
    sources.load(school, source)
    watch = watches.of(school, source)
    with transaction() as tx:
        watches.save(tx, school, source, replace(watch, limit=limit))
        clocks.start(tx, school, kind=CLOCK, id=source, due_at=clock.now())
        audit.record(tx, school, by=by, action="source.watched", about=f"source/{source}")


def health(school: SchoolId) -> list[Health]:
    """Every source that is not retired, as it does these days."""
    now = clock.now()
    plan, (calendar, _) = plan_service.current(school), tenancy.calendar(school)
    known = watches.all_of(school)
    found = []
    for source in sources.listed(school):
        if source.state is SourceState.RETIRED:
            continue
        watch = _heard_again(known.get(source.id, Watch()), source)
        recent = _school_days(school, source, calendar, now)
        limit = silence.minutes(watch, recent, _day(plan))
        found.append(Health(source, watch, _days(school, source, now), limit))
    return found


def silent(school: SchoolId) -> tuple[int, int]:
    """How many sources are on, and how many of those are silent for too long."""
    known = watches.all_of(school)
    on = [each for each in sources.listed(school) if each.state is SourceState.ON]
    quiet = [each for each in on if _heard_again(known.get(each.id, Watch()), each).silent_since]
    return len(on), len(quiet)


def _heard_again(watch: Watch, source: Source) -> Watch:
    """A source that was heard since it fell silent is not silent, whenever its clock looks next."""
    since = watch.silent_since
    again = since and source.heard_at and source.heard_at > since
    return replace(watch, silent_since=None) if again else watch


def _days(school: SchoolId, source: Source, now: datetime) -> tuple[Day, ...]:
    today = clock.london(now).date()
    every = [today - timedelta(days=n) for n in range(SHOWN - 1, -1, -1)]
    heard = traffic.days(school, source.id, every[0], today)
    return tuple(heard.get(on, Day(on)) for on in every)


def _school_days(
    school: SchoolId, source: Source, calendar: Calendar, now: datetime
) -> list[Day | None]:
    """The last full school days since the source was made."""
    today = clock.london(now).date()
    days: list[date] = []
    on = today
    first = max(clock.london(source.made_at).date(), today - timedelta(days=60))
    while len(days) < LEARNS_FROM and on > first:
        on -= timedelta(days=1)
        if calendar.is_school_day(on):
            days.append(on)
    if not days:
        return []
    heard = traffic.days(school, source.id, min(days), today)
    return [heard.get(each) for each in days]


def _day(plan: Plan) -> int:
    return plans.day_minutes(plan)


def _after(plan: Plan, calendar: Calendar, now: datetime, minutes: int) -> datetime:
    """The moment by which so many more minutes of school will have passed."""
    at = now
    left = timedelta(minutes=minutes)
    for _ in range(60):
        local = clock.london(at)
        if calendar.is_school_day(local.date()):
            closes = _at(local.date(), plan, now)
            if at < closes and local.time().replace(tzinfo=None) >= plan.opens:
                if at + left <= closes:
                    return at + left
                left -= closes - at
        at = plans.next_opening(plan, calendar, at)
    return at


def _at(on: date, plan: Plan, like: datetime) -> datetime:
    return datetime.combine(on, plan.closes, clock.LONDON).astimezone(like.tzinfo)


def _tell(tx: Transaction, school: SchoolId, source: Source) -> None:
    count("SourceSilent")
    for member in identity.contacts_with(school, *_TOLD):
        outbox.add(
            tx,
            Message(
                tenant=school,
                template="source_silent",
                address=member.email,
                values={
                    "school": directory.school(school).name,
                    "path": f"/s/{school}/alerts/health",
                    "role": member.role_names[0],
                },
                about=f"source/{source.id}",
                why="silence",
                person=member.person,
            ),
        )
