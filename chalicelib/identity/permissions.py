"""Who may do what: the one table from role to permission, for schools and for trusts.

Roles are the ones the two policies name (S3 to S26, S236 to S251). A person may hold several, at
several schools (S6), and holds what all of them give together. Authority is always read at the
moment of use (R5), so a change here or in somebody's roles counts on their next request.

Three lines run through the table: a governor sees figures and no child (S91, S240), the office
never sees an incident, and a technician sees feeds and never a case (R-KCSIE 2). The chair of
governors is a role of its own, for reports about the headteacher: the walls of records let the
chair read those, and no others (R-KCSIE 8, S251).
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """Somebody's part at a school or a trust. Stored words: never rename one."""

    HEADTEACHER = "headteacher"
    DSL = "dsl"
    DEPUTY_DSL = "deputy_dsl"
    ONLINE_SAFETY_LEAD = "online_safety_lead"
    SENIOR_LEADER = "senior_leader"
    STAFF = "staff"
    TECHNICIAN = "technician"
    OFFICE = "office"
    GOVERNOR = "governor"
    CHAIR_OF_GOVERNORS = "chair_of_governors"
    COMPUTING_MANAGER = "computing_manager"  # S14: services, devices, image stores, controversial
    DATA_PROTECTION_LEAD = "data_protection_lead"  # S16, S249: data loss, access requests

    TRUST_ADMINISTRATOR = "trust_administrator"
    TRUST_SAFEGUARDING_LEAD = "trust_safeguarding_lead"
    TRUST_VIEWER = "trust_viewer"

    @property
    def label(self) -> str:
        """What it is called: at a school that has its own title for it, that (S18, S19)."""
        return _called.get().get(self) or _LABELS[self]


class Permission(StrEnum):
    """One thing somebody may do. The value is the name, so that navigation can say it as text."""

    # at a school
    OPEN_SCHOOL = "OPEN_SCHOOL"
    SUBMIT_INCIDENT = "SUBMIT_INCIDENT"
    OWN_REPORTS = "OWN_REPORTS"
    READ_INCIDENTS = "READ_INCIDENTS"
    WORK_INCIDENTS = "WORK_INCIDENTS"
    READ_LOG = "READ_LOG"
    READ_CONCERNS = "READ_CONCERNS"
    SHARE_RECORDS = "SHARE_RECORDS"  # let the trust read one record, for a time (row 5.6)
    EXPORT_INCIDENTS = "EXPORT_INCIDENTS"  # cases, log and files for other schools (S237, 2.14)
    READ_ALERTS = "READ_ALERTS"
    WORK_ALERTS = "WORK_ALERTS"
    MANAGE_SOURCES = "MANAGE_SOURCES"
    READ_AGREEMENTS = "READ_AGREEMENTS"
    MANAGE_AGREEMENTS = "MANAGE_AGREEMENTS"
    READ_IMAGE_LIST = "READ_IMAGE_LIST"  # whose picture must not be published, no reasons (S304)
    ALLOW_IMAGES = "ALLOW_IMAGES"  # exceptions at an event: the head or SLT says so (S67, S315)
    SIGN_IN_CLASS = "SIGN_IN_CLASS"  # pupils sign on a tablet in the room (S255)
    READ_PEOPLE = "READ_PEOPLE"
    MANAGE_PEOPLE = "MANAGE_PEOPLE"
    MANAGE_ROLES = "MANAGE_ROLES"
    READ_DUTY = "READ_DUTY"
    SET_OWN_ABSENCE = "SET_OWN_ABSENCE"
    SET_ABSENCE = "SET_ABSENCE"
    READ_SETTINGS = "READ_SETTINGS"
    READ_AUDIT = "READ_AUDIT"
    READ_REPORTS = "READ_REPORTS"
    WRITE_REPORTS = "WRITE_REPORTS"  # drafts of the governors' report and their words (S226)
    APPROVE_REPORTS = "APPROVE_REPORTS"  # until then no governor sees it (S91)
    READ_WEEK = "READ_WEEK"  # what waits this week, counts that are not hidden, no child (S242)
    MANAGE_TABLES = "MANAGE_TABLES"  # the tables of devices, actions and sanctions (S319, S367)
    MANAGE_REGISTERS = "MANAGE_REGISTERS"  # what registers ask, who approves (S283, S317)
    KEEP_PHONES = "KEEP_PHONES"  # pupils' phones handed in and out at the office (S68)
    REVIEW_RETENTION = "REVIEW_RETENTION"  # records whose time is over (R-RET 2)
    # at a school or a trust
    MANAGE_SETTINGS = "MANAGE_SETTINGS"
    APPROVE_RECOVERY = "APPROVE_RECOVERY"  # one of two who let somebody in again (R12)
    # at a trust
    OPEN_TRUST = "OPEN_TRUST"
    READ_TRUST_REPORTS = "READ_TRUST_REPORTS"
    RUN_TRUST_REPORTS = "RUN_TRUST_REPORTS"
    READ_TRUST_OVERDUE = "READ_TRUST_OVERDUE"
    MANAGE_TRUST = "MANAGE_TRUST"
    READ_SHARED = "READ_SHARED"  # records that a school shared, one by one, and no others
    STEP_IN = "STEP_IN"  # R-KCSIE 8: be the chair's equivalent at one of the trust's schools


P = Permission

# What everybody who works at a school may do: report, follow their reports, see who is on duty.
_STAFF = frozenset(
    {
        P.OPEN_SCHOOL,
        P.SUBMIT_INCIDENT,
        P.OWN_REPORTS,
        P.READ_DUTY,
        P.READ_IMAGE_LIST,
        P.SIGN_IN_CLASS,
    }
)

# What everybody who handles safeguarding may do besides.
_SAFEGUARDING = _STAFF | {
    P.READ_INCIDENTS,
    P.WORK_INCIDENTS,
    P.READ_LOG,
    P.READ_ALERTS,
    P.WORK_ALERTS,
    P.READ_AGREEMENTS,
    P.READ_PEOPLE,
    P.READ_REPORTS,
    P.READ_SETTINGS,
    P.SET_OWN_ABSENCE,
    P.KEEP_PHONES,
    P.WRITE_REPORTS,
    P.READ_WEEK,
}

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.HEADTEACHER: _SAFEGUARDING
    | {
        P.MANAGE_AGREEMENTS,
        P.MANAGE_PEOPLE,
        P.MANAGE_ROLES,
        P.MANAGE_SETTINGS,
        P.SET_ABSENCE,
        P.READ_AUDIT,
        P.MANAGE_TABLES,
        P.MANAGE_REGISTERS,
        P.READ_CONCERNS,
        P.EXPORT_INCIDENTS,
        P.SHARE_RECORDS,
        P.APPROVE_REPORTS,
        P.REVIEW_RETENTION,
        P.APPROVE_RECOVERY,
        P.ALLOW_IMAGES,
    },
    Role.DSL: _SAFEGUARDING
    | {
        P.MANAGE_AGREEMENTS,
        P.ALLOW_IMAGES,
        P.MANAGE_SOURCES,
        P.READ_AUDIT,
        P.MANAGE_TABLES,
        P.MANAGE_REGISTERS,
        P.READ_CONCERNS,
        P.EXPORT_INCIDENTS,
        P.SHARE_RECORDS,
        P.APPROVE_REPORTS,
        P.REVIEW_RETENTION,
        P.APPROVE_RECOVERY,
    },
    Role.DEPUTY_DSL: _SAFEGUARDING | {P.EXPORT_INCIDENTS, P.APPROVE_RECOVERY},
    Role.ONLINE_SAFETY_LEAD: _SAFEGUARDING
    | {P.MANAGE_AGREEMENTS, P.MANAGE_SOURCES, P.MANAGE_TABLES, P.MANAGE_REGISTERS},
    Role.SENIOR_LEADER: _STAFF | {P.READ_REPORTS, P.KEEP_PHONES, P.READ_WEEK, P.ALLOW_IMAGES},
    Role.STAFF: _STAFF,
    Role.TECHNICIAN: _STAFF | {P.MANAGE_SOURCES},
    Role.OFFICE: _STAFF
    | {
        P.READ_AGREEMENTS,
        P.MANAGE_AGREEMENTS,
        P.READ_PEOPLE,
        P.MANAGE_PEOPLE,
        P.SET_ABSENCE,
        P.KEEP_PHONES,
    },
    Role.GOVERNOR: frozenset({P.OPEN_SCHOOL, P.READ_DUTY, P.READ_REPORTS}),
    # Concerns about staff that the head may not read (R-KCSIE 8): the records' walls say which.
    Role.CHAIR_OF_GOVERNORS: frozenset(
        {
            P.OPEN_SCHOOL,
            P.READ_DUTY,
            P.READ_REPORTS,
            P.READ_INCIDENTS,
            P.WORK_INCIDENTS,
            P.READ_CONCERNS,
            P.REVIEW_RETENTION,
        }
    ),
    # What these two decide stands in the definitions of the registers. Figures without names, so
    # that the office cannot give itself what it may not see.
    Role.COMPUTING_MANAGER: _STAFF | {P.READ_REPORTS},
    Role.DATA_PROTECTION_LEAD: _STAFF | {P.READ_REPORTS, P.REVIEW_RETENTION},
    Role.TRUST_ADMINISTRATOR: frozenset(
        {
            P.OPEN_TRUST,
            P.READ_TRUST_REPORTS,
            P.RUN_TRUST_REPORTS,
            P.READ_TRUST_OVERDUE,
            P.MANAGE_TRUST,
            P.MANAGE_SETTINGS,
            P.STEP_IN,
            P.APPROVE_RECOVERY,
        }
    ),
    Role.TRUST_SAFEGUARDING_LEAD: frozenset(
        {
            P.OPEN_TRUST,
            P.READ_TRUST_REPORTS,
            P.RUN_TRUST_REPORTS,
            P.READ_TRUST_OVERDUE,
            P.READ_SHARED,
            P.STEP_IN,
            P.APPROVE_RECOVERY,
        }
    ),
    Role.TRUST_VIEWER: frozenset({P.OPEN_TRUST, P.READ_TRUST_REPORTS}),
}

# What whoever sets a school up may do besides, until it is live: never a case, never an alert.
SETTING_UP = frozenset(
    {
        P.OPEN_SCHOOL,
        P.READ_DUTY,
        P.SET_ABSENCE,
        P.READ_PEOPLE,
        P.MANAGE_PEOPLE,
        P.MANAGE_ROLES,
        P.READ_SETTINGS,
        P.MANAGE_SETTINGS,
        P.MANAGE_SOURCES,
        P.READ_AGREEMENTS,
        P.MANAGE_AGREEMENTS,
    }
)

TRUST_ROLES = frozenset({Role.TRUST_ADMINISTRATOR, Role.TRUST_SAFEGUARDING_LEAD, Role.TRUST_VIEWER})
SCHOOL_ROLES = frozenset(Role) - TRUST_ROLES

# Who is asked first when something happens, and who next (S95, S20, R38).
DUTY_ORDER = (Role.DSL, Role.DEPUTY_DSL, Role.HEADTEACHER)

_LABELS: Mapping[Role, str] = {
    Role.HEADTEACHER: "Headteacher",
    Role.DSL: "Designated safeguarding lead",
    Role.DEPUTY_DSL: "Deputy designated safeguarding lead",
    Role.ONLINE_SAFETY_LEAD: "Online safety lead",
    Role.SENIOR_LEADER: "Senior leader",
    Role.STAFF: "Staff",
    Role.TECHNICIAN: "Technician",
    Role.OFFICE: "School office",
    Role.GOVERNOR: "Governor",
    Role.CHAIR_OF_GOVERNORS: "Chair of governors",
    Role.COMPUTING_MANAGER: "Computing manager",
    Role.DATA_PROTECTION_LEAD: "Data protection lead",
    Role.TRUST_ADMINISTRATOR: "Trust administrator",
    Role.TRUST_SAFEGUARDING_LEAD: "Trust safeguarding lead",
    Role.TRUST_VIEWER: "Trust viewer",
}


_called: ContextVar[Mapping[Role, str]] = ContextVar("titles", default=MappingProxyType({}))


@contextmanager
def called(titles: Mapping[Role, str]) -> Iterator[None]:
    """Let roles be called what a school calls them, for as long as its page is answered (R8)."""
    mark = _called.set(titles)
    try:
        yield
    finally:
        _called.reset(mark)


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """What several roles give together."""
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles))


def gives(held: frozenset[Permission], role: Role) -> bool:
    """Whether somebody who may do these things at this moment may give or take that role.

    Whoever manages roles may give any; whoever only manages people may give no more than they
    hold, so that the office can add a teacher and cannot make itself the DSL.
    """
    if P.MANAGE_ROLES in held:
        return True
    return P.MANAGE_PEOPLE in held and ROLE_PERMISSIONS[role] <= held


def in_order(roles: Iterable[Role]) -> tuple[Role, ...]:
    """Roles in the order the table has them, which is the order people read them in."""
    held = frozenset(roles)
    return tuple(role for role in Role if role in held)
