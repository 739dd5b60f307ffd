"""Plays any register from its definition alone: good answers made of types, a way to each step.

player = Player(definition)
for goal in player.goals(): player.reach(goal)
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from chalicelib import clock
from chalicelib.errors import Invalid
from chalicelib.identity.permissions import SCHOOL_ROLES, Role
from chalicelib.ids import SchoolId
from chalicelib.registers import service as registers
from chalicelib.registers.loader import shipped
from chalicelib.registers.model import answers as answering
from chalicelib.registers.model.definition import ADD, Definition, Field, Requirement, Step, Type
from chalicelib.registers.model.entry import Entry
from chalicelib.registers.repository import entries
from chalicelib.registers.service import acting, hands
from chalicelib.registers.service.acting import Taken
from chalicelib.registers.service.hands import Hand
from chalicelib.storage import tenants, transaction
from tests.builders import Person, a_person, a_school

Wishes = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Edge:
    """A step with one of its outcomes, from one state to another."""

    step: str
    outcome: str
    start: str
    to: str


@dataclass(frozen=True)
class Goal:
    """To take an edge, or to be in a state while a clock runs; `wishes` are answers it wants."""

    edge: Edge | None = None
    clock: str = ""
    states: tuple[str, ...] = ()
    wishes: Wishes = field(default_factory=dict)


class School:
    """A school with two people in every role, so that somebody else can always decide."""

    def __init__(self) -> None:
        self.id: SchoolId = a_school()
        self.people: list[Person] = [
            a_person(self.id, roles=[role])
            for role in sorted(SCHOOL_ROLES)
            for _ in range(2 if role in (Role.SENIOR_LEADER, Role.STAFF) else 1)
        ]

    def hands(self) -> Iterator[Hand]:
        for each in self.people:
            yield Hand(self.id, each.id, each.name, each.roles)


class Player:
    def __init__(self, definition: Definition, school: School) -> None:
        self.definition = definition
        self.school = school

    def edges(self) -> list[Edge]:
        """Every step from every state it can be taken in, with each outcome."""
        found = []
        for step in self.definition.steps:
            for start in step.at:
                found += [Edge(step.key, each.key, start, each.to) for each in step.outcomes]
                if not step.outcomes:
                    found.append(Edge(step.key, "", start, step.to or start))
        return found

    def goals(self) -> list[Goal]:
        """One for each step and outcome, and one for each clock."""
        edges = list({(e.step, e.outcome): e for e in reversed(self.edges())}.values())
        goals = [Goal(edge=each) for each in edges]
        return goals + [
            Goal(clock=each.key, states=each.states, wishes=each.when)
            for each in self.definition.clocks
        ]

    def reach(self, goal: Goal) -> tuple[Entry, list[str]]:
        """Play an entry to a goal; gives it as it stands, and the states it went through."""
        way = self._way(goal)
        wishes = self._wishes(way, goal.wishes)
        entry = self._add(wishes)
        seen = [self._state(entry)]
        for edge in way:
            self._take(entry, edge, wishes)
            seen.append(self._state(entry))
        return self._load(entry).entry, seen

    def without(self, step: Step, need: Requirement) -> str:
        """Try a step while what it requires is not so; gives what is said. Raises when it is let
        through.
        """
        outcome = need.outcome[0] if need.outcome else next((o.key for o in step.outcomes), "")
        edge = next(e for e in self.edges() if (e.step, e.outcome) == (step.key, outcome))
        wishes: dict[str, tuple[str, ...]] = dict(need.when)
        asked = self.definition.field(need.answered)
        if asked is not None and need.is_one_of:
            wishes[need.answered] = self._others(asked, need)
        way = self._way(Goal(states=(edge.start,), wishes=wishes))
        wishes = self._wishes(way, wishes)
        # Asked again by the step itself, it is as it should be until then.
        before = None if asked is not None and step.key in asked.steps else need
        entry = self._add(wishes, but=before)
        for each in way:
            self._take(entry, each, wishes, but=before)
        try:
            self._take(entry, edge, wishes, but=need)
        except Invalid as e:
            return " ".join(text for texts in e.fields.values() for text in texts)
        raise AssertionError(f"{self.definition.key}: {step.key} was let through: {need.says}")

    def _others(self, asked: Field, need: Requirement) -> tuple[str, ...]:
        """Answers that are not what is required."""
        if asked.type is Type.TICK:
            return ("no",) if "yes" in need.is_one_of else ("yes",)
        return tuple(o.value for o in asked.options if o.value not in need.is_one_of)

    def _lacking(self, answers: dict[str, Any], need: Requirement | None) -> dict[str, Any]:
        """The answers without what is required: left out, or one person where two must be."""
        if need is None or need.is_one_of or need.answered not in answers:
            return answers
        value = answers.pop(need.answered)
        if need.least > 1:
            answers[need.answered] = value[: need.least - 1]
        return answers

    def _way(self, goal: Goal) -> list[Edge]:
        """The shortest way from the first state, without what the wishes make impossible."""
        first = self.definition.first.key
        if goal.states and first in goal.states:
            return []
        waiting: deque[tuple[str, list[Edge]]] = deque([(first, [])])
        been = {first}
        while waiting:
            state, way = waiting.popleft()
            for edge in self.edges():
                if edge.start != state or not self._can(edge, goal.wishes):
                    continue
                if edge == goal.edge or edge.to in goal.states:
                    return [*way, edge]
                if edge.to not in been:
                    been.add(edge.to)
                    waiting.append((edge.to, [*way, edge]))
        raise AssertionError(f"{self.definition.key}: no way to {goal}")

    def _can(self, edge: Edge, wishes: Wishes) -> bool:
        """Whether what a step requires agrees with what is wished."""
        return all(
            not need.is_one_of
            or need.answered not in wishes
            or set(need.is_one_of) & set(wishes[need.answered])
            for need in self._needs(edge)
            if all(set(values) & set(wishes.get(key, values)) for key, values in need.when.items())
        )

    def _needs(self, edge: Edge) -> list[Requirement]:
        step = self._step(edge)
        return [n for n in step.requires if not n.outcome or edge.outcome in n.outcome]

    def _step(self, edge: Edge) -> Step:
        found = self.definition.step(edge.step)
        assert found is not None
        return found

    def _wishes(self, way: list[Edge], wishes: Wishes) -> dict[str, tuple[str, ...]]:
        """What all steps on the way require, where it is theirs to say."""
        found = dict(wishes)
        for edge in way:
            for need in self._needs(edge):
                if need.answered and need.is_one_of and need.answered not in wishes:
                    asked = self.definition.field(need.answered)
                    assert asked is not None
                    before = found.get(need.answered)
                    both = tuple(v for v in before or () if v in need.is_one_of)
                    many = asked.type is Type.CHOICES
                    found[need.answered] = (
                        (*(before or ()), *need.is_one_of) if many else both or need.is_one_of
                    )
        return found

    def _add(self, wishes: Wishes, *, but: Requirement | None = None) -> str:
        answers = self._lacking(self.answers(ADD, {}, wishes), but)
        openers = [h for h in self.school.hands() if hands.may_add(h, self.definition)]
        # Whoever may also decide adds last, so that there is somebody else to decide.
        adder = next((h for h in openers if Role.STAFF in h.roles), openers[0])
        self.adder = adder
        with tenants({self.school.id}), transaction() as tx:
            return registers.add(
                tx, self.school.id, register=self.definition.key, values=answers, by=adder.actor
            )

    def _take(
        self, entry: str, edge: Edge, wishes: Wishes, *, but: Requirement | None = None
    ) -> None:
        with tenants({self.school.id}):
            stored = entries.load(self.school.id, self.definition.key, entry)
            step = self._step(edge)
            answers = self.answers(edge.step, stored.entry.answers, wishes)
            answers = self._lacking(answers, but)
            if but is None or not but.entry:
                self._have_others({**stored.entry.answers, **answers}, edge)
            able = [
                h
                for h in self.school.hands()
                if hands.may_take(h, self.definition, stored.entry, step)
            ]
            assert able, f"{self.definition.key}: nobody can {edge.step}"
            assert all(hands.may_read(h, self.definition, stored.entry) for h in able)
            acting.take(
                able[0],
                self.definition.key,
                entry,
                Taken(edge.step, stored.head.number, answers, edge.outcome, "Because"),
            )

    def _have_others(self, answers: Mapping[str, Any], edge: Edge) -> None:
        """The entries in other registers that a step requires, for each person named."""
        for need in self._needs(edge):
            if not need.entry:
                continue
            other = Player(shipped()[need.entry], self.school)
            for person, name in answering.people_in(answers, need.each).items():
                made = other.answers(ADD, {}, need.where)
                made[need.person] = {"id": person, "name": name}
                with transaction() as tx:
                    registers.add(
                        tx, self.school.id, register=need.entry, values=made, by="system:test"
                    )

    def answers(self, step: str, known: Mapping[str, Any], wishes: Wishes) -> dict[str, Any]:
        """A good answer for every question of a step that is asked, given those before it."""
        found: dict[str, Any] = {}
        for each in self.definition.asked_at(step):
            if answering.meets({**known, **found}, each.when):
                found[each.key] = self._answer(each, wishes.get(each.key, ()))
        return found

    def _answer(self, asked: Field, wish: tuple[str, ...]) -> Any:  # noqa: C901, PLR0911 - a kind a line
        people = [{"id": p.id, "name": p.name} for p in self.school.people]
        today = clock.today()
        day = today + timedelta(days=40) if asked.future else today
        match asked.type:
            case Type.CHOICE:
                refused = {
                    v for r in self.definition.refusals if r.field == asked.key for v in r.values
                }
                return (
                    wish[0]
                    if wish
                    else next(o.value for o in asked.options if o.value not in refused)
                )
            case Type.CHOICES:
                return list(wish) or [o.value for o in asked.options]
            case Type.TICK:
                return not wish or "yes" in wish
            case Type.NUMBER:
                return max(asked.least, min(5, asked.greatest))
            case Type.DATE:
                return day.isoformat()
            case Type.TIME:
                return asked.earliest or "09:30"
            case Type.EMAIL:
                return "somebody@example.net"
            case Type.PERSON:
                return people[0]
            case Type.PEOPLE:
                return people[:2]
            case Type.TERM:
                return "2026-27-summer"
            case Type.ENTRY:
                return {"id": "01K000000000000000000000AA", "name": "Another entry"}
            case _:
                return f"Words about {asked.key}"[: asked.most or 200]

    def _load(self, entry: str) -> entries.Stored:
        with tenants({self.school.id}):
            return entries.load(self.school.id, self.definition.key, entry)

    def _state(self, entry: str) -> str:
        return self._load(entry).entry.state
