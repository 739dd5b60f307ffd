"""The poster for the wall: on the screen, to print, and as PDF (1.1)."""

from markupsafe import Markup

from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.incidents.exports import posters
from chalicelib.incidents.web import paths
from chalicelib.incidents.web.blueprint import pages
from chalicelib.tenancy import settings
from chalicelib.web import Response, page, redirect

SEE = school(Permission.READ_LOG)


@pages.get("/s/{school}/poster", access=SEE)
def poster(staff: SchoolAccess) -> Response:
    address = posters.address_of(staff.school)
    drawn = posters.picture(address, title="QR code of the address below")
    return page(
        "incidents/poster",
        school=staff.school,
        school_name=staff.school_name,
        address=address.partition("://")[2],
        code=Markup(drawn),  # noqa: S704 - the library draws it; the address is in no attribute
        question=posters.QUESTION,
        lines=posters.lines_of(staff.school),
        help=posters.HELP,
        closed=not settings.read(staff.school).community_form,
    )


@pages.post("/s/{school}/poster", access=SEE)
def take(staff: SchoolAccess) -> Response:
    job = posters.ask(staff.school, staff.person, f"/s/{staff.school}/poster")
    return redirect(paths.document(staff.school, job))
