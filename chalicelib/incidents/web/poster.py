"""The poster for the wall: the address of the open form, to read and to point a phone at (1.1)."""

from markupsafe import Markup

from chalicelib import config
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.incidents.web import paths
from chalicelib.incidents.web.blueprint import pages
from chalicelib.web import Response, page


@pages.get("/s/{school}/poster", access=school(Permission.READ_LOG))
def poster(staff: SchoolAccess) -> Response:
    address = config.public_url() + paths.community(staff.school)
    return page(
        "incidents/poster",
        school=staff.school,
        school_name=staff.school_name,
        address=address.partition("://")[2],
        code=_picture(address),
    )


def _picture(address: str) -> Markup:
    """A QR code as SVG that needs no style and no other file."""
    # Only the poster pays for this import.
    import segno

    drawn = segno.make(address, error="q", micro=False).svg_inline(
        omitsize=True, border=2, svgclass=None, lineclass=None, title="QR code of the address below"
    )
    return Markup(drawn)  # noqa: S704 - the library draws it; the address is in no attribute of it
