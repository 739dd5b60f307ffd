"""Somebody leaves a school: their access ends at once, what they had open goes to somebody named
(6.9, S299, R19).

It crosses features: tasks, alerts in hand, records in hand. First what can be given is given, each
thing in its own transaction, then they leave; whoever presses again finishes what an error stopped.
Records go to whom a safeguarding lead names, because a wall may stand around them: when the one who
takes the leaver off the list may work incidents, at once, else as a task of the same minute.
"""

from dataclasses import dataclass, replace

from chalicelib import clock
from chalicelib.alerts.model import Status
from chalicelib.alerts.service import inbox, telling
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import DUTY_ORDER, Permission, gives
from chalicelib.ids import PersonId, SchoolId
from chalicelib.incidents.service import leaving as records
from chalicelib.incidents.service import running
from chalicelib.people import staffing
from chalicelib.storage import transaction
from chalicelib.tasks import reminders
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task
from chalicelib.web import Pages, Response, fields, page, redirect
from chalicelib.web.fields import Option
from chalicelib.web.forms import Form

pages = Pages(__name__)
_LEAVE = school(Permission.MANAGE_PEOPLE, fresh=True)  # it takes roles away (R16)
_NOBODY = "nobody"
_WHY = "They took over the work of a colleague who left"


class LeaveForm(Form):
    taker = fields.Choice(
        "Who takes over what they have open?",
        select=True,
        hint="Their tasks, and the records in their hands where you and they may read them",
    )


@dataclass(frozen=True)
class Open:
    """What somebody who leaves has open, as whoever takes them off the list may see it."""

    tasks: tuple[Task, ...]
    alerts: tuple[str, ...]
    records: tuple[str, ...]
    duties: tuple[str, ...]

    @property
    def needs_taker(self) -> bool:
        return bool(self.tasks or self.records)


def open_of(staff: SchoolAccess, member: Member) -> Open:
    """Their tasks, alerts in hand, records in hand, and the duties that end."""
    theirs = tuple(
        task
        for task in tasks.open_in(staff.school)
        if task.owner == member.person and not task.about.startswith("incident/")
    )
    in_hand = tuple(
        alert.id
        for alert in inbox.waiting(staff.school)
        if alert.acknowledged_by == member.person and alert.status is Status.ACKNOWLEDGED
    )
    held: tuple[str, ...] = ()
    if staff.may(Permission.WORK_INCIDENTS):
        cards = running.open_of(staff.school, member.person, reader=staff)
        held = tuple(card.id for card in cards)
    duties = tuple(role.label for role in DUTY_ORDER if role in member.roles)
    return Open(theirs, in_hand, held, duties)


def leave(staff: SchoolAccess, member: Member, taker: str) -> None:
    """Hand over and end: `taker` is a person's id, `nobody`, or empty where nothing is open.

    Raises Invalid at `taker` and `roles`, and NotAllowed.
    """
    found = open_of(staff, member)
    if found.needs_taker and not taker:
        raise Invalid({"taker": ["Choose who takes over what they have open"]})
    _may_leave(staff, member)
    to = None if taker in ("", _NOBODY) else identity.member(staff.school, PersonId(taker))
    for task in found.tasks:
        _give_task(staff, task, to)
    for record in found.records:
        if to is not None:
            _give_record(staff, record, to)
    staffing.change_roles(staff.school, member.person, (), by=staff.actor, own=staff.permissions)
    for alert in found.alerts:
        telling.idle(staff.school, alert, clock.now())
    records.find(staff.school)


def _may_leave(staff: SchoolAccess, member: Member) -> None:
    """Whether the school can lose them, before anything of theirs is given away."""
    staffing.check_can_leave(staff.school, member.person, own=staff.permissions)


def _give_task(staff: SchoolAccess, task: Task, taker: Member | None) -> None:
    """Give a task on, or close it: a training of one's own ends with whoever leaves."""
    if taker is None:
        with transaction() as tx:
            tasks.done(tx, staff.school, task, by=staff.actor)
        return
    mine = replace(task, owner=taker.person)
    with transaction() as tx:
        tasks.add(tx, staff.school, mine, by=staff.actor)
        reminders.start(tx, staff.school, mine)


def _give_record(staff: SchoolAccess, record: str, taker: Member) -> None:
    """What may not be given to the taker stays, and becomes a task for the safeguarding leads."""
    try:
        running.give(staff.school, record, staff, to=taker.person, why=_WHY)
    except (Conflict, Invalid, NotFound):
        return


@pages.get("/s/{school}/people/{person}/leave", access=_LEAVE)
def show(staff: SchoolAccess, person: str) -> Response:
    member = identity.member(staff.school, PersonId(person))
    return _page(staff, member, LeaveForm.blank(options=_takers(staff.school, member)))


@pages.post("/s/{school}/people/{person}/leave", access=_LEAVE)
def end(staff: SchoolAccess, person: str) -> Response:
    member = identity.member(staff.school, PersonId(person))
    form = LeaveForm.read(staff.request, options=_takers(staff.school, member))
    if not form.problems:
        try:
            leave(staff, member, form.taker.data or "")
            return redirect(f"/s/{staff.school}/people?done=left")
        except Invalid as e:
            form.refuse_all(e.fields)
    return _page(staff, member, form, status=422)


def _takers(place: SchoolId, member: Member) -> dict[str, list[Option]]:
    others = [each for each in identity.members(place) if each.person != member.person]
    offered = [
        Option(each.person, f"{each.name}, {each.role_names[0].lower()}")
        for each in sorted(others, key=lambda each: each.name)
    ]
    return {"taker": [*offered, Option(_NOBODY, "Nobody: their tasks end with them")]}


def _page(staff: SchoolAccess, member: Member, form: LeaveForm, *, status: int = 200) -> Response:
    fixed = [role.label for role in member.roles if not gives(staff.permissions, role)]
    return page(
        "people/leave",
        status=status,
        school=staff.school,
        member=member,
        form=form,
        found=open_of(staff, member),
        fixed=sorted(fixed),
        sees_records=staff.may(Permission.WORK_INCIDENTS),
    )
