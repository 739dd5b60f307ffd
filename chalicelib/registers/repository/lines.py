"""The lists: an entry's line in the list of all and in that of its phase, its adder's own, and
how many each register has.

A line holds what lists, filters and searches need, sealed; never an answer that only some may see.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chalicelib import clock
from chalicelib.audit import actors
from chalicelib.ids import SchoolId
from chalicelib.registers.model.definition import Definition, Phase, Type
from chalicelib.registers.model.entry import Entry, said
from chalicelib.registers.rows import LineRow, OwnRow, TallyRow
from chalicelib.storage import Page, Transaction, every, get, page_of

ALL = "all"
_TALLY = "tally#registers"
_SHORT = {Type.CHOICE, Type.CHOICES, Type.TICK, Type.DATE, Type.TERM, Type.PERSON, Type.PEOPLE}
_WORDY = {Type.TEXT, Type.LONG, Type.EMAIL, Type.KEPT, Type.ENTRY}
_MOST_WORDS = 2000


@dataclass(frozen=True)
class Line:
    """An entry as a list has it."""

    id: str
    reference: str
    name: str
    state: str
    on: date
    due_at: datetime | None
    added_by: str
    answers: Mapping[str, Any]
    words: str


@dataclass(frozen=True)
class LinePage:
    lines: tuple[Line, ...]
    next: str = ""


def move(
    tx: Transaction,
    school: SchoolId,
    definition: Definition,
    before: Entry | None,
    after: Entry,
) -> None:
    """Put an entry's lines where they belong now, and take away those that are no longer true."""
    old = _places(before) if before else ()
    new = _places(after)
    for place in old:
        if place not in new:
            tx.delete(LineRow, school, place)
    for place in new:
        tx.put(_line_row(school, place, definition, after))
    if person := actors.person_of(after.added_by):
        tx.put(_own_row(school, person, definition, after))
    _tally(tx, school, before, after)


def remove(tx: Transaction, school: SchoolId, entry: Entry, adder: str | None) -> None:
    """Take an entry's lines away for good, and count it no more."""
    for place in _places(entry):
        tx.delete(LineRow, school, place)
    if adder:
        tx.delete(OwnRow, school, f"own#{adder}#{entry.id}")
    tx.update(TallyRow, school, _TALLY, add={f"{entry.phase}:{entry.register}": -1})


def page_in(
    school: SchoolId, register: str, listing: str, *, cursor: str = "", most: int = 50
) -> LinePage:
    """A page of a list, newest first."""
    found: Page[LineRow] = page_of(
        LineRow, school, f"line#{register}#{listing}#", cursor=cursor, limit=most
    )
    return LinePage(tuple(map(_line, found.items)), found.next)


def all_in(school: SchoolId, register: str, listing: str = ALL) -> Iterator[Line]:
    """Every line of a list, newest first."""
    rows = every(LineRow, school, f"line#{register}#{listing}#", newest_first=True, consistent=True)
    yield from map(_line, rows)


def between(school: SchoolId, register: str, first: date, last: date) -> Iterator[Line]:
    """The lines dated from one day to another, both included."""
    start = f"line#{register}#{ALL}#"
    span = (f"{start}{first.isoformat()}", f"{start}{last.isoformat()}$")  # "$" sorts after "#"
    yield from map(_line, every(LineRow, school, "", between=span, consistent=True))


@dataclass(frozen=True)
class Own:
    """An entry that somebody added, as their own list has it."""

    id: str
    register: str
    reference: str
    name: str
    state: str


def own(school: SchoolId, person: str, *, most: int = 20) -> tuple[Own, ...]:
    """The newest that somebody added."""
    found = page_of(OwnRow, school, f"own#{person}#", limit=most)
    return tuple(
        Own(
            row.sk.rpartition("#")[2],
            row.register,
            row.reference,
            str(row.unseal().get("name", "")),
            row.state,
        )
        for row in found.items
    )


def tally(school: SchoolId) -> dict[str, dict[Phase, int]]:
    """How many entries each register has in each phase."""
    raw = get(TallyCounts, school, _TALLY)
    counts: dict[str, dict[Phase, int]] = {}
    for name, number in (raw.counts if raw else {}).items():
        phase, _, register = name.partition(":")
        counts.setdefault(register, {})[Phase(phase)] = number
    return counts


class TallyCounts(TallyRow):
    """The tally with its sums, whatever registers there are."""

    counts: dict[str, int]

    @classmethod
    def _instantiate(cls, attribute_values: dict[str, dict[str, Any]]) -> "TallyCounts":
        row = super()._instantiate(attribute_values)
        row.counts = {
            name: int(value["N"])
            for name, value in attribute_values.items()
            if ":" in name and "N" in value
        }
        return row


def _places(entry: Entry) -> tuple[str, ...]:
    return tuple(
        f"line#{entry.register}#{listing}#{entry.on.isoformat()}#{entry.id}"
        for listing in (ALL, entry.phase)
    )


def _line_row(school: SchoolId, place: str, definition: Definition, entry: Entry) -> LineRow:
    due = min((each.due_at for each in entry.running.values()), default=None)
    row = LineRow(
        school,
        place,
        state=entry.state,
        reference=entry.reference,
        due_at=clock.stamp(due) if due else None,
        added_by=entry.added_by,
    )
    row.seal(
        {
            "name": entry.named(definition),
            "answers": _short(definition, entry),
            "words": _words(definition, entry),
        }
    )
    return row


def _short(definition: Definition, entry: Entry) -> dict[str, Any]:
    shown = {definition.named_by, *definition.columns, *definition.filters}
    return {
        field.key: entry.answers[field.key]
        for field in definition.fields
        if not field.read
        and field.key in entry.answers
        and (field.type in _SHORT or field.key in shown)
    }


def _words(definition: Definition, entry: Entry) -> str:
    texts = [
        said(definition, field.key, entry.answers)
        for field in definition.fields
        if not field.read and field.type in _WORDY | {Type.PERSON, Type.PEOPLE, Type.CHOICE}
    ]
    return " ".join([entry.reference, *filter(None, texts)]).casefold()[:_MOST_WORDS]


def _line(row: LineRow) -> Line:
    private = row.unseal()
    *_, on, entry = row.sk.split("#")
    return Line(
        entry,
        row.reference,
        str(private.get("name", "")),
        row.state,
        date.fromisoformat(on),
        clock.parse(row.due_at) if row.due_at else None,
        row.added_by or "",
        private.get("answers", {}),
        str(private.get("words", "")),
    )


def _own_row(school: SchoolId, person: str, definition: Definition, entry: Entry) -> OwnRow:
    row = OwnRow(
        school,
        f"own#{person}#{entry.id}",
        register=entry.register,
        reference=entry.reference,
        state=entry.state,
    )
    row.seal({"name": entry.named(definition)})
    return row


def _tally(tx: Transaction, school: SchoolId, before: Entry | None, after: Entry) -> None:
    if before and before.phase is after.phase:
        return
    sums = {f"{after.phase}:{after.register}": 1}
    if before:
        sums[f"{before.phase}:{after.register}"] = -1
    tx.update(TallyRow, school, _TALLY, add=sums)
