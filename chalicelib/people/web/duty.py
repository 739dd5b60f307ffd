"""Who is on duty now and next, and saying who is away (S95, features 4.5 and 9.6)."""

from datetime import date

from chalicelib import clock
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import DUTY_ORDER, Permission, Role
from chalicelib.ids import PersonId
from chalicelib.people import duty
from chalicelib.people.forms import AbsenceForm, OwnAbsenceForm, people_on
from chalicelib.web import Pages, Response, navigation, page, redirect

pages = Pages(__name__)
navigation.register(navigation.Entry("Duty", "/s/{school}/duty", Permission.READ_DUTY, order=70))


@pages.get("/s/{school}/duty", access=school(Permission.READ_DUTY))
def show(staff: SchoolAccess) -> Response:
    found = duty.rota(staff.school, clock.now())
    return page(
        "people/duty",
        school=staff.school,
        rota=found,
        starting=duty.start_said,
        ending=duty.end_said,
        me=staff.person,
        away_today=_AWAY_TODAY.get(staff.request.query.get("done", ""), ""),
        plan_missing=not found.team.plan.has_out_of_hours,
        may_plan=staff.may(Permission.READ_SETTINGS),
        now_is=found.team.when if found.team.plan.needs_calendar else "",
        may_set=staff.may(Permission.SET_ABSENCE),
        may_set_own=staff.may(Permission.SET_OWN_ABSENCE),
    )


_AWAY_TODAY = {
    "away": "Saved. Alerts go to the next person from now on, until the end of today.",
    "phone": "Your phone is set.",
    "calendar": "The days in your calendar on which you are away are saved.",
}


@pages.post("/s/{school}/duty/today", access=school(Permission.SET_OWN_ABSENCE))
def away_today(staff: SchoolAccess) -> Response:
    """One press: away for the rest of today (4.5)."""
    return _today(staff, staff.person)


@pages.post("/s/{school}/duty/absences/{person}/today", access=school(Permission.SET_ABSENCE))
def somebody_away_today(staff: SchoolAccess, person: str) -> Response:
    """One press of the office's: somebody has called in ill."""
    return _today(staff, PersonId(person))


def _today(staff: SchoolAccess, person: PersonId) -> Response:
    today = clock.today()
    try:
        duty.set_absence(staff.school, person, first_on=today, last_on=today, by=staff.actor)
    except Invalid as e:
        raise Conflict(f"{next(iter(e.fields.values()))[0]}.") from e
    return redirect(f"/s/{staff.school}/duty?done=away")


@pages.get("/s/{school}/duty/away", access=school(Permission.SET_OWN_ABSENCE))
def show_own(staff: SchoolAccess) -> Response:
    return page("people/own_absence", school=staff.school, form=OwnAbsenceForm.blank())


@pages.post("/s/{school}/duty/away", access=school(Permission.SET_OWN_ABSENCE))
def set_own(staff: SchoolAccess) -> Response:
    form = OwnAbsenceForm.read(staff.request)
    if _saved(staff, form, staff.person):
        return redirect(f"/s/{staff.school}/duty")
    return page("people/own_absence", school=staff.school, form=form, status=422)


@pages.post("/s/{school}/duty/away/{absence}/end", access=school(Permission.SET_OWN_ABSENCE))
def end_own(staff: SchoolAccess, absence: str) -> Response:
    if duty.found(staff.school, absence).person != staff.person:
        raise NotFound
    duty.end_absence(staff.school, absence, by=staff.actor)
    return redirect(f"/s/{staff.school}/duty")


@pages.get("/s/{school}/duty/absences", access=school(Permission.SET_ABSENCE))
def show_absence(staff: SchoolAccess) -> Response:
    form = AbsenceForm.blank(options=people_on(_on_duty_list(staff)))
    return page("people/absence", school=staff.school, form=form)


@pages.post("/s/{school}/duty/absences", access=school(Permission.SET_ABSENCE))
def set_absence(staff: SchoolAccess) -> Response:
    form = AbsenceForm.read(staff.request, options=people_on(_on_duty_list(staff)))
    if _saved(staff, form, PersonId(form.person.data or "")):
        return redirect(f"/s/{staff.school}/duty")
    return page("people/absence", school=staff.school, form=form, status=422)


@pages.post("/s/{school}/duty/absences/{absence}/end", access=school(Permission.SET_ABSENCE))
def end_absence(staff: SchoolAccess, absence: str) -> Response:
    duty.end_absence(staff.school, absence, by=staff.actor)
    return redirect(f"/s/{staff.school}/duty")


def _saved(staff: SchoolAccess, form: OwnAbsenceForm, person: PersonId) -> bool:
    """Save the absence, or put what speaks against it on the form."""
    if form.problems:
        return False
    first_on, last_on = _days(form)
    try:
        duty.set_absence(staff.school, person, first_on=first_on, last_on=last_on, by=staff.actor)
    except Invalid as e:
        form.refuse_all(e.fields)
    return not form.problems


def _days(form: OwnAbsenceForm) -> tuple[date, date]:
    return form.first_on.data, form.last_on.data


def _on_duty_list(staff: SchoolAccess) -> list[Member]:
    """Those whose absence matters to alerts and reports."""
    return [each for each in identity.members(staff.school) if each.roles & _TOLD]


_TOLD = frozenset({*DUTY_ORDER, Role.ONLINE_SAFETY_LEAD})
