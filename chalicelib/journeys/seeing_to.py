"""Somebody sees to a message that did not arrive, and says what they did (9.2, R36)."""

from dataclasses import replace

from chalicelib.errors import NotFound
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.storage import transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import UNREACHED, Task
from chalicelib.web import Pages, Response, page, redirect
from chalicelib.web.fields import LongText
from chalicelib.web.forms import Form

pages = Pages(__name__)
_SEE = school(Permission.OPEN_SCHOOL)


class SeenToForm(Form):
    did = LongText(
        "What did you do?",
        hint="For example: rang them, and wrote down the new address. Name no child here",
        most=500,
        rows=3,
        required="Say what you did",
    )


def path(place: str, task: str) -> str:
    return f"/s/{place}/unreached/{task}"


@pages.get("/s/{school}/unreached/{task}", access=_SEE)
def show(staff: SchoolAccess, task: str) -> Response:
    """Whoever comes to one that has ended is led to their first page, which lists it no more."""
    found = _mine(staff, task)
    if found is None:
        return redirect(f"/s/{staff.school}")
    return _page(staff, found, SeenToForm.blank())


@pages.post("/s/{school}/unreached/{task}", access=_SEE)
def see_to(staff: SchoolAccess, task: str) -> Response:
    """The task ends, and is kept among the done with what was done. Again, nothing changes."""
    found, form = _mine(staff, task), SeenToForm.read(staff.request)
    if found is None:
        return redirect(f"/s/{staff.school}")
    if form.problems:
        return _page(staff, found, form, status=422)
    ended = replace(found, why=f"{found.why} Seen to: {form.did.data}")
    with transaction() as tx:
        tasks.done(tx, staff.school, ended, by=staff.actor)
    return redirect(f"/s/{staff.school}")


def _mine(staff: SchoolAccess, task: str) -> Task | None:
    """An open task of this kind that is theirs to do; None for none, or one that has ended.

    Raises NotFound for one that is somebody else's, or of another kind.
    """
    found = tasks.find_open(staff.school, task)
    if found is None:
        return None
    if found.kind != UNREACHED or not found.is_for(staff.person, frozenset(staff.roles)):
        raise NotFound
    return found


def _page(staff: SchoolAccess, found: Task, form: SeenToForm, *, status: int = 200) -> Response:
    kind, _, whose = found.about.partition("/")
    return page(
        "people/unreached",
        status,
        school=staff.school,
        task=found,
        form=form,
        person=whose if kind == "person" and staff.may(Permission.READ_PEOPLE) else "",
    )
