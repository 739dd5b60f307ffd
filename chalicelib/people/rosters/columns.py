"""Which column of a CSV file holds what: guessed from its heading, settled by a person.

Systems let schools name their columns, so no two files are alike. A guess is only made for words
that systems are known to use; everything else is left for whoever brings the file.
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

CONTACTS = 4  # how many contacts one line may bring


class Column(StrEnum):
    """What a column can hold. Stored words. A contact's come with a number: `contact_name 2`."""

    GIVEN = "given_name"
    FAMILY = "family_name"
    YEAR = "year_group"
    CLASS = "class_name"
    UPN = "upn"
    KEY = "key"
    CONTACT_NAME = "contact_name"
    CONTACT_GIVEN = "contact_given_name"
    CONTACT_FAMILY = "contact_family_name"
    CONTACT_EMAIL = "contact_email"
    RELATIONSHIP = "relationship"
    RESPONSIBLE = "parental_responsibility"
    BARRED = "do_not_contact"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def is_contact(self) -> bool:
        return self in _CONTACT


NEEDED = (Column.GIVEN, Column.FAMILY, Column.YEAR, Column.CLASS)
_CONTACT = (
    Column.CONTACT_NAME,
    Column.CONTACT_GIVEN,
    Column.CONTACT_FAMILY,
    Column.CONTACT_EMAIL,
    Column.RELATIONSHIP,
    Column.RESPONSIBLE,
    Column.BARRED,
)
_LABELS = {
    Column.GIVEN: "First name",
    Column.FAMILY: "Last name",
    Column.YEAR: "Year group",
    Column.CLASS: "Class or tutor group",
    Column.UPN: "Unique pupil number (UPN)",
    Column.KEY: "The number that your own system has for the pupil",
    Column.CONTACT_NAME: "full name",
    Column.CONTACT_GIVEN: "first name",
    Column.CONTACT_FAMILY: "last name",
    Column.CONTACT_EMAIL: "email address",
    Column.RELATIONSHIP: "relationship",
    Column.RESPONSIBLE: "has parental responsibility",
    Column.BARRED: "must not be contacted",
}
_PUPIL_WORDS: Mapping[Column, tuple[str, ...]] = {
    Column.GIVEN: (
        *("given name", "forename", "first name", "firstname", "preferred forename"),
        *("legal forename", "preferred first name", "legal first name", "chosen forename"),
    ),
    Column.FAMILY: (
        *("family name", "surname", "last name", "lastname", "preferred surname"),
        *("legal surname", "preferred last name", "legal last name", "chosen surname"),
    ),
    Column.YEAR: (
        "year group",
        "year",
        "nc year",
        "yr",
        "national curriculum year",
        "curriculum year",
    ),
    Column.CLASS: (
        *("class", "class name", "registration group", "reg group", "reg", "form"),
        *("tutor group", "form group", "registration form", "registration"),
    ),
    Column.UPN: ("upn", "unique pupil number"),
    Column.KEY: (
        "adno",
        "admission number",
        "admission no",
        "pupil id",
        "student id",
        "mis id",
        "id",
    ),
}
_CONTACT_WORDS: Mapping[Column, tuple[str, ...]] = {
    Column.CONTACT_NAME: ("name", "full name", "contact"),
    Column.CONTACT_GIVEN: ("forename", "first name", "given name"),
    Column.CONTACT_FAMILY: ("surname", "last name", "family name"),
    Column.CONTACT_EMAIL: ("email", "e mail", "email address", "primary email", "home email"),
    Column.RELATIONSHIP: ("relationship", "relation", "relationship to pupil", "type"),
    Column.RESPONSIBLE: ("parental responsibility", "has parental responsibility", "pr"),
    Column.BARRED: ("do not contact", "court order", "has court order", "no contact"),
}
_CONTACT_MARKS = ("contact", "parent", "carer", "guardian", "mother", "father", "priority")


def guess(headings: Sequence[str]) -> dict[int, str]:
    """What each column seems to hold: column number to `given_name` or `contact_email 1`.

    A field is guessed once; what is not known stays out.
    """
    found: dict[int, str] = {}
    for number, heading in enumerate(headings):
        meaning = _meaning(heading)
        if meaning and meaning not in found.values():
            found[number] = meaning
    return found


def missing(chosen: Mapping[int, str]) -> list[Column]:
    """What every line must have and no column was chosen for."""
    return [each for each in NEEDED if each not in chosen.values()]


def offered() -> list[tuple[str, str]]:
    """Every meaning a column can be given, and how it is called."""
    pupil = [(each.value, each.label) for each in Column if not each.is_contact]
    contacts = [
        (f"{each} {number}", f"Contact {number}: {each.label}")
        for number in range(1, CONTACTS + 1)
        for each in _CONTACT
    ]
    return [*pupil, *contacts]


def _meaning(heading: str) -> str:
    words = re.sub(r"[^a-z0-9]+", " ", heading.casefold()).strip()
    for column, known in _PUPIL_WORDS.items():
        if words in known or words.removeprefix("pupil ").removeprefix("student ") in known:
            return column
    if not any(mark in words.split() for mark in _CONTACT_MARKS) and "email" not in words:
        bare = _contact_word(words)
        return (
            f"{bare} 1" if bare in (Column.RELATIONSHIP, Column.RESPONSIBLE, Column.BARRED) else ""
        )
    numbers = re.findall(r"\b\d\b", words)
    number = int(numbers[0]) if numbers else 1
    rest = " ".join(w for w in words.split() if w not in _CONTACT_MARKS and not w.isdigit())
    meant = _contact_word(rest) or (Column.CONTACT_NAME if not rest else "")
    return f"{meant} {number}" if meant and 1 <= number <= CONTACTS else ""


def _contact_word(words: str) -> str:
    return next((column for column, known in _CONTACT_WORDS.items() if words in known), "")
