"""How long a policy says that something is kept: which class of record, and how many years."""

import re
from dataclasses import dataclass

from chalicelib.journeys.policy.model import Finding
from chalicelib.retention.model import LEAST, MOST, RecordClass

_I = re.IGNORECASE
_CLASSES = (
    (RecordClass.SEXUAL_ABUSE, r"sexual abuse|sexually abus\w+"),
    (RecordClass.STAFF_ALLEGATION, r"allegations?|low.level concerns?|concerns? about staff"),
    (
        RecordClass.CHILD_PROTECTION,
        r"(?:child.protection|safeguarding) (?:records?|files?|concerns?|incidents?|cases?)",
    ),
    (RecordClass.CONSENT, r"consents?|permissions? for (?:photograph|image|picture)\w*"),
    (RecordClass.AGREEMENT, r"acceptable use|signed agreements?|\bAUPs?"),
    (RecordClass.LOW, r"(?:online.safety|e.safety|behaviour|low.level) (?:incidents?|logs?)"),
)
_ANY_INCIDENT = re.compile(r"\bincidents?\b", _I)


@dataclass(frozen=True)
class Said:
    """What a policy says of a period. `why` says why it cannot be set from here, else empty."""

    cls: RecordClass | None
    years: int
    why: str = ""


def class_of(sentence: str) -> RecordClass | None:
    """The one class of record that a sentence is about; None for none, or more than one."""
    found, rest = [], sentence
    for cls, pattern in _CLASSES:
        rest, number = re.subn(rf"\b(?:{pattern})", "", rest, flags=_I)
        found += [cls] * bool(number)
    if _ANY_INCIDENT.search(rest):
        found.append(RecordClass.LOW)
    return found[0] if len(set(found)) == 1 else None


def said(finding: Finding) -> Said:
    """The class a finding names and its period in whole years, as records are kept here."""
    cls = next((each for each in RecordClass if each.label == finding.what), None)
    if cls is None:
        why = "It does not say of which one kind of record: set the period where periods are kept"
        return Said(None, 0, why)
    number, _, unit = finding.value.partition(" ")
    if not number.isdecimal():
        return Said(cls, 0, "No dates of birth are kept here, so no age can be counted: set years")
    years = _years(int(number), unit)
    if not LEAST <= years <= MOST:
        return Said(cls, 0, "Records are kept here for whole years, a hundred at most")
    return Said(cls, years)


def _years(number: int, unit: str) -> int:
    """0 for what is no whole number of years."""
    if unit.startswith("year"):
        return number
    return number // 12 if unit.startswith("month") and number % 12 == 0 else 0
