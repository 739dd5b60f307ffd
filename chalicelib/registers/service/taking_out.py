"""Taking an entry out again that was just added: only while nothing has been done with it."""

from collections.abc import Sequence

from chalicelib import audit, figures
from chalicelib.audit.events import Event
from chalicelib.errors import Conflict
from chalicelib.ids import SchoolId
from chalicelib.registers.model.definition import Type
from chalicelib.registers.repository import entries, lines, removing
from chalicelib.registers.repository.entries import Stored
from chalicelib.registers.service import adding, definitions, effects, figured, hands
from chalicelib.registers.service.hands import Hand
from chalicelib.storage import Also, nothing_more, transaction

_GONE = "It has been taken out already."
_WORKED = "Something has been done with it since: go on with it where it is kept."
_MOST = 20  # events after the first: they go in one transaction
_NOBODYS_DOING = frozenset({"entry.corrected", "entry.reminded"})


def take_out(hand: Hand, register: str, entry: str, *, also: Also = nothing_more) -> None:
    """Take out an entry that stands as it was added: its tasks end, its reminder stops, and no
    figure has it. What `also` writes goes with it.

    Raises NotAllowed for whoever may not add one, and Conflict, with a sentence, when it is gone,
    when somebody noted something, took a step or left an answer changed, or when an entry of
    another register is about it.
    """
    school = hand.school
    stored = entries.find(school, entry)
    if stored is None or stored.entry.register != register:
        raise Conflict(_GONE)
    registers = definitions.of(school)
    definition = definitions.for_entry(school, registers.get(register), stored.entry)
    hands.require(hands.may_add(hand, definition))
    happened = entries.history(school, entry)
    if not _is_as_added(stored, happened) or _is_meant(school, registers, stored):
        raise Conflict(_WORKED)
    counted = figured.as_counted(school, stored.entry)
    with transaction() as tx:
        effects.end(tx, school, definition, stored.entry, by=hand.actor)
        removing.remove(tx, school, stored)
        removing.remove_happened(tx, school, stored, happened)
        figures.move(tx, school, counted, ())
        about = f"entry/{entry}"
        audit.record(tx, school, by=hand.actor, action="entry.taken_out", about=about)
        adding.look_again(tx, school, definition)
        also(tx)


def _is_as_added(stored: Stored, happened: Sequence[Event]) -> bool:
    """A correction that was put back leaves it as it was; a long past is more than one."""
    added, *later = happened
    untouched = len(later) <= _MOST and all(each.name in _NOBODYS_DOING for each in later)
    return untouched and added.private["answers"] == dict(stored.entry.answers)


def _is_meant(school: SchoolId, registers: definitions.Registers, stored: Stored) -> bool:
    """Whether an answer in another register is this entry."""
    for key, definition in {**registers.on, **registers.off}.items():
        fields = [
            each.key
            for each in definition.fields
            if each.type is Type.ENTRY and each.register == stored.entry.register
        ]
        if fields and any(
            stored.entry.id in str(line.answers.get(field, ""))
            for line in lines.all_in(school, key)
            for field in fields
        ):
            return True
    return False
