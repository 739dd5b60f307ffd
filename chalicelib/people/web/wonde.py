"""The page where a school ties Holdfast to Wonde, looks at what comes, and ends it (R-ROST 3)."""

from chalicelib import audit
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.people.rosters.wonde import client, service
from chalicelib.people.rosters.wonde.client import NotReached, Revoked
from chalicelib.web import Pages, Response, fields, page, redirect
from chalicelib.web.forms import Form

pages = Pages(__name__)
_MANAGE = school(Permission.MANAGE_PEOPLE)
_REVOKED = (
    "Wonde does not let Holdfast in. Approve Holdfast for your school in Wonde, "
    "and check the school id and the token"
)
_NOT_REACHED = "Wonde did not answer. Nothing was changed: try again in some minutes"


class ConnectForm(Form):
    school_id = fields.Text(
        "School id in Wonde",
        most=20,
        width="10",
        hint="It begins with A, like A1234567890",
        required="Enter the school id",
    )
    token = fields.Text(
        "Token for Holdfast",
        most=400,
        hint="Wonde shows it when you approve Holdfast. It is kept encrypted and not shown again.",
        required="Enter the token that Wonde shows",
    )

    def check(self) -> None:
        if self.school_id.data and not client.SCHOOL_ID.fullmatch(self.school_id.data):
            self.refuse("school_id", "A school id in Wonde is the letter A and 6 to 12 figures")
        if self.token.data and not client.TOKEN.fullmatch(self.token.data):
            self.refuse("token", "Copy the token as Wonde shows it, without spaces")


@pages.get("/s/{school}/people/wonde", access=_MANAGE)
def show(staff: SchoolAccess) -> Response:
    audit.viewed(staff.school, by=staff.actor, action="wonde.viewed", about="roster/wonde")
    return _page(staff, ConnectForm.blank())


@pages.post("/s/{school}/people/wonde", access=school(Permission.MANAGE_PEOPLE, fresh=True))
def connect(staff: SchoolAccess) -> Response:
    form = ConnectForm.read(staff.request)
    if not form.problems:
        try:
            service.connect(staff.school, form.school_id.data, form.token.data, by=staff.actor)
            return redirect(f"/s/{staff.school}/people/wonde")
        except Revoked:
            form.refuse("token", _REVOKED)
        except NotReached:
            form.refuse("", _NOT_REACHED)
    return _page(staff, form, status=422)


@pages.post("/s/{school}/people/wonde/fetch", access=_MANAGE)
def fetch(staff: SchoolAccess) -> Response:
    """Ask Wonde now, and show what would change before anything does."""
    form = ConnectForm.blank()
    try:
        kept = service.fetch(staff.school, by=staff.actor)
        return redirect(f"/s/{staff.school}/people/roster/{kept.id}/check")
    except Revoked:
        form.refuse("", _REVOKED)
    except NotReached:
        form.refuse("", _NOT_REACHED)
    return _page(staff, form, status=422)


@pages.post("/s/{school}/people/wonde/nightly", access=_MANAGE)
def nightly(staff: SchoolAccess) -> Response:
    on = staff.request.form.get("on", "") == "yes"
    service.set_nightly(staff.school, on=on, by=staff.actor)
    return redirect(f"/s/{staff.school}/people/wonde")


@pages.post("/s/{school}/people/wonde/end", access=_MANAGE)
def end(staff: SchoolAccess) -> Response:
    service.end(staff.school, by=staff.actor)
    return redirect(f"/s/{staff.school}/people/wonde")


def _page(staff: SchoolAccess, form: ConnectForm, *, status: int = 200) -> Response:
    tie = service.tie(staff.school)
    names: dict[str, str] = {}
    if tie:
        names = {each.person: each.name for each in identity.members(staff.school)}
    return page(
        "people/rosters/wonde",
        status=status,
        school=staff.school,
        form=form,
        tie=tie,
        by=names.get(tie.by, "somebody who has left") if tie else "",
    )
