"""Records whose owner has left: somebody is asked to hand them over (2.19)."""

from chalicelib import clock
from chalicelib.audit import actors
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.incidents import repository
from chalicelib.storage import transaction
from chalicelib.tasks import reminders
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task

KIND = "incident.ownerless"
_BY = actors.system("plan_day")


def find(school: SchoolId) -> int:
    """Each morning: a task for whoever left with records in hand; done, once they have none."""
    left = _owners(school) - {str(each.person) for each in identity.members(school)}
    asked = {each.id: each for each in tasks.open_in(school) if each.kind == KIND}
    wanted = {_id(person) for person in left}
    for person in sorted(left):
        if _id(person) not in asked:
            _ask(school, person)
    for gone in sorted(asked.keys() - wanted):
        _settle(school, asked[gone], by=_BY)
    return len(wanted ^ asked.keys())


def settle(school: SchoolId, person: str, *, by: str) -> None:
    """Close the task at once when the last of somebody's records was handed over."""
    task = tasks.find_open(school, _id(person))
    if task and person not in _owners(school):
        _settle(school, task, by=by)


def _ask(school: SchoolId, person: str) -> None:
    task = Task(
        id=_id(person),
        kind=KIND,
        title="Hand over the records of somebody who has left",
        why="They had open incidents in hand, and nobody has taken them over.",
        link=f"/s/{school}/incidents/hand-over",
        about=f"person/{person}",
        due_on=clock.today(),
        role=f"{Role.DSL} {Role.HEADTEACHER}",
    )
    with transaction() as tx:
        tasks.add(tx, school, task, by=_BY)
        reminders.start(tx, school, task)


def _settle(school: SchoolId, task: Task, *, by: str) -> None:
    with transaction() as tx:
        tasks.done(tx, school, task, by=by)


def _owners(school: SchoolId) -> set[str]:
    return {each.owner for each in repository.cards(school) if each.is_open and each.owner}


def _id(person: str) -> str:
    return f"incident-ownerless-{person}"
