"""A child's family as an agreement needs it: who may be written to, and the name a page may show.

Only a contact with parental responsibility, an address and no bar is ever an adult here (6.8): all
asking and all signing goes through this list, and it is read at the moment of use (R5).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.errors import NotFound
from chalicelib.ids import SchoolId
from chalicelib.people import service as people
from chalicelib.people.model import ClassId, Contact, Pupil, PupilId


@dataclass(frozen=True)
class Adult:
    """Somebody who may be written to about a child."""

    contact: str
    name: str
    email: str
    relationship: str


@dataclass(frozen=True)
class Family:
    """One pupil, and the adults who may be asked to sign with them."""

    pupil: str
    first_name: str
    name: str
    class_id: str
    class_name: str
    adults: tuple[Adult, ...]


def classes(school: SchoolId) -> dict[str, str]:
    """The names of a school's classes by their ids, in the order of the names."""
    return {each.id: each.name for each in people.classes(school)}


def of_class(school: SchoolId, class_id: str, names: Mapping[str, str]) -> list[Family]:
    """The families of a class, by the children's names."""
    return [_family(pupil, names) for pupil in people.pupils_in(school, ClassId(class_id))]


def of_school(school: SchoolId, names: Mapping[str, str]) -> list[Family]:
    """Every family of a school, by the children's names."""
    return [_family(pupil, names) for pupil in people.pupils(school)]


def of_pupil(school: SchoolId, pupil: str, names: Mapping[str, str] | None = None) -> Family | None:
    """One family; None when the child has left."""
    try:
        found = people.pupil(school, PupilId(pupil))
        return _family(found, classes(school) if names is None else names)
    except NotFound:
        return None


def adult(school: SchoolId, pupil: str, contact: str) -> Adult | None:
    """A contact of a child, if they may be written to now."""
    family = of_pupil(school, pupil, {})
    if family is None:
        return None
    return next((one for one in family.adults if one.contact == contact), None)


def _family(pupil: Pupil, names: Mapping[str, str]) -> Family:
    return Family(
        pupil=pupil.id,
        first_name=pupil.given_name,
        name=pupil.name,
        class_id=pupil.class_id,
        class_name=names.get(pupil.class_id, ""),
        adults=_adults(pupil.contacts),
    )


def _adults(contacts: Sequence[Contact]) -> tuple[Adult, ...]:
    """Everybody who may be written to, one for each address: none gets two mails for one child."""
    found: dict[str, Adult] = {}
    for contact in contacts:
        if contact.may_be_written_to:
            one = Adult(contact.id, contact.name, contact.email, contact.relationship)
            found.setdefault(contact.email, one)
    return tuple(found.values())
