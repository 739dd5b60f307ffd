"""How pages show an entry: its answers in groups, its history, what is due."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chalicelib import clock
from chalicelib.audit import Event, actors
from chalicelib.registers.model.definition import ADD, Definition, Field, Step, Type
from chalicelib.registers.model.entry import Answers, Entry, said
from chalicelib.registers.model.overlay import OWN
from chalicelib.registers.service import counting, hands
from chalicelib.registers.service.hands import Hand
from chalicelib.registers.service.reading import Opened
from chalicelib.web import words
from chalicelib.web.render import url

_LEFT = "Somebody who has left"
_COLOURS = {"entry.reminded": "grey", "entry.noted": "blue", "entry.corrected": "amber"}


@dataclass(frozen=True)
class Answer:
    label: str
    text: str
    protected: bool = False


@dataclass(frozen=True)
class Group:
    title: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Moment:
    """One thing that happened, as the timeline has it."""

    title: str
    at: datetime
    by: str
    why: str
    answers: tuple[Answer, ...]
    colour: str


@dataclass(frozen=True)
class Due:
    label: str
    at: datetime
    precise: bool
    colour: str


def answer(definition: Definition, key: str, answers: Answers) -> str:
    """An answer in words; dates as people write them."""
    field = definition.field(key)
    text = said(definition, key, answers)
    if text and field and field.type is Type.DATE:
        day = date.fromisoformat(text)
        return f"{day.day} {day:%B %Y}"
    return text


def adding(definition: Definition) -> str:
    """`Add a request`, `Add an account`."""
    return f"Add {'an' if definition.one[:1] in 'aeiou' else 'a'} {definition.one}"


def columns(definition: Definition) -> list[str]:
    """The headings of a register's list."""
    keys = (definition.named_by, *definition.columns)
    labels = [field.heading for key in keys if (field := definition.field(key))]
    return [*labels, "Date", "State"]


def to_do(due: Iterable[counting.Due], today: date) -> list[dict[str, str]]:
    """What is due, as a list of tasks shows it, with the reason (S286)."""
    return [
        {
            "title": each.title,
            "href": url(each.path),
            "hint": each.why,
            "status": f"{_when(each.due_on, today)} {words.short_date(each.due_on)}",
            "colour": "red" if each.is_overdue(today) else "blue",
        }
        for each in due
    ]


def groups(hand: Hand, opened: Opened) -> list[Group]:
    """The answers under what they were asked at; those one may not see are said to be there."""
    definition, entry = opened.definition, opened.entry
    named = [(ADD, f"The {definition.one}")]
    named += [(step.key, step.done) for step in definition.steps]
    shown: set[str] = set()
    found = []
    for step, title in named:
        asked = [each for each in definition.asked_at(step) if each.key not in shown]
        shown |= {each.key for each in asked}
        answers = tuple(_answers(hand, definition, entry, asked, all_of=step == ADD))
        if answers:
            found.append(Group(title, answers))
    left = [key for key in entry.answers if definition.field(key) is None]
    if left:
        kept = tuple(Answer(_plain(key), said(definition, key, entry.answers)) for key in left)
        found.append(Group("Asked in an earlier version of this register", kept))
    return found


def moments(hand: Hand, opened: Opened) -> list[Moment]:
    """What happened, newest first."""
    return [_moment(hand, opened, event) for event in reversed(opened.history)]


def dues(opened: Opened) -> list[Due]:
    """What is due for the entry, soonest first."""
    labels = {each.key: each.label for each in opened.definition.clocks}
    hourly = {each.key for each in opened.definition.clocks if "hours" in each.period.measure.value}
    now = clock.now()
    found = [
        Due(labels[key], runs.due_at, key in hourly, _colour(runs.due_at, now))
        for key, runs in opened.entry.running.items()
        if key in labels
    ]
    return sorted(found, key=lambda each: each.at)


def steps(hand: Hand, opened: Opened) -> list[Step]:
    """The steps that somebody may take now."""
    return [
        each
        for each in opened.definition.steps
        if hands.may_take(hand, opened.definition, opened.entry, each)
    ]


def name_of(actor: str, names: Mapping[str, str]) -> str:
    person = actors.person_of(actor)
    if person:
        return names.get(person, _LEFT)
    return "Holdfast" if actor.startswith("system:") else "Somebody with a link"


def _answers(
    hand: Hand, definition: Definition, entry: Entry, asked: Iterable[Field], *, all_of: bool
) -> Iterator[Answer]:
    for field in asked:
        if field.key not in entry.answers:
            if all_of and not field.when:
                yield Answer(field.label, "")
        elif hands.may_see(hand, definition, entry, field):
            text = answer(definition, field.key, entry.answers)
            yield Answer(field.label, text, bool(field.read))
        else:
            yield Answer(field.label, "You may not see this answer.", protected=True)


def _moment(hand: Hand, opened: Opened, event: Event) -> Moment:
    definition, entry = opened.definition, opened.entry
    given: dict[str, Any] = dict(event.private.get("answers", {}))
    visible = {
        key: value
        for key, value in given.items()
        if (field := definition.field(key)) is None or hands.may_see(hand, definition, entry, field)
    }
    shown = () if event.name == "entry.added" else tuple(_changes(definition, visible))
    return Moment(
        _title(definition, event),
        event.at,
        name_of(event.by, opened.names),
        event.why,
        shown,
        _COLOURS.get(event.name, "teal"),
    )


def _changes(definition: Definition, given: Mapping[str, Any]) -> Iterator[Answer]:
    for key, value in given.items():
        field = definition.field(key)
        label = field.label if field else _plain(key)
        yield Answer(label, answer(definition, key, given) if value is not None else "Taken away")


def _title(definition: Definition, event: Event) -> str:
    if event.name == "entry.moved":
        step = definition.step(str(event.open.get("step", "")))
        if step is None:
            return "Changed"
        outcome = step.outcome(str(event.open.get("outcome", "")))
        if outcome is None:
            return f"{step.done}, by an emailed link" if event.open.get("link") else step.done
        return outcome.done or f"{step.done}: {outcome.label.lower()}"
    if event.name == "entry.reminded":
        key = str(event.open.get("reminder", "")).partition(":")[0]
        about = next((each.label for each in definition.clocks if each.key == key), "")
        return f"Reminder sent: {about.lower()}" if about else "Reminder sent"
    return {
        "entry.added": "Added",
        "entry.corrected": "Corrected",
        "entry.noted": "Note",
    }.get(event.name, "Changed")


def _colour(due_at: datetime, now: datetime) -> str:
    if due_at < now:
        return "red"
    return "amber" if (due_at - now).days < 7 else "blue"


def _when(due_on: date, today: date) -> str:
    return "Overdue since" if due_on < today else "Due"


def _plain(key: str) -> str:
    return key.removeprefix(OWN).replace("_", " ").capitalize()
