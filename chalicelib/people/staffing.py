"""Staff joining, changing roles and leaving, with what a school may not lose (R19, S95).

Nobody gives or takes more than they may: a headteacher any role, the office only roles that hold
no more than its own.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from chalicelib import clock
from chalicelib.audit import actors
from chalicelib.errors import Invalid, NotAllowed, NotFound
from chalicelib.identity import invitations
from chalicelib.identity import service as identity
from chalicelib.identity.model import Member, missing_without
from chalicelib.identity.permissions import Permission, Role, gives, permissions_of
from chalicelib.ids import PersonId, SchoolId
from chalicelib.people import duty
from chalicelib.storage import Also, nothing_more

_CASES = frozenset({Permission.READ_INCIDENTS, Permission.READ_ALERTS, Permission.READ_CONCERNS})


def invite(
    school: SchoolId,
    *,
    school_name: str,
    name: str,
    email: str,
    roles: Collection[Role],
    by: str,
    own: frozenset[Permission],
    ends_on: date | None = None,
) -> PersonId:
    """Invite somebody, a guest until `ends_on`. Raises Invalid for what cannot be, NotAllowed for a
    role that whoever adds them may not give. `own` is what whoever adds them may do.
    """
    _may_all(own, roles)
    if ends_on and ends_on < clock.today():
        raise Invalid({"ends_on": ["The last day must be today or later"]})
    return identity.invite(
        school,
        name=name,
        email=email,
        roles=roles,
        by=by,
        place_name=school_name,
        ends_on=ends_on,
    )


def change_roles(
    school: SchoolId,
    person: PersonId,
    roles: Collection[Role],
    *,
    by: str,
    own: frozenset[Permission],
    also: Also = nothing_more,
) -> None:
    """Give and take roles; it counts on their next request. No roles: they leave, at once.

    What `also` writes is written in the same transaction.

    Raises NotFound, NotAllowed for a role that may not be given or taken, and Invalid at `roles`
    when the school would be left without somebody it needs or with nobody on duty, or when whoever
    sets the school up would give themselves what reads cases (R-KCSIE 2).
    """
    before = identity.member(school, person).roles
    _may_all(own, before ^ frozenset(roles))
    if actors.person_of(by) == person:
        _no_case_for_oneself(before, roles)
    identity.set_roles(
        school,
        person,
        roles,
        by=by,
        refuse=lambda after: duty.refuse_gap(school, after),
        also=also,
    )


def check_can_leave(school: SchoolId, *gone: PersonId, own: frozenset[Permission]) -> None:
    """Whether people can be taken off the list now, all of them. Raises as `change_roles` does."""
    everybody, today = identity.everybody(school), clock.today()
    for each in everybody:
        if each.person in gone:
            _may_all(own, each.roles)
    others = [each for each in everybody if each.person not in gone]
    if len(everybody) - len(others) != len(set(gone)):
        raise NotFound
    if missing := missing_without(everybody, others, today):
        raise Invalid({"roles": [missing]})
    duty.refuse_gap(school, [each for each in others if each.has_access(today)])


def send_again(
    school: SchoolId,
    person: PersonId,
    *,
    school_name: str,
    by: str,
    own: frozenset[Permission],
) -> None:
    """Invite somebody anew. Raises NotFound when they have accepted, and NotAllowed."""
    _may_all(own, identity.member(school, person).roles)
    invitations.send_again(school, person, place_name=school_name, by=by)


def set_end(
    school: SchoolId,
    person: PersonId,
    ends_on: date | None,
    *,
    by: str,
    own: frozenset[Permission],
) -> None:
    """Say on which London date somebody has access for the last time; None lets them stay (S281).

    Raises Invalid at `ends_on` for the past and when the school needs them after it.
    """
    if ends_on and ends_on < clock.today():
        raise Invalid({"ends_on": ["The last day must be today or later"]})
    _may_all(own, identity.member(school, person).roles)
    try:
        identity.change(
            school,
            person,
            lambda now: replace(now, ends_on=ends_on),
            action="member.end_set",
            by=by,
        )
    except Invalid as e:
        raise Invalid({"ends_on": e.fields["roles"]}) from e


def let_back(school: SchoolId, person: PersonId, *, by: str, own: frozenset[Permission]) -> None:
    """Give somebody who was shut out, or whose time had ended, their access back."""
    _may_all(own, identity.member(school, person).roles)
    identity.change(
        school,
        person,
        open_again,
        action="member.let_back",
        by=by,
    )


def open_again(now: Member) -> Member:
    """A membership that was shut or had ended, as one that lasts."""
    return replace(now, disabled_at=None, ends_on=None, warned_at=None)


def _no_case_for_oneself(before: Collection[Role], after: Collection[Role]) -> None:
    """Setting up a school manages roles and is none: it never comes to read a case by it."""
    held = permissions_of(before)
    if Permission.MANAGE_ROLES not in held and (permissions_of(after) - held) & _CASES:
        raise Invalid({"roles": ["Somebody else at the school has to give you this role"]})


def _may_all(own: frozenset[Permission], roles: Collection[Role]) -> None:
    if not all(gives(own, role) for role in roles):
        raise NotAllowed
