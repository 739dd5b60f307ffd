"""When somebody who is named in an entry leaves the school: a task to name another (S299)."""

from chalicelib import clock
from chalicelib.audit import actors
from chalicelib.identity import service as identity
from chalicelib.ids import SchoolId
from chalicelib.registers.model.answers import people_in
from chalicelib.registers.model.definition import ADDER, FIELD, Definition, Leaver
from chalicelib.registers.model.entry import Answers, Entry
from chalicelib.registers.repository import lines
from chalicelib.storage import Transaction, transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task
from chalicelib.tenancy import calendar

TASK = "register.leaver"
BY = actors.system("plan_day")
_AT_ONCE = 20


def settle(school: SchoolId, definition: Definition) -> int:
    """See that each entry that names somebody who left has its task, and no other has one."""
    here = {str(each.person) for each in identity.members(school)}
    start = _task_id(definition, "")
    is_open = {task.id: task for task in tasks.open_in(school) if task.id.startswith(start)}
    wanted = {task.id: task for task in _wanted(school, definition, here)}
    new = [task for key, task in wanted.items() if key not in is_open]
    old = [task for key, task in is_open.items() if key not in wanted]
    for some in range(0, len(new), _AT_ONCE):
        with transaction() as tx:
            for task in new[some : some + _AT_ONCE]:
                tasks.add(tx, school, task, by=BY)
    for some in range(0, len(old), _AT_ONCE):
        with transaction() as tx:
            for task in old[some : some + _AT_ONCE]:
                tasks.done(tx, school, task, by=BY)
    return len(new) + len(old)


def close(
    tx: Transaction, school: SchoolId, definition: Definition, entry: Entry, *, by: str
) -> None:
    """The task of an entry is done in the write after which it names nobody who left."""
    task = tasks.find_open(school, _task_id(definition, entry.id)) if definition.leavers else None
    if task is None:
        return
    here = {str(each.person) for each in identity.members(school)}
    if not any(
        _names_one_gone(each, entry.state, entry.answers, here) for each in definition.leavers
    ):
        tasks.done(tx, school, task, by=by)


def _task_id(definition: Definition, entry: str) -> str:
    return f"register-leaver-{definition.key}-{entry}"


def _names_one_gone(leaver: Leaver, state: str, answers: Answers, here: set[str]) -> bool:
    return state in leaver.states and bool(set(people_in(answers, leaver.field)) - here)


def _wanted(school: SchoolId, definition: Definition, here: set[str]) -> list[Task]:
    found = []
    for line in lines.all_in(school, definition.key):
        for leaver in definition.leavers:
            if _names_one_gone(leaver, line.state, line.answers, here):
                roles = [to for to in leaver.task.to if to != ADDER and not to.startswith(FIELD)]
                found.append(
                    Task(
                        id=_task_id(definition, line.id),
                        kind=TASK,
                        title=leaver.task.title,
                        why=leaver.task.why,
                        link=f"/s/{school}/registers/{definition.key}/{line.id}",
                        about=f"entry/{line.id}",
                        due_on=calendar.next_working_day(clock.today()),
                        role=" ".join(roles),
                    )
                )
    return found
