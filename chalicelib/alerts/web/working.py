"""Taking alerts in hand, noting what was done, and closing them, one by one or many at once."""

from chalicelib.alerts.forms import CloseForm
from chalicelib.alerts.inbox_forms import KeepForm, ManyForm
from chalicelib.alerts.model import NotPossible, Outcome
from chalicelib.alerts.service import inbox, working
from chalicelib.alerts.web import paths
from chalicelib.alerts.web.blueprint import pages
from chalicelib.alerts.web.hand import hand
from chalicelib.alerts.web.inbox import listed, opened
from chalicelib.errors import Conflict
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.web import Response, page, redirect

WORK = school(Permission.WORK_ALERTS)


@pages.post("/s/{school}/alerts", access=WORK)
def many(staff: SchoolAccess) -> Response:
    """Several of one list: taken in hand, or closed as the same thing with the same note (4.10)."""
    form = ManyForm.read(staff.request)
    if form.problems:
        return listed(staff, form, status=422)
    wanted, here = form.alerts.data, paths.inbox(staff.school)
    back = f"{here}?list={form.list.data or 'waiting'}"
    if form.do.data == "take":
        count = working.take_all(staff.school, wanted, by=hand(staff))
        return redirect(f"{back}&done=took-{count}")
    outcome = Outcome(form.do.data)
    count = working.close_all(staff.school, wanted, outcome, form.note.data, by=hand(staff))
    return redirect(f"{back}&done=closed-{count}")


@pages.post("/s/{school}/alerts/{alert}/acknowledge", access=WORK)
def acknowledge(staff: SchoolAccess, alert: str) -> Response:
    try:
        working.acknowledge(staff.school, alert, by=hand(staff))
    except Conflict:
        return redirect(f"{paths.alert(staff.school, alert)}?done=taken")
    return redirect(f"{paths.alert(staff.school, alert)}?done=acknowledged")


@pages.post("/s/{school}/alerts/{alert}/keep", access=WORK)
def keep(staff: SchoolAccess, alert: str) -> Response:
    form = KeepForm.read(staff.request)
    if form.problems:
        return opened(staff, alert, form, status=422)
    try:
        working.keep(staff.school, alert, form.note.data, by=hand(staff))
    except Conflict:
        return redirect(f"{paths.alert(staff.school, alert)}?done=taken")
    return redirect(f"{paths.alert(staff.school, alert)}?done=kept")


@pages.get("/s/{school}/alerts/{alert}/close", access=WORK)
def show_close(staff: SchoolAccess, alert: str) -> Response:
    return _page(staff, alert, CloseForm.blank())


@pages.post("/s/{school}/alerts/{alert}/close", access=WORK)
def close(staff: SchoolAccess, alert: str) -> Response:
    form = CloseForm.read(staff.request)
    if form.problems:
        return _page(staff, alert, form, status=422)
    outcome = Outcome(form.outcome.data)
    try:
        working.close(staff.school, alert, outcome, form.note.data, by=hand(staff))
    except NotPossible:
        return redirect(f"{paths.alert(staff.school, alert)}?done=taken")
    return redirect(f"{paths.alert(staff.school, alert)}?done=closed")


def _page(staff: SchoolAccess, alert: str, form: CloseForm, *, status: int = 200) -> Response:
    return page(
        "alerts/close",
        status=status,
        school=staff.school,
        here=paths.alert(staff.school, alert),
        alert=inbox.peek(staff.school, alert, by=hand(staff)),
        form=form,
    )
