"""Entries whose time is over: which they are, and taking one away (R-RET 1 to 4)."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from chalicelib import clock, figures
from chalicelib.errors import Conflict
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, SchoolId
from chalicelib.registers.model.definition import Definition, Phase
from chalicelib.registers.repository import entries, lines, removing
from chalicelib.registers.repository.entries import Stored
from chalicelib.registers.service import definitions, figured, hands, reading
from chalicelib.registers.service.hands import Hand
from chalicelib.storage import transaction


@dataclass(frozen=True)
class Over:
    """An entry that is over, and until when it is kept. Nothing of what it says."""

    id: str
    register: str
    title: str
    reference: str
    ended_on: date
    kept_until: date
    fingerprint: str


def over(school: SchoolId) -> Iterator[Over]:
    """Every entry of a school that is over, whether or not its time is."""
    registers = definitions.of(school)
    for key in lines.tally(school):
        definition = registers.find(key)
        if definition is None:
            continue
        listing = lines.ALL if definition.keep.after == "added" else Phase.CLOSED
        ids = [line.id for line in lines.all_in(school, key, listing)]
        for stored in entries.load_some(school, ids):
            if found := _over(definition, stored):
                yield found


def some_over(school: SchoolId, wanted: Sequence[str]) -> Iterator[Over]:
    """Some of them; one that is gone or not over any more is left out."""
    registers = definitions.of(school)
    for stored in entries.load_some(school, wanted):
        definition = registers.find(stored.entry.register)
        if definition and (found := _over(definition, stored)):
            yield found


def listed(
    school: SchoolId, wanted: Collection[str], person: PersonId, roles: frozenset[Role]
) -> set[str]:
    """Those of some registers whose list somebody with these roles may see."""
    registers, hand = definitions.of(school), Hand(school, person, "", roles)
    found = ((key, registers.find(key)) for key in wanted)
    return {key for key, one in found if one and hands.may_list(hand, one)}


def is_there(school: SchoolId, entry: str) -> bool:
    return entries.find(school, entry) is not None


def take_away(school: SchoolId, entry: str, fingerprint: str) -> bool:
    """Take everything of an entry away; False when it has changed since and stands.

    Figures stay: they were counted when it happened. Safe to repeat after a death in between.
    """
    stored = entries.find(school, entry)
    if stored is not None:
        if stored.head.hash != fingerprint:
            return False
        counted = figured.as_counted(school, stored.entry)
        try:
            with transaction() as tx:
                removing.remove(tx, school, stored)
                figures.leave_behind(tx, school, counted)
        except Conflict:
            return False
    removing.remove_rest(school, entry)
    return True


def _over(definition: Definition, stored: Stored) -> Over | None:
    """One that waits for somebody is not over, however long ago it was added."""
    entry = stored.entry
    until = reading.kept_until(definition, entry)
    since = entry.added_at if definition.keep.after == "added" else entry.ended_at
    if until is None or since is None or entry.phase is Phase.OPEN or entry.running:
        return None
    return Over(
        entry.id,
        entry.register,
        definition.title,
        entry.reference,
        clock.london(since).date(),
        until,
        stored.head.hash,
    )
