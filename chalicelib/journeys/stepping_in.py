"""The trust's safeguarding lead steps in at a school where a report waits that nobody there may
read, or that nobody deals with (R-KCSIE 8: "the chair of governors or equivalent", S347).

Stepping in makes them chair of governors, or equivalent, at that school, until they are taken off
its list of staff. It opens the reports that are kept for the chair, and no other.
"""

from chalicelib import audit
from chalicelib.errors import NotFound
from chalicelib.identity import service as identity
from chalicelib.identity.access import TrustAccess, trust
from chalicelib.identity.permissions import Permission, Role
from chalicelib.ids import SchoolId
from chalicelib.storage import tenants
from chalicelib.tenancy import directory
from chalicelib.tenancy.model import School
from chalicelib.web import Pages, Response, page, redirect

pages = Pages(__name__)
SEE = trust(Permission.STEP_IN)
STEP_IN = trust(Permission.STEP_IN, fresh=True)  # it gives a role (R16)


@pages.get("/t/{trust}/step-in/{place}", access=SEE)
def ask(staff: TrustAccess, place: str) -> Response:
    school = _school(staff, place)
    return page("trust/step_in", trust=staff.trust, school=school, inside=_inside(staff, school))


@pages.post("/t/{trust}/step-in/{place}", access=STEP_IN)
def step_in(staff: TrustAccess, place: str) -> Response:
    school = _school(staff, place)
    if not _inside(staff, school):
        _join(staff, school)
    return redirect(f"/s/{school.id}/staff-concerns")


def _school(staff: TrustAccess, place: str) -> School:
    """One of the trust's own schools, by the trust's own list of them."""
    for each in directory.schools_of(staff.trust):
        if each.id == place:
            return each
    raise NotFound


def _inside(staff: TrustAccess, school: School) -> bool:
    return Role.CHAIR_OF_GOVERNORS in _roles(staff, school)


def _roles(staff: TrustAccess, school: School) -> frozenset[Role]:
    """What they hold at the school already."""
    held = (each.roles for each in identity.grants(staff.person) if each.place == school.id)
    return next(held, frozenset())


def _join(staff: TrustAccess, school: School) -> None:
    place, held = SchoolId(school.id), _roles(staff, school)
    if held:
        roles = held | {Role.CHAIR_OF_GOVERNORS}
        identity.set_roles(place, staff.person, roles, by=staff.actor)
    else:
        identity.add_member(
            place,
            name=staff.person_name,
            email=staff.person_email,
            roles={Role.CHAIR_OF_GOVERNORS},
            by=staff.actor,
        )
    with tenants({place}):
        audit.viewed(
            place, by=staff.actor, action="trust.stepped_in", about=f"person/{staff.person}"
        )
