"""Staff joining, changing roles and leaving, with what a school may not lose (R19, S95).

Nobody gives or takes more than they may: a headteacher any role, the office only roles that hold
no more than its own.
"""

from collections.abc import Collection

from chalicelib.errors import NotAllowed
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role, may_give
from chalicelib.ids import PersonId, SchoolId
from chalicelib.people import duty


def invite(
    school: SchoolId,
    *,
    school_name: str,
    name: str,
    email: str,
    roles: Collection[Role],
    by: str,
    own: Collection[Role],
) -> PersonId:
    """Add somebody and write to them. Raises Invalid for what cannot be, NotAllowed for a role
    that whoever adds them may not give.
    """
    _may_all(own, roles)
    return identity.invite(
        school, name=name, email=email, roles=roles, by=by, place_name=school_name
    )


def change_roles(
    school: SchoolId,
    person: PersonId,
    roles: Collection[Role],
    *,
    by: str,
    own: Collection[Role],
) -> None:
    """Give and take roles; it counts on their next request. No roles: they leave, at once.

    Raises NotFound, NotAllowed for a role that may not be given or taken, and Invalid at `roles`
    when the school would be left without somebody it needs or with nobody on duty.
    """
    before = identity.member(school, person).roles
    _may_all(own, before ^ frozenset(roles))
    identity.set_roles(
        school, person, roles, by=by, refuse=lambda after: duty.refuse_gap(school, after)
    )


def _may_all(own: Collection[Role], roles: Collection[Role]) -> None:
    if not all(may_give(own, role) for role in roles):
        raise NotAllowed
