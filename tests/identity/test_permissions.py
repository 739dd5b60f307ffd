"""The table of roles and permissions, as it was reviewed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.identity.permissions import (
    ROLE_PERMISSIONS,
    SCHOOL_ROLES,
    TRUST_ROLES,
    Permission,
    Role,
    gives,
    in_order,
    permissions_of,
)

P = Permission
SCHOOL_ORDER = [
    "head",
    "dsl",
    "dep",
    "osl",
    "slt",
    "staff",
    "tech",
    "off",
    "gov",
    "chair",
    "comp",
    "dpl",
]
COLUMNS = dict(zip(SCHOOL_ORDER, (role for role in Role if role in SCHOOL_ROLES), strict=True))

# A reviewed copy: whoever changes who may do what changes it here too, and says why.
SCHOOL = """
                    head dsl dep osl slt staff tech off gov chair comp dpl
OPEN_SCHOOL          x    x   x   x   x    x    x    x   x   x   x    x
SUBMIT_INCIDENT      x    x   x   x   x    x    x    x   .   .   x    x
OWN_REPORTS          x    x   x   x   x    x    x    x   .   .   x    x
READ_INCIDENTS       x    x   x   x   .    .    .    .   .   x   .    .
WORK_INCIDENTS       x    x   x   x   .    .    .    .   .   x   .    .
READ_LOG             x    x   x   x   .    .    .    .   .   .   .    .
READ_ALERTS          x    x   x   x   .    .    .    .   .   .   .    .
WORK_ALERTS          x    x   x   x   .    .    .    .   .   .   .    .
MANAGE_SOURCES       .    x   .   x   .    .    x    .   .   .   .    .
READ_AGREEMENTS      x    x   x   x   .    .    .    x   .   .   .    .
MANAGE_AGREEMENTS    x    x   .   x   .    .    .    x   .   .   .    .
READ_PEOPLE          x    x   x   x   .    .    .    x   .   .   .    .
MANAGE_PEOPLE        x    .   .   .   .    .    .    x   .   .   .    .
MANAGE_ROLES         x    .   .   .   .    .    .    .   .   .   .    .
READ_DUTY            x    x   x   x   x    x    x    x   x   x   x    x
SET_OWN_ABSENCE      x    x   x   x   .    .    .    .   .   .   .    .
SET_ABSENCE          x    .   .   .   .    .    .    x   .   .   .    .
READ_SETTINGS        x    x   x   x   .    .    .    .   .   .   .    .
MANAGE_SETTINGS      x    .   .   .   .    .    .    .   .   .   .    .
READ_AUDIT           x    x   .   .   .    .    .    .   .   .   .    .
READ_REPORTS         x    x   x   x   x    .    .    .   x   x   x    x
MANAGE_TABLES        x    x   .   x   .    .    .    .   .   .   .    .
KEEP_PHONES          x    x   x   x   x    .    .    x   .   .   .    .
READ_CONCERNS        x    x   .   .   .    .    .    .   .   x   .    .
READ_IMAGE_LIST      x    x   x   x   x    x    x    x   .   .   x    x
SIGN_IN_CLASS        x    x   x   x   x    x    x    x   .   .   x    x
EXPORT_INCIDENTS     x    x   x   .   .    .    .    .   .   .   .    .
SHARE_RECORDS        x    x   .   .   .    .    .    .   .   .   .    .
MANAGE_REGISTERS     x    x   .   x   .    .    .    .   .   .   .    .
ALLOW_IMAGES         x    x   .   .   x    .    .    .   .   .   .    .
WRITE_REPORTS        x    x   x   x   .    .    .    .   .   .   .    .
APPROVE_REPORTS      x    x   .   .   .    .    .    .   .   .   .    .
READ_WEEK            x    x   x   x   x    .    .    .   .   .   .    .
REVIEW_RETENTION     x    x   .   .   .    .    .    .   .   x   .    x
APPROVE_RECOVERY     x    x   x   .   .    .    .    .   .   .   .    .
"""
TRUST = {
    Role.TRUST_ADMINISTRATOR: {
        P.OPEN_TRUST,
        P.READ_TRUST_REPORTS,
        P.RUN_TRUST_REPORTS,
        P.READ_TRUST_OVERDUE,
        P.MANAGE_TRUST,
        P.MANAGE_SETTINGS,
        P.STEP_IN,
        P.APPROVE_RECOVERY,
    },
    Role.TRUST_SAFEGUARDING_LEAD: {
        P.OPEN_TRUST,
        P.READ_TRUST_REPORTS,
        P.RUN_TRUST_REPORTS,
        P.READ_TRUST_OVERDUE,
        P.READ_SHARED,
        P.STEP_IN,
        P.APPROVE_RECOVERY,
    },
    Role.TRUST_VIEWER: {P.OPEN_TRUST, P.READ_TRUST_REPORTS},
}


def reviewed() -> dict[Role, set[Permission]]:
    held: dict[Role, set[Permission]] = {role: set() for role in SCHOOL_ROLES}
    for line in SCHOOL.strip().splitlines()[1:]:
        name, *marks = line.split()
        for column, mark in zip(SCHOOL_ORDER, marks, strict=True):
            if mark == "x":
                held[COLUMNS[column]].add(Permission(name))
    return held | TRUST


@pytest.mark.parametrize("role", list(Role))
def test_a_role_gives_what_was_reviewed(role: Role) -> None:
    """Each cell of the table, for schools and for trusts."""
    assert reviewed()[role] == ROLE_PERMISSIONS[role]


def test_every_permission_is_given_by_some_role() -> None:
    """One that nobody holds would be a page nobody can open."""
    assert set(Permission) == permissions_of(Role)


@pytest.mark.parametrize(
    ("role", "never"),
    [
        (Role.GOVERNOR, {P.READ_INCIDENTS, P.READ_LOG, P.READ_ALERTS, P.READ_PEOPLE}),
        (Role.OFFICE, {P.READ_INCIDENTS, P.WORK_INCIDENTS, P.READ_LOG, P.READ_ALERTS}),
        (Role.CHAIR_OF_GOVERNORS, {P.READ_LOG, P.READ_ALERTS, P.READ_PEOPLE}),
        (Role.TECHNICIAN, {P.READ_INCIDENTS, P.READ_LOG, P.READ_ALERTS, P.READ_PEOPLE}),
    ],
)
def test_who_must_never_see_a_case(role: Role, never: set[Permission]) -> None:
    """A governor sees figures, the office no incident, a technician feeds and no child."""
    assert not ROLE_PERMISSIONS[role] & never


def test_no_trust_role_opens_a_school_and_none_of_a_school_opens_a_trust() -> None:
    """What is held at one place says nothing of another."""
    shared = permissions_of(SCHOOL_ROLES) & permissions_of(TRUST_ROLES)

    assert {P.MANAGE_SETTINGS, P.APPROVE_RECOVERY} == shared


def test_the_office_can_add_a_teacher_and_cannot_make_itself_the_dsl() -> None:
    """Nobody who only manages people hands out more than they hold."""
    given_by_office = {role for role in SCHOOL_ROLES if gives(permissions_of([Role.OFFICE]), role)}

    assert {Role.STAFF, Role.OFFICE} == given_by_office
    assert all(gives(permissions_of([Role.HEADTEACHER]), role) for role in SCHOOL_ROLES)
    assert not any(
        gives(permissions_of([Role.DSL, Role.TECHNICIAN]), role) for role in SCHOOL_ROLES
    )


@settings(deadline=None)
@given(st.sets(st.sampled_from(sorted(SCHOOL_ROLES))), st.sampled_from(sorted(SCHOOL_ROLES)))
def test_giving_a_role_never_gives_more_than_the_giver_could_have(
    own: set[Role], role: Role
) -> None:
    """Whoever manages no roles ends with nobody above themselves."""
    if gives(permissions_of(own), role) and P.MANAGE_ROLES not in permissions_of(own):
        assert ROLE_PERMISSIONS[role] <= permissions_of(own)


def test_roles_read_in_the_order_of_the_table() -> None:
    """However they were given."""
    shuffled = [Role.GOVERNOR, Role.DSL, Role.HEADTEACHER]

    assert (Role.HEADTEACHER, Role.DSL, Role.GOVERNOR) == in_order(shuffled)
