"""Adding tasks, doing them, and listing what is open."""

from collections.abc import Iterator
from datetime import date

from chalicelib import audit, clock
from chalicelib.storage import Transaction, every, get
from chalicelib.tasks.model import Task
from chalicelib.tasks.rows import TaskRow


def add(tx: Transaction, tenant: str, task: Task, *, by: str) -> None:
    """Open a task in the transaction of what calls for it; the same one again changes nothing."""
    tx.put(_row(tenant, task))
    audit.record(tx, tenant, by=by, action="task.opened", about=f"task/{task.id}")


def done(tx: Transaction, tenant: str, task: Task, *, by: str) -> None:
    """Close a task: it leaves the open list and is kept among the done."""
    row = _row(tenant, task)
    row.sk = f"task#done#{clock.stamp(clock.now())}#{task.id}"
    row.done_at, row.done_by = clock.stamp(clock.now()), by
    row.seal({"title": task.title, "why": task.why})
    tx.delete(TaskRow, tenant, open_key(task.id))
    tx.put(row)
    audit.record(tx, tenant, by=by, action="task.done", about=f"task/{task.id}")


def open_for(tenant: str, person: str, roles: frozenset[str]) -> list[Task]:
    """What a person has to do, soonest first: their own tasks and those of their roles."""
    return [task for task in open_in(tenant) if task.is_for(person, roles)]


def open_in(tenant: str) -> Iterator[Task]:
    """Every open task of a school or trust, soonest first."""
    tasks = [to_task(row) for row in every(TaskRow, tenant, "task#open#", consistent=True)]
    yield from sorted(tasks, key=lambda task: (task.due_on, task.id))


def find_open(tenant: str, task_id: str) -> Task | None:
    row = get(TaskRow, tenant, open_key(task_id))
    return to_task(row) if row else None


def open_key(task_id: str) -> str:
    """By its id alone: whoever closes a task need not know when it was due."""
    return f"task#open#{task_id}"


def _row(tenant: str, task: Task) -> TaskRow:
    row = TaskRow(
        tenant,
        open_key(task.id),
        kind=task.kind,
        about=task.about,
        link=task.link,
        due_on=task.due_on.isoformat(),
        owner=task.owner or None,
        role=task.role or None,
    )
    row.seal({"title": task.title, "why": task.why})
    return row


def to_task(row: TaskRow) -> Task:
    private = row.unseal()
    return Task(
        id=row.sk.rpartition("#")[2],
        kind=row.kind,
        title=str(private.get("title", "")),
        why=str(private.get("why", "")),
        link=row.link,
        about=row.about,
        due_on=date.fromisoformat(row.due_on),
        owner=row.owner or "",
        role=row.role or "",
    )
