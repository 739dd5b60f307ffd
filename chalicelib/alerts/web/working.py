"""Taking an alert in hand, and closing it."""

from chalicelib.alerts.forms import CloseForm
from chalicelib.alerts.model import NotPossible, Outcome
from chalicelib.alerts.service import inbox
from chalicelib.alerts.service.inbox import Hand
from chalicelib.alerts.web import paths
from chalicelib.alerts.web.blueprint import pages
from chalicelib.errors import Conflict
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.web import Response, page, redirect

WORK = school(Permission.WORK_ALERTS)


@pages.post("/s/{school}/alerts/{alert}/acknowledge", access=WORK)
def acknowledge(staff: SchoolAccess, alert: str) -> Response:
    try:
        inbox.acknowledge(staff.school, alert, by=_hand(staff))
    except Conflict:
        return redirect(f"{paths.alert(staff.school, alert)}?done=taken")
    return redirect(f"{paths.alert(staff.school, alert)}?done=acknowledged")


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
        inbox.close(staff.school, alert, outcome, form.note.data, by=_hand(staff))
    except NotPossible:
        return redirect(f"{paths.alert(staff.school, alert)}?done=taken")
    return redirect(f"{paths.alert(staff.school, alert)}?done=closed")


def _page(staff: SchoolAccess, alert: str, form: CloseForm, *, status: int = 200) -> Response:
    return page(
        "alerts/close",
        status=status,
        school=staff.school,
        here=paths.alert(staff.school, alert),
        alert=inbox.peek(staff.school, alert, by=staff.actor),
        form=form,
    )


def _hand(staff: SchoolAccess) -> Hand:
    return Hand(staff.person, staff.person_name)
