"""What somebody needs before they begin, and whether they have it (S79, S81, S258, S259, S261).

One page for each person: their access, the agreements that the school's rules ask of them, their
training, and the register's record of who went through it with them. They see their own; the office
and the leads see anybody's. Each part is asked of the feature that keeps it.
"""

from dataclasses import dataclass

from chalicelib import audit, clock
from chalicelib.agreements.rules import service as rules
from chalicelib.errors import NotAllowed
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import Permission
from chalicelib.ids import PersonId, SchoolId
from chalicelib.people import standing
from chalicelib.registers.model.answers import people_in
from chalicelib.registers.repository import lines
from chalicelib.registers.repository.lines import Line
from chalicelib.registers.service import definitions, hands, training
from chalicelib.web import Pages, Response, page

pages = Pages(__name__)
_REGISTER, _MEMBER = "inductions", "member"


@dataclass(frozen=True)
class Record:
    """What the register says of somebody's induction."""

    path: str
    said: str
    colour: str


@pages.get("/s/{school}/people/{person}/induction", access=school(Permission.OPEN_SCHOOL))
def show(staff: SchoolAccess, person: str) -> Response:
    """Raises NotAllowed for somebody else's where people are not theirs to read."""
    own = person == staff.person
    if not own and not staff.may(Permission.READ_PEOPLE):
        raise NotAllowed
    member = identity.member(staff.school, PersonId(person))
    today = clock.today()
    is_here = member.has_access(today)
    hand, registers = hands.of(staff), definitions.of(staff.school)
    may_list = hands.may_list(hand, registers.get(training.REGISTER))
    trains = registers.is_on(training.REGISTER) and (own or may_list)
    if trains and not own:
        audit.viewed(
            staff.school, by=staff.actor, action="training.viewed", about=f"person/{person}"
        )
    kept = registers.is_on(_REGISTER) and hands.may_list(hand, registers.get(_REGISTER))
    return page(
        "people/induction",
        school=staff.school,
        member=member,
        own=own,
        standing=standing.of(member, clock.now(), today),
        cleared=rules.clearance_of(staff.school, member)
        if is_here and (own or staff.may(Permission.READ_AGREEMENTS))
        else None,
        may_open=staff.may(Permission.READ_AGREEMENTS),
        trained=training.of_member(staff.school, member, registers, today)
        if trains and is_here
        else None,
        record=_record(staff.school, registers, member) if kept else None,
        may_begin=kept and hands.may_add(hand, registers.get(_REGISTER)),
        may_see_people=staff.may(Permission.READ_PEOPLE),
    )


def _record(school: SchoolId, registers: definitions.Registers, member: Member) -> Record | None:
    """The newest entry that names them; by their account or, before they had one, by name."""
    found = [each for each in lines.all_in(school, _REGISTER) if _is_of(each, member)]
    if not found:
        return None
    newest = max(found, key=lambda each: each.id)
    state = registers.get(_REGISTER).state(newest.state)
    return Record(
        f"/s/{school}/registers/{_REGISTER}/{newest.id}",
        state.label if state else newest.state,
        state.colour if state else "grey",
    )


def _is_of(line: Line, member: Member) -> bool:
    named = people_in(line.answers, _MEMBER)
    if named:
        return str(member.person) in named
    return str(line.answers.get("who", "")).casefold() == member.name.casefold()
