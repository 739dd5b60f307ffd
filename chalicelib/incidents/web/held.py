"""Reports of the open form that came in a flood: read here, and let through one by one."""

from chalicelib import ids
from chalicelib.errors import NotFound
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.incidents import service
from chalicelib.incidents.model.report import answers
from chalicelib.incidents.web import log, paths
from chalicelib.incidents.web.blueprint import pages
from chalicelib.web import Response, page, redirect

_REASONS = {"flood": "more came than usual", "filled": "may have been sent by a machine"}


@pages.get("/s/{school}/incidents/held", access=school(Permission.READ_INCIDENTS))
def waiting(staff: SchoolAccess) -> Response:
    found = service.community.waiting(staff.school, by=staff.actor)
    return page(
        "incidents/held",
        waiting=[
            {
                "id": each.id,
                "reference": each.reference,
                "at": each.at,
                "why": each.why,
                "answers": answers(each.report),
            }
            for each in found
        ],
        reasons=_REASONS,
        released="released" in staff.request.query,
        here=paths.held(staff.school),
        tabs_=log.tabs(staff, "held"),
        may_release=staff.may(Permission.WORK_INCIDENTS),
    )


@pages.post(
    "/s/{school}/incidents/held/{incident}/release", access=school(Permission.WORK_INCIDENTS)
)
def release(staff: SchoolAccess, incident: str) -> Response:
    if not ids.is_record(incident):
        raise NotFound
    by = service.Reporter(staff.person, staff.person_name, staff.school_name)
    released = service.community.release(staff.school, incident, by=by)
    return redirect(paths.held(staff.school) + ("?released=yes" if released else ""))
