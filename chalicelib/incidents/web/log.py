"""The log: five columns, the latest incident first, fifty lines a page (S225 to S227)."""

from urllib.parse import urlencode

from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.incidents import service
from chalicelib.incidents.service import List
from chalicelib.incidents.web import paths
from chalicelib.incidents.web.blueprint import pages
from chalicelib.web import Response, page
from chalicelib.web.render import url

LABELS = {
    List.ALL: "All",
    List.NEW: "To acknowledge",
    List.OPEN: "Open",
    List.CLOSED: "Closed",
}

EMPTY = {
    List.ALL: "No incidents are on record.",
    List.NEW: "Every report has been acknowledged.",
    List.OPEN: "No incidents are open.",
    List.CLOSED: "No incidents have been closed.",
}


@pages.get("/s/{school}/incidents", access=school(Permission.READ_LOG))
def index(staff: SchoolAccess) -> Response:
    query = staff.request.query
    chosen = next((each for each in List if each == query.get("list", "")), List.ALL)
    found = service.log(staff.school, chosen, cursor=query.get("after", ""), reader=staff)
    here = paths.log(staff.school)
    return page(
        "incidents/log",
        school=staff.school,
        chosen=chosen,
        lines=found.lines,
        tabs_=tabs(staff, chosen),
        empty_text=EMPTY[chosen],
        older=_href(here, chosen, found.next) if found.next else "",
        newest=_href(here, chosen) if "after" in query else "",
        may_read=staff.may(Permission.READ_INCIDENTS),
    )


def tabs(staff: SchoolAccess, chosen: str) -> list[tuple[str, str, bool]]:
    """The lists of the log, and what is held where one may read it."""
    here = paths.log(staff.school)
    shown = [(LABELS[each], url(_href(here, each)), each == chosen) for each in List]
    held = ("Held", url(paths.held(staff.school)), chosen == "held")
    return [*shown, held] if staff.may(Permission.READ_INCIDENTS) else shown


def _href(here: str, of: List, after: str = "") -> str:
    return f"{here}?{urlencode({'list': of} | ({'after': after} if after else {}))}"
