"""Somebody leaves a school: their access ends at once, what they had open goes to somebody named
(6.9, S299, R19).

It crosses features: tasks, alerts in hand, records in hand. First what can be given is given, each
thing in its own transaction, then they leave; whoever presses again finishes what an error stopped.
Records go to whom a safeguarding lead names, because a wall may stand around them: when the one who
takes the leaver off the list may work incidents, at once, else as a task of the same minute.
"""

import base64
import binascii
from dataclasses import dataclass, replace
from typing import Any

from chalicelib import audit, clock
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
from chalicelib.people.web import review
from chalicelib.storage import SealBroken, seal_bytes, table, transaction, unseal_bytes
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
    mark = fields.Hidden()  # that they belonged to the school when the page was shown
    taker = fields.Choice(
        "Who takes over what they have open?",
        select=True,
        hint="Their tasks, and the records in their hands where you and they may read them",
    )

    def __init__(self, *sent: Any, **values: Any) -> None:
        super().__init__(*sent, **values)
        self["taker"].flags.required = True  # it is asked only where something is open


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
    in_hand = _alerts_of(staff.school, member.person)
    held: tuple[str, ...] = ()
    if staff.may(Permission.WORK_INCIDENTS):
        cards = running.open_of(staff.school, member.person, reader=staff)
        held = tuple(card.id for card in cards)
    duties = tuple(role.label for role in DUTY_ORDER if role in member.roles)
    return Open(theirs, in_hand, held, duties)


def _alerts_of(school: SchoolId, person: PersonId) -> tuple[str, ...]:
    return tuple(
        alert.id
        for alert in inbox.waiting(school)
        if alert.acknowledged_by == person and alert.status is Status.ACKNOWLEDGED
    )


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
    _let_go(staff.school, member.person)


def _let_go(school: SchoolId, gone: PersonId) -> None:
    """What somebody who has left had in hand waits for others again."""
    for alert in _alerts_of(school, gone):
        telling.idle(school, alert, clock.now())
    records.find(school)


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
    audit.viewed(
        staff.school, by=staff.actor, action="member.viewed", about=f"person/{member.person}"
    )
    form = LeaveForm.blank(
        options=_takers(staff.school, member), mark=_mark(staff.school, member.person)
    )
    return _page(staff, member, form)


@pages.post("/s/{school}/people/{person}/leave", access=_LEAVE)
def end(staff: SchoolAccess, person: str) -> Response:
    """A second press, or one after an error, finishes what the first began."""
    try:
        member = identity.member(staff.school, PersonId(person))
    except NotFound:
        if not _was_here(staff.school, person, staff.request.form.get("mark", "")):
            raise
        _let_go(staff.school, PersonId(person))
        return redirect(f"/s/{staff.school}/people?done=left")
    form = LeaveForm.read(staff.request, options=_takers(staff.school, member))
    if not form.problems:
        try:
            leave(staff, member, form.taker.data or "")
            return redirect(f"/s/{staff.school}/people?done=left")
        except Invalid as e:
            form.refuse_all(e.fields)
    return _page(staff, member, form, status=422)


@pages.post("/s/{school}/people/review", access=review.SIGN)
def sign_review(staff: SchoolAccess) -> Response:
    """The termly review takes people off the list too: their tasks come to whoever signs it."""

    def take(person: PersonId) -> None:
        leave(staff, identity.member(staff.school, person), staff.person)

    return review.signed(
        staff,
        take,
        check=lambda some: staffing.check_can_leave(staff.school, *some, own=staff.permissions),
    )


def _mark(school: SchoolId, person: PersonId) -> str:
    """A word of this school's alone that somebody belonged to it."""
    sealed = seal_bytes(school, table("directory"), f"member#{person}", "leaves", b"")
    return base64.urlsafe_b64encode(sealed).decode()


def _was_here(school: SchoolId, person: str, mark: str) -> bool:
    try:
        sealed = base64.urlsafe_b64decode(mark.encode())
        unseal_bytes(school, table("directory"), f"member#{person}", "leaves", sealed)
    except (binascii.Error, ValueError, SealBroken):
        return False
    return True


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
