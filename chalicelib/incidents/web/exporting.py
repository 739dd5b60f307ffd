"""Taking something away: for whom and why is asked, and who one is was proven just now (R16)."""

from typing import cast
from urllib.parse import parse_qsl

from chalicelib import ids
from chalicelib.errors import NotFound
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.incidents import service
from chalicelib.incidents.exports import asking
from chalicelib.incidents.forms.exporting import WHOLE, CaseForm, LogForm, copies
from chalicelib.incidents.model.record import Incident
from chalicelib.incidents.web import paths
from chalicelib.incidents.web.addresses import query_of, search_of
from chalicelib.incidents.web.blueprint import pages
from chalicelib.incidents.web.log import asked
from chalicelib.web import Response, page, redirect
from chalicelib.web.http import Values

EXPORT = school(Permission.EXPORT_INCIDENTS, fresh=True)


@pages.get("/s/{school}/incidents/export", access=EXPORT)
def show_log(staff: SchoolAccess) -> Response:
    query = query_of(staff.school, search_of(staff.school, staff.request.query))
    return _log_page(staff, LogForm.blank(view=query))


@pages.post("/s/{school}/incidents/export", access=EXPORT)
def take_log(staff: SchoolAccess) -> Response:
    form = LogForm.read(staff.request)
    if form.problems:
        return _log_page(staff, form, status=422)
    wanted = search_of(staff.school, Values(parse_qsl((form.view.data or "").lstrip("?"))))
    given = asking.log(
        staff.school, wanted, form.purpose(), reader=staff, form=cast(str, form.once.data)
    )
    return redirect(paths.document(staff.school, given.job))


@pages.get("/s/{school}/incidents/{incident}/export", access=EXPORT)
def show_case(staff: SchoolAccess, incident: str) -> Response:
    record = service.peek(staff.school, _id(incident), reader=staff).incident
    return _case_page(staff, record, CaseForm.blank(options=copies(record), copy=WHOLE))


@pages.post("/s/{school}/incidents/{incident}/export", access=EXPORT)
def take_case(staff: SchoolAccess, incident: str) -> Response:
    record = service.peek(staff.school, _id(incident), reader=staff).incident
    form = CaseForm.read(staff.request, options=copies(record))
    if form.problems:
        return _case_page(staff, record, form, status=422)
    given = asking.case(
        staff.school,
        _id(incident),
        form.purpose(),
        reader=staff,
        name=staff.person_name,
        form=cast(str, form.once.data),
    )
    there = paths.document(staff.school, given.job)
    if not form.purpose().locked:
        return redirect(there)
    return page(
        "incidents/export/password",
        key=given.key,
        shown_before=given.shown_before,
        to=form.to.data,
        there=there,
        back=paths.record(staff.school, incident),
    )


def _case_page(
    staff: SchoolAccess, record: Incident, form: CaseForm, *, status: int = 200
) -> Response:
    return page(
        "incidents/export/case",
        status,
        form=form,
        record=record,
        here=paths.record(staff.school, record.id),
    )


def _log_page(staff: SchoolAccess, form: LogForm, *, status: int = 200) -> Response:
    query = form.view.data or ""
    wanted = search_of(staff.school, Values(parse_qsl(query.lstrip("?"))))
    return page(
        "incidents/export/log",
        status,
        form=form,
        asked=asked(staff, wanted),
        chosen=wanted.status,
        here=paths.log(staff.school),
        back=paths.log(staff.school) + query_of(staff.school, wanted),
    )


def _id(incident: str) -> str:
    if not ids.is_record(incident):
        raise NotFound
    return incident
