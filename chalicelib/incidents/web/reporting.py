"""The report form, page by page. Every page is saved before it is judged, so nothing is lost.

On a device that only reports (S71) a report is shown to the session that began it and to no other,
not even to the next one there; what a later one sends is kept, for a device of the school's own.
"""

from typing import cast

from chalicelib import ids
from chalicelib.errors import NotFound
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.incidents import service
from chalicelib.incidents.forms.draft import Draft, Step
from chalicelib.incidents.forms.reporting import CheckForm, WhenForm
from chalicelib.incidents.model.routing import named_readers
from chalicelib.incidents.types import CURRENT
from chalicelib.incidents.web import paths
from chalicelib.incidents.web.blueprint import pages
from chalicelib.web import Response, page, redirect
from chalicelib.web.forms import Form

REPORT = school(Permission.SUBMIT_INCIDENT)


@pages.get("/s/{school}/incidents/new", access=REPORT)
def start(staff: SchoolAccess) -> Response:
    """Mints the record's id; offers what was left unfinished first."""
    fresh = paths.step(staff.school, ids.new(), Step.WHAT)
    found = [
        (each, Draft(each.fields))
        for each in service.drafting.unfinished(staff.school, staff.actor)
    ]
    unfinished = [
        (each.saved_at, _resume(staff, each.key, typed))
        for each, typed in found
        if _may_read(staff, typed)
    ]
    if not unfinished:
        return redirect(fresh)
    return page("incidents/unfinished", fresh=fresh, unfinished=unfinished)


@pages.get("/s/{school}/incidents/new/for-somebody", access=REPORT)
def start_for_another(staff: SchoolAccess) -> Response:
    """A telephone call, a paper form: who told comes before what happened."""
    return redirect(paths.step(staff.school, ids.new(), Step.BEHALF))


@pages.get("/s/{school}/incidents/new/{draft}/{step}", access=REPORT)
def show(staff: SchoolAccess, draft: str, step: str) -> Response:
    at = _step(draft, step)
    typed = _typed(staff, draft, at)
    if typed is None:
        return _sent(staff, draft)
    if not _may_read(staff, typed):
        return page("incidents/report/elsewhere", school=staff.school)
    if not _reachable(typed, at):
        return redirect(paths.step(staff.school, draft, typed.next))
    offered = {"reporter_name": staff.person_name} if at is Step.CHECK else {}
    return _page(staff, draft, at, typed, typed.shown(at, **offered))


@pages.post("/s/{school}/incidents/new/{draft}/{step}", access=REPORT)
def send(staff: SchoolAccess, draft: str, step: str) -> Response:
    at = _step(draft, step)
    typed = _typed(staff, draft, at)
    if typed is None:
        return redirect(_after(staff, draft))
    if not _reachable(typed, at):
        return redirect(paths.step(staff.school, draft, typed.next))
    form = typed.read(at, staff.request)
    typed = typed.saved(at, form)
    if at is not Step.CHECK or form.problems or "do" in staff.request.form:
        service.drafting.save(staff.school, staff.actor, draft, typed.fields)
        if not _may_read(staff, typed):
            return redirect(paths.step(staff.school, draft, at))
    return _answer(staff, draft, at, typed, form)


@pages.post("/s/{school}/incidents/new/{draft}/discard", access=REPORT)
def discard(staff: SchoolAccess, draft: str) -> Response:
    typed = _typed(staff, draft, Step.WHAT)
    if typed and _may_read(staff, typed):
        service.drafting.discard(staff.school, staff.actor, draft)
    return redirect(_own(staff))


def _answer(staff: SchoolAccess, draft: str, at: Step, typed: Draft, form: Form) -> Response:
    """What follows a saved page: later, another date, its problems, the receipt, the next page."""
    pressed = staff.request.form.get("do", "")
    if pressed == "later":
        return redirect(_own(staff) + "?saved=yes")
    if pressed == "more" and at is Step.WHEN:
        more = cast(WhenForm, typed.shown(at))
        more.occasions.add_row()
        return _page(staff, draft, at, typed, more)
    if form.problems:
        return _page(staff, draft, at, typed, form, status=422)
    if at is Step.CHECK:
        return _submit(staff, draft, typed, cast(CheckForm, form))
    changing = "change" in staff.request.query
    following = typed.next if changing else typed.after(at)
    return redirect(paths.step(staff.school, draft, following))


def _submit(staff: SchoolAccess, draft: str, typed: Draft, form: CheckForm) -> Response:
    by = service.Reporter(staff.person, staff.person_name, staff.school_name)
    service.submit(staff.school, typed.report(form), record=draft, by=by)
    return redirect(_after(staff, draft))


def _sent(staff: SchoolAccess, draft: str) -> Response:
    """What a page of a report leads to that was sent: the receipt, and where nothing may be read
    no more than its reference (S71).
    """
    report = service.own_report(staff.school, staff.person, draft)
    if report and staff.only_reports:
        return page("incidents/report/sent", school=staff.school, reference=report.reference)
    return redirect(paths.receipt(staff.school, draft))


def _after(staff: SchoolAccess, draft: str) -> str:
    """Where somebody goes who has sent a report."""
    if staff.only_reports:
        return paths.step(staff.school, draft, Step.CHECK)
    return paths.receipt(staff.school, draft)


def _out(staff: SchoolAccess) -> str:
    """Where one goes back to from a report's first page."""
    return "/account/device" if staff.only_reports else paths.own_reports(staff.school)


def _own(staff: SchoolAccess) -> str:
    """Where one's unfinished reports are listed."""
    if staff.only_reports:
        return f"{paths.log(staff.school)}/new"
    return paths.own_reports(staff.school)


def _may_read(staff: SchoolAccess, typed: Draft) -> bool:
    return not staff.only_reports or typed.begun_in == staff.session.id


def _step(draft: str, step: str) -> Step:
    if not ids.is_record(draft) or step not in {*Step}:
        raise NotFound
    return Step(step)


def _typed(staff: SchoolAccess, draft: str, at: Step) -> Draft | None:
    """What was typed so far; None once the report was submitted (the way back leads there)."""
    fields = service.drafting.load(staff.school, staff.actor, draft)
    if fields is not None:
        return Draft(fields)
    if service.own_report(staff.school, staff.person, draft):
        return None
    begun = Draft({}).beginning_in(staff.session.id)
    return begun.begun_for_another() if at is Step.BEHALF else begun


def _reachable(typed: Draft, at: Step) -> bool:
    """Pages are filled in order, so that no guard can be stepped over; going back is free."""
    return at in typed.steps and typed.steps.index(at) <= typed.steps.index(typed.next)


def _page(
    staff: SchoolAccess, draft: str, at: Step, typed: Draft, form: Form, *, status: int = 200
) -> Response:
    before = typed.before(at)
    changing = "change" in staff.request.query and at is not Step.CHECK
    back = paths.step(staff.school, draft, Step.CHECK if changing else before or at)
    number = typed.steps.index(at) + 1
    return page(
        f"incidents/report/{at}",
        status,
        form=form,
        typed=typed,
        catalogue=CURRENT,
        sections=CURRENT.sections,
        guards=typed.guards,
        school=staff.school,
        action=paths.step(staff.school, draft, at, change=changing),
        back=back if before or changing else _out(staff),
        number=number,
        of=len(typed.steps),
        change={each.value: paths.step(staff.school, draft, each, change=True) for each in Step},
        for_somebody=f"{paths.log(staff.school)}/new/for-somebody" if number == 1 else "",
        **(_told(staff, typed) if at is Step.CHECK else {}),
    )


def _told(staff: SchoolAccess, typed: Draft) -> dict[str, object]:
    """Who will be told, and which of them the reporter has named as staff: by asking, not guessing,
    are they kept from what is about them (1.17).
    """
    report = typed.preview()
    to = service.route_of(staff.school, report)
    named = () if to.matter.about_staff else named_readers(report, to.told)
    names = [each.name for each in named]
    return {"to": to, "named": names, "trust": bool(staff.trust)}


def _resume(staff: SchoolAccess, draft: str, typed: Draft) -> dict[str, object]:
    nature = [CURRENT.label(key) for key in typed.what.types.data or ()]
    return {
        "nature": nature,
        "href": paths.step(staff.school, draft, typed.next),
        "discard": f"{paths.log(staff.school)}/new/{draft}/discard",
    }
