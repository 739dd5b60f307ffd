"""DfE Common Transfer File: XML that school systems export, in yearly versions (R-ROST 1).

Only names, year, class and contacts are read, wherever a version puts them; everything else,
attendance and assessment above all, is never looked at. `ParentalResponsibility` is `true` or
`T`, `CourtOrder` stands beside contacts of some versions, and a missing word counts as no.
"""

from typing import Any

from chalicelib.identity import addresses
from chalicelib.people.rosters.model import (
    Adult,
    Child,
    Gathered,
    Problem,
    Roster,
    Unreadable,
    year_group,
    yes,
)

_CLASS = ("RegGroup", "Class", "TutorGroup", "RegistrationGroup")
_RELATIONSHIPS = {
    "MOT": "Mother",
    "FAT": "Father",
    "PAR": "Parent",
    "PAM": "Mother",
    "PAF": "Father",
    "STM": "Stepmother",
    "STF": "Stepfather",
    "GPR": "Grandparent",
    "CAR": "Carer",
    "FOM": "Foster mother",
    "FOF": "Foster father",
    "REL": "Relative",
    "OTH": "Contact",
}


def read(body: bytes, *, only_responsible: bool = True) -> Roster:
    """The roster of a CTF. Raises Unreadable, also for XML that would do more than say things."""
    from defusedxml import ElementTree, common

    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, common.DefusedXmlException, ValueError, LookupError) as e:
        raise Unreadable("This is not an XML file that can be read") from e
    if _name(root) != "CTfile":
        raise Unreadable("This is not a Common Transfer File: its first word must be CTfile")
    gathered = Gathered()
    for number, pupil in enumerate(_all(root, "Pupil"), 1):
        child = _child(pupil)
        if child:
            gathered.add(number, child)
        else:
            message = "Pupil without a name or a year group from Nursery to 13"
            problem = Problem(number, "Pupil", message)
            name = " ".join(_names(pupil))
            gathered.refuse(problem, upn=_text(pupil, "UPN"), key=_key(pupil), name=name)
    return gathered.roster(only_responsible=only_responsible)


def _names(pupil: Any) -> tuple[str, str]:
    given = _text(pupil, "PreferredForename") or _text(pupil, "Forename")
    return given, _text(pupil, "PreferredSurname") or _text(pupil, "Surname")


def _key(pupil: Any) -> str:
    return _text(pupil, "ApplicationReference") or _text(pupil, "PupilIdentifier")


def _child(pupil: Any) -> Child | None:
    """The pupil; None for one without a name or a year group."""
    given, family = _names(pupil)
    year = year_group(_text(pupil, "NCyearActual") or _text(pupil, "NCYearActual"))
    class_name = next(filter(None, (_text(pupil, each) for each in _CLASS)), "")
    if year is None or not (given and family):
        return None
    contacts = [each for found in _all(pupil, "Contact") if (each := _adult(found))]
    label = {-1: "Nursery", 0: "Reception"}.get(year, f"Year {year}")
    upn = _text(pupil, "UPN").upper()
    # Some versions leave the class out: a year group is then the class, until somebody sorts it.
    return Child(given, family, year, class_name or label, upn, _key(pupil), tuple(contacts))


def _adult(contact: Any) -> Adult | None:
    given, family = _text(contact, "Forename"), _text(contact, "Surname")
    name = " ".join(filter(None, (given or _text(contact, "Title"), family)))
    if not name:
        return None
    try:
        email = addresses.normal(_text(contact, "Email")) if _text(contact, "Email") else ""
    except ValueError:
        email = ""
    code = _text(contact, "Relationship").upper()
    responsible = yes(_text(contact, "Responsibility") or _text(contact, "ParentalResponsibility"))
    barred = yes(_text(contact, "CourtOrder"))
    relationship = _RELATIONSHIPS.get(code, "Contact")
    return Adult(name, email, relationship, bool(responsible), barred is not False)


def _all(element: Any, name: str) -> list[Any]:
    return [each for each in element.iter() if _name(each) == name]


def _text(element: Any, name: str) -> str:
    """The text of the nearest element of this name that is not inside a contact or school."""
    for each in element:
        if _name(each) == name:
            return " ".join((each.text or "").split())
    for each in element:
        if _name(each) not in ("Contact", "Contacts", "SchoolHistory", "StageAssessments"):
            found = _text(each, name)
            if found:
                return found
    return ""


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
