"""Reports of the open form that came in a flood: read here, let through or discarded one by one."""

from chalicelib import ids
from chalicelib.errors import NotFound
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.incidents import service
from chalicelib.incidents.forms.holding import DiscardForm
from chalicelib.incidents.held import Held
from chalicelib.incidents.model.report import answers
from chalicelib.incidents.service import holding
from chalicelib.incidents.web import log, paths
from chalicelib.incidents.web.blueprint import pages
from chalicelib.web import Response, page, redirect

_REASONS = {"flood": "more came than usual", "filled": "may have been sent by a machine"}
READ, WORK = school(Permission.READ_INCIDENTS), school(Permission.WORK_INCIDENTS)


@pages.get("/s/{school}/incidents/held", access=READ)
def waiting(staff: SchoolAccess) -> Response:
    return page(
        "incidents/held/index",
        waiting=[_shown(each) for each in holding.waiting(staff.school, reader=staff)],
        discarded=[_shown(each) for each in holding.discarded(staff.school, reader=staff)],
        reasons=_REASONS,
        done=staff.request.query.get("done", ""),
        here=paths.held(staff.school),
        tabs_=log.tabs(staff, "held") if staff.may(Permission.READ_LOG) else [],
        may_release=staff.may(Permission.WORK_INCIDENTS),
    )


@pages.post("/s/{school}/incidents/held/{incident}/release", access=WORK)
def release(staff: SchoolAccess, incident: str) -> Response:
    released = holding.release(staff.school, _id(incident), by=_by(staff), reader=staff)
    return redirect(paths.held(staff.school) + ("?done=released" if released else ""))


@pages.get("/s/{school}/incidents/held/{incident}/discard", access=WORK)
def ask_why(staff: SchoolAccess, incident: str) -> Response:
    return _ask(staff, incident, DiscardForm.blank())


@pages.post("/s/{school}/incidents/held/{incident}/discard", access=WORK)
def discard(staff: SchoolAccess, incident: str) -> Response:
    form = DiscardForm.read(staff.request)
    if form.problems:
        return _ask(staff, incident, form, status=422)
    gone = holding.discard(
        staff.school, _id(incident), why=form.why.data, by=_by(staff), reader=staff
    )
    return redirect(paths.held(staff.school) + ("?done=discarded" if gone else ""))


def _ask(staff: SchoolAccess, incident: str, form: DiscardForm, *, status: int = 200) -> Response:
    readable = holding.waiting(staff.school, reader=staff)
    found = next((each for each in readable if each.id == _id(incident)), None)
    if found is None:
        raise NotFound
    return page(
        "incidents/held/discard",
        status,
        form=form,
        held=_shown(found),
        here=paths.held(staff.school),
    )


def _shown(each: Held) -> dict[str, object]:
    return {
        "id": each.id,
        "reference": each.reference,
        "at": each.at,
        "why": each.why,
        "urgent": each.report.urgent,
        "answers": answers(each.report),
        "discarded": each.discarded,
    }


def _id(incident: str) -> str:
    if not ids.is_record(incident):
        raise NotFound
    return incident


def _by(staff: SchoolAccess) -> service.Reporter:
    return service.Reporter(staff.person, staff.person_name, staff.school_name)
