"""Taking a step with an entry, and correcting it: each is one transaction with its event."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib import clock
from chalicelib.audit import Event
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.ids import SchoolId
from chalicelib.registers.model import answers as answering
from chalicelib.registers.model.answers import people_in
from chalicelib.registers.model.definition import Definition, Requirement, Step
from chalicelib.registers.model.entry import Answers, Entry, Move
from chalicelib.registers.repository import entries, lines
from chalicelib.registers.repository.entries import Stored
from chalicelib.registers.service import (
    adding,
    definitions,
    effects,
    figured,
    hands,
    leavers,
    signing,
)
from chalicelib.registers.service.hands import Hand
from chalicelib.registers.service.reading import Opened
from chalicelib.storage import Also, Transaction, nothing_more, transaction
from chalicelib.tenancy import service as tenancy


@dataclass(frozen=True)
class Taken:
    """A step as somebody takes it; `seen` is how many events their page was showing."""

    step: str
    seen: int
    answers: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    outcome: str = ""
    why: str = ""


def take(hand: Hand, register: str, entry: str, taken: Taken, *, only_try: bool = False) -> None:
    """Take a step, or with `only_try` see whether it could be taken.

    Raises NotAllowed, Invalid by field for what is wrong or not yet true, and Conflict when the
    entry moved on meanwhile.
    """
    school = hand.school
    registers = definitions.of(school)
    stored = entries.load(school, register, entry)
    definition = definitions.for_entry(school, registers.get(register), stored.entry)
    step = definition.step(taken.step)
    if stored.head.number != taken.seen:
        raise Conflict("Somebody else changed this entry while you had it open.")
    if step is None:
        raise NotFound
    hands.require(hands.may_take(hand, definition, stored.entry, step))
    if only_try:
        _take(Transaction(), hand, registers, definition, stored, step, taken)
        return
    with transaction() as tx:
        _take(tx, hand, registers, definition, stored, step, taken)


def take_by_link(hand: Hand, opened: Opened, taken: Taken, *, link: str) -> None:
    """Take the step that a signing link is for; the history says that it was by a link."""
    registers = definitions.of(hand.school)
    definition = opened.definition
    stored = entries.load(hand.school, definition.key, opened.entry.id)
    if stored.head.number != taken.seen:
        raise Conflict("Somebody changed this meanwhile. Read it again, please.")
    step = definition.step(taken.step)
    if step is None or not step.link:
        raise NotFound
    if stored.entry.state not in step.at:
        raise Conflict("This has been done already.")
    with transaction() as tx:
        _take(tx, hand, registers, definition, stored, step, taken, link=link)


def correct(
    hand: Hand,
    register: str,
    entry: str,
    answers: Mapping[str, Any],
    *,
    why: str,
    seen: int,
    also: Also = nothing_more,
) -> None:
    """Put answers right; both versions stay in the history. What `also` writes goes with them."""
    school = hand.school
    stored = entries.load(school, register, entry)
    before = stored.entry
    definition = definitions.for_entry(school, definitions.of(school).get(register), before)
    if stored.head.number != seen:
        raise Conflict("Somebody else changed this entry while you had it open.")
    hands.require(hands.may_correct(hand, definition, before))
    if not why:
        raise Invalid({"why": ["Say why it is corrected"]})
    merged = _merged(definition, before.answers, answers)
    changed = {
        key: merged.get(key)
        for key in {*merged, *before.answers}
        if merged.get(key) != before.answers.get(key)
    }
    if not changed:
        return
    event = Event(
        "entry.corrected",
        clock.now(),
        hand.actor,
        why=why,
        private={"answers": changed, "before": {key: before.answers.get(key) for key in changed}},
    )
    with transaction() as tx:
        after = _after(tx, school, definition, before, merged)
        _save(tx, school, definition, stored, after, event, by=hand.actor)
        also(tx)


def note(hand: Hand, register: str, entry: str, text: str) -> None:
    """Write something down about an entry, for whoever may read it."""
    stored = entries.load(hand.school, register, entry)
    definition = definitions.of(hand.school).get(register)
    definition = definitions.for_entry(hand.school, definition, stored.entry)
    hands.require(hands.may_read(hand, definition, stored.entry))
    event = Event("entry.noted", clock.now(), hand.actor, why=text)
    with transaction() as tx:
        entries.save(tx, hand.school, definition, stored, stored.entry, [event])


def unmet(
    school: SchoolId, step: Step, answers: Answers, outcome: str, registers: definitions.Registers
) -> list[Requirement]:
    """What must be true before a step and is not yet."""
    needs = answering.needed(step, answers, outcome)
    return answering.missing(step, answers, outcome) + [
        need for need in needs if need.entry and not _each_has(school, need, answers, registers)
    ]


def _take(
    tx: Transaction,
    hand: Hand,
    registers: definitions.Registers,
    definition: Definition,
    stored: Stored,
    step: Step,
    taken: Taken,
    *,
    link: str = "",
) -> None:
    before, now, school = stored.entry, clock.now(), hand.school
    outcome = step.outcome(taken.outcome)
    if step.outcomes and outcome is None:
        raise Invalid({"outcome": ["Choose one of the answers"]})
    if step.reason and not taken.why:
        raise Invalid({"why": [step.reason]})
    merged = _merged(definition, before.answers, taken.answers)
    if wanting := unmet(school, step, merged, taken.outcome, registers):
        by_field: dict[str, list[str]] = {}
        for need in wanting:
            by_field.setdefault(need.answered or need.each, []).append(need.says)
        raise Invalid(by_field)
    to = outcome.to if outcome else step.to or before.state
    after = _after(tx, school, definition, before, merged)
    after = dataclasses.replace(
        after, moves=(*before.moves, Move(to, now, step.key, taken.outcome))
    )
    event = Event(
        "entry.moved",
        now,
        hand.actor,
        why=taken.why,
        open={
            "step": step.key,
            "outcome": taken.outcome,
            "state": to,
            "definition": after.definition,
            **({"link": link} if link else {}),
        },
        private={"answers": dict(taken.answers)} if taken.answers else {},
    )
    after = _save(tx, school, definition, stored, after, event, by=hand.actor)
    happened = effects.Happened(step.key, taken.outcome, now)
    effects.tell(tx, school, definition, after, happened)
    adding.open_others(tx, school, registers, definition, after, happened, by=hand.actor)


def _merged(definition: Definition, before: Answers, given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with new ones over them; one left empty is taken away."""
    known = {key: value for key, value in before.items() if key not in given}
    return {**known, **answering.checked(definition, given, known=known)}


def _after(
    tx: Transaction, school: SchoolId, definition: Definition, before: Entry, merged: Answers
) -> Entry:
    return dataclasses.replace(
        before,
        answers=merged,
        on=adding.dated(definition, merged, clock.london(before.added_at).date()),
        definition=definitions.keep(tx, school, definition),
    )


def _save(
    tx: Transaction,
    school: SchoolId,
    definition: Definition,
    stored: Stored,
    after: Entry,
    event: Event,
    *,
    by: str,
) -> Entry:
    state = definition.state(after.state)
    after = dataclasses.replace(after, phase=state.phase if state else after.phase)
    calendar = tenancy.calendar_of(school)
    after = effects.follow(tx, school, definition, stored.entry, after, calendar, by=by)
    signing.send(tx, school, definition, stored.entry, after)
    entries.save(tx, school, definition, stored, after, [event])
    figured.count(tx, school, definition, stored.entry, after)
    adding.look_again(tx, school, definition)
    leavers.close(tx, school, definition, after, by=by)
    return after


def _each_has(
    school: SchoolId, need: Requirement, answers: Answers, registers: definitions.Registers
) -> bool:
    """Whether each person named has such an entry in the other register."""
    people = set(people_in(answers, need.each))
    if not people or not registers.is_on(need.entry):
        return not people or need.entry not in registers.off
    for line in lines.all_in(school, need.entry):
        if line.state in need.states and answering.meets(line.answers, need.where):
            people -= set(people_in(line.answers, need.person))
        if not people:
            return True
    return False
