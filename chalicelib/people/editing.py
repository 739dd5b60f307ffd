"""Pupils and contacts put right by hand: a joiner in mid-term, a new name, a dead address, a bar.

What a person enters here is not ended by a file that does not list it (see `rosters`).
"""

from dataclasses import dataclass, replace

from chalicelib import audit, clock, ids
from chalicelib.errors import Invalid
from chalicelib.identity import addresses
from chalicelib.ids import SchoolId
from chalicelib.people import repository, service, writing
from chalicelib.people.model import Class, ClassId, Contact, ContactId, Pupil, PupilId
from chalicelib.storage import transaction


@dataclass(frozen=True)
class Tie:
    """An adult and how they stand to one pupil, as somebody typed it."""

    name: str
    email: str
    relationship: str
    parental_responsibility: bool
    do_not_contact: bool


def rename_class(school: SchoolId, class_id: ClassId, name: str, *, by: str) -> None:
    """Raises NotFound, and Invalid when another class has the name."""
    _free(school, name, but=class_id)
    service.class_of(school, class_id)
    with transaction() as tx:
        repository.put_class(tx, school, Class(class_id, name))
        audit.record(tx, school, by=by, action="class.renamed", about=f"class/{class_id}")


def add_class(school: SchoolId, name: str, *, by: str) -> ClassId:
    """Raises Invalid when a class has the name."""
    _free(school, name)
    return service.add_class(school, name, by=by)


def change(school: SchoolId, pupil: Pupil, *, by: str) -> None:
    """Make a pupil's names, class and year what they are here. Raises NotFound."""
    service.class_of(school, pupil.class_id)
    with transaction() as tx:
        writing.change_pupil(tx, school, pupil)
        audit.record(tx, school, by=by, action="pupil.changed", about=f"pupil/{pupil.id}")


def leave(school: SchoolId, pupil: PupilId, *, by: str) -> None:
    """A pupil has left: out of their class, and still named by the records. Raises NotFound."""
    with transaction() as tx:
        writing.pupil_left(tx, school, pupil, clock.today())
        audit.record(tx, school, by=by, action="pupil.left", about=f"pupil/{pupil}")


def tie(school: SchoolId, pupil: PupilId, typed: Tie, *, by: str) -> ContactId:
    """Add a contact. Somebody of the same name and address is the same adult (siblings).

    Raises NotFound for the pupil and Invalid at `email`.
    """
    email = _address(typed)
    known = writing.contact_like(school, typed.name, email)
    new = _contact(known or ContactId(ids.new()), typed, email)
    with transaction() as tx:
        writing.tie(tx, school, pupil, new, is_new=known is None)
        audit.record(tx, school, by=by, action="contact.added", about=f"contact/{new.id}")
    return new.id


def change_tie(
    school: SchoolId, pupil: PupilId, contact: ContactId, typed: Tie, *, by: str
) -> None:
    """Put a contact right: name and address for all their children, the rest for this one.

    Raises NotFound and Invalid.
    """
    changed = _contact(contact, typed, _address(typed))
    with transaction() as tx:
        writing.retie(tx, school, pupil, changed)
        audit.record(tx, school, by=by, action="contact.changed", about=f"contact/{contact}")


def untie(school: SchoolId, pupil: PupilId, contact: ContactId, *, by: str) -> None:
    """Somebody is no longer a contact of this pupil. Raises NotFound."""
    with transaction() as tx:
        writing.untie(tx, school, pupil, contact)
        audit.record(tx, school, by=by, action="contact.removed", about=f"contact/{contact}")


def as_typed(contact: Contact) -> Tie:
    """A contact as the form shows it."""
    return Tie(
        contact.name,
        contact.email,
        contact.relationship,
        contact.parental_responsibility,
        contact.do_not_contact,
    )


def moved(pupil: Pupil, *, given: str, family: str, class_id: ClassId, year: int) -> Pupil:
    """The pupil with these names, class and year."""
    return replace(pupil, given_name=given, family_name=family, class_id=class_id, year_group=year)


def _free(school: SchoolId, name: str, *, but: ClassId | None = None) -> None:
    for each in service.classes(school):
        if each.name.casefold() == name.casefold() and each.id != but:
            raise Invalid({"name": ["There is a class of this name already"]})


def _address(typed: Tie) -> str:
    try:
        return addresses.normal(typed.email) if typed.email else ""
    except ValueError as e:
        raise Invalid({"email": [str(e)]}) from e


def _contact(contact: ContactId, typed: Tie, email: str) -> Contact:
    return Contact(
        contact,
        typed.name,
        email,
        typed.relationship,
        typed.parental_responsibility,
        typed.do_not_contact,
    )
