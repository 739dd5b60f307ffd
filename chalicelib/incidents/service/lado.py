"""The one-working-day clock of allegations about staff (R-REF 1): set with the record, reminding
in the morning it is due, overdue that evening and every working day after, until it is decided.
"""

from datetime import date, datetime, timedelta

from chalicelib import clock
from chalicelib.audit import actors
from chalicelib.errors import NotFound
from chalicelib.identity import service as identity
from chalicelib.identity.model import Member
from chalicelib.ids import SchoolId
from chalicelib.incidents import repository
from chalicelib.incidents.model import lado as rules
from chalicelib.incidents.model.concern_acts import needs_asking
from chalicelib.incidents.model.lado import Due
from chalicelib.incidents.model.record import Incident
from chalicelib.incidents.service import beyond
from chalicelib.incidents.service.kept import Kept
from chalicelib.notifications import clocks, outbox
from chalicelib.notifications.outbox import Message
from chalicelib.storage import Transaction, transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task
from chalicelib.tenancy import calendar, directory
from chalicelib.tenancy import service as tenancy

CLOCK = "incident.lado"
REMINDER = "concern_reminder"


def due_of(school: SchoolId, incident: Incident) -> Due:
    """By when, at this school."""
    own = tenancy.calendar_of(school)
    return rules.due(
        incident.submitted_at,
        next_working_day=calendar.next_working_day,
        is_school_day=own.is_school_day,
    )


def start(tx: Transaction, school: SchoolId, incident: Incident, *, owner: str) -> None:
    """Set the clock and the task of an allegation, in the transaction that makes its record.

    The task is the `owner`'s if they may read it: else nobody's, and the trust is told in time.
    """
    if not needs_asking(incident):
        return
    due = due_of(school, incident)
    first = max(_instant(due.first_reminder), clock.now() + timedelta(minutes=1))
    clocks.start(tx, school, kind=CLOCK, id=incident.id, due_at=first)
    inside = any(
        each.person == owner and incident.wall.lets(each.person, each.roles)
        for each in identity.members(school)
    )
    if inside:
        task = task_of(school, incident, owner=owner, on=due.on)
        tasks.add(tx, school, task, by=actors.system("lado"))


def settle(tx: Transaction, school: SchoolId, before: Incident, after: Incident, by: str) -> None:
    """Stop the clock and close the task, once nothing is to be asked any more."""
    if needs_asking(before) and not needs_asking(after):
        clocks.stop(tx, school, kind=CLOCK, id=after.id)
        if tasks.find_open(school, _task_id(after)):
            tasks.done(tx, school, task_of(school, after, owner="", on=clock.today()), by=by)


def ran_out(tenant: str, record: str, now: datetime) -> None:
    """Remind everybody who may read the allegation; once it is overdue, the trust as well."""
    school = SchoolId(tenant)
    try:
        incident = repository.load(school, record).incident
    except NotFound:
        incident = None
    if incident is None or not needs_asking(incident):
        with transaction() as tx:
            clocks.stop(tx, school, kind=CLOCK, id=record)
        return
    due = _instant(due_of(school, incident).at)
    known = directory.school(school)
    overdue = now >= due
    with transaction() as tx:
        clocks.start(tx, school, kind=CLOCK, id=record, due_at=_next(now, due))
        for each in identity.members(school):
            if incident.wall.lets(each.person, each.roles):
                outbox.add(tx, _mail(school, incident, each, known.name, overdue=overdue))
        if overdue:
            beyond.tell(tx, school, Kept.of(incident), known.name)


def task_of(school: SchoolId, incident: Incident, *, owner: str, on: date) -> Task:
    return Task(
        id=_task_id(incident),
        kind=CLOCK,
        title=f"Contact the LADO about {incident.reference}",
        why="An allegation about a member of staff goes to the local authority's designated "
        "officer within one working day.",
        link=f"/s/{school}/incidents/{incident.id}/lado",
        about=f"incident/{incident.id}",
        due_on=on,
        owner=owner,
    )


def _task_id(incident: Incident) -> str:
    return f"incident-lado-{incident.id}"


def _next(now: datetime, due: datetime) -> datetime:
    """That evening; then the morning of every working day."""
    if now < due:
        return due
    following = calendar.next_working_day(clock.london(now).date())
    return _instant(datetime.combine(following, rules.MORNING))


def _instant(wall: datetime) -> datetime:
    return wall.replace(tzinfo=clock.LONDON).astimezone(clock.now().tzinfo)


def _mail(
    school: SchoolId, incident: Incident, to: Member, school_name: str, *, overdue: bool
) -> Message:
    """That something is due, and where; not what it is about, nor whom (R39)."""
    return Message(
        tenant=school,
        template=REMINDER,
        address=to.email,
        values={
            "school": school_name,
            "path": f"/s/{school}/incidents/{incident.id}/lado",
            "reference": incident.reference,
            "overdue": "yes" if overdue else "",
            **Kept.of(incident).values,
        },
        about=f"incident/{incident.id}",
        why="concern",
        person=to.person,
    )
