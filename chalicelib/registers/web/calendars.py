"""What one has to do, in one's own calendar: the page that gives the address, and what is there."""

from chalicelib import config
from chalicelib.identity.access import LinkAccess, SchoolAccess, link
from chalicelib.registers.service import feeds, hands
from chalicelib.registers.web.blueprint import OPEN, pages
from chalicelib.web import Response, page

_TYPE = "text/calendar; charset=utf-8"


@pages.get("/s/{school}/registers/dates", access=OPEN)
def show_dates(staff: SchoolAccess) -> Response:
    has_one = feeds.has_one(hands.of(staff))
    return page("registers/dates", school=staff.school, address="", has_one=has_one)


@pages.post("/s/{school}/registers/dates", access=OPEN)
def renew_dates(staff: SchoolAccess) -> Response:
    """The address is shown this once: nobody keeps it but its owner."""
    address = config.public_url() + feeds.renew(hands.of(staff))
    return page("registers/dates", school=staff.school, address=address, has_one=True)


@pages.get("/calendar/{token}", access=link("calendar"))
def calendar(holder: LinkAccess) -> Response:
    body = feeds.calendar_of(holder.tenant, holder.digest)
    return Response(200, body, {"Content-Type": _TYPE})
