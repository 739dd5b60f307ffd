"""Who is here as a roster is compared with it, and the rows that bringing one in writes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chalicelib import ids
from chalicelib.identity import service as identity
from chalicelib.identity.rows import TurnRow
from chalicelib.ids import SchoolId
from chalicelib.people import repository as people
from chalicelib.people.model import Class, ClassId, Contact, PupilId
from chalicelib.people.rosters.comparing import Known, contacts_after
from chalicelib.people.rosters.model import Adult, Child
from chalicelib.people.rows import ContactRow, InClassRow, PupilRow
from chalicelib.storage import Transaction, every


@dataclass
class Here:
    """A school's pupils, contacts and classes, read at once: three queries."""

    school: SchoolId
    classes: dict[str, ClassId]  # by folded name
    pupils: dict[str, PupilRow]
    contacts: dict[str, ContactRow]
    known: list[Known]
    turn: TurnRow
    adults: dict[str, str] = field(default_factory=dict)  # identity to contact id


def read(school: SchoolId) -> Here:
    """Everybody a roster could be about, those who left included."""
    # First: whatever is written after this makes the first batch of ours be done anew.
    turn = identity.turn(school)
    classes = people.classes(school)
    names = {each.id: each.name for each in classes}
    pupils = {row.sk: row for row in every(PupilRow, school, "pupil#", consistent=True)}
    contacts = {row.sk: row for row in every(ContactRow, school, "contact#", consistent=True)}
    opened = {sk.partition("#")[2]: row.unseal() for sk, row in contacts.items()}
    known = [_known(row, row.unseal(), opened, names) for row in pupils.values()]
    return Here(
        school,
        {each.name.casefold(): each.id for each in classes},
        pupils,
        contacts,
        known,
        turn,
        {_identity(private): contact for contact, private in opened.items()},
    )


def _known(
    row: PupilRow,
    private: Mapping[str, Any],
    contacts: Mapping[str, Mapping[str, Any]],
    classes: Mapping[ClassId, str],
) -> Known:
    ties = [tie for tie in private["contacts"] if tie["id"] in contacts]
    pupil = people.to_pupil(row, dict(private), {key: dict(each) for key, each in contacts.items()})
    return Known(
        pupil=pupil,
        class_name=classes.get(pupil.class_id, ""),
        upn=private.get("upn", ""),
        key=private.get("key", ""),
        has_left=bool(row.left_on),
        listed=frozenset(tie["id"] for tie in ties if tie.get("listed")),
        keys_of_contacts={
            tie["id"]: contacts[tie["id"]]["key"] for tie in ties if contacts[tie["id"]].get("key")
        },
    )


def _identity(private: Mapping[str, Any]) -> str:
    if private.get("key"):
        return f"key:{private['key']}"
    return f"{private['name'].casefold()}|{private['email'].casefold()}"


class Writer:
    """Writes pupils of a roster, some at a time, each batch in the caller's transaction.

    Contacts who stand to several pupils are one row: what a batch adds is known to the next.
    """

    def __init__(self, here: Here) -> None:
        self.here = here

    def take_turn(self, tx: Transaction) -> None:
        """Nobody else has brought pupils in since everything was read: else Conflict at commit.

        Two files with the same new pupil would otherwise both bring the pupil in.
        """
        identity.take_turn(tx, self.here.turn)

    def classes(self, tx: Transaction, names: Iterable[str]) -> None:
        """Open the classes that are not here yet."""
        for name in names:
            if name.casefold() not in self.here.classes:
                new = Class(ClassId(ids.new()), name)
                people.add_class(tx, self.here.school, new)
                self.here.classes[name.casefold()] = new.id

    def join(self, tx: Transaction, child: Child) -> PupilId:
        """Put somebody new into their class."""
        pupil = PupilId(ids.new())
        class_id = self.here.classes[child.class_name.casefold()]
        row = PupilRow(
            self.here.school, f"pupil#{pupil}", class_id=class_id, year_group=child.year_group
        )
        ties = [self._tie(tx, adult) for adult in child.contacts]
        row.seal(
            {
                "given": child.given_name,
                "family": child.family_name,
                "upn": child.upn,
                "key": child.key,
                "contacts": ties,
            }
        )
        row.version = 1
        tx.create(row)
        tx.create(InClassRow(self.here.school, f"in#{class_id}#{pupil}"))
        return pupil

    def change(self, tx: Transaction, known: Known, child: Child) -> PupilId:
        """Make somebody who is here, or was, as the roster has them."""
        row = self.here.pupils[f"pupil#{known.pupil.id}"]
        private = row.unseal()
        ties = contacts_after(known, child)
        before = {tie["id"]: tie for tie in private["contacts"]}
        after = [before[each.id] for each in ties.kept]
        after += [self._tie(tx, adult, contact) for contact, adult in ties.changed]
        after += [self._tie(tx, adult) for adult in ties.added]
        row.seal(
            {
                **private,
                "given": child.given_name,
                "family": child.family_name,
                "upn": child.upn or private.get("upn", ""),
                "key": child.key or private.get("key", ""),
                "contacts": after,
            }
        )
        self._move(tx, row, known, self.here.classes[child.class_name.casefold()])
        row.year_group, row.left_on = child.year_group, None
        tx.replace(row)
        return known.pupil.id

    def leave(self, tx: Transaction, known: Known, on: date) -> PupilId:
        """Take somebody out of their class. They stay findable: records name them."""
        row = self.here.pupils[f"pupil#{known.pupil.id}"]
        row.left_on = on.isoformat()
        tx.delete(InClassRow, self.here.school, f"in#{row.class_id}#{known.pupil.id}")
        tx.replace(row)
        return known.pupil.id

    def _move(self, tx: Transaction, row: PupilRow, known: Known, class_id: ClassId) -> None:
        if row.class_id == class_id and not known.has_left:
            return
        if not known.has_left:
            tx.delete(InClassRow, self.here.school, f"in#{row.class_id}#{known.pupil.id}")
        tx.put(InClassRow(self.here.school, f"in#{class_id}#{known.pupil.id}"))
        row.class_id = class_id

    def _tie(self, tx: Transaction, adult: Adult, contact: Contact | None = None) -> dict[str, Any]:
        """How an adult stands to a pupil, and the adult written where they are new or changed."""
        contact_id = contact.id if contact else self.here.adults.get(adult.identity, "")
        private = {"name": adult.name, "email": adult.email, "key": adult.key}
        if not contact_id:
            contact_id = ids.new()
            row = ContactRow(self.here.school, f"contact#{contact_id}", version=1)
            row.seal({**private, "pupils": []})
            tx.create(row)
            self.here.contacts[row.sk] = row
        elif (
            row := self.here.contacts[f"contact#{contact_id}"]
        ).unseal() | private != row.unseal():
            row.seal({**row.unseal(), **private})
            tx.put(row)
        self.here.adults[adult.identity] = contact_id
        return {
            "id": contact_id,
            "relationship": adult.relationship,
            "parental_responsibility": adult.parental_responsibility,
            "do_not_contact": adult.do_not_contact,
            "listed": True,
        }


def new_classes(here: Here, children: Sequence[Child]) -> list[str]:
    """The names of classes that a roster has and the school has not."""
    names = dict.fromkeys(child.class_name for child in children)
    return [name for name in names if name.casefold() not in here.classes]
