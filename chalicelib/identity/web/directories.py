"""From which Microsoft or Google directories a school or trust takes its people (R11)."""

from typing import Any

from chalicelib.errors import Conflict, Invalid
from chalicelib.identity.access import SchoolAccess, TrustAccess, school, trust
from chalicelib.identity.forms import DirectoriesForm
from chalicelib.identity.permissions import Permission
from chalicelib.identity.sso import directories, providers
from chalicelib.web import Pages, Response, page, redirect

pages = Pages(__name__)
SCHOOL = school(Permission.MANAGE_SETTINGS, fresh=True)
TRUST = trust(Permission.MANAGE_SETTINGS, fresh=True)


@pages.get("/s/{school}/settings/signing-in", access=SCHOOL)
def show(staff: SchoolAccess) -> Response:
    form, done = _form(staff.school), "done" in staff.request.query
    return _page(staff.school, f"/s/{staff.school}", form, of_trust=False, done=done)


@pages.post("/s/{school}/settings/signing-in", access=SCHOOL)
def save(staff: SchoolAccess) -> Response:
    form = DirectoriesForm.read(staff.request)
    return _save(staff.school, f"/s/{staff.school}", form, staff.actor, of_trust=False)


@pages.get("/t/{trust}/settings/signing-in", access=TRUST)
def show_trust(staff: TrustAccess) -> Response:
    form, done = _form(staff.trust), "done" in staff.request.query
    return _page(staff.trust, f"/t/{staff.trust}", form, of_trust=True, done=done)


@pages.post("/t/{trust}/settings/signing-in", access=TRUST)
def save_trust(staff: TrustAccess) -> Response:
    form = DirectoriesForm.read(staff.request)
    return _save(staff.trust, f"/t/{staff.trust}", form, staff.actor, of_trust=True)


def _save(
    place: directories.Place, path: str, form: DirectoriesForm, by: str, *, of_trust: bool
) -> Response:
    if not form.problems:
        listed = {each: form.listed(each.name) for each in providers.offered()}
        try:
            directories.change(place, listed, read_at=form.read_at, by=by)
            return redirect(f"{path}/settings/signing-in?done=1")
        except Invalid as e:
            form.refuse_all(e.fields)
        except Conflict:
            form.refuse("", "Somebody else changed this meanwhile. Check yours and save again")
            form.meet(directories.of(place).version)
            return _page(place, path, form, of_trust=of_trust, status=409)
    return _page(place, path, form, of_trust=of_trust, status=422)


def _form(place: str) -> DirectoriesForm:
    listed = directories.of(place)
    found = listed.directories.items()
    values: dict[str, Any] = {name: "\n".join(each) for name, each in found}
    return DirectoriesForm.blank(version=listed.version, **values)


def _page(
    place: str,
    path: str,
    form: DirectoriesForm,
    *,
    of_trust: bool,
    status: int = 200,
    done: bool = False,
) -> Response:
    return page(
        "identity/directories",
        status=status,
        path=path,
        form=form,
        of_trust=of_trust,
        providers=[each.name for each in providers.offered()],
        place=place,
        done=done,
    )
