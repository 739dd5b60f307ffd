"""A pasted list of people, matched with those whom the school knows (10.2, 3.14).

Nobody is asked because of a name alone that two people share, and an address that nobody has is
told back instead of written to: a wrong address in a file must not get a child's agreement.
"""

import csv
from dataclasses import dataclass

from chalicelib.agreements import subjects
from chalicelib.agreements.subjects import Audience, Subject
from chalicelib.ids import SchoolId


@dataclass(frozen=True)
class Matched:
    """Who was found, and the lines in which nobody, or more than one person, was recognised."""

    found: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def people(school: SchoolId, audience: Audience, pasted: str) -> Matched:
    """Read one person a line: by an email address in any column, else by the full name."""
    lines = [line for line in pasted.splitlines() if line.strip()]
    if not lines:
        return Matched()
    everybody = subjects.everybody(school, audience)
    found: dict[str, None] = {}
    unknown = []
    for number, line in enumerate(lines):
        mine = _recognised(everybody, _cells(line))
        if mine:
            found.update(dict.fromkeys(one.id for one in mine))
        elif number or not _is_heading(line):
            unknown.append(" ".join(line.split())[:80])
    return Matched(tuple(found), tuple(unknown))


def _cells(line: str) -> list[str]:
    separator = "\t" if "\t" in line else ";" if ";" in line else ","
    return [cell.strip() for cell in next(csv.reader([line], delimiter=separator), [])]


def _recognised(everybody: list[Subject], cells: list[str]) -> list[Subject]:
    emails = {cell.casefold() for cell in cells if "@" in cell}
    if emails:
        return [one for one in everybody if emails & {a.email.casefold() for a in one.adults}]
    names = {_name(cell) for cell in cells} | {_name(" ".join(cells[:2]))}
    named = [one for one in everybody if _name(one.name) in names]
    return named if len(named) == 1 else []


def _name(text: str) -> str:
    return " ".join(text.casefold().split())


def _is_heading(line: str) -> bool:
    return any(word in line.casefold() for word in ("name", "email", "e-mail"))
