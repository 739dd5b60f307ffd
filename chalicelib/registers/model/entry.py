"""An entry of a register, as it stands: its answers, where it is, and what runs for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from chalicelib.registers.model.definition import Definition, Phase, Type

Answers = Mapping[str, Any]
"""Answers by field, as JSON has them: texts, numbers, true and false, ISO dates, lists of words;
people and entries as `{"id": …, "name": …}`, so that a name outlives its bearer's leaving."""


@dataclass(frozen=True)
class Move:
    """That an entry came to a state, or stayed there, by a step; the first by being added.

    `outcome` is what was decided, where the step has a choice.
    """

    state: str
    at: datetime
    step: str = "add"
    outcome: str = ""


@dataclass(frozen=True)
class Running:
    """A clock that runs: since which move, until when, and the tasks that say so."""

    round: int
    due_at: datetime
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Origin:
    """Where an entry came from: another feature's record, and its page."""

    kind: str
    id: str
    path: str


@dataclass(frozen=True)
class Entry:
    """One entry. `definition` is the digest of what its register said when it was last changed.

    `on` is the date it is listed and counted under, and `phase` what its state meant then: both
    are kept, so that a register that says otherwise later loses no entry. `marks` are the
    reminders that are over, as `clock:round:number`.
    """

    id: str
    register: str
    reference: str
    added_at: datetime
    added_by: str
    definition: str
    phase: Phase
    on: date
    answers: Answers
    moves: tuple[Move, ...]
    origin: Origin | None = None
    running: Mapping[str, Running] = field(default_factory=dict)
    marks: frozenset[str] = frozenset()

    @property
    def state(self) -> str:
        return self.moves[-1].state

    def named(self, definition: Definition) -> str:
        """What heads it in lists and on its page."""
        shown = definition.field(definition.named_by)
        return said(definition, shown.key, self.answers) if shown else self.reference

    @property
    def ended_at(self) -> datetime | None:
        """When it came to be over, if it is."""
        return self.moves[-1].at if self.phase is Phase.CLOSED else None


def said(definition: Definition, key: str, answers: Answers) -> str:
    """An answer in words, as lists and files have it; dates stay ISO."""
    value = answers.get(key)
    asked = definition.field(key)
    if value is None or value in ("", []):
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(_one(asked.label_of if asked else str, each) for each in value)
    if asked and asked.type is Type.TERM:
        return term_label(str(value))
    return _one(asked.label_of if asked else str, value)


def _one(label: Any, value: Any) -> str:
    return str(value["name"]) if isinstance(value, Mapping) else str(label(str(value)))


def term_label(key: str) -> str:
    """`2026-27-autumn` as `Autumn 2026`: the policies name terms by the calendar year (S235)."""
    year, _, name = key.rpartition("-")
    starts = int(year[:4])
    return f"{name.capitalize()} {starts if name == 'autumn' else starts + 1}"
