"""What an entry adds to the school's figures, and how a change moves it (S91, S226, S242).

Everything is counted on the entry's own day, so that what was decided never exceeds what was
asked. What it counts for is said by the definition it was last changed under: a register that says
otherwise later rewrites no figure.
"""

from collections.abc import Iterator
from datetime import date

from chalicelib import figures
from chalicelib.figures import Counted, Measure
from chalicelib.ids import SchoolId
from chalicelib.registers.model.answers import given
from chalicelib.registers.model.definition import ADD, Definition, Phase
from chalicelib.registers.model.definition import Count as Wanted
from chalicelib.registers.model.entry import Entry, Move
from chalicelib.registers.repository import definitions as kept
from chalicelib.registers.repository import entries, lines
from chalicelib.registers.service import definitions
from chalicelib.registers.service.effects import Happened
from chalicelib.storage import Transaction

_OUTCOME = "outcome"


def count(
    tx: Transaction, school: SchoolId, definition: Definition, before: Entry | None, after: Entry
) -> None:
    """Move the school's figures from what the entry was to what it is under `definition`."""
    was: list[Counted] = []
    if before is not None:
        same = before.definition == after.definition
        old = definition if same else definition_of(school, before, definition)
        was = list(counted(old, before))
    figures.move(tx, school, was, counted(definition, after))


def definition_of(school: SchoolId, entry: Entry, otherwise: Definition) -> Definition:
    """What its register said when an entry was last changed."""
    return kept.snapshot(school, entry.definition) or otherwise


def counted_between(school: SchoolId, first: date, last: date) -> Iterator[Counted]:
    """What the entries dated from one day to another count for, in every register that has any."""
    registers = definitions.of(school)
    known: dict[str, Definition | None] = {}
    for register in lines.tally(school):
        found = [line.id for line in lines.between(school, register, first, last)]
        for entry in (each.entry for each in entries.load_some(school, found)):
            if entry.definition not in known:
                kept_ = kept.snapshot(school, entry.definition)
                known[entry.definition] = kept_ or registers.find(register)
            if definition := known[entry.definition]:
                yield from counted(definition, entry)


def all_counted(school: SchoolId) -> Iterator[Counted]:
    """The same of every entry, whatever its date."""
    return counted_between(school, date.min, date.max)


def as_counted(school: SchoolId, entry: Entry) -> list[Counted]:
    """What one entry was counted for, by what its register said then."""
    definition = kept.snapshot(school, entry.definition)
    definition = definition or definitions.of(school).find(entry.register)
    return list(counted(definition, entry)) if definition else []


def counted(definition: Definition, entry: Entry) -> Iterator[Counted]:
    """Everything an entry counts for as it stands."""
    yield figures.counted(Measure.REGISTER_ENTRIES, entry.on, {"register": definition.key})
    for move in entry.moves:
        happened = Happened(move.step, move.outcome, move.at)
        if move.step != ADD:
            did = ".".join(filter(None, (definition.key, move.step, move.outcome)))
            yield figures.counted(Measure.REGISTER_STEPS, entry.on, {"step": did[:60]})
        for wanted in definition.counts:
            if happened.is_(wanted.on):
                yield _wanted(wanted, entry, move)
    if entry.phase is Phase.CLOSED and entry.ended_at:
        lasted = entry.ended_at - entry.added_at
        yield figures.counted(
            Measure.REGISTER_CLOSED,
            entry.on,
            {"register": definition.key, "took": figures.took(lasted)},
            {"minutes": figures.minutes(lasted)},
        )


def _wanted(wanted: Wanted, entry: Entry, move: Move) -> Counted:
    """What the definition itself says is counted, along the answers it names."""
    along = {
        key: [move.outcome] if key == _OUTCOME else sorted(given(entry.answers, key))
        for key in wanted.by
        if key == _OUTCOME or key in entry.answers
    }
    minutes = figures.minutes(move.at - entry.added_at)
    return figures.counted(
        wanted.measure, entry.on, along, {"minutes": minutes} if wanted.minutes else None
    )
