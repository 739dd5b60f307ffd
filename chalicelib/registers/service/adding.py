"""Adding an entry, for its page and for other features: in the transaction of what calls for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib import clock, ids
from chalicelib.audit import Event
from chalicelib.errors import Conflict
from chalicelib.ids import SchoolId
from chalicelib.registers.model import answers as answering
from chalicelib.registers.model.definition import ADD, Definition, Type
from chalicelib.registers.model.entry import Entry, Move, Origin
from chalicelib.registers.repository import entries
from chalicelib.registers.service import cycles, definitions, effects, figured, signing
from chalicelib.storage import Transaction
from chalicelib.tenancy import service as tenancy

_DEEPEST = 3  # one register opens an entry in another, that in a third, and no further


def add(
    tx: Transaction,
    school: SchoolId,
    *,
    register: str,
    values: Mapping[str, Any],
    by: str,
    origin: Origin | None = None,
    record: str = "",
) -> str:
    """Add an entry in this transaction; gives its id.

    `values` are answers by field, as JSON has them (docs/registers.md); what is left out stays
    open, for somebody to complete. `record` is the id it shall have. Raises NotFound for a register
    that is not there, Conflict for one that is switched off (ask `is_on` first), and Invalid for
    answers that are wrong or refused outright.
    """
    registers = definitions.of(school)
    if not registers.is_on(register):
        registers.get(register)
        raise Conflict("This register is switched off.")
    return _add(tx, school, registers, _Wanted(register, values, origin, record), by=by)


def dated(definition: Definition, answers: Mapping[str, Any], otherwise: date) -> date:
    """The date an entry is listed and counted under."""
    field = definition.field(definition.dated_by)
    given = answers.get(definition.dated_by)
    return date.fromisoformat(given) if given and field and field.type is Type.DATE else otherwise


@dataclass(frozen=True)
class _Wanted:
    """An entry to be, before it is known to be a good one."""

    register: str
    values: Mapping[str, Any]
    origin: Origin | None = None
    record: str = ""


def _add(
    tx: Transaction,
    school: SchoolId,
    registers: definitions.Registers,
    wanted: _Wanted,
    *,
    by: str,
    depth: int = 1,
) -> str:
    definition = registers.get(wanted.register)
    now = clock.now()
    kept = answering.checked(definition, wanted.values)
    entry = Entry(
        id=wanted.record or ids.new(),
        register=definition.key,
        reference=ids.reference(),
        added_at=now,
        added_by=by,
        definition=definitions.keep(tx, school, definition),
        phase=definition.first.phase,
        on=dated(definition, kept, clock.london(now).date()),
        answers=kept,
        moves=(Move(definition.first.key, now),),
        origin=wanted.origin,
    )
    entry = effects.follow(tx, school, definition, None, entry, tenancy.calendar_of(school), by=by)
    entries.add(tx, school, definition, entry, [added_event(entry)])
    happened = effects.Happened(ADD, "", now)
    effects.tell(tx, school, definition, entry, happened)
    signing.send(tx, school, definition, None, entry)
    figured.count(tx, school, definition, None, entry)
    look_again(tx, school, definition)
    if depth < _DEEPEST:
        open_others(tx, school, registers, definition, entry, happened, by=by, depth=depth)
    return entry.id


def open_others(
    tx: Transaction,
    school: SchoolId,
    registers: definitions.Registers,
    definition: Definition,
    entry: Entry,
    happened: effects.Happened,
    *,
    by: str,
    depth: int = 0,
) -> None:
    """Open the entries in other registers that this calls for; those that are off are left out."""
    for opening in definition.opens:
        wanted = happened.is_(opening.on) and answering.meets(entry.answers, opening.when)
        if not wanted or not registers.is_on(opening.register):
            continue
        copied = {
            theirs: entry.answers[mine]
            for theirs, mine in opening.copies.items()
            if answering.is_given(entry.answers, mine)
        }
        path = f"/s/{school}/registers/{entry.register}/{entry.id}"
        came_from = Origin(entry.register, entry.id, path)
        other = _Wanted(opening.register, {**opening.values, **copied}, came_from)
        _add(tx, school, registers, other, by=by, depth=depth + 1)


def look_again(tx: Transaction, school: SchoolId, definition: Definition) -> None:
    """What was owed may have been met: seen at once, or, were that lost, in the morning."""
    if definition.cycles:

        def settle() -> None:
            cycles.settle(school, definition)

        tx.after(settle)


def added_event(entry: Entry) -> Event:
    return Event(
        "entry.added",
        entry.added_at,
        entry.added_by,
        open={"definition": entry.definition, "state": entry.state},
        private={"answers": dict(entry.answers)},
    )
