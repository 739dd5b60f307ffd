"""Somebody a round's mail did not reach is a task of the office about what it told of (R23, R36).

Tasks are mailed as reminders: title and reason name no child. The page that a task leads to does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chalicelib import clock
from chalicelib.agreements import rounds
from chalicelib.agreements.subjects import Adult, Subject
from chalicelib.audit import actors
from chalicelib.errors import Conflict
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction, transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task
from chalicelib.tenancy import calendar

# Of the people whom a round is about, those it goes to.
Them = Callable[[Sequence[Subject]], list[rounds.Signs]]
# Starts a round to them, with what else is written in its transaction.
Write = Callable[[Them, Callable[[Transaction], None]], None]


def open_one(
    tx: Transaction,
    school: SchoolId,
    kind: str,
    says: tuple[str, str],
    page: str,
    about: str,
    who: str,
    contact: str,
) -> None:
    """One of a child's adults was not reached: the office sees to it by the second working day.

    `says` is the title and the reason, `page` the path below the school where it is seen to.
    """
    task = Task(
        id=_id(about, who, contact),
        kind=kind,
        title=says[0],
        why=says[1],
        link=f"/s/{school}/{page}",
        about=about,
        due_on=calendar.next_working_day(calendar.next_working_day(clock.today())),
        role=Role.OFFICE,
    )
    tasks.add(tx, school, task, by=actors.system("agreements"))


def open_about(school: SchoolId, about: str) -> list[Task]:
    """What is to be seen to of one thing, soonest first."""
    return [task for task in tasks.open_in(school) if task.about == about]


@dataclass(frozen=True)
class Waiting:
    """One task as its page shows it: of which child, and which of their adults, as they are now."""

    task: Task
    child: Subject | None
    adult: Adult | None


def waiting(school: SchoolId, about: str, people: Sequence[Subject]) -> list[Waiting]:
    """The same with whom each is about, of the children that the mails were about."""
    known, found = {one.id: one for one in people}, []
    for task in open_about(school, about):
        who, contact = whose(task)
        child = known.get(who)
        adults = (*child.adults, *child.by_letter) if child else ()
        found.append(Waiting(task, child, next((a for a in adults if a.contact == contact), None)))
    return found


def find_open(school: SchoolId, about: str, task_id: str) -> Task | None:
    """One of those, if it is open still."""
    return next((each for each in open_about(school, about) if each.id == task_id), None)


def see_to(
    school: SchoolId, about: str, task_id: str, *, write: Write | None, nobody: str, by: str
) -> None:
    """Somebody who was not reached is seen to: `write` starts a round to them, and what ends the
    task goes with it; without it they had it otherwise. A second press changes nothing.

    Raises Conflict, with the words `nobody`, when they may not be written to.
    """
    task = find_open(school, about, task_id)
    if task is None:
        return
    who, contact = whose(task)

    def done(tx: Transaction) -> None:
        close(tx, school, about, who, contact, by=by)

    if write:
        write(lambda people: _one_of(people, who, contact, nobody), done)
        return
    with transaction() as tx:
        done(tx)


def _one_of(people: Sequence[Subject], who: str, contact: str, nobody: str) -> list[rounds.Signs]:
    """The one adult of one child, among those who may be written to."""
    wanted = [signs for signs in rounds.adults_of(people) if signs.get(who) == contact]
    if not wanted:
        raise Conflict(nobody)
    return wanted


def whose(task: Task) -> tuple[str, str]:
    """The child and the contact that a task is about."""
    who, _, contact = task.id.rpartition("-")
    return who.rpartition("-")[2], contact


def close(
    tx: Transaction, school: SchoolId, about: str, who: str, contact: str, *, by: str
) -> None:
    """The contact was written to again, or was told otherwise: a task about them is done."""
    if task := tasks.find_open(school, _id(about, who, contact)):
        tasks.done(tx, school, task, by=by)


def close_all(school: SchoolId, about: str, *, by: str) -> None:
    """What the mails were about has ended: nothing is left to be seen to. Safe to repeat."""
    for task in open_about(school, about):
        with transaction() as tx:
            tasks.done(tx, school, task, by=by)


def _id(about: str, who: str, contact: str) -> str:
    return f"{about.replace('/', '-')}-{who}-{contact}"
