"""A register as its definition says it: its questions, states, steps, clocks and who may what.

Everything here is frozen and made by `reading.read`, from a TOML file that ships or from what a
trust or school wrote on screen. docs/registers.md explains each part to whoever writes one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as part
from enum import StrEnum
from typing import Any

from chalicelib.registers.model.periods import Period

EVERYONE = "everyone"  # whoever works at the school: every role but the governors'
ADDER = "adder"  # whoever added the entry
ADD = "add"  # the step that makes an entry
FIELD = "field:"  # whoever is named in a field, as `field:runners`


class Type(StrEnum):
    """What an answer is. Stored words: never rename one."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    CHOICE = "choice"
    CHOICES = "choices"
    TICK = "tick"
    EMAIL = "email"
    PERSON = "person"
    PEOPLE = "people"
    TERM = "term"
    ENTRY = "entry"
    KEPT = "kept"


class Phase(StrEnum):
    """What a state means for lists and figures: to be dealt with, in force, or over."""

    OPEN = "open"
    CURRENT = "current"
    CLOSED = "closed"


class Unit(StrEnum):
    """How often something is due anew."""

    WEEK = "week"
    MONTH = "month"
    TERM = "term"
    YEAR = "year"


Conditions = Mapping[str, tuple[str, ...]]
"""Answers that must be so: field key to the values of which one must be given."""


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Field:
    """One question. `steps` are those it is asked at; `add` is the adding itself.

    `read` names the roles that may see the answer; empty means whoever may read the entry.
    """

    key: str
    label: str
    type: Type
    help: str = ""
    required: str = ""
    options: tuple[Option, ...] = ()
    when: Conditions = part(default_factory=dict)
    steps: tuple[str, ...] = (ADD,)
    read: tuple[str, ...] = ()
    most: int = 0
    least: int = 0
    greatest: int = 1_000_000
    short: str = ""
    earliest: str = ""
    latest: str = ""
    past: bool = False
    future: bool = False
    today: bool = False
    register: str = ""
    own: bool = False

    @property
    def heading(self) -> str:
        """What heads its column in a list, and its filter."""
        return self.short or self.label

    def label_of(self, value: str) -> str:
        return next((each.label for each in self.options if each.value == value), value)


@dataclass(frozen=True)
class State:
    key: str
    label: str
    phase: Phase = Phase.OPEN
    colour: str = "grey"


@dataclass(frozen=True)
class Requirement:
    """What must be true before a step. `says` is the sentence shown when it is not.

    One kind each: `answered` (a field), `named` people in a field at least, or an entry in
    another register (`entry`) for each person in `each`, with `states` and `where`.
    """

    says: str
    answered: str = ""
    is_one_of: tuple[str, ...] = ()
    least: int = 1
    entry: str = ""
    each: str = ""
    person: str = ""
    states: tuple[str, ...] = ()
    where: Conditions = part(default_factory=dict)
    outcome: tuple[str, ...] = ()
    when: Conditions = part(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """One of the answers of a decision, and the state it leads to."""

    key: str
    label: str
    to: str
    hint: str = ""
    done: str = ""


@dataclass(frozen=True)
class Step:
    """Something done to an entry, that may move it to another state. `done` is its past tense.

    `link` is whom a signing link is mailed to when its turn comes: they need not sign in (S235).
    """

    key: str
    label: str
    done: str
    at: tuple[str, ...]
    to: str = ""
    by: tuple[str, ...] = ()
    decides: bool = False
    not_adder: bool = False
    outcomes: tuple[Outcome, ...] = ()
    reason: str = ""
    reason_label: str = "Reasons"
    weighty: bool = False
    says: str = ""
    requires: tuple[Requirement, ...] = ()
    link: tuple[str, ...] = ()

    def outcome(self, key: str) -> Outcome | None:
        return next((each for each in self.outcomes if each.key == key), None)


@dataclass(frozen=True)
class Refusal:
    """Answers that are refused outright, whoever gives them (R-UKSIC 2)."""

    field: str
    values: tuple[str, ...]
    says: str
    when: Conditions = part(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """What somebody has to do when a clock or cycle runs. Names no child: it is mailed."""

    title: str
    why: str
    to: tuple[str, ...]


@dataclass(frozen=True)
class Clock:
    """When something is due for an entry, while it is in one of `states`.

    It counts from the first of `start` that is known: a field's date, `added`, or `entered`
    (when the entry came into its present run of those states). Time in `pauses` does not count.
    """

    key: str
    label: str
    states: tuple[str, ...]
    start: tuple[str, ...]
    period: Period
    task: Task
    step: str = ""
    pauses: tuple[str, ...] = ()
    extended_to: str = ""
    when: Conditions = part(default_factory=dict)
    remind: tuple[Period, ...] = ()
    late_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cycle:
    """Something the school owes once in every week, month, term or year.

    A period is met by an entry dated in it (`dated_by`), in one of `states`, that meets `where`;
    with `person`, by such an entry for every member of staff. It is due at the period's end, or
    `due` after its beginning.
    """

    key: str
    label: str
    every: Unit
    task: Task
    states: tuple[str, ...] = ()
    where: Conditions = part(default_factory=dict)
    person: str = ""
    due: Period | None = None
    remind: tuple[Period, ...] = ()
    late_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tell:
    """Who is told by mail when something happens: `on` is `added`, a step, or `step:outcome`."""

    on: str
    to: tuple[str, ...]
    says: str
    when: Conditions = part(default_factory=dict)


@dataclass(frozen=True)
class Opening:
    """An entry opened in another register by something that happens in this one (R-DFE 5)."""

    on: str
    register: str
    values: Mapping[str, Any] = part(default_factory=dict)
    copies: Mapping[str, str] = part(default_factory=dict)
    when: Conditions = part(default_factory=dict)


@dataclass(frozen=True)
class Leaver:
    """A task when somebody named in `field` no longer works at the school (S299)."""

    field: str
    states: tuple[str, ...]
    task: Task


@dataclass(frozen=True)
class Count:
    """A figure for reports: `on` as in Tell, `by` the choices it is split along."""

    on: str
    measure: str
    by: tuple[str, ...] = ()
    minutes: bool = False


@dataclass(frozen=True)
class Keep:
    """How long an entry is kept after it was added or closed, and why so long."""

    period: Period
    after: str = "closed"
    why: str = ""


@dataclass(frozen=True)
class Who:
    """Roles. `deciders` decide, `workers` do the other steps, `changers` may correct."""

    add: tuple[str, ...]
    read: tuple[str, ...]
    deciders: tuple[str, ...] = ()
    workers: tuple[str, ...] = ()
    changers: tuple[str, ...] = ()
    read_current: tuple[str, ...] = ()
    own: bool = True


@dataclass(frozen=True)
class Definition:
    """A register. `source` is the data it was read from, which is what versions are made of."""

    key: str
    version: int
    title: str
    one: str
    group: str
    says: str
    named_by: str
    who: Who
    fields: tuple[Field, ...]
    states: tuple[State, ...]
    keep: Keep
    order: int = 50
    asked_by: tuple[str, ...] = ()
    guard: str = ""
    dated_by: str = ""
    columns: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    incident: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    clocks: tuple[Clock, ...] = ()
    cycles: tuple[Cycle, ...] = ()
    tells: tuple[Tell, ...] = ()
    opens: tuple[Opening, ...] = ()
    leavers: tuple[Leaver, ...] = ()
    counts: tuple[Count, ...] = ()
    source: Mapping[str, Any] = part(default_factory=dict, compare=False, repr=False)

    @property
    def first(self) -> State:
        """The state of a new entry."""
        return self.states[0]

    def field(self, key: str) -> Field | None:
        return next((each for each in self.fields if each.key == key), None)

    def state(self, key: str) -> State | None:
        return next((each for each in self.states if each.key == key), None)

    def step(self, key: str) -> Step | None:
        return next((each for each in self.steps if each.key == key), None)

    def asked_at(self, step: str = ADD) -> tuple[Field, ...]:
        """The questions asked at a step, or when an entry is added."""
        return tuple(each for each in self.fields if step in each.steps)
