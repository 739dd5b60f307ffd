"""Setting a school up: what is missing, why it matters, and going live."""

from typing import Any

from chalicelib.errors import Conflict, Invalid
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.journeys.starting import checklist, naming
from chalicelib.journeys.starting.forms import POSTS, WHY, PeopleForm
from chalicelib.web import Pages, Response, page, redirect

pages = Pages(__name__)
_SEE = school(Permission.MANAGE_SETTINGS)
_GO_LIVE = school(Permission.MANAGE_SETTINGS, fresh=True)
_NAME = school(Permission.MANAGE_ROLES, fresh=True)  # who may read children's records (R16)


@pages.get("/s/{school}/setting-up", access=_SEE)
def show(staff: SchoolAccess) -> Response:
    return _page(staff)


@pages.post("/s/{school}/setting-up/seen/{key}", access=_SEE)
def seen(staff: SchoolAccess, key: str) -> Response:
    """Somebody has looked through what nothing but a person can judge."""
    checklist.mark_seen(staff.school, key, by=staff.actor)
    return redirect(f"/s/{staff.school}/setting-up")


@pages.post("/s/{school}/setting-up/live", access=_GO_LIVE)
def go_live(staff: SchoolAccess) -> Response:
    try:
        checklist.go_live(staff.school, staff.trust, by=staff.actor)
    except Conflict as e:
        return _page(staff, refused=e.message, status=409)
    return redirect(f"/s/{staff.school}/setting-up?done=live")


@pages.get("/s/{school}/setting-up/people", access=_NAME)
def show_people(staff: SchoolAccess) -> Response:
    return _people(staff, PeopleForm.blank())


@pages.post("/s/{school}/setting-up/people", access=_NAME)
def name_people(staff: SchoolAccess) -> Response:
    form = PeopleForm.read(staff.request)
    if not form.problems:
        try:
            naming.name(staff, form.named())
            return redirect(f"/s/{staff.school}/setting-up?done=people")
        except Invalid as e:
            form.refuse_all(e.fields)
    return _people(staff, form, status=422)


_DONE = {
    "people": "Saved. Everybody new has an invitation, which lasts 72 hours.",
    "live": "Your school is live.",
}


def _page(staff: SchoolAccess, *, refused: str = "", status: int = 200) -> Response:
    items = checklist.of(staff.school)
    return page(
        "starting/checklist",
        status=status,
        school=staff.school,
        school_name=staff.school_name,
        setting_up=staff.setting_up,
        required=[each for each in items if each.required],
        later=[each for each in items if not each.required],
        seen=checklist.SEEN,
        lacking=len(checklist.lacking(items)),
        refused=refused,
        done=_DONE.get(staff.request.query.get("done", ""), ""),
    )


def _people(staff: SchoolAccess, form: PeopleForm, *, status: int = 200) -> Response:
    everybody = identity.everybody(staff.school)
    posts: list[dict[str, Any]] = [
        {
            "role": role,
            "why": WHY[role],
            "held": [each.name for each in everybody if role in each.roles],
            "name": form[f"{role}_name"],
            "email": form[f"{role}_email"],
        }
        for role in POSTS
    ]
    return page("starting/people", status=status, school=staff.school, form=form, posts=posts)
