"""The rows that putting a pupil or a contact right writes, each under the version that was read."""

from datetime import date

from chalicelib.errors import NotFound
from chalicelib.ids import SchoolId
from chalicelib.people.model import Contact, ContactId, Pupil, PupilId
from chalicelib.people.repository import tie_of
from chalicelib.people.rows import ContactRow, InClassRow, PupilRow
from chalicelib.storage import Transaction, every, get


def change_pupil(tx: Transaction, school: SchoolId, changed: Pupil) -> None:
    """Write names, class and year; their contacts stay as they are. Raises NotFound."""
    row = _pupil_row(school, changed.id)
    row.seal({**row.unseal(), "given": changed.given_name, "family": changed.family_name})
    if row.class_id != changed.class_id or row.left_on:
        if not row.left_on:
            tx.delete(InClassRow, school, f"in#{row.class_id}#{changed.id}")
        tx.put(InClassRow(school, f"in#{changed.class_id}#{changed.id}"))
    row.class_id, row.year_group, row.left_on = changed.class_id, changed.year_group, None
    tx.replace(row)


def pupil_left(tx: Transaction, school: SchoolId, pupil_id: PupilId, on: date) -> None:
    """Take a pupil out of their class. Raises NotFound."""
    row = _pupil_row(school, pupil_id)
    tx.delete(InClassRow, school, f"in#{row.class_id}#{pupil_id}")
    row.left_on = on.isoformat()
    tx.replace(row)


def contact_like(school: SchoolId, name: str, email: str) -> ContactId | None:
    """An adult here with this name and address; nobody without an address is taken for another."""
    if not email:
        return None
    for row in every(ContactRow, school, "contact#", consistent=True):
        private = row.unseal()
        if (private["name"].casefold(), private["email"]) == (name.casefold(), email):
            return ContactId(row.sk.partition("#")[2])
    return None


def tie(
    tx: Transaction, school: SchoolId, pupil_id: PupilId, new: Contact, *, is_new: bool
) -> None:
    """Make an adult a contact of a pupil. Raises NotFound."""
    if is_new:
        row = ContactRow(school, f"contact#{new.id}", version=1)
        row.seal({"name": new.name, "email": new.email, "pupils": [pupil_id]})
        tx.create(row)
    pupil_row = _pupil_row(school, pupil_id)
    private = pupil_row.unseal()
    others = [each for each in private["contacts"] if each["id"] != new.id]
    pupil_row.seal({**private, "contacts": [*others, tie_of(new)]})
    tx.replace(pupil_row)


def retie(tx: Transaction, school: SchoolId, pupil_id: PupilId, changed: Contact) -> None:
    """Write an adult anew, and how they stand to this pupil. Raises NotFound for either."""
    row = get(ContactRow, school, f"contact#{changed.id}", consistent=True)
    pupil_row = _pupil_row(school, pupil_id)
    private = pupil_row.unseal()
    if row is None or all(each["id"] != changed.id for each in private["contacts"]):
        raise NotFound
    row.seal({**row.unseal(), "name": changed.name, "email": changed.email})
    ties = [
        {**each, **tie_of(changed)} if each["id"] == changed.id else each
        for each in private["contacts"]
    ]
    pupil_row.seal({**private, "contacts": ties})
    tx.put(row)
    tx.replace(pupil_row)


def untie(tx: Transaction, school: SchoolId, pupil_id: PupilId, contact: ContactId) -> None:
    """Take a contact from a pupil; the adult stays for their other children. Raises NotFound."""
    pupil_row = _pupil_row(school, pupil_id)
    private = pupil_row.unseal()
    left = [each for each in private["contacts"] if each["id"] != contact]
    if len(left) == len(private["contacts"]):
        raise NotFound
    pupil_row.seal({**private, "contacts": left})
    tx.replace(pupil_row)


def has_left(school: SchoolId, pupil_id: PupilId) -> bool:
    """Whether a pupil has left. Raises NotFound."""
    return bool(_pupil_row(school, pupil_id).left_on)


def _pupil_row(school: SchoolId, pupil_id: PupilId) -> PupilRow:
    row = get(PupilRow, school, f"pupil#{pupil_id}", consistent=True)
    if row is None:
        raise NotFound
    return row
