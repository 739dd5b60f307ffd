"""Each morning: records whose time is over come to the queue, and once a term somebody is asked.

It costs a read of one row on all but the few days on which a record can come due.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from chalicelib.audit import actors
from chalicelib.errors import Conflict
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.retention import repository
from chalicelib.retention.kinds import Kinds
from chalicelib.retention.model import Ended, Periods, Review
from chalicelib.retention.repository import Looked
from chalicelib.storage import transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task
from chalicelib.tenancy import calendar as working
from chalicelib.tenancy import service as tenancy

SYSTEM = actors.system("retention")
REVIEWERS = (Role.HEADTEACHER, Role.DSL, Role.DATA_PROTECTION_LEAD)
_LONGEST = timedelta(days=28)  # no record's time is shorter


@dataclass(frozen=True)
class Morning:
    """What a morning's look gave: until when it holds, and how many records are new."""

    looked: Looked
    new: int = 0


def look(school: SchoolId, kinds: Kinds, today: date) -> Morning:
    """Put every record whose time is over into the queue.

    A record comes in the morning of the day its time is over, never earlier; one that is there
    keeps what was decided about it.
    """
    chosen = repository.periods(school)
    mark = _mark(chosen.periods)
    before = repository.looked(school)
    if before and before.periods == mark and before.next_on > today:
        return Morning(before)
    known = {each.review.id for each in repository.all_of(school)}
    ended = [each for kind in kinds.values() for each in kind.ended(school, chosen.periods)]
    new = [each for each in ended if each.due_on <= today and each.id not in known]
    for each in new:
        _take_in(school, each)
    later = [each.due_on for each in ended if each.due_on > today]
    # Whatever ends from tomorrow on is kept for a year at least, save what a register says.
    next_on = min([*later, today + _LONGEST])
    after = Looked(next_on, mark, before.task if before else "", queued=bool(known or new))
    with transaction() as tx:
        repository.put_looked(tx, school, after)
    return Morning(after, len(new))


def remind(school: SchoolId, before: Looked, today: date) -> int:
    """Once a term, when something waits: a task for those who review (R-RET 2).

    `before` is what this morning's look gave.
    """
    if not before.queued:
        return 0
    term = tenancy.calendar_of(school).term_of(today)
    if before.task == term.key or not any(
        each.review.is_due(today) for each in repository.all_of(school)
    ):
        return 0
    task = Task(
        id=_task(term.key),
        kind="retention.review",
        title="Look at records whose time is over",
        why="They are kept no longer than needed, and nothing is destroyed unless two people say "
        "so (R-RET 2).",
        link=f"/s/{school}/retention",
        about=f"retention/{term.key}",
        due_on=max(working.next_working_day(today), term.last_on),
        role=" ".join(REVIEWERS),
    )
    with transaction() as tx:
        tasks.add(tx, school, task, by=SYSTEM)
        repository.put_looked(tx, school, replace(before, task=term.key))
    return 1


def settle(school: SchoolId, today: date, *, by: str) -> None:
    """Close the term's task once nothing waits any more."""
    before = repository.looked(school)
    task = tasks.find_open(school, _task(before.task)) if before and before.task else None
    if task and not any(each.review.is_due(today) for each in repository.all_of(school)):
        with transaction() as tx:
            tasks.done(tx, school, task, by=by)


def _task(term: str) -> str:
    return f"retention-{term}"


def _take_in(school: SchoolId, ended: Ended) -> None:
    try:
        with transaction() as tx:
            repository.add(tx, school, Review(ended))
    except Conflict:
        return  # another morning's run was quicker


def _mark(periods: Periods) -> str:
    return " ".join(f"{cls}:{periods[cls].years}" for cls in sorted(periods))
