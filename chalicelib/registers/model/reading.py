"""From data to a definition: every key taken, every name it uses checked to exist.

Raises Malformed with the path of the first thing that is wrong; `loader` turns the path into a
line of the file, the pages into words beside the question.
"""

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.figures import Measure
from chalicelib.registers.model import checking
from chalicelib.registers.model.definition import (
    ADD,
    Clock,
    Count,
    Cycle,
    Definition,
    Field,
    Keep,
    Leaver,
    Opening,
    Option,
    Outcome,
    Phase,
    Refusal,
    Requirement,
    State,
    Step,
    Task,
    Tell,
    Type,
    Unit,
    Who,
)
from chalicelib.registers.model.taking import At, Malformed

_KEY = re.compile(r"[a-z][a-z0-9_]{1,39}\Z")
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d\Z")
_NUMBERS = re.compile(r" \((?:[SR]\d|R-)[^)]*\)")
_COLOURS = ("grey", "blue", "teal", "green", "amber", "red", "purple")
_USUAL_MOST = {Type.TEXT: 200, Type.EMAIL: 254, Type.LONG: 4000, Type.KEPT: 1000}


def read(data: Mapping[str, Any]) -> Definition:
    """The definition in data. Raises Malformed."""
    at = At(data)
    definition = Definition(
        key=_key(at),
        version=at.number("version"),
        title=at.text("title"),
        one=at.text("one"),
        group=at.text("group"),
        says=at.text("says"),
        named_by=at.text("named_by"),
        who=_who(at.table("who")),
        fields=tuple(_field(each) for each in at.tables("fields")),
        states=tuple(_state(each) for each in at.tables("states")),
        keep=_keep(at.table("keep")),
        order=at.number("order", 50),
        asked_by=at.texts("asked_by"),
        guard=at.text("guard", ""),
        dated_by=at.text("dated_by", ""),
        columns=at.texts("columns"),
        filters=at.texts("filters"),
        incident=at.texts("incident"),
        steps=tuple(_step(each) for each in at.tables("steps")),
        refusals=tuple(_refusal(each) for each in at.tables("refuses")),
        clocks=tuple(_clock(each) for each in at.tables("clocks")),
        cycles=tuple(_cycle(each) for each in at.tables("cycles")),
        tells=tuple(_tell(each) for each in at.tables("tells")),
        opens=tuple(_opening(each) for each in at.tables("opens")),
        leavers=tuple(_leaver(each) for each in at.tables("leavers")),
        counts=tuple(_count(each) for each in at.tables("counts")),
        source=data,
    )
    at.done()
    checking.check(definition)
    return definition


def field_of(data: Mapping[str, Any]) -> Field:
    """One question on its own, as somebody added it on screen. Raises Malformed."""
    return _field(At(data))


def _key(at: At) -> str:
    key = at.text("key")
    if not _KEY.match(key):
        raise at.wrong("a key is lower-case letters, digits and _, and starts with a letter", "key")
    return key


def _who(at: At) -> Who:
    deciders = at.texts("deciders")
    workers = at.texts("workers") or deciders
    who = Who(
        add=at.texts("add", None),
        read=at.texts("read", None),
        deciders=deciders,
        workers=workers,
        changers=at.texts("changers") or workers,
        read_current=at.texts("read_current"),
        own=at.yes("own", default=True),
    )
    at.done()
    return who


def _field(at: At) -> Field:
    kind = at.one_of("type", Type)
    field = Field(
        key=_key(at),
        label=at.text("label"),
        type=kind,
        help=at.text("help", ""),
        required=at.text("required", ""),
        options=tuple(_option(at, each) for each in at.each("options")),
        when=at.conditions("when"),
        steps=at.text_or_texts("step", (ADD,)),
        read=at.texts("read"),
        most=at.number("most", _USUAL_MOST.get(kind, 0)),
        least=at.number("least", 0),
        greatest=at.number("greatest", 1_000_000),
        short=at.text("short", ""),
        earliest=_hour(at, "earliest"),
        latest=_hour(at, "latest"),
        past=at.yes("past"),
        future=at.yes("future"),
        today=at.yes("today"),
        register=at.text("register", ""),
        own=at.yes("own"),
    )
    at.done()
    if (kind in (Type.CHOICE, Type.CHOICES)) != bool(field.options):
        raise at.wrong("a choice has options, and nothing else has", "options")
    if (kind is Type.ENTRY) != bool(field.register):
        raise at.wrong("an entry says of which register, and nothing else does", "register")
    return field


def _hour(at: At, key: str) -> str:
    """A time of day that bounds an answer (S98), as `08:00`."""
    text = at.text(key, "")
    if text and not _HOUR.match(text):
        raise at.wrong("a time is written like 08:00", key)
    return text


def _option(at: At, written: Any) -> Option:
    if isinstance(written, list | tuple) and 2 <= len(written) <= 3:
        value = written[0]
        if (
            isinstance(value, str)
            and _KEY.match(value)
            and all(isinstance(t, str) for t in written)
        ):
            return Option(*written)
    raise at.wrong('an option is ["word", "What people read"], with a hint as a third', "options")


def _state(at: At) -> State:
    state = State(
        _key(at),
        at.text("label"),
        at.one_of("phase", Phase, Phase.OPEN),
        at.text("colour", "grey"),
    )
    at.done()
    if state.colour not in _COLOURS:
        raise at.wrong(f"a colour is one of {', '.join(_COLOURS)}", "colour")
    return state


def _step(at: At) -> Step:
    step = Step(
        key=_key(at),
        label=at.text("label"),
        done=at.text("done"),
        at=at.texts("at", None),
        to=at.text("to", ""),
        by=at.texts("by"),
        decides=at.yes("decides"),
        not_adder=at.yes("not_adder"),
        outcomes=tuple(_outcome(each) for each in at.tables("outcomes")),
        reason=at.text("reason", ""),
        reason_label=at.text("reason_label", "Reasons"),
        weighty=at.yes("weighty"),
        says=at.text("says", ""),
        requires=tuple(_requirement(each) for each in at.tables("requires")),
        link=at.texts("link"),
    )
    at.done()
    return step


def _outcome(at: At) -> Outcome:
    outcome = Outcome(
        _key(at), at.text("label"), at.text("to"), at.text("hint", ""), at.text("done", "")
    )
    at.done()
    return outcome


def _requirement(at: At) -> Requirement:
    requirement = Requirement(
        says=at.text("says"),
        answered=at.text("answered", ""),
        is_one_of=at.texts("is_one_of"),
        least=at.number("least", 1),
        entry=at.text("entry", ""),
        each=at.text("each", ""),
        person=at.text("person", ""),
        states=at.texts("states"),
        where=at.conditions("where"),
        outcome=at.texts("outcome"),
        when=at.conditions("when"),
    )
    at.done()
    if bool(requirement.answered) == bool(requirement.entry):
        raise at.wrong("it requires a field `answered` or an `entry` in another register")
    if requirement.entry and not (requirement.each and requirement.person):
        raise at.wrong("say for `each` of which field, and which field there names the `person`")
    return requirement


def _refusal(at: At) -> Refusal:
    refusal = Refusal(
        at.text("field"), at.texts("values", None), at.text("says"), at.conditions("when")
    )
    at.done()
    return refusal


def _task(at: At) -> Task:
    task = Task(at.text("title"), plain(at.text("why")), at.texts("to", None))
    at.done()
    return task


def plain(text: str) -> str:
    """A reason without the numbers it answers: they are for whoever keeps the definition."""
    return _NUMBERS.sub("", text)


def _clock(at: At) -> Clock:
    clock = Clock(
        key=_key(at),
        label=at.text("label"),
        states=at.texts("states", None),
        start=at.texts("start", None),
        period=at.period("within"),
        task=_task(at.table("task")),
        step=at.text("step", ""),
        pauses=at.texts("pauses"),
        extended_to=at.text("extended_to", ""),
        when=at.conditions("when"),
        remind=at.periods("remind"),
        late_to=at.texts("late_to"),
    )
    at.done()
    return clock


def _cycle(at: At) -> Cycle:
    cycle = Cycle(
        key=_key(at),
        label=at.text("label"),
        every=at.one_of("every", Unit),
        task=_task(at.table("task")),
        states=at.texts("states"),
        where=at.conditions("where"),
        person=at.text("person", ""),
        due=at.period("due") if at.has("due") else None,
        remind=at.periods("remind"),
        late_to=at.texts("late_to"),
    )
    at.done()
    return cycle


def _tell(at: At) -> Tell:
    tell = Tell(at.text("on"), at.texts("to", None), at.text("says"), at.conditions("when"))
    at.done()
    return tell


def _opening(at: At) -> Opening:
    opening = Opening(
        at.text("on"),
        at.text("register"),
        at.values("values"),
        at.words("copies"),
        at.conditions("when"),
    )
    at.done()
    return opening


def _leaver(at: At) -> Leaver:
    leaver = Leaver(at.text("field"), at.texts("states", None), _task(at.table("task")))
    at.done()
    return leaver


def _count(at: At) -> Count:
    count = Count(at.text("on"), at.text("measure"), at.texts("by"), at.yes("minutes"))
    at.done()
    if not _KEY.match(count.measure):
        raise at.wrong("a measure is lower-case letters, digits and _", "measure")
    if count.measure in set(Measure):
        raise at.wrong("this measure is counted elsewhere: give it a name of its own", "measure")
    return count


def _keep(at: At) -> Keep:
    keep = Keep(at.period("for"), at.text("after", "closed"), at.text("why", ""))
    at.done()
    if keep.after not in ("added", "closed"):
        raise at.wrong("an entry is kept after it was `added` or `closed`", "after")
    return keep


__all__ = ["Malformed", "field_of", "read"]
