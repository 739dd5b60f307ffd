"""Working on a record. Each page says what it was showing; if the record moved on meanwhile, it is
shown again with what happened since and everything that was typed.
"""

from collections.abc import Callable
from typing import Any, cast

from chalicelib import ids
from chalicelib.errors import Conflict, NotFound
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.incidents import service
from chalicelib.incidents.forms.correcting import CORRECTIONS, corrected, values_of
from chalicelib.incidents.forms.handling import (
    AcknowledgeForm,
    ActionsForm,
    CloseForm,
    NoteForm,
    RecordForm,
    ReopenForm,
    SummaryForm,
    actions_values,
    people_form,
)
from chalicelib.incidents.model.actions import Action, advised, label
from chalicelib.incidents.model.record import Outcome
from chalicelib.incidents.service import Sight, Stored
from chalicelib.incidents.types import CURRENT
from chalicelib.incidents.web import chronology, paths
from chalicelib.incidents.web.blueprint import pages
from chalicelib.web import Response, page, redirect

WORK = school(Permission.WORK_INCIDENTS)
Save = Callable[[Sight], None]
_ACTIONS = {"note": "/notes"}


@pages.post("/s/{school}/incidents/{incident}/acknowledge", access=WORK)
def acknowledge(staff: SchoolAccess, incident: str) -> Response:
    form = AcknowledgeForm.read(staff.request)
    try:
        service.acknowledge(staff.school, _id(incident), _sight(staff, form))
    except service.Changed:
        return redirect(_back(staff, incident, "changed"))
    return redirect(_back(staff, incident, "acknowledged"))


@pages.post("/s/{school}/incidents/{incident}/notes", access=WORK)
def note(staff: SchoolAccess, incident: str) -> Response:
    form = NoteForm.read(staff.request)
    return _save(
        staff,
        incident,
        "note",
        form,
        lambda sight: service.note(staff.school, incident, sight, form.note.data),
        anchor="chronology",
    )


@pages.get("/s/{school}/incidents/{incident}/actions", access=WORK)
def show_actions(staff: SchoolAccess, incident: str) -> Response:
    stored = _open(staff, incident)
    values = actions_values(stored.incident, staff.person_name)
    return _page(staff, stored, "actions", ActionsForm.blank(seen=str(stored.seen), **values))


@pages.post("/s/{school}/incidents/{incident}/actions", access=WORK)
def record_actions(staff: SchoolAccess, incident: str) -> Response:
    form = ActionsForm.read(staff.request)
    return _save(
        staff,
        incident,
        "actions",
        form,
        lambda sight: service.record_actions(staff.school, incident, sight, form.taken()),
        anchor="actions",
    )


@pages.get("/s/{school}/incidents/{incident}/people", access=WORK)
def show_people(staff: SchoolAccess, incident: str) -> Response:
    stored = _open(staff, incident)
    people = stored.incident.report.people
    values: dict[str, Any] = {p.key: list(stored.incident.marks_of(p.key)) for p in people}
    form = people_form(people).blank(seen=str(stored.seen), **values)
    return _page(staff, stored, "people", form)


@pages.post("/s/{school}/incidents/{incident}/people", access=WORK)
def mark_people(staff: SchoolAccess, incident: str) -> Response:
    people = _peek(staff, incident).incident.report.people
    form = people_form(people).read(staff.request)
    return _save(
        staff,
        incident,
        "people",
        form,
        lambda sight: service.mark_people(staff.school, incident, sight, form.marks(people)),
        anchor="people",
    )


@pages.get("/s/{school}/incidents/{incident}/summary", access=WORK)
def show_summary(staff: SchoolAccess, incident: str) -> Response:
    stored = _open(staff, incident)
    form = SummaryForm.blank(seen=str(stored.seen), summary=stored.incident.summary or None)
    return _page(staff, stored, "summary", form)


@pages.post("/s/{school}/incidents/{incident}/summary", access=WORK)
def summarise(staff: SchoolAccess, incident: str) -> Response:
    form = SummaryForm.read(staff.request)
    return _save(
        staff,
        incident,
        "summary",
        form,
        lambda sight: service.summarise(staff.school, incident, sight, form.summary.data),
        anchor="summary",
    )


@pages.get("/s/{school}/incidents/{incident}/close", access=WORK)
def show_close(staff: SchoolAccess, incident: str) -> Response:
    stored = _open(staff, incident)
    form = CloseForm.blank(seen=str(stored.seen), summary=stored.incident.summary or None)
    return _page(staff, stored, "close", form)


@pages.post("/s/{school}/incidents/{incident}/close", access=WORK)
def close(staff: SchoolAccess, incident: str) -> Response:
    form = CloseForm.read(staff.request)
    return _save(
        staff,
        incident,
        "close",
        form,
        lambda sight: service.close(
            staff.school,
            incident,
            sight,
            outcome=Outcome(form.outcome.data),
            reasons=form.reasons.data,
            summary=form.summary.data,
        ),
        done="closed",
    )


@pages.get("/s/{school}/incidents/{incident}/reopen", access=WORK)
def show_reopen(staff: SchoolAccess, incident: str) -> Response:
    stored = _peek(staff, incident)
    return _page(staff, stored, "reopen", ReopenForm.blank(seen=str(stored.seen)))


@pages.post("/s/{school}/incidents/{incident}/reopen", access=WORK)
def reopen(staff: SchoolAccess, incident: str) -> Response:
    form = ReopenForm.read(staff.request)
    return _save(
        staff,
        incident,
        "reopen",
        form,
        lambda sight: service.reopen(staff.school, incident, sight, form.why.data),
        done="reopened",
    )


@pages.get("/s/{school}/incidents/{incident}/correct/{part}", access=WORK)
def show_correct(staff: SchoolAccess, incident: str, part: str) -> Response:
    if part not in CORRECTIONS:
        raise NotFound
    stored = _open(staff, incident)
    form = CORRECTIONS[part].blank(seen=str(stored.seen), **values_of(stored.incident.report, part))
    return _page(staff, stored, f"correct_{part}", form)


@pages.post("/s/{school}/incidents/{incident}/correct/{part}", access=WORK)
def correct(staff: SchoolAccess, incident: str, part: str) -> Response:
    if part not in CORRECTIONS:
        raise NotFound
    form = CORRECTIONS[part].read(staff.request)
    return _save(
        staff,
        incident,
        f"correct_{part}",
        form,
        lambda sight: service.correct(
            staff.school, incident, sight, lambda now: corrected(now, form), form.why.data
        ),
        done="corrected",
    )


def _save(
    staff: SchoolAccess,
    incident: str,
    name: str,
    form: RecordForm,
    save: Save,
    *,
    done: str = "saved",
    anchor: str = "",
) -> Response:
    """Save and go back to the record, or show the page again with what stands in the way."""
    if form.problems:
        return _page(staff, _peek(staff, incident), name, form, status=422)
    try:
        save(_sight(staff, form))
    except service.Changed as changed:
        form.look_again(changed.stored.seen)
        since = chronology.moments(changed.since)
        return _page(staff, changed.stored, name, form, status=409, since=since)
    return redirect(_back(staff, incident, done, anchor))


def _page(
    staff: SchoolAccess,
    stored: Stored,
    name: str,
    form: RecordForm,
    *,
    status: int = 200,
    since: tuple[chronology.Moment, ...] = (),
) -> Response:
    record = stored.incident
    advice = advised(record.report)
    return page(
        f"incidents/work/{name}",
        status,
        school=staff.school,
        record=record,
        form=form,
        since=since,
        here=paths.record(staff.school, record.id),
        action=_ACTIONS.get(name, f"/{name.replace('_', '/')}"),
        actions=[(each, label(each)) for each in Action],
        advised=advice,
        advised_open=[(a, label(a)) for a in advice if not record.action(a).decided],
        catalogue=CURRENT,
        sections=CURRENT.sections,
    )


def _peek(staff: SchoolAccess, incident: str) -> Stored:
    return service.peek(staff.school, _id(incident), reader=staff)


def _open(staff: SchoolAccess, incident: str) -> Stored:
    """The record, for a page whose form only makes sense while it is open."""
    stored = _peek(staff, incident)
    if not stored.incident.is_open:
        raise Conflict("This record is closed. Open it again first, with the reason.")
    return stored


def _id(incident: str) -> str:
    if not ids.is_record(incident):
        raise NotFound
    return incident


def _sight(staff: SchoolAccess, form: RecordForm) -> Sight:
    return Sight(
        staff.person,
        staff.person_name,
        seen=form.seen_events,
        form=cast(str, form.once.data),
        roles=staff.roles,
    )


def _back(staff: SchoolAccess, incident: str, done: str, anchor: str = "") -> str:
    mark = f"#{anchor}" if anchor else ""
    return f"{paths.record(staff.school, incident)}?done={done}{mark}"
