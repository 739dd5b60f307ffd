"""A task as the first page of its school or trust lists it (S88, S286)."""

from chalicelib import clock
from chalicelib.tasks.model import Task
from chalicelib.web import words
from chalicelib.web.render import url


def shown(task: Task) -> dict[str, str]:
    """An item of a list of tasks, with the reason for it, and how late it is on London's today."""
    today = clock.today()
    if task.is_overdue(today):
        status, colour = f"Overdue since {words.short_date(task.due_on)}", "red"
    elif task.due_on == today:
        status, colour = "Due today", "amber"
    else:
        status, colour = f"Due {words.short_date(task.due_on)}", "blue"
    return {
        "title": task.title,
        "href": url(task.link),
        "hint": task.why,
        "status": status,
        "colour": colour,
    }
