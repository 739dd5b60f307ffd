"""Keys of classes, pupils, contacts and absences, and their way from rows to models and back."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from chalicelib import clock
from chalicelib.errors import NotFound
from chalicelib.ids import PersonId, SchoolId
from chalicelib.people.model import Absence, Class, ClassId, Contact, ContactId, Pupil, PupilId
from chalicelib.people.rows import AbsenceRow, ClassRow, ContactRow, InClassRow, PupilRow
from chalicelib.storage import Key, Transaction, every, get, together

_TOGETHER = 100


# --- classes ---


def add_class(tx: Transaction, school: SchoolId, new: Class) -> None:
    row = ClassRow(school, f"class#{new.id}")
    row.seal({"name": new.name})
    tx.create(row)


def put_class(tx: Transaction, school: SchoolId, changed: Class) -> None:
    row = ClassRow(school, f"class#{changed.id}")
    row.seal({"name": changed.name})
    tx.put(row)


def classes(school: SchoolId) -> list[Class]:
    """All classes, by name as a person orders them: 7 Amber comes before 10 Amber."""
    found = [_to_class(row) for row in every(ClassRow, school, "class#", consistent=True)]
    return sorted(found, key=lambda each: _as_counted(each.name))


def class_of(school: SchoolId, class_id: ClassId) -> Class | None:
    row = get(ClassRow, school, f"class#{class_id}")
    return _to_class(row) if row else None


def _to_class(row: ClassRow) -> Class:
    return Class(ClassId(row.sk.partition("#")[2]), row.unseal()["name"])


# --- pupils and their contacts ---


def add_pupil(tx: Transaction, school: SchoolId, new: Pupil) -> None:
    row = PupilRow(
        school,
        f"pupil#{new.id}",
        version=1,
        class_id=new.class_id,
        year_group=new.year_group,
    )
    row.seal({"given": new.given_name, "family": new.family_name, "contacts": []})
    tx.create(row)
    tx.create(InClassRow(school, f"in#{new.class_id}#{new.id}"))


def add_contact(tx: Transaction, school: SchoolId, new: Contact, pupils: Sequence[PupilId]) -> None:
    """Write a contact, and their ties into each of their pupils. Raises NotFound for a pupil."""
    row = ContactRow(school, f"contact#{new.id}", version=1)
    row.seal({"name": new.name, "email": new.email, "pupils": list(pupils)})
    tx.create(row)
    tie = tie_of(new)
    for pupil in pupils:
        pupil_row = get(PupilRow, school, f"pupil#{pupil}")
        if pupil_row is None:
            raise NotFound
        private = pupil_row.unseal()
        pupil_row.seal({**private, "contacts": [*private["contacts"], tie]})
        tx.replace(pupil_row)


def tie_of(contact: Contact) -> dict[str, Any]:
    """How a contact stands to a pupil, as the pupil's row keeps it."""
    return {
        "id": contact.id,
        "relationship": contact.relationship,
        "parental_responsibility": contact.parental_responsibility,
        "do_not_contact": contact.do_not_contact,
    }


def pupil(school: SchoolId, pupil_id: PupilId) -> Pupil | None:
    row = get(PupilRow, school, f"pupil#{pupil_id}")
    return _with_contacts(school, [row])[0] if row else None


def pupils_in(school: SchoolId, class_id: ClassId) -> list[Pupil]:
    """A class's pupils with their contacts, by family name: three trips however many they are."""
    inside = every(InClassRow, school, f"in#{class_id}#", consistent=True)
    keys = [Key(PupilRow, school, f"pupil#{row.sk.rpartition('#')[2]}") for row in inside]
    rows = [row for row in _all(keys) if isinstance(row, PupilRow)]
    return sorted(_with_contacts(school, rows), key=_by_name)


def pupils(school: SchoolId) -> list[Pupil]:
    """Every pupil of a school with their contacts, by family name; not those who left."""
    rows = [row for row in every(PupilRow, school, "pupil#", consistent=True) if not row.left_on]
    return sorted(_with_contacts(school, rows), key=_by_name)


def left(school: SchoolId) -> dict[str, date]:
    """The pupils who have left, and when."""
    return {
        row.sk.partition("#")[2]: date.fromisoformat(row.left_on)
        for row in every(PupilRow, school, "pupil#", consistent=True)
        if row.left_on
    }


def names_of(school: SchoolId, wanted: Sequence[PupilId]) -> dict[str, str]:
    """The names of some pupils, without their contacts; who is not there is absent."""
    keys = [Key(PupilRow, school, f"pupil#{each}") for each in wanted]
    opened = {row.sk.partition("#")[2]: row.unseal() for row in _all(keys)}
    return {pupil: f"{private['given']} {private['family']}" for pupil, private in opened.items()}


def names_by_class(school: SchoolId) -> list[tuple[ClassId, PupilId, str]]:
    """Every pupil's class and name, by family name, without contacts: one query."""
    rows = sorted(
        (
            (row, row.unseal())
            for row in every(PupilRow, school, "pupil#", consistent=True)
            if not row.left_on
        ),
        key=lambda found: (found[1]["family"], found[1]["given"]),
    )
    return [
        (
            ClassId(row.class_id),
            PupilId(row.sk.partition("#")[2]),
            f"{private['given']} {private['family']}",
        )
        for row, private in rows
    ]


def _as_counted(name: str) -> list[tuple[int, str]]:
    """The name's figures as numbers and the words between them, to order by."""
    return [
        (int(part), "") if part.isdecimal() else (-1, part.casefold())
        for part in re.split(r"(\d+)", name)
    ]


def _by_name(each: Pupil) -> tuple[str, str]:
    return each.family_name, each.given_name


def _with_contacts(school: SchoolId, rows: Sequence[PupilRow]) -> list[Pupil]:
    opened = [(row, row.unseal()) for row in rows]
    wanted = dict.fromkeys(tie["id"] for _, private in opened for tie in private["contacts"])
    found = _all([Key(ContactRow, school, f"contact#{each}") for each in wanted])
    contacts = {row.sk.partition("#")[2]: row.unseal() for row in found}
    return [to_pupil(row, private, contacts) for row, private in opened]


def to_pupil(row: PupilRow, private: dict[str, Any], contacts: dict[str, Any]) -> Pupil:
    """A pupil of a row, with its opened part and the opened contacts by id."""
    return Pupil(
        id=PupilId(row.sk.partition("#")[2]),
        given_name=private["given"],
        family_name=private["family"],
        class_id=ClassId(row.class_id),
        year_group=int(row.year_group),
        contacts=tuple(
            _to_contact(tie, contacts[tie["id"]])
            for tie in private["contacts"]
            if tie["id"] in contacts
        ),
    )


def _to_contact(tie: dict[str, Any], private: dict[str, Any]) -> Contact:
    return Contact(
        id=ContactId(tie["id"]),
        name=private["name"],
        email=private["email"],
        relationship=tie["relationship"],
        parental_responsibility=tie["parental_responsibility"],
        do_not_contact=tie["do_not_contact"],
    )


def _all(keys: Sequence[Key]) -> list[Any]:
    """The rows there are, a hundred keys a trip."""
    found = []
    for start in range(0, len(keys), _TOGETHER):
        found += [row for row in together(*keys[start : start + _TOGETHER]) if row]
    return found


# --- absence ---


def add_absence(tx: Transaction, school: SchoolId, new: Absence) -> None:
    tx.create(
        AbsenceRow(
            school,
            _absence_sk(new),
            person=new.person,
            from_at=clock.stamp(new.from_at),
            until_at=clock.stamp(new.until_at),
            by=new.by,
        )
    )


def drop_absence(tx: Transaction, school: SchoolId, old: Absence) -> None:
    tx.delete(AbsenceRow, school, _absence_sk(old))


def absences(school: SchoolId, *, since: datetime) -> list[Absence]:
    """What is not over at `since`, by its end."""
    span = (f"absence#{clock.stamp(since)}", "absence#~")
    rows = every(AbsenceRow, school, "", between=span, consistent=True)
    return [each for each in map(_to_absence, rows) if each.until_at > since]


def _absence_sk(each: Absence) -> str:
    return f"absence#{clock.stamp(each.until_at)}#{each.id}"


def _to_absence(row: AbsenceRow) -> Absence:
    return Absence(
        id=row.sk.rpartition("#")[2],
        person=PersonId(row.person),
        from_at=clock.parse(row.from_at),
        until_at=clock.parse(row.until_at),
        by=row.by,
    )
