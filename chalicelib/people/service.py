"""Classes, pupils and contacts: what agreements, incidents and rosters ask of a school."""

from collections.abc import Sequence
from datetime import date

from chalicelib import audit, ids
from chalicelib.errors import NotFound
from chalicelib.identity import addresses
from chalicelib.ids import SchoolId
from chalicelib.people import repository
from chalicelib.people.model import Class, ClassId, Contact, ContactId, Pupil, PupilId
from chalicelib.storage import transaction


def classes(school: SchoolId) -> list[Class]:
    """All classes, by name."""
    return repository.classes(school)


def class_of(school: SchoolId, class_id: ClassId) -> Class:
    """Raises NotFound."""
    found = repository.class_of(school, class_id)
    if found is None:
        raise NotFound
    return found


def left(school: SchoolId) -> dict[str, date]:
    """The pupils who have left, by id, and when."""
    return repository.left(school)


def pupils_in(school: SchoolId, class_id: ClassId) -> list[Pupil]:
    """A class's pupils with their contacts, by family name."""
    return repository.pupils_in(school, class_id)


def pupils(school: SchoolId) -> list[Pupil]:
    """Every pupil of a school with their contacts, by family name."""
    return repository.pupils(school)


def pupil(school: SchoolId, pupil_id: PupilId) -> Pupil:
    """One pupil with their contacts. Raises NotFound."""
    found = repository.pupil(school, pupil_id)
    if found is None:
        raise NotFound
    return found


def add_class(school: SchoolId, name: str, *, by: str, record: ClassId | None = None) -> ClassId:
    """Raises Conflict when `record`, the id a form minted, is there already."""
    new = Class(record or ClassId(ids.new()), name)
    with transaction() as tx:
        repository.add_class(tx, school, new)
        audit.record(tx, school, by=by, action="class.added", about=f"class/{new.id}")
    return new.id


def add_pupil(
    school: SchoolId,
    class_id: ClassId,
    *,
    given_name: str,
    family_name: str,
    year_group: int,
    by: str,
    record: PupilId | None = None,
) -> PupilId:
    """Put a pupil into a class. `year_group` is -1 for Nursery, 0 for Reception, then the year.

    Raises Conflict when `record`, the id a form minted, is there already.
    """
    new = Pupil(record or PupilId(ids.new()), given_name, family_name, class_id, year_group)
    with transaction() as tx:
        repository.add_pupil(tx, school, new)
        audit.record(tx, school, by=by, action="pupil.added", about=f"pupil/{new.id}")
    return new.id


def add_contact(
    school: SchoolId,
    pupils_of_theirs: Sequence[PupilId],
    *,
    name: str,
    email: str,
    relationship: str,
    parental_responsibility: bool = True,
    do_not_contact: bool = False,
    by: str,
) -> ContactId:
    """Make somebody a contact of one pupil or several siblings; an address may be empty.

    Raises NotFound for a pupil who is not there and ValueError for an address that is none.
    """
    new = Contact(
        id=ContactId(ids.new()),
        name=name,
        email=addresses.normal(email) if email else "",
        relationship=relationship,
        parental_responsibility=parental_responsibility,
        do_not_contact=do_not_contact,
    )
    with transaction() as tx:
        repository.add_contact(tx, school, new, pupils_of_theirs)
        audit.record(tx, school, by=by, action="contact.added", about=f"contact/{new.id}")
    return new.id
