"""Keys of phones, and their way from rows to models and back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chalicelib import clock
from chalicelib.audit import Event, Head, events
from chalicelib.ids import SchoolId
from chalicelib.people.model import ClassId, PupilId
from chalicelib.registers.phones.model import Day, Mark, Permit
from chalicelib.registers.phones.rows import PermitRow, PhonesEventRow, PhonesRow
from chalicelib.storage import Key, Transaction, every, get, together


@dataclass(frozen=True)
class Stored:
    """A day as it was read; `version` is None for one on which nothing has happened."""

    day: Day
    version: int | None = None
    head: Head = field(default_factory=Head)


def day(school: SchoolId, on: date, class_id: ClassId) -> Stored:
    row = get(PhonesRow, school, _day_key(on, class_id))
    return _stored(row) if row else Stored(Day(on, class_id))


def days(school: SchoolId, on: date, classes: list[ClassId]) -> dict[ClassId, Day]:
    """Every class's day in one trip."""
    rows = together(*(Key(PhonesRow, school, _day_key(on, each)) for each in classes[:100]))
    found = {
        each: _stored(row).day if isinstance(row, PhonesRow) else Day(on, each)
        for each, row in zip(classes, rows, strict=False)
    }
    return {each: found.get(each, Day(on, each)) for each in classes}


def between(school: SchoolId, first: date, last: date) -> Iterator[Day]:
    """The days on which something happened, oldest first."""
    edges = (f"phone#{first.isoformat()}#", f"phone#{last.isoformat()}$")  # "$" sorts after "#"
    for row in every(PhonesRow, school, "", between=edges, consistent=True):
        if "#event#" not in row.sk:
            yield _stored(row).day


def save(tx: Transaction, school: SchoolId, before: Stored, after: Day, event: Event) -> None:
    """Write a day with what happened; the transaction raises Conflict when it moved on."""
    key = _day_key(after.on, after.class_id)
    head = events.append(tx, PhonesEventRow, school, record=key, head=before.head, event=event)
    row = PhonesRow(
        school,
        key,
        marks={pupil: _from_mark(mark) for pupil, mark in after.marks.items()},
        head_number=head.number,
        head_hash=head.hash,
    )
    if before.version is None:
        row.version = 1
        tx.create(row)
        return
    row.version = before.version
    tx.replace(row)


def history(school: SchoolId, on: date, class_id: ClassId) -> list[Event]:
    return events.history(PhonesEventRow, school, _day_key(on, class_id))


def permits(school: SchoolId) -> dict[PupilId, Permit]:
    """Everybody who may bring a phone."""
    found = (_permit(row) for row in every(PermitRow, school, "permit#", consistent=True))
    return {each.pupil: each for each in found}


def give_permit(tx: Transaction, school: SchoolId, permit: Permit) -> None:
    tx.put(
        PermitRow(school, f"permit#{permit.pupil}", since=permit.since.isoformat(), by=permit.by)
    )


def take_permit(tx: Transaction, school: SchoolId, pupil: PupilId) -> None:
    tx.delete(PermitRow, school, f"permit#{pupil}")


def _day_key(on: date, class_id: ClassId) -> str:
    return f"phone#{on.isoformat()}#{class_id}"


def _permit(row: PermitRow) -> Permit:
    return Permit(PupilId(row.sk.partition("#")[2]), date.fromisoformat(row.since), row.by)


def _from_mark(mark: Mark) -> list[Any]:
    out_at = clock.stamp(mark.out_at) if mark.out_at else ""
    return [clock.stamp(mark.in_at), mark.in_by, mark.permitted, out_at, mark.out_by]


def _stored(row: PhonesRow) -> Stored:
    _, on, class_id = row.sk.split("#")
    marks: Mapping[str, list[Any]] = row.marks
    kept = {
        PupilId(pupil): Mark(
            clock.parse(in_at), in_by, permitted, clock.parse(out_at) if out_at else None, out_by
        )
        for pupil, (in_at, in_by, permitted, out_at, out_by) in marks.items()
    }
    day_of = Day(date.fromisoformat(on), ClassId(class_id), kept)
    return Stored(day_of, int(row.version), Head(int(row.head_number), row.head_hash))
