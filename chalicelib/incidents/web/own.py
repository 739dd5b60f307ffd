"""The reporter's own page: received, acknowledged, closed, and no word of the case (S88, 1.9)."""

from chalicelib import ids
from chalicelib.errors import NotFound
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.incidents import service
from chalicelib.incidents.web import paths
from chalicelib.incidents.web.blueprint import pages
from chalicelib.web import Response, page

OWN = school(Permission.OWN_REPORTS)


@pages.get("/s/{school}/my-reports", access=OWN)
def index(staff: SchoolAccess) -> Response:
    return page(
        "incidents/own/index",
        school=staff.school,
        reports=service.own_reports(staff.school, staff.person),
        unfinished=service.drafting.unfinished(staff.school, staff.actor),
        saved="saved" in staff.request.query,
        log=paths.log(staff.school),
    )


@pages.get("/s/{school}/my-reports/{incident}", access=OWN)
def receipt(staff: SchoolAccess, incident: str) -> Response:
    """The receipt of a report just sent, and its state ever after."""
    if not ids.is_record(incident):
        raise NotFound
    report = service.own_report(staff.school, staff.person, incident)
    if report is None:
        raise NotFound
    return page("incidents/own/receipt", school=staff.school, report=report)
