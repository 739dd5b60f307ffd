"""What the school has to do about an answer: a task with an owner, not a colour in a list."""

from collections.abc import Sequence

from chalicelib import clock
from chalicelib.agreements.model import RequestId
from chalicelib.agreements.repository import requests
from chalicelib.audit import actors
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task
from chalicelib.tenancy import calendar

DECLINED = "agreement.declined"
NOT_MINE = "agreement.not_mine"
NOT_NAMED = "agreement.child_not_named"
NOT_DELIVERED = "agreement.not_delivered"

_SAYS = {
    DECLINED: (
        "A parent does not want to sign an agreement",
        "Read the reason they gave, talk with them, and send the agreement again if they agree.",
        Role.ONLINE_SAFETY_LEAD,
    ),
    NOT_MINE: (
        "An agreement went to the wrong person",
        "Somebody says that it is not for them or not about their child. Check the address.",
        Role.OFFICE,
    ),
    NOT_NAMED: (
        "Somebody with a link could not name the child",
        "A wrong family name was typed five times, so the link is shut. Ask the family, then send.",
        Role.OFFICE,
    ),
    NOT_DELIVERED: (
        "An agreement could not be delivered",
        "The mail came back. Check the address with the family, correct it, and send again.",
        Role.OFFICE,
    ),
}


def open_task(
    tx: Transaction, school: SchoolId, request: RequestId, contact: str, event: str
) -> None:
    """Ask the school to see to a no, by the second working day."""
    title, why, role = _SAYS[event]
    task = Task(
        id=_task_id(request, contact),
        kind=event,
        title=title,
        why=why,
        link=page_of(school, request),
        about=requests.about(request),
        due_on=calendar.next_working_day(calendar.next_working_day(clock.today())),
        role=role,
    )
    tasks.add(tx, school, task, by=actors.system("agreements"))


def page_of(school: SchoolId, request: RequestId) -> str:
    """Where the school sees one child's agreement."""
    return f"/s/{school}/agreements/{request.campaign}/pupils/{request.pupil}"


def close_tasks(
    tx: Transaction, school: SchoolId, request: RequestId, contacts: Sequence[str], *, by: str
) -> None:
    """These contacts' answers need nothing more: they are asked anew, or no longer."""
    wanted = {_task_id(request, contact) for contact in contacts}
    for task in tasks.open_in(school):
        if task.id in wanted:
            tasks.done(tx, school, task, by=by)


def _task_id(request: RequestId, contact: str) -> str:
    return f"{request.campaign}-{request.pupil}-{contact}"
