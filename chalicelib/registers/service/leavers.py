"""When somebody who is named in an entry leaves the school: a task to name another (S299)."""

from chalicelib import clock
from chalicelib.audit import actors
from chalicelib.identity import service as identity
from chalicelib.ids import SchoolId
from chalicelib.registers.model.answers import people_in
from chalicelib.registers.model.definition import ADDER, FIELD, Definition
from chalicelib.registers.repository import lines
from chalicelib.storage import transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task
from chalicelib.tenancy import calendar

TASK = "register.leaver"
BY = actors.system("plan_day")
_AT_ONCE = 20


def settle(school: SchoolId, definition: Definition) -> int:
    """See that each entry that names somebody who left has its task, and no other has one."""
    here = {str(each.person) for each in identity.members(school)}
    start = f"register-leaver-{definition.key}-"
    is_open = {task.id: task for task in tasks.open_in(school) if task.id.startswith(start)}
    wanted = {task.id: task for task in _wanted(school, definition, here, start)}
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


def _wanted(school: SchoolId, definition: Definition, here: set[str], start: str) -> list[Task]:
    found = []
    for line in lines.all_in(school, definition.key):
        for leaver in definition.leavers:
            if line.state not in leaver.states:
                continue
            named = people_in(line.answers, leaver.field)
            if set(named) - here:
                roles = [to for to in leaver.task.to if to != ADDER and not to.startswith(FIELD)]
                found.append(
                    Task(
                        id=f"{start}{line.id}",
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
