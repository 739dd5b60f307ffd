"""Pupils and contacts put right by hand: a joiner in mid-term, a new name, a dead address, a bar.

What a person enters here is not ended by a file that does not list it (see `rosters`).
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from chalicelib import audit, clock
from chalicelib.errors import Conflict, Invalid
from chalicelib.identity import addresses
from chalicelib.ids import SchoolId
from chalicelib.people import repository, service, writing
from chalicelib.people.model import Class, ClassId, Contact, ContactId, Pupil, PupilId
from chalicelib.storage import Transaction, transaction

_TRIES = 5


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


def add_class(school: SchoolId, name: str, *, record: ClassId, by: str) -> ClassId:
    """`record` is the id that the form minted: a second press gives the class that is there.

    Raises Invalid when another class has the name.
    """
    _free(school, name, but=record)
    with suppress(Conflict):
        service.add_class(school, name, record=record, by=by)
    return record


def add_pupil(
    school: SchoolId,
    record: PupilId,
    class_id: ClassId,
    *,
    given_name: str,
    family_name: str,
    year_group: int,
    by: str,
) -> PupilId:
    """Put somebody new into a class; a second press gives the pupil who is there.

    Raises NotFound for the class.
    """
    service.class_of(school, class_id)
    with suppress(Conflict):
        service.add_pupil(
            school,
            class_id,
            given_name=given_name,
            family_name=family_name,
            year_group=year_group,
            record=record,
            by=by,
        )
    return record


def change(school: SchoolId, pupil: Pupil, *, by: str) -> None:
    """Make a pupil's names, class and year what they are here. Raises NotFound."""
    service.class_of(school, pupil.class_id)

    def act(tx: Transaction) -> None:
        writing.change_pupil(tx, school, pupil)
        audit.record(tx, school, by=by, action="pupil.changed", about=f"pupil/{pupil.id}")

    _done(act)


def leave(school: SchoolId, pupil: PupilId, *, by: str) -> None:
    """A pupil has left: out of their class, and still named by the records. Raises NotFound."""

    def act(tx: Transaction) -> None:
        writing.pupil_left(tx, school, pupil, clock.today())
        audit.record(tx, school, by=by, action="pupil.left", about=f"pupil/{pupil}")

    _done(act)


def tie(school: SchoolId, pupil: PupilId, typed: Tie, *, record: ContactId, by: str) -> None:
    """Add a contact. Somebody of the same name and address is the same adult (siblings), and a
    second press of the same form, which carries the same `record`, changes nothing.

    Raises NotFound for the pupil and Invalid at `email`.
    """
    email = _address(typed)

    def act(tx: Transaction) -> None:
        if any(each.id == record for each in service.pupil(school, pupil).contacts):
            return
        known = writing.contact_like(school, typed.name, email)
        new = _contact(known or record, typed, email)
        writing.tie(tx, school, pupil, new, is_new=known is None)
        audit.record(tx, school, by=by, action="contact.added", about=f"contact/{new.id}")

    _done(act)


def change_tie(
    school: SchoolId, pupil: PupilId, contact: ContactId, typed: Tie, *, by: str
) -> None:
    """Put a contact right: name and address for all their children, the rest for this one.

    Raises NotFound and Invalid.
    """
    changed = _contact(contact, typed, _address(typed))

    def act(tx: Transaction) -> None:
        writing.retie(tx, school, pupil, changed)
        audit.record(tx, school, by=by, action="contact.changed", about=f"contact/{contact}")

    _done(act)


def untie(school: SchoolId, pupil: PupilId, contact: ContactId, *, by: str) -> None:
    """Somebody is no longer a contact of this pupil. Raises NotFound."""

    def act(tx: Transaction) -> None:
        writing.untie(tx, school, pupil, contact)
        audit.record(tx, school, by=by, action="contact.removed", about=f"contact/{contact}")

    _done(act)


def moved(pupil: Pupil, *, given: str, family: str, class_id: ClassId, year: int) -> Pupil:
    """The pupil with these names, class and year."""
    return replace(pupil, given_name=given, family_name=family, class_id=class_id, year_group=year)


def _done(act: Callable[[Transaction], None]) -> None:
    """Read and write in one go; what somebody else wrote between the two is read anew.

    Raises Conflict when others are quicker again and again.
    """
    for _ in range(_TRIES):
        with suppress(Conflict):
            with transaction() as tx:
                act(tx)
            return
    raise Conflict


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
