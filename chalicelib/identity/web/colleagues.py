"""How a colleague signs in, for whoever gives roles: what there is, and ending all of it (R14).

Only of somebody with access there: whoever was invited and has not accepted, was shut out or has
ended signs in elsewhere, and that is no business of this place (R4).
"""

from chalicelib import clock
from chalicelib.errors import NotFound
from chalicelib.identity import service, sessions, ways
from chalicelib.identity.access import SchoolAccess, TrustAccess, school, trust
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import Permission
from chalicelib.ids import PersonId
from chalicelib.storage import tenants
from chalicelib.web import Pages, Response, page, redirect

pages = Pages(__name__)
SCHOOL = school(Permission.MANAGE_ROLES, fresh=True)
TRUST = trust(Permission.MANAGE_TRUST, fresh=True)


@pages.get("/s/{school}/people/{person}/signing-in", access=SCHOOL)
def show(staff: SchoolAccess, person: str) -> Response:
    back = f"/s/{staff.school}/people/{person}"
    return _page(staff, staff.school, PersonId(person), back)


@pages.post("/s/{school}/people/{person}/signing-in", access=SCHOOL)
def end(staff: SchoolAccess, person: str) -> Response:
    return _end(staff, staff.school, PersonId(person))


@pages.get("/t/{trust}/people/{person}/signing-in", access=TRUST)
def show_at_trust(staff: TrustAccess, person: str) -> Response:
    back = f"/t/{staff.trust}/people/{person}"
    return _page(staff, staff.trust, PersonId(person), back)


@pages.post("/t/{trust}/people/{person}/signing-in", access=TRUST)
def end_at_trust(staff: TrustAccess, person: str) -> Response:
    return _end(staff, staff.trust, PersonId(person))


def _page(
    staff: SchoolAccess | TrustAccess, place: service.Place, person: PersonId, back: str
) -> Response:
    member = _colleague(place, person)
    with tenants({person}):
        found, live = ways.of(person), sessions.live(person)
    return page(
        "identity/colleague",
        member=member,
        ways=found,
        live=live,
        path=staff.request.path,
        back=back,
    )


def _end(staff: SchoolAccess | TrustAccess, place: service.Place, person: PersonId) -> Response:
    """End all of somebody's sessions at once: a lost device, a worry. They may sign in again."""
    _colleague(place, person)
    with tenants({place, person}):
        sessions.end_all(person, at=place, by=staff.actor)
    return redirect(staff.request.path)


def _colleague(place: service.Place, person: PersonId) -> Member:
    """Raises NotFound for nobody there, and for whoever has no access there today."""
    member = service.member(place, person)
    if not member.has_access(clock.today()):
        raise NotFound
    return member
