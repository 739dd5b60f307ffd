"""What follows from a change of an entry, in its transaction: tasks, reminders, mails."""

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib import clock
from chalicelib.audit import actors
from chalicelib.identity import service as identity
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import SCHOOL_ROLES, Role
from chalicelib.ids import SchoolId
from chalicelib.notifications import clocks, outbox
from chalicelib.notifications.outbox import Message
from chalicelib.registers.model import dues
from chalicelib.registers.model.answers import meets, people_in
from chalicelib.registers.model.definition import (
    ADD,
    ADDER,
    EVERYONE,
    FIELD,
    Clock,
    Definition,
)
from chalicelib.registers.model.definition import Task as Wanted
from chalicelib.registers.model.entry import Entry, Running
from chalicelib.registers.model.overlay import OWN
from chalicelib.storage import Transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task
from chalicelib.tenancy import directory
from chalicelib.tenancy.calendar import Calendar

CLOCK = "register.remind"
TASK = "register.due"


@dataclass(frozen=True)
class Happened:
    """What was done to an entry: the adding, or a step with its outcome."""

    step: str
    outcome: str
    at: datetime

    def is_(self, on: str) -> bool:
        """Whether a definition's `on` means this: `added`, a step, or `step:outcome`."""
        if self.step == ADD:
            return on == "added"
        return on in (self.step, f"{self.step}:{self.outcome}")


def follow(
    tx: Transaction,
    school: SchoolId,
    definition: Definition,
    before: Entry | None,
    after: Entry,
    calendar: Calendar,
    *,
    by: str,
) -> Entry:
    """Open and close the tasks of clocks and set the next reminder; gives the entry with what
    runs for it now.
    """
    was = before.running if before else {}
    now = {
        key: dataclasses.replace(
            each, tasks=tuple(t.id for t in tasks_of(school, definition, after, each, key))
        )
        for key, each in dues.running(definition, after, calendar).items()
    }
    after = dataclasses.replace(after, running=now)
    open_ids = {task for each in now.values() for task in each.tasks}
    for key, old in was.items():
        for task in tasks_of(school, definition, before or after, old, key, ids=old.tasks):
            if task.id not in open_ids:
                tasks.done(tx, school, task, by=by)
    for key, new in now.items():
        if was.get(key) != new:
            for task in tasks_of(school, definition, after, new, key):
                tasks.add(tx, school, task, by=by)
    remind_next(tx, school, definition, after, calendar, before=before)
    return after


def end(
    tx: Transaction, school: SchoolId, definition: Definition, entry: Entry, *, by: str
) -> None:
    """Close what runs for an entry that is taken out: its tasks, and the reminder to come."""
    for key, runs in entry.running.items():
        for task in tasks_of(school, definition, entry, runs, key, ids=runs.tasks):
            tasks.done(tx, school, task, by=by)
    clocks.stop(tx, school, kind=CLOCK, id=entry.id)


def remind_next(
    tx: Transaction,
    school: SchoolId,
    definition: Definition,
    entry: Entry,
    calendar: Calendar,
    *,
    before: Entry | None = None,
) -> None:
    """Set the clock for the next reminder that is to come, or stop it."""
    to_come = [
        each.at
        for each in dues.reminders(definition, entry, calendar)
        if each.mark not in entry.marks
    ]
    if to_come:
        clocks.start(tx, school, kind=CLOCK, id=entry.id, due_at=min(to_come))
    elif before is not None:
        clocks.stop(tx, school, kind=CLOCK, id=entry.id)


def tasks_of(
    school: SchoolId,
    definition: Definition,
    entry: Entry,
    runs: Running,
    key: str,
    *,
    ids: Iterable[str] | None = None,
) -> Iterator[Task]:
    """The tasks of a running clock: one for its roles, one for each person it names.

    With `ids`, those that were opened then, whatever the definition says by now.
    """
    clock_of = next((each for each in definition.clocks if each.key == key), None)
    wanted = clock_of.task if clock_of else Wanted(definition.title, "It was due.", ())
    start = f"register-{entry.id}-{key}-{runs.round}"
    named = {f"{start}-{who}": who for who in _owners(definition, entry, wanted.to)}
    roles = " ".join(each for each in wanted.to if each in _roles())
    known = [*([start] if roles else []), *named] if ids is None else ids
    for task_id in known:
        yield Task(
            id=task_id,
            kind=TASK,
            title=wanted.title,
            why=wanted.why,
            link=f"/s/{school}/registers/{entry.register}/{entry.id}",
            about=f"entry/{entry.id}",
            due_on=clock.london(runs.due_at).date(),
            owner=named.get(task_id, ""),
            role="" if task_id in named else roles,
        )


def recipients(
    school: SchoolId, definition: Definition, entry: Entry, to: Iterable[str]
) -> list[Member]:
    """Whom a definition means by roles, `adder` and `field:…`, each once, who are still here."""
    to = tuple(to)
    everybody = identity.members(school)
    roles = {Role(each) for each in to if each in _roles()}
    named = set(_owners(definition, entry, to))
    return [
        each
        for each in everybody
        if each.roles & roles or each.person in named or (EVERYONE in to and each.roles)
    ]


def tell(
    tx: Transaction, school: SchoolId, definition: Definition, entry: Entry, happened: Happened
) -> None:
    """The mails that are sent at once. They say what the definition says, never an answer."""
    for told in definition.tells:
        if happened.is_(told.on) and meets(entry.answers, told.when):
            for person in recipients(school, definition, entry, told.to):
                outbox.add(
                    tx,
                    Message(
                        tenant=school,
                        template="register_told",
                        address=person.email,
                        values={
                            "school": directory.school(school).name,
                            "title": mailed_title(definition),
                            "says": told.says,
                            "reference": entry.reference,
                            "path": f"/s/{school}/registers/{entry.register}/{entry.id}",
                        },
                        about=f"entry/{entry.id}",
                        why="register",
                        person=person.person,
                    ),
                )


def is_own(definition: Definition) -> bool:
    """Whether a school or trust wrote it itself: such words stay out of mails (R39)."""
    return definition.key.startswith(OWN)


def mailed_title(definition: Definition) -> str:
    """How a mail names a register."""
    return "A register of your school" if is_own(definition) else definition.title


def late_or_not(clock_of: Clock, *, is_late: bool) -> tuple[str, ...]:
    """Who is reminded: those whose task it is, and once it is late those above them."""
    return (*clock_of.task.to, *(clock_of.late_to if is_late else ()))


def _owners(definition: Definition, entry: Entry, to: Iterable[str]) -> list[str]:
    """The persons that `adder` and `field:…` stand for."""
    found: list[str] = []
    for each in to:
        if each == ADDER:
            found.append(actors.person_of(entry.added_by) or "")
        elif each.startswith(FIELD):
            found += people_in(entry.answers, each.removeprefix(FIELD))
    return list(dict.fromkeys(filter(None, found)))


def _roles() -> frozenset[str]:
    return frozenset(role.value for role in SCHOOL_ROLES)
