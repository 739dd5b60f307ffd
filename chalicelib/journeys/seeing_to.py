"""Somebody sees to a message that did not arrive, and says what they did (9.2, R36).

At a school and at a trust it is one page: only who may come, and the way back, are the place's.
"""

from dataclasses import dataclass, replace

from chalicelib.errors import NotFound
from chalicelib.identity.access import SchoolAccess, TrustAccess, school, trust
from chalicelib.identity.model import PlaceKind
from chalicelib.identity.permissions import Permission
from chalicelib.storage import transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import UNREACHED, Task
from chalicelib.web import Pages, Response, page, redirect
from chalicelib.web.fields import LongText
from chalicelib.web.forms import Form

pages = Pages(__name__)
_AT_SCHOOL = school(Permission.OPEN_SCHOOL)
_AT_TRUST = trust(Permission.OPEN_TRUST)


class SeenToForm(Form):
    did = LongText(
        "What did you do?",
        hint="For example: rang them, and wrote down the new address. Name no child here",
        most=500,
        rows=3,
        required="Say what you did",
    )


@dataclass(frozen=True)
class _Here:
    """Whoever is there, at a place of either kind: its id, its first page, who opens people's."""

    staff: SchoolAccess | TrustAccess
    tenant: str
    home: str
    may_open_people: bool


def path(kind: PlaceKind, place: str, task: str) -> str:
    """The page of a task at the place that it belongs to."""
    return f"{kind.path(place)}/unreached/{task}"


@pages.get("/s/{school}/unreached/{task}", access=_AT_SCHOOL)
def show(staff: SchoolAccess, task: str) -> Response:
    """Whoever comes to one that has ended is led to their first page, which lists it no more."""
    return _shown(_at_school(staff), task)


@pages.post("/s/{school}/unreached/{task}", access=_AT_SCHOOL)
def see_to(staff: SchoolAccess, task: str) -> Response:
    """The task ends, and is kept among the done with what was done. Again, nothing changes."""
    return _seen_to(_at_school(staff), task)


@pages.get("/t/{trust}/unreached/{task}", access=_AT_TRUST)
def show_at_trust(staff: TrustAccess, task: str) -> Response:
    return _shown(_at_trust(staff), task)


@pages.post("/t/{trust}/unreached/{task}", access=_AT_TRUST)
def see_to_at_trust(staff: TrustAccess, task: str) -> Response:
    return _seen_to(_at_trust(staff), task)


def _at_school(staff: SchoolAccess) -> _Here:
    home = PlaceKind.SCHOOL.path(staff.school)
    return _Here(staff, staff.school, home, staff.may(Permission.READ_PEOPLE))


def _at_trust(staff: TrustAccess) -> _Here:
    home = PlaceKind.TRUST.path(staff.trust)
    return _Here(staff, staff.trust, home, staff.may(Permission.MANAGE_TRUST))


def _shown(here: _Here, task: str) -> Response:
    found = _mine(here, task)
    return _page(here, found, SeenToForm.blank()) if found else redirect(here.home)


def _seen_to(here: _Here, task: str) -> Response:
    found, form = _mine(here, task), SeenToForm.read(here.staff.request)
    if found is None:
        return redirect(here.home)
    if form.problems:
        return _page(here, found, form, status=422)
    ended = replace(found, why=f"{found.why} Seen to: {form.did.data}")
    with transaction() as tx:
        tasks.done(tx, here.tenant, ended, by=here.staff.actor)
    return redirect(here.home)


def _mine(here: _Here, task: str) -> Task | None:
    """An open task of this kind that is theirs to do; None for none, or one that has ended.

    Raises NotFound for one that is somebody else's, or of another kind.
    """
    found = tasks.find_open(here.tenant, task)
    if found is None:
        return None
    if found.kind != UNREACHED or not found.is_for(here.staff.person, frozenset(here.staff.roles)):
        raise NotFound
    return found


def _page(here: _Here, found: Task, form: SeenToForm, *, status: int = 200) -> Response:
    kind, _, whose = found.about.partition("/")
    return page(
        "people/unreached",
        status,
        home=here.home,
        task=found,
        form=form,
        person=whose if kind == "person" and here.may_open_people else "",
    )
