"""Working on a record: its actions, people, summary, end, and the corrections of its report."""

from typing import Any

from chalicelib.errors import Conflict, NotFound
from chalicelib.identity.access import SchoolAccess
from chalicelib.ids import SchoolId
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
from chalicelib.incidents.model.actions import AUTHORITY, Action, advised, label
from chalicelib.incidents.model.record import Outcome
from chalicelib.incidents.service import Stored
from chalicelib.incidents.service import case as cases
from chalicelib.incidents.types import CURRENT
from chalicelib.incidents.web import chronology, paths
from chalicelib.incidents.web.blueprint import pages
from chalicelib.incidents.web.saving import WORK, Save, back, record_id, save, sight
from chalicelib.tenancy import settings
from chalicelib.web import Response, page, redirect

_ACTIONS = {"note": "/notes"}


@pages.post("/s/{school}/incidents/{incident}/acknowledge", access=WORK)
def acknowledge(staff: SchoolAccess, incident: str) -> Response:
    form = AcknowledgeForm.read(staff.request)
    try:
        service.acknowledge(staff.school, record_id(incident), sight(staff, form))
    except service.Changed:
        return redirect(back(staff, incident, "changed"))
    return redirect(back(staff, incident, "acknowledged"))


@pages.post("/s/{school}/incidents/{incident}/notes", access=WORK)
def note(staff: SchoolAccess, incident: str) -> Response:
    form = NoteForm.read(staff.request)
    return _save(
        staff,
        incident,
        "note",
        form,
        lambda by: service.note(staff.school, incident, by, form.note.data),
        anchor="chronology",
    )


@pages.get("/s/{school}/incidents/{incident}/actions", access=WORK)
def show_actions(staff: SchoolAccess, incident: str) -> Response:
    stored = open_record(staff, incident)
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
        lambda by: service.record_actions(staff.school, incident, by, form.taken()),
        anchor="actions",
    )


@pages.get("/s/{school}/incidents/{incident}/people", access=WORK)
def show_people(staff: SchoolAccess, incident: str) -> Response:
    stored = open_record(staff, incident)
    people = stored.incident.report.people
    values: dict[str, Any] = {p.key: list(stored.incident.marks_of(p.key)) for p in people}
    form = people_form(people).blank(seen=str(stored.seen), **values)
    return _page(staff, stored, "people", form)


@pages.post("/s/{school}/incidents/{incident}/people", access=WORK)
def mark_people(staff: SchoolAccess, incident: str) -> Response:
    people = peek(staff, incident).incident.report.people
    form = people_form(people).read(staff.request)
    return _save(
        staff,
        incident,
        "people",
        form,
        lambda by: service.mark_people(staff.school, incident, by, form.marks(people)),
        anchor="people",
    )


@pages.get("/s/{school}/incidents/{incident}/summary", access=WORK)
def show_summary(staff: SchoolAccess, incident: str) -> Response:
    stored = open_record(staff, incident)
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
        lambda by: service.summarise(staff.school, incident, by, form.summary.data),
        anchor="summary",
    )


@pages.get("/s/{school}/incidents/{incident}/close", access=WORK)
def show_close(staff: SchoolAccess, incident: str) -> Response:
    stored = open_record(staff, incident)
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
        lambda by: service.close(
            staff.school,
            incident,
            by,
            outcome=Outcome(form.outcome.data),
            reasons=form.reasons.data,
            summary=form.summary.data,
        ),
        done="closed",
    )


@pages.get("/s/{school}/incidents/{incident}/reopen", access=WORK)
def show_reopen(staff: SchoolAccess, incident: str) -> Response:
    stored = peek(staff, incident)
    return _page(staff, stored, "reopen", ReopenForm.blank(seen=str(stored.seen)))


@pages.post("/s/{school}/incidents/{incident}/reopen", access=WORK)
def reopen(staff: SchoolAccess, incident: str) -> Response:
    form = ReopenForm.read(staff.request)
    return _save(
        staff,
        incident,
        "reopen",
        form,
        lambda by: service.reopen(staff.school, incident, by, form.why.data),
        done="reopened",
    )


@pages.get("/s/{school}/incidents/{incident}/correct/{part}", access=WORK)
def show_correct(staff: SchoolAccess, incident: str, part: str) -> Response:
    if part not in CORRECTIONS:
        raise NotFound
    stored = open_record(staff, incident)
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
        lambda by: service.correct(
            staff.school, incident, by, lambda now: corrected(now, form), form.why.data
        ),
        done="corrected",
    )


def _save(
    staff: SchoolAccess,
    incident: str,
    name: str,
    form: RecordForm,
    act: Save,
    *,
    done: str = "saved",
    anchor: str = "",
) -> Response:
    def show(*, status: int, since: tuple[chronology.Moment, ...] = ()) -> Response:
        return _page(staff, peek(staff, incident), name, form, status=status, since=since)

    return save(staff, form, act, show, then=back(staff, incident, done, anchor))


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
    ending = name == "close"
    still_open = {action for action in advice if not record.action(action).decided}
    return page(
        f"incidents/work/{name}",
        status,
        school=staff.school,
        record=record,
        form=form,
        since=since,
        here=paths.record(staff.school, record.id),
        action=_ACTIONS.get(name, f"/{name.replace('_', '/')}"),
        actions=labelled(staff.school),
        advised=advice,
        advised_open=[each for each in labelled(staff.school) if each[0] in still_open],
        file=cases.file_of(staff.school, stored, reader=staff) if ending else None,
        catalogue=CURRENT,
        sections=CURRENT.sections,
    )


def labelled(school: SchoolId) -> list[tuple[Action, str]]:
    """The nine actions as this school says them: its own authority is the first of its agencies."""
    agencies = settings.read(school).agencies
    return [(each, label(each, agencies[0] if agencies else AUTHORITY)) for each in Action]


def peek(staff: SchoolAccess, incident: str) -> Stored:
    return service.peek(staff.school, record_id(incident), reader=staff)


def open_record(staff: SchoolAccess, incident: str) -> Stored:
    """The record, for a page whose form only makes sense while it is open."""
    stored = peek(staff, incident)
    if not stored.incident.is_open:
        raise Conflict("This record is closed. Open it again first, with the reason.")
    return stored
