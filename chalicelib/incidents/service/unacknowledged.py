"""A report that nobody has in hand is told again, and why (S73, S286, R-DFE 7).

One that cannot wait after an hour, any other the next working morning; then every working morning
until somebody acknowledges it. From the second time on everybody who may read it is told.
"""

from datetime import date, datetime, time, timedelta

from chalicelib import clock
from chalicelib.errors import Conflict, NotFound
from chalicelib.identity import service as identity
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import Permission, permissions_of
from chalicelib.ids import SchoolId
from chalicelib.incidents import repository
from chalicelib.incidents.model.record import Incident, Status
from chalicelib.incidents.service.kept import Kept
from chalicelib.notifications import outbox
from chalicelib.notifications.clocks import ClockRow, key, start, stop
from chalicelib.notifications.outbox import Message
from chalicelib.storage import Transaction, get, transaction
from chalicelib.tenancy import calendar, directory

CLOCK = "incident.unacknowledged"
MAIL = "incident_unacknowledged"
SOON = timedelta(hours=1)
MORNING = time(8, 0)


def begin(tx: Transaction, school: SchoolId, incident: Incident) -> None:
    """Start counting, in the transaction that makes the record."""
    if incident.status is Status.SUBMITTED:
        at = incident.submitted_at
        first = at + SOON if incident.report.urgent else next_morning(at)
        start(tx, school, kind=CLOCK, id=incident.id, due_at=max(first, clock.now()))


def ran_out(tenant: str, record: str, now: datetime) -> None:
    """Tell them again and set the next morning; two sweeps at once tell once."""
    school = SchoolId(tenant)
    row = get(ClockRow, tenant, key(CLOCK, record))
    incident = _waiting(school, record)
    if row is None or incident is None:
        with transaction() as tx:
            stop(tx, tenant, kind=CLOCK, id=record)
        return
    if clock.parse(row.due_at) > now:
        return  # another sweep has just told them
    try:
        with transaction() as tx:
            for person in _to_tell(school, incident, now):
                outbox.add(tx, _mail(school, incident, person))
            tx.update(
                ClockRow,
                tenant,
                row.sk,
                set={"due_at": clock.stamp(next_morning(now))},
                remove=("tries",),
                condition=ClockRow.due_at == row.due_at,
            )
    except Conflict:
        return  # the same


def next_morning(at: datetime) -> datetime:
    """Eight o'clock of the next working day, London time."""
    on = calendar.next_working_day(clock.london(at).date())
    return datetime.combine(on, MORNING, tzinfo=clock.LONDON)


def _waiting(school: SchoolId, record: str) -> Incident | None:
    try:
        incident = repository.load(school, record).incident
    except NotFound:
        return None
    return incident if incident.status is Status.SUBMITTED else None


def _to_tell(school: SchoolId, incident: Incident, now: datetime) -> list[Member]:
    """Whoever was told of it; once that was more than a day ago, whoever may work on it."""
    everybody = [
        each
        for each in identity.members(school)
        if Permission.WORK_INCIDENTS in permissions_of(each.roles)
        and incident.wall.lets(each.person, each.roles)
    ]
    submitted = repository.history(school, incident.id)[0]
    first = {person for person, _ in submitted.private.get("told", ())}
    told = [each for each in everybody if each.person in first]
    return told if told and now - incident.submitted_at < timedelta(days=1) else everybody


def _mail(school: SchoolId, incident: Incident, to: Member) -> Message:
    return Message(
        tenant=school,
        template=MAIL,
        address=to.email,
        values={
            "school": directory.school(school).name,
            "path": f"/s/{school}/incidents/{incident.id}",
            "reference": incident.reference,
            "urgent": "yes" if incident.report.urgent else "",
            "on": _said(clock.london(incident.submitted_at).date()),
            **Kept.of(incident).values,
        },
        about=f"incident/{incident.id}",
        why="unacknowledged",
        person=to.person,
    )


def _said(on: date) -> str:
    return f"{on.day} {on:%B %Y}"
