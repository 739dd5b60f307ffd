"""Whether a definition holds together: every field, state, step and role that it names exists."""

from collections.abc import Iterable, Iterator

from chalicelib.identity.permissions import SCHOOL_ROLES
from chalicelib.registers.model.definition import (
    ADD,
    ADDER,
    EVERYONE,
    FIELD,
    Conditions,
    Definition,
    Step,
    Type,
)
from chalicelib.registers.model.taking import Malformed, Path

_DATED = {Type.DATE, Type.TERM}
_NAMING = {Type.PERSON, Type.PEOPLE}
_ROLES = {role.value for role in SCHOOL_ROLES} | {EVERYONE}


def check(definition: Definition) -> None:
    """Raises Malformed at the first thing that names what is not there."""
    for path, reason in _problems(definition):
        raise Malformed(path, reason)


def _problems(it: Definition) -> Iterator[tuple[Path, str]]:
    yield from _twice(it)
    if not it.states:
        yield ("states",), "a register needs at least one state"
        return
    named = it.field(it.named_by)
    if named is None or ADD not in named.steps:
        yield ("named_by",), "this must be a field that is asked when an entry is added"
    if it.dated_by and not _is(it, it.dated_by, _DATED):
        yield ("dated_by",), f"{it.dated_by!r} is no date of this register"
    for key in ("columns", "filters", "incident"):
        for name in getattr(it, key):
            if it.field(name) is None:
                yield (key,), f"there is no field {name!r}"
    for name in it.filters:
        if not _is(it, name, {Type.CHOICE, Type.PERSON, Type.TERM}):
            yield ("filters",), f"a list can be filtered by a choice or a person, not by {name!r}"
    yield from _who(it)
    yield from _fields(it)
    yield from _steps(it)
    yield from _refusals(it)
    yield from _clocks(it)
    yield from _cycles(it)
    yield from _events(it)


def _twice(it: Definition) -> Iterator[tuple[Path, str]]:
    for part in ("fields", "states", "steps", "clocks", "cycles"):
        seen: set[str] = set()
        for number, each in enumerate(getattr(it, part)):
            if each.key in seen:
                yield (part, number, "key"), f"{each.key!r} is there twice"
            seen.add(each.key)
    both = {each.key for each in it.clocks} & {each.key for each in it.cycles}
    if both:
        yield ("cycles",), f"{both.pop()!r} is a clock already"


def _who(it: Definition) -> Iterator[tuple[Path, str]]:
    for part in ("add", "read", "deciders", "workers", "changers", "read_current"):
        for role in getattr(it.who, part):
            if role not in _ROLES:
                yield ("who", part), f"{role!r} is no role"


def _fields(it: Definition) -> Iterator[tuple[Path, str]]:
    for number, field in enumerate(it.fields):
        path: Path = ("fields", number)
        for step in field.steps:
            if step != ADD and it.step(step) is None:
                yield (*path, "step"), f"there is no step {step!r}"
        for role in field.read:
            if role not in _ROLES:
                yield (*path, "read"), f"{role!r} is no role"
        yield from _conditions(it, field.when, (*path, "when"))


def _steps(it: Definition) -> Iterator[tuple[Path, str]]:
    for number, step in enumerate(it.steps):
        path: Path = ("steps", number)
        yield from _states(it, step.at, (*path, "at"))
        if step.to:
            yield from _states(it, (step.to,), (*path, "to"))
        if step.to and step.outcomes:
            yield (*path, "to"), "a step with outcomes goes where its outcome says"
        yield from _addressed(it, step.by, (*path, "by"))
        yield from _addressed(it, step.link, (*path, "link"))
        if not step.by and not (it.who.deciders if step.decides else it.who.workers):
            yield path, "nobody may take this step: say `by` whom, or name deciders and workers"
        for place, outcome in enumerate(step.outcomes):
            yield from _states(it, (outcome.to,), (*path, "outcomes", place, "to"))
        yield from _requirements(it, step, path)


def _requirements(it: Definition, step: Step, path: Path) -> Iterator[tuple[Path, str]]:
    known = {outcome.key for outcome in step.outcomes}
    for place, need in enumerate(step.requires):
        at: Path = (*path, "requires", place)
        if need.answered and it.field(need.answered) is None:
            yield (*at, "answered"), f"there is no field {need.answered!r}"
        if need.each and not _is(it, need.each, _NAMING):
            yield (*at, "each"), f"{need.each!r} is no field that names people"
        for outcome in set(need.outcome) - known:
            yield (*at, "outcome"), f"there is no outcome {outcome!r}"
        yield from _conditions(it, need.when, (*at, "when"))


def _refusals(it: Definition) -> Iterator[tuple[Path, str]]:
    for number, refusal in enumerate(it.refusals):
        path: Path = ("refuses", number)
        yield from _conditions(it, {refusal.field: refusal.values}, path)
        yield from _conditions(it, refusal.when, (*path, "when"))


def _clocks(it: Definition) -> Iterator[tuple[Path, str]]:
    for number, clock in enumerate(it.clocks):
        path: Path = ("clocks", number)
        yield from _states(it, (*clock.states, *clock.pauses), (*path, "states"))
        for start in clock.start:
            if start not in ("added", "entered") and not _is(it, start, _DATED):
                yield (*path, "start"), f"{start!r} is neither a date, nor `added`, nor `entered`"
        if clock.step and it.step(clock.step) is None:
            yield (*path, "step"), f"there is no step {clock.step!r}"
        if clock.extended_to and not _is(it, clock.extended_to, _DATED):
            yield (*path, "extended_to"), f"{clock.extended_to!r} is no date"
        yield from _conditions(it, clock.when, (*path, "when"))
        yield from _addressed(it, clock.task.to, (*path, "task", "to"))
        yield from _addressed(it, clock.late_to, (*path, "late_to"))


def _cycles(it: Definition) -> Iterator[tuple[Path, str]]:
    for number, cycle in enumerate(it.cycles):
        path: Path = ("cycles", number)
        if not it.dated_by:
            yield path, "a register with cycles says what its entries are `dated_by`"
        if cycle.person and not _is(it, cycle.person, _NAMING):
            yield (*path, "person"), f"{cycle.person!r} names nobody"
        yield from _states(it, cycle.states, (*path, "states"))
        yield from _conditions(it, cycle.where, (*path, "where"))
        for part, to in (("task", cycle.task.to), ("late_to", cycle.late_to)):
            for role in to:
                if role not in _ROLES - {EVERYONE}:
                    yield (*path, part), f"{role!r} is no role: a cycle is owed by a role"


def _events(it: Definition) -> Iterator[tuple[Path, str]]:
    happens = {"added"} | {step.key for step in it.steps}
    happens |= {f"{s.key}:{o.key}" for s in it.steps for o in s.outcomes}
    named = {
        "tells": [each.on for each in it.tells],
        "opens": [each.on for each in it.opens],
        "counts": [each.on for each in it.counts],
    }
    for part, ons in named.items():
        for number, on in enumerate(ons):
            if on not in happens:
                yield (part, number, "on"), f"nothing called {on!r} happens here"
    yield from _tells(it)
    yield from _opens(it)
    yield from _counts(it)
    yield from _leavers(it)


def _tells(it: Definition) -> Iterator[tuple[Path, str]]:
    for number, tell in enumerate(it.tells):
        yield from _addressed(it, tell.to, ("tells", number, "to"))
        yield from _conditions(it, tell.when, ("tells", number, "when"))


def _opens(it: Definition) -> Iterator[tuple[Path, str]]:
    for number, opening in enumerate(it.opens):
        yield from _conditions(it, opening.when, ("opens", number, "when"))
        for mine in opening.copies.values():
            if it.field(mine) is None:
                yield ("opens", number, "copies"), f"there is no field {mine!r}"


def _counts(it: Definition) -> Iterator[tuple[Path, str]]:
    for number, count in enumerate(it.counts):
        for name in count.by:
            if name != "outcome" and not _is(it, name, {Type.CHOICE, Type.CHOICES}):
                yield ("counts", number, "by"), f"{name!r} is no choice"


def _leavers(it: Definition) -> Iterator[tuple[Path, str]]:
    for number, leaver in enumerate(it.leavers):
        if not _is(it, leaver.field, _NAMING):
            yield ("leavers", number, "field"), f"{leaver.field!r} names nobody"
        yield from _states(it, leaver.states, ("leavers", number, "states"))
        yield from _addressed(it, leaver.task.to, ("leavers", number, "task", "to"))


def _conditions(it: Definition, conditions: Conditions, path: Path) -> Iterator[tuple[Path, str]]:
    for name, values in conditions.items():
        field = it.field(name)
        if field is None:
            yield path, f"there is no field {name!r}"
        elif field.type is Type.TICK:
            if not set(values) <= {"yes", "no"}:
                yield path, f"{name!r} is a tick: `yes` or `no`"
        elif field.type not in (Type.CHOICE, Type.CHOICES):
            yield path, f"{name!r} is neither a choice nor a tick"
        else:
            for value in values:
                if value not in {option.value for option in field.options}:
                    yield path, f"{value!r} is no option of {name!r}"


def _states(it: Definition, keys: Iterable[str], path: Path) -> Iterator[tuple[Path, str]]:
    for key in keys:
        if it.state(key) is None:
            yield path, f"there is no state {key!r}"


def _addressed(it: Definition, to: Iterable[str], path: Path) -> Iterator[tuple[Path, str]]:
    for each in to:
        name = each.removeprefix(FIELD)
        if each.startswith(FIELD) and not _is(it, name, {*_NAMING, Type.EMAIL}):
            yield path, f"{name!r} is no field that names people"
        elif not each.startswith(FIELD) and each not in _ROLES | {ADDER}:
            yield path, f"{each!r} is no role"


def _is(it: Definition, name: str, kinds: set[Type]) -> bool:
    field = it.field(name)
    return field is not None and field.type in kinds
