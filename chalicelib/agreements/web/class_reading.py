"""The page behind the link with which parents read what their child's class has agreed (S255)."""

from chalicelib.agreements import profile, rendering
from chalicelib.agreements.classes import sharing
from chalicelib.agreements.web.signer_pages import Place, show
from chalicelib.errors import NotFound
from chalicelib.identity.access import LinkAccess, link
from chalicelib.ids import SchoolId
from chalicelib.web import Pages, Response

pages = Pages(__name__)


@pages.get("/a/{token}/class", access=link("agreement-class"))
def read(holder: LinkAccess) -> Response:
    place, school = Place(holder.request), SchoolId(holder.tenant)
    try:
        found = sharing.reading(school, holder.digest)
    except NotFound:
        return show("unknown", place, status=404)
    about = profile.of(school)
    place.look = about.look
    return show(
        "class",
        place,
        class_name=found.class_name,
        school_name=about.name,
        parts=rendering.parts(about.text_of(found.words, found.year)),
        signed=found.signed,
        total=found.total,
        until=found.until,
    )
