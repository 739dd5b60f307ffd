"""Pupils who help and the working group, where one looks for people (S25, S239, 6.13, 6.14)."""

from dataclasses import dataclass

from chalicelib import audit
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.registers.model.definition import Phase
from chalicelib.registers.model.entry import said
from chalicelib.registers.repository import lines
from chalicelib.registers.service import definitions, hands
from chalicelib.web import Pages, Response, page

pages = Pages(__name__)
_SHOWN = (("champions", "adult"), ("working_group", "part"))


@dataclass(frozen=True)
class Group:
    """A group of people that a register keeps."""

    title: str
    says: str
    path: str
    people: tuple[tuple[str, str], ...]


@pages.get("/s/{school}/people/groups", access=school(Permission.READ_PEOPLE))
def show(staff: SchoolAccess) -> Response:
    """Only the registers that this person may read, and that the school has on."""
    audit.viewed(staff.school, by=staff.actor, action="people.viewed", about="people/groups")
    hand, registers = hands.of(staff), definitions.of(staff.school)
    found = []
    for key, field in _SHOWN:
        if key not in registers.on:
            continue
        definition = registers.get(key)
        if not hands.may_list_current(hand, definition):
            continue
        current = lines.all_in(staff.school, key, Phase.CURRENT)
        people = tuple((line.name, said(definition, field, line.answers)) for line in current)
        path = f"/s/{staff.school}/registers/{key}"
        found.append(Group(definition.title, definition.says, path, people))
    return page(
        "people/groups",
        school=staff.school,
        groups=found,
        may_manage=staff.may(Permission.MANAGE_PEOPLE),
    )
