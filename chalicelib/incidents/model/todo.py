"""What a record still needs, the most pressing first: what a lead should see before all else."""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.incidents.model.actions import Action, advised
from chalicelib.incidents.model.record import Incident, Mark, Status


class Need(StrEnum):
    """One thing to do next; the page has the words."""

    ACKNOWLEDGE = "acknowledge"
    POLICE = "police"
    ACTIONS = "actions"
    MARKS = "marks"
    TASKS = "tasks"
    SUMMARY = "summary"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Todo:
    need: Need
    done: bool
    pressing: bool = False


def todos(incident: Incident, *, tasks: int = 0, tasks_open: int = 0) -> tuple[Todo, ...]:
    """The way from a new report to a closed record; what is done stays in sight as done.

    `tasks` are those that were given out on it, `tasks_open` those that are not done.
    """
    report = incident.report
    advice = advised(report)
    steps = [Todo(Need.ACKNOWLEDGE, incident.status is not Status.SUBMITTED, pressing=True)]
    if report.police_now:
        steps.append(Todo(Need.POLICE, incident.action(Action.POLICE).decided, pressing=True))
    steps.append(Todo(Need.ACTIONS, all(incident.action(a).decided for a in advice)))
    if report.people:
        marked = any(set(held) & {Mark.TARGET, Mark.OFFENDER} for held in incident.marks.values())
        steps.append(Todo(Need.MARKS, marked))
    if tasks:
        steps.append(Todo(Need.TASKS, not tasks_open))
    steps.append(Todo(Need.SUMMARY, bool(incident.summary)))
    steps.append(Todo(Need.CLOSE, not incident.is_open))
    return tuple(steps)
