"""Reminders of what is due for an entry: each exactly once, with the reason (S286).

The sweep calls `remind` when an entry's clock runs out. Which reminders are over stands on the
entry, under its version, so that of two sweeps one writes and the other finds it done. When the
clock was late, several may have passed: the last of each clock is sent and the others are over.
"""

import dataclasses
from datetime import datetime

from chalicelib import clock
from chalicelib.audit import Event, actors
from chalicelib.errors import Conflict
from chalicelib.ids import SchoolId
from chalicelib.notifications import clocks
from chalicelib.registers.model import dues
from chalicelib.registers.model.definition import Definition
from chalicelib.registers.model.dues import Reminder
from chalicelib.registers.model.entry import Entry
from chalicelib.registers.repository import entries
from chalicelib.registers.service import definitions, effects
from chalicelib.storage import Transaction, transaction
from chalicelib.tasks import reminders
from chalicelib.tenancy import service as tenancy

BY = actors.system("sweep")


def remind(tenant: str, entry_id: str, now: datetime) -> None:
    """The time of a reminder has come."""
    school = SchoolId(tenant)
    stored = entries.find(school, entry_id)
    if stored is None:
        with transaction() as tx:
            clocks.stop(tx, tenant, kind=effects.CLOCK, id=entry_id)
        return
    before = stored.entry
    registers = definitions.of(school)
    definition = definitions.for_entry(school, registers.get(before.register), before)
    calendar = tenancy.calendar_of(school)
    passed = [
        each
        for each in dues.reminders(definition, before, calendar)
        if each.at <= now and each.mark not in before.marks
    ]
    latest = {each.clock.key: each for each in sorted(passed, key=lambda each: each.at)}
    if not registers.is_on(before.register):
        latest = {}
    after = dataclasses.replace(before, marks=before.marks | {each.mark for each in passed})
    events = [_event(each, now) for each in latest.values()]
    try:
        with transaction() as tx:
            for each in latest.values():
                _mail(tx, school, definition, after, each)
            effects.remind_next(tx, school, definition, after, calendar, before=before)
            if passed:
                entries.save(tx, school, definition, stored, after, events)
    except Conflict:
        return  # another sweep was quicker, or somebody did it a moment ago


def _event(reminder: Reminder, now: datetime) -> Event:
    return Event("entry.reminded", now, BY, open={"reminder": reminder.mark})


def _mail(
    tx: Transaction, school: SchoolId, definition: Definition, entry: Entry, reminder: Reminder
) -> None:
    to = effects.late_or_not(reminder.clock, is_late=reminder.is_late)
    today, due_on = clock.today(), clock.london(reminder.due_at).date()
    own = effects.is_own(definition)
    title = "Something in a register" if own else reminder.clock.task.title
    why = "It stands in a register." if own else reminder.clock.task.why
    path = f"/s/{school}/registers/{entry.register}/{entry.id}"
    told = reminders.Reminded(title, why, due_on, today, path)
    people = effects.recipients(school, definition, entry, to)
    reminders.tell(tx, school, people, told, about=f"entry/{entry.id}")
