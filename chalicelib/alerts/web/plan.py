"""The duty plan: who is told of what, and what happens when the school is closed (R-DFE 8)."""

from chalicelib.alerts.facts import Severity
from chalicelib.alerts.plan_forms import PlanForm, answers_of, offered
from chalicelib.alerts.themes import named
from chalicelib.alerts.web.blueprint import pages
from chalicelib.errors import Conflict, Invalid
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.people.plan import service
from chalicelib.people.plan.model import After, Outside
from chalicelib.tenancy import settings
from chalicelib.web import Response, page, redirect, words


@pages.get("/s/{school}/duty/plan", access=school(Permission.READ_SETTINGS))
def show_plan(staff: SchoolAccess) -> Response:
    plan = service.current(staff.school)
    members: dict[str, str] = {each.person: each.name for each in identity.members(staff.school)}
    return page(
        "alerts/plan/show",
        school=staff.school,
        plan=plan,
        urgent=[step.label for step in plan.urgent],
        usual=[step.label for step in plan.usual],
        about_staff=[step.label for step in plan.staff],
        first=[(named(theme).label, step.label) for theme, step in plan.first.items()],
        at_once=words.listed(each.value for each in Severity if each in plan.at_once),
        evenings=_said(plan.evenings, members),
        holidays=_said(plan.holidays, members),
        minutes=settings.read(staff.school).acknowledge_minutes,
        may_change=staff.may(Permission.MANAGE_SETTINGS),
        done="done" in staff.request.query,
        versions=service.versions(staff.school),
    )


@pages.get("/s/{school}/duty/plan/change", access=school(Permission.MANAGE_SETTINGS))
def show_change(staff: SchoolAccess) -> Response:
    members = identity.members(staff.school)
    plan = service.current(staff.school)
    return _form(staff, PlanForm.blank(options=offered(members), **answers_of(plan)))


@pages.post("/s/{school}/duty/plan/change", access=school(Permission.MANAGE_SETTINGS))
def change(staff: SchoolAccess) -> Response:
    form = PlanForm.read(staff.request, options=offered(identity.members(staff.school)))
    if not form.problems:
        version = int(form.version.data) if str(form.version.data or "").isdecimal() else 0
        try:
            service.save(staff.school, form.plan(), version=version, by=staff.actor)
            return redirect(f"/s/{staff.school}/duty/plan?done=1")
        except Invalid as e:
            form.refuse_all(e.fields)
        except Conflict:
            form.refuse("", "Somebody else changed the plan meanwhile. Open it again to see theirs")
    return _form(staff, form, status=422)


def _said(outside: Outside, members: dict[str, str]) -> str:
    if outside.mode is not After.NAMED:
        return outside.mode.label
    names = words.listed(members[each] for each in outside.people if each in members)
    return f"{names or 'Nobody who still works here'} first, then the others in the usual order"


def _form(staff: SchoolAccess, form: PlanForm, *, status: int = 200) -> Response:
    return page("alerts/plan/change", status=status, school=staff.school, form=form)
