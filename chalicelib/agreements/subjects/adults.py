"""Grown-ups who sign for themselves: members of the school, and people from outside."""

from chalicelib.agreements.subjects import outside
from chalicelib.agreements.subjects.model import Adult, Audience, OutsideKind, Outsider, Subject
from chalicelib.errors import NotFound
from chalicelib.identity import service as identity
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import SCHOOL_ROLES, in_order
from chalicelib.ids import PersonId, SchoolId

EVERYBODY = "everybody"


def groups() -> dict[str, str]:
    """What can be chosen at once: everybody with an account, each role, each kind from outside."""
    return {
        EVERYBODY: "All staff and governors",
        **{role.value: role.label for role in in_order(SCHOOL_ROLES)},
        **{kind.value: kind.label for kind in OutsideKind},
    }


def of_group(school: SchoolId, group: str) -> list[Subject]:
    return [one for one in of_school(school) if group in one.groups]


def of_school(school: SchoolId) -> list[Subject]:
    """Every member and everybody from outside who is here, by name."""
    found = [of_member(each) for each in identity.members(school)]
    found += [_outsider(each) for each in outside.here(school)]
    return sorted(found, key=lambda one: one.name)


def of_person(school: SchoolId, person: str) -> Subject | None:
    """One grown-up; None when they have left."""
    try:
        return of_member(identity.member(school, PersonId(person)))
    except NotFound:
        found = outside.of_id(school, person)
        return _outsider(found) if found else None


def of_member(member: Member) -> Subject:
    """A member of the school who was read already."""
    roles = in_order(member.roles)
    return Subject(
        id=member.person,
        audience=Audience.ADULTS,
        first_name=member.name,
        name=member.name,
        group=roles[0].value if roles else EVERYBODY,
        group_name=roles[0].label if roles else "",
        role=roles[0].label if roles else "Staff",
        adults=(Adult(member.person, member.name, member.email, ""),) if member.email else (),
        deciders=frozenset({member.person}),
        groups=frozenset({EVERYBODY, *(role.value for role in roles)}),
    )


def _outsider(one: Outsider) -> Subject:
    return Subject(
        id=one.id,
        audience=Audience.ADULTS,
        first_name=one.name,
        name=one.name,
        group=one.kind.value,
        role=one.kind.label,
        group_name=f"{one.kind.label}, {one.organisation}" if one.organisation else one.kind.label,
        adults=(Adult(one.id, one.name, one.email, ""),) if one.email else (),
        deciders=frozenset({one.id}),
        groups=frozenset({one.kind.value}),
    )
