"""What a school owes once in every week, month, term or year: tasks, reminders, and meeting it.

Looked at every morning, and whenever an entry of such a register was written. Everything is worked
out from what is there, so that doing it twice changes nothing and a morning missed is caught up.
A term or year that was missed stays due until an entry meets it; a week or month gives way to the
next.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from chalicelib import clock
from chalicelib.audit import actors
from chalicelib.errors import Conflict
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.registers.model import cycles as rules
from chalicelib.registers.model.cycles import Span
from chalicelib.registers.model.definition import Cycle, Definition, Unit
from chalicelib.registers.model.overlay import OWN
from chalicelib.registers.repository import cycles as repository
from chalicelib.registers.repository import lines
from chalicelib.registers.repository.cycles import Kept
from chalicelib.storage import Transaction, transaction
from chalicelib.tasks import reminders
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task
from chalicelib.tenancy import service as tenancy
from chalicelib.tenancy.calendar import Calendar

TASK = "register.cycle"
BY = actors.system("plan_day")


@dataclass(frozen=True)
class Owed:
    """A period of a cycle as pages show it."""

    label: str
    period: str
    due_on: date
    met: bool
    missing: tuple[str, ...]
    today: date

    @property
    def colour(self) -> str:
        if self.due_on < self.today:
            return "red"
        return "amber" if (self.due_on - self.today).days <= 7 else "blue"

    @property
    def says(self) -> str:
        if self.missing:
            return f"{len(self.missing)} still to do"
        return "Overdue" if self.due_on < self.today else "To be done"


def owed(school: SchoolId, definition: Definition, today: date) -> list[Owed]:
    """What a register's cycles ask for now, for its page."""
    calendar = tenancy.calendar_of(school)
    found = []
    for cycle in definition.cycles:
        for span in _spans(school, definition, cycle, today, calendar):
            names = _missing(school, definition, cycle, span, today)
            label, met = cycle.label, not names
            shown = tuple(sorted(name for name in names if name)) if cycle.person else ()
            found.append(Owed(label, span.label, span.due_on, met, shown, today))
    return found


def settle(school: SchoolId, definition: Definition) -> int:
    """Bring every cycle of a register up to date; gives how many were changed."""
    today, calendar = clock.today(), tenancy.calendar_of(school)
    changed = 0
    for cycle in definition.cycles:
        spans = list(_spans(school, definition, cycle, today, calendar))
        for number, span in enumerate(spans):
            given_way = number > 0 and cycle.every in (Unit.WEEK, Unit.MONTH)
            changed += _settle(school, definition, cycle, span, calendar, given_way=given_way)
    return changed


def _spans(
    school: SchoolId, definition: Definition, cycle: Cycle, today: date, calendar: Calendar
) -> Iterator[Span]:
    """The period of today, and the one before it if it was begun and not met."""
    now = rules.span_of(cycle, today, calendar)
    if now is None:
        return
    yield now
    earlier = rules.before(cycle, now, calendar)
    if earlier:
        kept = repository.load(school, definition.key, cycle.key, earlier.key)
        if kept and kept.tasks:
            yield earlier


def _settle(
    school: SchoolId,
    definition: Definition,
    cycle: Cycle,
    span: Span,
    calendar: Calendar,
    *,
    given_way: bool,
) -> int:
    today = clock.today()
    kept = repository.load(school, definition.key, cycle.key, span.key)
    names = set() if given_way else _missing(school, definition, cycle, span, today)
    before = kept or Kept(span.due_on)
    task = _task(school, definition, cycle, span)
    marks = [] if not names else _passed(cycle, span, calendar, today, before)
    after = dataclasses.replace(
        before.with_marks(marks),
        due_on=span.due_on,
        met_at=None if names or given_way else before.met_at or clock.now(),
        tasks=(task.id,) if names else (),
        missing=len(names),
    )
    if kept is not None and after == kept:
        return 0
    try:
        with transaction() as tx:
            if after.tasks and after.tasks != before.tasks:
                tasks.add(tx, school, task, by=BY)
            elif before.tasks and not after.tasks:
                tasks.done(tx, school, task, by=BY)
            if marks:
                _remind(tx, school, definition, cycle, span, today)
            repository.save(tx, school, definition.key, cycle.key, span.key, after)
    except Conflict:
        return 0  # another did it at the same moment
    return 1


def _missing(
    school: SchoolId, definition: Definition, cycle: Cycle, span: Span, today: date
) -> set[str]:
    """Whose entries are missing; one empty name where none is about a person."""
    last = max(span.last_on, today)
    found = [
        line.answers
        for line in lines.between(school, definition.key, span.first_on, last)
        if rules.counts(cycle, line.state, line.answers)
    ]
    if not cycle.person:
        return set() if found else {""}
    staff = {
        str(each.person): each.name for each in identity.members(school) if _is_staff(each.roles)
    }
    return {staff[person] for person in rules.missing(cycle, found, staff)}


def _is_staff(roles: frozenset[Role]) -> bool:
    return any("governor" not in role.value for role in roles)


def _passed(cycle: Cycle, span: Span, calendar: Calendar, today: date, kept: Kept) -> list[str]:
    """The reminders whose day has come and that are not over."""
    due = {
        str(number): rules.remind_on(about, span.due_on, calendar)
        for number, about in enumerate(cycle.remind)
    }
    return [n for n, day in due.items() if span.first_on < day <= today and n not in kept.marks]


def _task(school: SchoolId, definition: Definition, cycle: Cycle, span: Span) -> Task:
    return Task(
        id=f"register-{definition.key}-{cycle.key}-{span.key}",
        kind=TASK,
        title=cycle.task.title,
        why=cycle.task.why,
        link=f"/s/{school}/registers/{definition.key}",
        about=f"register/{definition.key}",
        due_on=span.due_on,
        role=" ".join(cycle.task.to),
    )


def _remind(
    tx: Transaction,
    school: SchoolId,
    definition: Definition,
    cycle: Cycle,
    span: Span,
    today: date,
) -> None:
    own = definition.key.startswith(OWN)
    late = cycle.late_to if span.due_on < today else ()
    roles = [Role(each) for each in (*cycle.task.to, *late)]
    title = "Something in a register" if own else cycle.task.title
    why = "It stands in a register." if own else cycle.task.why
    path = f"/s/{school}/registers/{definition.key}"
    told = reminders.Reminded(title, why, span.due_on, today, path)
    people = identity.contacts_with(school, *roles)
    reminders.tell(tx, school, people, told, about=f"register/{definition.key}")
