"""Reminding people of what they have to do, and why: each step exactly once (features 2.3, S286).

A task that is to be remembered has a clock. It runs out the morning before the task is due, the
morning it is due, two days later and then each week, and stops by itself once the task is done.
Which step was last taken stands on the task's row, and is the condition that lets only one sweep
take the next.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pynamodb.expressions.condition import Condition

from chalicelib import clock
from chalicelib.errors import Conflict, NotFound
from chalicelib.identity import service as identity
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, SchoolId
from chalicelib.notifications import clocks, outbox
from chalicelib.notifications.outbox import Message
from chalicelib.storage import Transaction, get, transaction
from chalicelib.tasks import service
from chalicelib.tasks.model import Task
from chalicelib.tasks.rows import TaskRow
from chalicelib.tenancy import directory

CLOCK = "task.remind"
MORNING = time(7, 30)
_FIRST = (-1, 0, 2)  # days from the day it is due; after those, every week
_WEEK = 7


@dataclass(frozen=True)
class Reminded:
    """What a reminder says. Title and reason name nobody and no case (R39); `path` leads to it."""

    title: str
    why: str
    due_on: date
    today: date
    path: str


def start(tx: Transaction, school: SchoolId, task: Task) -> None:
    """Remember a task, in the transaction that opens it or moves its date."""
    step = first_step(task, clock.now())
    clocks.start(tx, school, kind=CLOCK, id=task.id, due_at=moment(task, step))


def remind(tenant: str, task_id: str, now: datetime) -> None:
    """A reminder's time has come: tell whoever has the task, and set the next."""
    school = SchoolId(tenant)
    row = get(TaskRow, tenant, service.open_key(task_id))
    if row is None:
        with transaction() as tx:
            clocks.stop(tx, tenant, kind=CLOCK, id=task_id)
        return
    task = service.to_task(row)
    taken = int(row.reminded or 0)
    if moment(task, taken) > now:
        return  # another sweep has just taken this step, and set the clock for the next
    step = max(taken, step_at(task, now))
    try:
        with transaction() as tx:
            tx.update(
                TaskRow,
                tenant,
                row.sk,
                set={"reminded": step + 1},
                condition=_last_was(taken),
            )
            told = Reminded(task.title, task.why, task.due_on, clock.london(now).date(), task.link)
            tell(tx, school, _owners(school, task), told, about=f"task/{task.id}")
            clocks.start(tx, tenant, kind=CLOCK, id=task_id, due_at=moment(task, step + 1))
    except Conflict:
        return  # another sweep took this step, or the task was done a moment ago


def tell(
    tx: Transaction, school: SchoolId, people: Iterable[Member], what: Reminded, *, about: str
) -> None:
    """Write the one mail of every reminder to each of some people. `about` names it for staff."""
    people = tuple(people)
    name = directory.school(school).name if people else ""
    for person in people:
        outbox.add(
            tx,
            Message(
                tenant=school,
                template="task_reminded",
                address=person.email,
                values={
                    "school": name,
                    "title": what.title,
                    "why": what.why,
                    "when": words(what.due_on, what.today),
                    "path": what.path,
                },
                about=about,
                why="reminder",
                person=person.person,
            ),
        )


def moment(task: Task, step: int) -> datetime:
    """When a step is due: in the morning, London time."""
    on = task.due_on + timedelta(days=_days(step))
    return datetime.combine(on, MORNING, tzinfo=clock.LONDON)


def first_step(task: Task, now: datetime) -> int:
    """The first step that is still to come."""
    step = 0
    while moment(task, step) <= now:
        step += 1
    return step


def step_at(task: Task, now: datetime) -> int:
    """The last step whose time has come: a sweep that was late reminds once, not of each."""
    return max(0, first_step(task, now) - 1)


def words(due_on: date, today: date) -> str:
    """`due tomorrow`, `due today`, `overdue since 3 October 2026`."""
    said = f"{due_on.day} {due_on:%B %Y}"
    if due_on < today:
        return f"overdue since {said}"
    if due_on == today:
        return "due today"
    return "due tomorrow" if due_on == today + timedelta(days=1) else f"due on {said}"


def _days(step: int) -> int:
    if step < len(_FIRST):
        return _FIRST[step]
    return _FIRST[-1] + _WEEK * (step - len(_FIRST) + 1)


def _last_was(taken: int) -> Condition:
    """Nobody took a step since; the task is still there."""
    if taken:
        same: Condition = TaskRow.reminded == taken
        return same
    never: Condition = TaskRow.kind.exists() & TaskRow.reminded.does_not_exist()
    return never


def _owners(school: SchoolId, task: Task) -> list[Member]:
    """Whose task it is; of an owner who has left, those who are asked first of all (S95)."""
    if task.owner:
        try:
            return [identity.member(school, PersonId(task.owner))]
        except NotFound:
            if task.about.startswith("incident/"):
                return []  # a wall may stand around it: it is handed over with its record
            return identity.contacts_with(school, Role.DSL) or identity.contacts_with(
                school, Role.HEADTEACHER
            )
    return identity.contacts_with(school, *(Role(each) for each in task.roles))
