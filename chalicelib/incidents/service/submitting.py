"""A report becomes a record: one transaction of record, log, figures, task and mail."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from chalicelib import clock, ids
from chalicelib.audit import Event, actors
from chalicelib.errors import Conflict, NotFound
from chalicelib.identity import service as identity
from chalicelib.identity.handlers import UNKNOWN, handler
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, SchoolId
from chalicelib.incidents import repository
from chalicelib.incidents.model import acts
from chalicelib.incidents.model.concerns import AboutStaff
from chalicelib.incidents.model.recipients import Recipient
from chalicelib.incidents.model.record import Happened, Incident
from chalicelib.incidents.model.report import Report
from chalicelib.incidents.model.routing import Route, route, within
from chalicelib.incidents.service import beyond, counting, drafting, lado, unacknowledged
from chalicelib.incidents.service import wall as walls
from chalicelib.incidents.service.kept import Kept
from chalicelib.notifications import outbox
from chalicelib.notifications.outbox import Message
from chalicelib.people import duty
from chalicelib.storage import Transaction, drafts, transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task
from chalicelib.tenancy import directory

# The same words; a template of its own, since whom it concerns must not be told that it failed.
CONCERN = "concern_submitted"


@dataclass(frozen=True)
class Reporter:
    """The member of staff who makes a report, and the school they make it at."""

    person: PersonId
    name: str
    school_name: str
    roles: frozenset[str] = frozenset()

    @property
    def sender(self) -> "Sender":
        actor = actors.person(self.person)
        return Sender(actor, self.person, self.name, self.school_name, handler(self.roles))


@dataclass(frozen=True)
class Sender:
    """Whoever sends a report, through whichever door: the actor, the key that their own reports
    stand under, and how the chronology names them.
    """

    actor: str
    key: str
    name: str
    school_name: str
    part: str = UNKNOWN


@dataclass(frozen=True)
class Released:
    """That a report was held, since when, and who let it through."""

    at: datetime
    reference: str
    by: str
    name: str


def submit(school: SchoolId, report: Report, *, record: str, by: Reporter) -> None:
    """Make the record of a report; `record` is the id minted when the form was first shown.

    A second press changes nothing and is success: the first press's receipt is shown. Raises
    NotFound for the id of somebody else's record.
    """
    to = route_of(school, report)
    try:
        with transaction() as tx:
            add(tx, school, report, record=record, by=by.sender, to=to)
            drafts.discard(tx, school, actors.person(by.person), drafting.FORM, record)
    except Conflict as e:  # the record is there: an earlier press made it, or it is another's
        if repository.own_report(school, by.person, record) is None:
            raise NotFound from e


def submit_from_alert(
    tx: Transaction,
    school: SchoolId,
    report: Report,
    *,
    alert: str,
    record: str,
    by: Reporter,
    known: frozenset[str] = frozenset(),
) -> Incident:
    """Make the record of an alert in the alert's own transaction; the journey writes the link back.

    Whoever turns an alert into an incident has it in hand: the record starts acknowledged, and
    they are not mailed about their own doing. `record` is minted with the page that has the
    button; `known` are whom it is about beyond doubt. Raises Conflict when it is already there.
    """
    to = route_of(school, report, known=known)
    to = replace(to, told=tuple(each for each in to.told if each.person != by.person))
    return add(tx, school, report, record=record, by=by.sender, to=to, alert=alert)


def add(
    tx: Transaction,
    school: SchoolId,
    report: Report,
    *,
    record: str,
    by: Sender,
    to: Route,
    alert: str = "",
    held: Released | None = None,
) -> Incident:
    """The record with its log lines, figures, task, clock and mails. One that was held has the time
    and reference it was received under.
    """
    now = clock.now()
    at, reference = (held.at, held.reference) if held else (now, ids.reference())
    incident, happened = acts.submitted(
        report, record=record, reference=reference, by=by.key, at=at, alert=alert
    )
    incident = replace(incident, wall=to.wall)
    if alert:
        incident, more = acts.acknowledged(incident, by=by.key, at=now)
        incident = replace(incident, acknowledged_as=by.part)
        happened += more
    private = {"who": by.name, "told": _told_json(to.told)}
    events = [_event(each, by.actor, at, private) for each in happened]
    if held:
        events.append(Event("incident.released", now, held.by, private={"who": held.name}))
    repository.add(tx, school, incident, events, told=[each.words for each in to.told])
    counting.count(tx, school, None, incident)
    if not alert and not to.beyond:
        tasks.add(tx, school, first_task(incident, school, to), by=held.by if held else by.actor)
        unacknowledged.begin(tx, school, incident)
    lado.start(tx, school, incident, owner=to.told[0].person if to.told else by.key)
    for recipient in to.told:
        outbox.add(tx, mail(school, incident, recipient, by.school_name))
    if to.beyond:
        beyond.tell(tx, school, Kept.of(incident), by.school_name)
    return incident


def route_of(school: SchoolId, report: Report, *, known: frozenset[str] = frozenset()) -> Route:
    """Where a report goes that is made now. Those away are told, and so is who is there."""
    away = duty.away(school, clock.now())
    return route_among(school, report, identity.members(school), away=away, known=known)


def route_among(
    school: SchoolId,
    report: Report,
    members: Iterable[Member],
    *,
    away: Collection[str] = (),
    known: frozenset[str] = frozenset(),
) -> Route:
    """The same, for whoever has the school's people at hand."""
    concern = report.about_staff not in {None, AboutStaff.NO}
    alone = concern and directory.school(school).trust is None
    found = route(report, members, away=away, known=known, alone=alone)
    return within(found, walls.circle_for(school, report.types))


def first_task(incident: Incident, school: SchoolId, to: Route) -> Task:
    """Somebody's in particular where a wall stands: a role may be held by whom it is about."""
    if incident.wall.stands:
        task = acknowledgement_task(incident, school)
        return replace(task, role="", owner=to.told[0].person)
    role = Role(to.told[0].duties[0]) if to.told else Role.HEADTEACHER
    return acknowledgement_task(incident, school, role)


def acknowledgement_task(incident: Incident, school: SchoolId, role: Role = Role.DSL) -> Task:
    """What the DSL has to do about a new report (S286); another role where there is no DSL."""
    return Task(
        id=f"incident-acknowledge-{incident.id}",
        kind="incident.acknowledge",
        title=f"Acknowledge report {incident.reference}",
        why="A report was made and nobody has said that they have it in hand.",
        link=f"/s/{school}/incidents/{incident.id}",
        about=f"incident/{incident.id}",
        due_on=_due(incident.submitted_at),
        role=role,
    )


def _event(happened: Happened, by: str, at: datetime, private: Mapping[str, object]) -> Event:
    return Event(happened.name, at, by, private=dict(private) | dict(happened.detail))


def mail(school: SchoolId, incident: Incident, to: Recipient, school_name: str) -> Message:
    """Says that there is a report and where to read it, and not a word of it (R39)."""
    return Message(
        tenant=school,
        template=CONCERN if incident.matter.about_staff else "incident_submitted",
        address=to.email,
        values={
            "school": school_name,
            "path": f"/s/{school}/incidents/{incident.id}",
            "reference": incident.reference,
            "urgent": "yes" if incident.report.urgent else "",
            **Kept.of(incident).values,
        },
        about=f"incident/{incident.id}",
        why=to.duties[0],
        person=to.person,
    )


def _told_json(told: Sequence[Recipient]) -> list[list[str]]:
    """For the chronology, which shows beside each name what became of their mail."""
    return [[each.person, each.words] for each in told]


def _due(submitted_at: datetime) -> date:
    return clock.london(submitted_at).date()
