"""What each morning does for a school's agreements: joiners are asked, the slow are reminded, tasks
about what has ended are closed, and its trust gets the counts.
"""

from chalicelib import clock
from chalicelib.agreements import boards, reminders, round_tasks
from chalicelib.agreements.classes import service as classes
from chalicelib.agreements.classes import sharing
from chalicelib.agreements.occasions import service as occasions
from chalicelib.agreements.occasions import tasks as of_events
from chalicelib.agreements.rules import service as rules
from chalicelib.audit import actors
from chalicelib.ids import SchoolId
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task

_OF_EVENTS = frozenset({of_events.NOT_MINE, of_events.NOT_DELIVERED})


def plan(school: SchoolId) -> int:
    """Gives how many people were asked or reminded."""
    done = rules.ask_due(school) + reminders.remind_due(school)
    close_ended(school)
    boards.copy(school)
    return done


def close_ended(school: SchoolId) -> None:
    """Nobody need be reached any more about an event that is over, or last year's agreement."""
    for about in {task.about for task in tasks.open_in(school) if _has_ended(school, task)}:
        round_tasks.close_all(school, about, by=actors.system("plan_day"))


def _has_ended(school: SchoolId, task: Task) -> bool:
    which = task.about.rpartition("/")[2]
    if task.kind in _OF_EVENTS:
        return occasions.find(school, which).is_over(clock.today())
    if task.kind == sharing.NOT_DELIVERED:
        now = classes.find(school, which.partition(".")[0])
        return now is None or now.about != task.about
    return False
