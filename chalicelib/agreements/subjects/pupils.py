"""A child's family as an agreement needs it: who may be written to, and the name a page may show.

Only a contact with parental responsibility, an address and no bar is ever an adult here (6.8): all
asking and all signing goes through this list, and it is read at the moment of use (R5).
"""

from collections.abc import Mapping, Sequence

from chalicelib.agreements.subjects.model import Adult, Audience, Subject
from chalicelib.errors import NotFound
from chalicelib.ids import SchoolId
from chalicelib.people import service as people
from chalicelib.people.model import ClassId, Contact, Pupil, PupilId, year_label

WHOLE = "all"
YEAR = "year-"


def classes(school: SchoolId) -> dict[str, str]:
    """The names of a school's classes by their ids, in the order of the names."""
    return {each.id: each.name for each in people.classes(school)}


def groups(school: SchoolId) -> dict[str, str]:
    """What can be chosen at once: the whole school, each year group there is, each class."""
    years = sorted({each.year_group for each in people.pupils(school)})
    return {
        WHOLE: "The whole school",
        **{f"{YEAR}{year}": _everybody_in(year) for year in years},
        **classes(school),
    }


def called(chosen: Sequence[str], names: Mapping[str, str]) -> list[str]:
    """What groups are called, with the `names` of the classes; without a class that is no more."""
    found = {WHOLE: "The whole school", **names}
    for each in chosen:
        if each.startswith(YEAR):
            found[each] = _everybody_in(int(each.removeprefix(YEAR)))
    return [found[each] for each in chosen if each in found]


def _everybody_in(year: int) -> str:
    return f"Everybody in {year_label(year)}"


def of_group(school: SchoolId, group: str, names: Mapping[str, str]) -> list[Subject]:
    """The children of a class, a year group or the whole school, by their names."""
    if group == WHOLE:
        return of_school(school, names)
    if group.startswith(YEAR):
        wanted = int(group.removeprefix(YEAR))
        return [child for child in of_school(school, names) if child.year_group == wanted]
    return of_class(school, group, names)


def of_class(school: SchoolId, class_id: str, names: Mapping[str, str]) -> list[Subject]:
    """The families of a class, by the children's names."""
    return [_subject(pupil, names) for pupil in people.pupils_in(school, ClassId(class_id))]


def of_school(school: SchoolId, names: Mapping[str, str]) -> list[Subject]:
    """Every family of a school, by the children's names."""
    return [_subject(pupil, names) for pupil in people.pupils(school)]


def of_pupil(
    school: SchoolId, pupil: str, names: Mapping[str, str] | None = None
) -> Subject | None:
    """One family; None when the child has left."""
    try:
        found = people.pupil(school, PupilId(pupil))
        return _subject(found, classes(school) if names is None else names)
    except NotFound:
        return None


def _subject(pupil: Pupil, names: Mapping[str, str]) -> Subject:
    return Subject(
        id=pupil.id,
        audience=Audience.PUPILS,
        first_name=pupil.given_name,
        name=pupil.name,
        group=pupil.class_id,
        group_name=names.get(pupil.class_id, ""),
        adults=_adults(pupil.contacts),
        year_group=pupil.year_group,
        by_letter=tuple(
            Adult(one.id, one.name, "", one.relationship)
            for one in pupil.contacts
            if one.parental_responsibility and not one.do_not_contact and not one.email
        ),
        deciders=frozenset(one.id for one in pupil.contacts if one.parental_responsibility),
        groups=frozenset({WHOLE, f"{YEAR}{pupil.year_group}", pupil.class_id}),
    )


def _adults(contacts: Sequence[Contact]) -> tuple[Adult, ...]:
    """Everybody who may be written to, one for each address: none gets two mails for one child."""
    found: dict[str, Adult] = {}
    for contact in contacts:
        if contact.may_be_written_to:
            one = Adult(contact.id, contact.name, contact.email, contact.relationship)
            found.setdefault(contact.email, one)
    return tuple(found.values())
