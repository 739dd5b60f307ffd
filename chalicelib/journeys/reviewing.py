"""Records whose time is over, as pages: look at them, keep them, or destroy them, two people each.

A row says which record it is and why it was kept, and nothing of what is in it (R-RET 2).
"""

from chalicelib import audit, clock
from chalicelib.errors import Conflict, Invalid
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.journeys.retained import KINDS
from chalicelib.retention import repository
from chalicelib.retention.forms import CLASSES, DecideForm, GoOnForm, PeriodsForm, StopForm
from chalicelib.retention.model import Act, Review, State
from chalicelib.retention.service import deciding
from chalicelib.web import Pages, Response, page, redirect, typing_in
from chalicelib.web.render import url

pages = Pages(__name__)
REVIEW = school(Permission.REVIEW_RETENTION)
FRESH = school(Permission.REVIEW_RETENTION, fresh=True)
SETTINGS = school(Permission.MANAGE_SETTINGS)

WAITING, PROPOSED, KEPT = "waiting", "proposed", "kept"
_LISTS = {
    WAITING: (frozenset({State.WAITING}), "To be looked at"),
    PROPOSED: (
        frozenset({State.PROPOSED, State.CONFIRMED, State.DESTROYING}),
        "Waiting for a second person",
    ),
    KEPT: (frozenset({State.HELD, State.EXTENDED}), "Held or kept longer"),
}
_AT_ONCE = 100
_DONE = {
    Act.DESTROY: "proposed to be destroyed. A second person has to confirm it",
    Act.EXTEND: "kept longer",
    Act.HOLD: "under a legal hold",
    Act.CONFIRM: "being destroyed. The certificates follow within a few minutes",
    Act.BACK: "waiting to be looked at again",
}


@pages.get("/s/{school}/retention", access=REVIEW)
def show(staff: SchoolAccess) -> Response:
    shown = staff.request.query.get("show", "")
    return _listed(staff, DecideForm.on(shown if shown in _LISTS else WAITING))


def _listed(
    staff: SchoolAccess, form: DecideForm, *, status: int = 200, refused: tuple[str, ...] = ()
) -> Response:
    chosen = form.show.data if form.show.data in _LISTS else WAITING
    audit.viewed(staff.school, by=staff.actor, action="retention.viewed", about="retention/all")
    found = deciding.queue(staff.school, KINDS, staff)
    lists = {name: [each for each in found if _is_in(each, name)] for name in _LISTS}
    here = f"/s/{staff.school}/retention"
    return page(
        "retention/queue",
        status=status,
        school=staff.school,
        form=form,
        show=chosen,
        reviews=lists[chosen][:_AT_ONCE],
        more=max(0, len(lists[chosen]) - _AT_ONCE),
        picked=form.records.typed,
        mine=staff.actor,
        tabs_=[
            (f"{label} ({len(lists[name])})", url(f"{here}?show={name}"), name == chosen)
            for name, (_, label) in _LISTS.items()
        ],
        stopped=repository.stopped(staff.school),
        refused=refused,
        banner_text=_told(staff.request.query.get("done", "")),
        may_change=staff.may(Permission.MANAGE_SETTINGS),
    )


def _is_in(review: Review, name: str) -> bool:
    """Whatever was kept longer until today is to be looked at again."""
    again = review.state is State.EXTENDED and review.is_waiting(clock.today())
    if again:
        return name == WAITING
    return review.state in _LISTS[name][0]


@pages.post("/s/{school}/retention", access=FRESH)
def decide(staff: SchoolAccess) -> Response:
    form = DecideForm.read(staff.request)
    if form.problems:
        return _listed(staff, form, status=422)
    act = Act(form.do.data)
    outcome = deciding.decide(
        staff.school,
        KINDS,
        form.records.data,
        act,
        reader=staff,
        why=form.why.data,
        until=form.until.data,
    )
    if outcome.refused:
        for sentence in outcome.refused:
            form.refuse("", sentence)
        return _listed(staff, form, status=409, refused=outcome.refused)
    return redirect(f"/s/{staff.school}/retention?show={form.show.data}&done={act}-{outcome.done}")


def _told(text: str) -> str:
    """`destroy-3`: what was done to how many."""
    act, _, typed = text.partition("-")
    number = typing_in.whole_number(typed)
    if act not in set(Act) or number is None:
        return ""
    several = "1 record is" if number == 1 else f"{number} records are"
    return f"{several} {_DONE[Act(act)]}."


@pages.get("/s/{school}/retention/destroyed", access=REVIEW)
def destroyed(staff: SchoolAccess) -> Response:
    audit.viewed(
        staff.school, by=staff.actor, action="retention.certificates_viewed", about="retention/all"
    )
    cursor = staff.request.query.get("after", "")
    found, more = deciding.certificates(staff.school, KINDS, staff, cursor=cursor)
    here = f"/s/{staff.school}/retention/destroyed"
    return page(
        "retention/destroyed",
        school=staff.school,
        certificates=found,
        older=url(f"{here}?after={more}") if more else "",
        newest=url(here) if cursor else "",
    )


@pages.get("/s/{school}/retention/stop", access=REVIEW)
def ask_stop(staff: SchoolAccess) -> Response:
    return _stop_page(staff, StopForm.blank(), GoOnForm.blank())


@pages.post("/s/{school}/retention/stop", access=REVIEW)
def stop(staff: SchoolAccess) -> Response:
    """Put everything under a legal hold: at once, by anybody who reviews."""
    form = StopForm.read(staff.request)
    if form.problems:
        return _stop_page(staff, form, GoOnForm.blank(), status=422)
    deciding.stop_everything(staff.school, reader=staff, why=form.why.data)
    return redirect(f"/s/{staff.school}/retention/stop")


@pages.post("/s/{school}/retention/go-on", access=FRESH)
def go_on(staff: SchoolAccess) -> Response:
    form = GoOnForm.read(staff.request)
    if form.problems:
        return _stop_page(staff, StopForm.blank(), form, status=422)
    deciding.go_on(staff.school, reader=staff)
    return redirect(f"/s/{staff.school}/retention/stop")


def _stop_page(
    staff: SchoolAccess, form: StopForm, lift: GoOnForm, *, status: int = 200
) -> Response:
    return page(
        "retention/stop",
        status=status,
        school=staff.school,
        stopped=repository.stopped(staff.school),
        form=lift if lift.problems else form,
        stop_form=form,
        lift=lift,
    )


@pages.get("/s/{school}/retention/periods", access=SETTINGS)
def ask_periods(staff: SchoolAccess) -> Response:
    chosen = repository.periods(staff.school)
    return _periods_page(staff, PeriodsForm.of(chosen.periods, chosen.number))


@pages.post("/s/{school}/retention/periods", access=SETTINGS)
def change_periods(staff: SchoolAccess) -> Response:
    form = PeriodsForm.read(staff.request)
    if form.problems:
        return _periods_page(staff, form, status=422)
    typed = typing_in.whole_number(form.number.data or "")
    number = -1 if typed is None else typed
    now = repository.periods(staff.school)
    if now.periods == form.chosen:
        return redirect(f"/s/{staff.school}/retention/periods?done=saved")  # pressed twice
    try:
        deciding.change_periods(staff.school, form.chosen, number=number, by=staff.actor)
    except Invalid as e:
        form.refuse_all(e.fields)
        return _periods_page(staff, form, status=422)
    except Conflict:
        form.refuse("", "Somebody has changed these since you opened the page. Look at them again.")
        return _periods_page(staff, form, status=409)
    return redirect(f"/s/{staff.school}/retention/periods?done=saved")


def _periods_page(staff: SchoolAccess, form: PeriodsForm, *, status: int = 200) -> Response:
    return page(
        "retention/periods",
        status=status,
        school=staff.school,
        form=form,
        classes=CLASSES,
        may_review=staff.may(Permission.REVIEW_RETENTION),
        saved=staff.request.query.get("done") == "saved" and status == 200,
    )
