"""What a school has to do about the mails of an event: tasks that say which, and where (R23, R36).

Tasks are mailed as reminders, so they name the day of the event and neither its name nor a child.
"""

from chalicelib import clock
from chalicelib.agreements.occasions.model import Occasion
from chalicelib.audit import actors
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task
from chalicelib.tenancy import calendar
from chalicelib.web.words import london_date

NOT_MINE = "image_event.not_mine"
NOT_DELIVERED = "image_event.not_delivered"
_SAYS = {
    NOT_MINE: (
        "Pictures on {day}: a mail went to the wrong person",
        (
            "Somebody says that it is not for them or not about their child. Check the address, "
            "then write again from the event's page or enter their answer there."
        ),
    ),
    NOT_DELIVERED: (
        "Pictures on {day}: a mail could not be delivered",
        (
            "The mail came back. Check the address with the family and correct it, then write "
            "again from the event's page or enter their answer there."
        ),
    ),
}


def open_one(
    tx: Transaction, school: SchoolId, occasion: Occasion, kind: str, who: str, contact: str
) -> None:
    """One of a child's adults was not reached: the office sees to it by the second working day."""
    title, why = _SAYS[kind]
    task = Task(
        id=_id(occasion.id, who, contact),
        kind=kind,
        title=title.format(day=london_date(occasion.first_on)),
        why=why,
        link=f"/s/{school}/events/{occasion.id}",
        about=f"event/{occasion.id}",
        due_on=calendar.next_working_day(calendar.next_working_day(clock.today())),
        role=Role.OFFICE,
    )
    tasks.add(tx, school, task, by=actors.system("agreements"))


def open_about(school: SchoolId, occasion_id: str) -> list[Task]:
    """What is to be seen to of one event, soonest first."""
    about = f"event/{occasion_id}"
    return [task for task in tasks.open_in(school) if task.about == about]


def whose(task: Task) -> tuple[str, str]:
    """The child and the contact that a task is about."""
    who, _, contact = task.id.rpartition("-")
    return who.rpartition("-")[2], contact


def close(
    tx: Transaction, school: SchoolId, occasion_id: str, who: str, contact: str, *, by: str
) -> None:
    """The contact was written to again, or answered: a task about them is done."""
    if task := tasks.find_open(school, _id(occasion_id, who, contact)):
        tasks.done(tx, school, task, by=by)


def _id(occasion_id: str, who: str, contact: str) -> str:
    return f"event-{occasion_id}-{who}-{contact}"
