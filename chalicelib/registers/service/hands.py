"""Who may do what with an entry: the definition says, by role, by name, by having added it."""

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.audit import actors
from chalicelib.errors import NotAllowed
from chalicelib.identity.access import SchoolAccess
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, SchoolId
from chalicelib.registers.model.answers import people_in
from chalicelib.registers.model.definition import (
    ADDER,
    EVERYONE,
    FIELD,
    Definition,
    Field,
    Phase,
    Step,
)
from chalicelib.registers.model.entry import Entry

# Governors see figures; where a definition means them it names them (S91, S240).
GOVERNORS = frozenset(role for role in Role if "governor" in role.value)


@dataclass(frozen=True)
class Hand:
    """Somebody at a school who looks at registers or works on them."""

    school: SchoolId
    person: PersonId
    name: str
    roles: frozenset[Role]

    @property
    def actor(self) -> str:
        return actors.person(self.person)

    def holds(self, roles: Iterable[str]) -> bool:
        """Whether one of these roles is theirs."""
        named = set(roles)
        if EVERYONE in named and self.roles - GOVERNORS:
            return True
        return not named.isdisjoint(self.roles)

    def added(self, entry: Entry) -> bool:
        return entry.added_by == self.actor


def of(staff: SchoolAccess) -> Hand:
    return Hand(staff.school, staff.person, staff.person_name, staff.roles)


def may_add(hand: Hand, definition: Definition) -> bool:
    return hand.holds(definition.who.add)


def may_list(hand: Hand, definition: Definition) -> bool:
    """Whether the list of all entries is theirs to see."""
    return hand.holds(definition.who.read)


def may_list_current(hand: Hand, definition: Definition) -> bool:
    """Whether they see at least what is in force."""
    return may_list(hand, definition) or hand.holds(definition.who.read_current)


def may_open(hand: Hand, definition: Definition) -> bool:
    """Whether a register is any business of theirs."""
    return may_list_current(hand, definition) or may_add(hand, definition)


def may_read(hand: Hand, definition: Definition, entry: Entry) -> bool:
    if may_list(hand, definition):
        return True
    if entry.phase is Phase.CURRENT and hand.holds(definition.who.read_current):
        return True
    if definition.who.own and hand.added(entry):
        return True
    return any(_is(hand, definition, entry, who) for step in definition.steps for who in step.by)


def may_see(hand: Hand, definition: Definition, entry: Entry, field: Field) -> bool:
    """Whether they may see one answer: a protected one only by role, or if they gave it."""
    if not field.read or hand.holds(field.read):
        return True
    return definition.who.own and hand.added(entry) and "add" in field.steps


def may_take(hand: Hand, definition: Definition, entry: Entry, step: Step) -> bool:
    """Whether a step can be taken now, by them."""
    if entry.state not in step.at or (step.not_adder and hand.added(entry)):
        return False
    who = definition.who
    by = step.by or (who.deciders if step.decides else who.workers)
    return any(_is(hand, definition, entry, each) for each in by)


def may_correct(hand: Hand, definition: Definition, entry: Entry) -> bool:
    """Whoever changes entries, and whoever added it while it stands as it was added."""
    if hand.holds(definition.who.changers):
        return True
    return len(entry.moves) == 1 and hand.added(entry) and definition.who.own


def require(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed


def _is(hand: Hand, definition: Definition, entry: Entry, who: str) -> bool:
    if who == ADDER:
        return hand.added(entry)
    if who.startswith(FIELD):
        return hand.person in people_in(entry.answers, who.removeprefix(FIELD))
    return hand.holds([who])
