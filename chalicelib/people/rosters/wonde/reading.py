"""Wonde's pupils as a roster: names, year, class and contacts; everything else is never looked at.

Written from the schema that Wonde publishes, and not yet tried with a real school. Each included
part stands under its name as `{"data": …}`; a contact's `relationship` is an object of its own with
`parental_responsibility` and `court_order`, and a missing word counts as no.
"""

import json
from collections.abc import Mapping, Sequence
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
)

Part = Mapping[str, Any]


def read(body: bytes, *, only_responsible: bool = True) -> Roster:
    """The roster of what `packed` kept. Raises Unreadable."""
    try:
        pupils = json.loads(body)
    except ValueError as e:
        raise Unreadable("This is not what came from Wonde") from e
    gathered = Gathered()
    for number, pupil in enumerate(pupils, 1):
        child = _child(pupil)
        if isinstance(child, Child):
            gathered.add(number, child)
        else:
            upn, key = (_text(pupil, each) for each in ("upn", "id"))
            name = f"{_text(pupil, 'forename')} {_text(pupil, 'surname')}"
            problem = Problem(number, child, "This pupil has none in your system")
            gathered.refuse(problem, upn=upn, key=key, name=name)
    return gathered.roster(only_responsible=only_responsible)


def packed(pupils: Sequence[Part]) -> bytes:
    """Of what Wonde sent, the parts that are read, as a file that is kept like any other."""
    return json.dumps([_needed(each) for each in pupils], ensure_ascii=False).encode()


def _needed(pupil: Part) -> dict[str, Any]:
    names = ("id", "forename", "surname", "upn")
    contacts = [
        {
            **{name: each.get(name) for name in ("id", "title", "forename", "surname")},
            "relationship": each.get("relationship"),
            "email": _email(each),
        }
        for each in _listed(pupil, "contacts")
    ]
    return {
        **{name: pupil.get(name) for name in names},
        "upn": pupil.get("upn") or _one(pupil, "education_details").get("upn"),
        "year": _one(pupil, "year").get("code") or _one(pupil, "year").get("name"),
        "class": _class_of(pupil),
        "contacts": contacts,
    }


def _child(pupil: Part) -> Child | str:
    """The pupil, or the name of what is missing."""
    given, family = _text(pupil, "forename"), _text(pupil, "surname")
    year, class_name = year_group(_text(pupil, "year")), _text(pupil, "class")
    if not given or not family:
        return "Name"
    if year is None:
        return "Year"
    if not class_name:
        return "Class"
    contacts = tuple(adult for each in pupil["contacts"] if (adult := _adult(each)))
    upn = _text(pupil, "upn").upper()
    return Child(given, family, year, class_name, upn, _text(pupil, "id"), contacts)


def _adult(contact: Part) -> Adult | None:
    name = " ".join(filter(None, (_text(contact, "forename"), _text(contact, "surname"))))
    if not name:
        return None
    said = contact.get("relationship")
    tie: Part = said if isinstance(said, dict) else {"relationship": said}
    try:
        email = addresses.normal(_text(contact, "email")) if contact.get("email") else ""
    except ValueError:
        email = ""
    return Adult(
        name,
        email,
        _text(tie, "relationship").capitalize(),
        tie.get("parental_responsibility") is True,
        # Anything but a plain no is a bar: an unknown word must not send a mail.
        tie.get("court_order") not in (False, None, "", 0),
        _text(contact, "id"),
    )


def _class_of(pupil: Part) -> str:
    """The registration group; without one, the only class, else the first by name."""
    group = _one(pupil, "registration_group").get("name")
    names = sorted(str(each["name"]) for each in _listed(pupil, "classes") if each.get("name"))
    return str(group or next(iter(names), ""))


def _email(contact: Part) -> str:
    emails = _one(contact, "contact_details").get("emails") or {}
    found = emails.get("primary") or emails.get("email") or emails.get("home") or ""
    return str(found or contact.get("email") or "")


def _one(holder: Part, name: str) -> Part:
    data = (holder.get(name) or {}).get("data")
    return data if isinstance(data, dict) else {}


def _listed(holder: Part, name: str) -> list[Part]:
    data = (holder.get(name) or {}).get("data")
    return [each for each in data if isinstance(each, dict)] if isinstance(data, list) else []


def _text(holder: Part, name: str) -> str:
    value = holder.get(name)
    return " ".join(str(value).split()) if value is not None else ""
