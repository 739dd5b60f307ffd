"""A file of pupils somebody sent, and a file somebody asked for: each its owner's alone."""

from chalicelib.documents import build
from chalicelib.documents import service as documents
from chalicelib.documents.model import Asked, File, Form
from chalicelib.ids import SchoolId
from chalicelib.people import service as people
from chalicelib.people.rosters import uploads
from chalicelib.storage import tenants, transaction
from chalicelib.web.uploads import Upload
from tests.builders import Person

_KIND = "world.document"


def personal(place: str, person: Person, mark: str, *, at_school: bool) -> dict[str, str]:
    """The ids of both, with the place's mark in every text."""
    lines = f"First name,Last name,Year,Class\r\nKim,{mark},4,Class {mark}\r\n"
    found = {"form": "csv"}
    permission = "OPEN_SCHOOL" if at_school else "OPEN_TRUST"
    back = f"/{'s' if at_school else 't'}/{place}"
    asked = Asked(_KIND, f"Document {mark}", permission, person.id, back, {"n": mark})
    with tenants({place}), transaction() as tx:
        found["document"] = documents.ask(tx, place, asked)
    body = mark.encode()
    build.build(place, found["document"], {_KIND: lambda *_: [File(Form.CSV, body)]})
    if at_school:
        with tenants({place}):
            kept = uploads.keep(SchoolId(place), person.actor, Upload("p.csv", lines.encode()))
        found["upload"] = kept.id
    return found


def a_contact(school: SchoolId, pupil: str) -> str:
    """The id of a pupil's contact."""
    with tenants({school}):
        found = next(each for each in people.pupils(school) if each.id == pupil)
    return found.contacts[0].id
