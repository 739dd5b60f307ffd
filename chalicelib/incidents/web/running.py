"""Judging how serious a record is, restricting it, and handing it over (2.15, 2.19, 2.20)."""

from chalicelib.errors import Invalid
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess
from chalicelib.ids import SchoolId
from chalicelib.incidents.forms.handling import RecordForm
from chalicelib.incidents.forms.running import HandOverForm, ReadersForm, SeverityForm
from chalicelib.incidents.model.record import Incident
from chalicelib.incidents.model.severity import suggested
from chalicelib.incidents.model.wall import Circle, Wall
from chalicelib.incidents.service import Sight
from chalicelib.incidents.service import running as service
from chalicelib.incidents.web import chronology, paths
from chalicelib.incidents.web.blueprint import pages
from chalicelib.incidents.web.saving import WORK, Save, back, record_id, save
from chalicelib.incidents.web.working import open_record, peek
from chalicelib.web import Response, page
from chalicelib.web.fields import Option


@pages.get("/s/{school}/incidents/{incident}/severity", access=WORK)
def show_severity(staff: SchoolAccess, incident: str) -> Response:
    stored = open_record(staff, incident)
    judged = stored.incident.judged
    form = SeverityForm.blank(
        seen=str(stored.seen),
        severity=stored.incident.severity.severity,
        why=judged.why if judged else None,
    )
    return _page(staff, incident, "severity", form)


@pages.post("/s/{school}/incidents/{incident}/severity", access=WORK)
def judge(staff: SchoolAccess, incident: str) -> Response:
    form = SeverityForm.read(staff.request)
    return _save(
        staff,
        incident,
        "severity",
        form,
        lambda by: service.judge(
            staff.school, record_id(incident), by, form.severity.data, form.why.data
        ),
    )


@pages.get("/s/{school}/incidents/{incident}/readers", access=WORK)
def show_readers(staff: SchoolAccess, incident: str) -> Response:
    stored = open_record(staff, incident)
    wall = stored.incident.wall
    form = ReadersForm.blank(
        options=_offers(staff.school, wall),
        seen=str(stored.seen),
        circle=wall.circle,
        only=sorted(wall.only),
    )
    return _page(staff, incident, "readers", form)


@pages.post("/s/{school}/incidents/{incident}/readers", access=WORK)
def restrict(staff: SchoolAccess, incident: str) -> Response:
    wall = peek(staff, incident).incident.wall
    form = ReadersForm.read(staff.request, options=_offers(staff.school, wall))
    return _save(
        staff,
        incident,
        "readers",
        form,
        lambda by: service.restrict(
            staff.school,
            record_id(incident),
            by,
            circle=Circle(form.circle.data),
            only=form.only.data or (),
            why=form.why.data,
        ),
    )


@pages.get("/s/{school}/incidents/{incident}/hand-over", access=WORK)
def show_hand_over(staff: SchoolAccess, incident: str) -> Response:
    stored = open_record(staff, incident)
    form = HandOverForm.blank(options=_takers(staff.school), seen=str(stored.seen))
    return _page(staff, incident, "hand_over", form)


@pages.post("/s/{school}/incidents/{incident}/hand-over", access=WORK)
def hand_over(staff: SchoolAccess, incident: str) -> Response:
    form = HandOverForm.read(staff.request, options=_takers(staff.school))

    def act(by: Sight) -> None:
        service.hand_over(staff.school, record_id(incident), by, form.to.data, form.why.data)

    return _save(staff, incident, "hand_over", form, act)


def readers_of(school: SchoolId, record: Incident) -> dict[str, str]:
    """The names of whoever the wall names; nothing is read where it names nobody."""
    if not (record.wall.only or record.wall.without):
        return {}
    return {str(each.person): each.name for each in identity.members(school)}


def _offers(school: SchoolId, wall: Wall) -> dict[str, list[Option]]:
    """The circles that may be chosen for it, and everybody at the school."""
    usual = [Circle.ALL, Circle.SAFEGUARDING, Circle.HEAD]
    circles = [wall.circle] if wall.area else list(dict.fromkeys([*usual, wall.circle]))
    people = identity.members(school)
    return {
        "circle": [Option(each, each.label) for each in circles],
        "only": [Option(each.person, each.name, ", ".join(each.role_names)) for each in people],
    }


def _takers(school: SchoolId) -> dict[str, list[Option]]:
    return {"to": [Option(each.person, each.name) for each in service.handlers(school)]}


def _save(staff: SchoolAccess, incident: str, name: str, form: RecordForm, act: Save) -> Response:
    def show(*, status: int, since: tuple[chronology.Moment, ...] = ()) -> Response:
        return _page(staff, incident, name, form, status=status, since=since)

    try:
        return save(staff, form, act, show, then=back(staff, incident, "saved"))
    except Invalid as problem:
        form.refuse_all(problem.fields)
        return show(status=422)


def _page(
    staff: SchoolAccess,
    incident: str,
    name: str,
    form: RecordForm,
    *,
    status: int = 200,
    since: tuple[chronology.Moment, ...] = (),
) -> Response:
    record = peek(staff, incident).incident
    return page(
        f"incidents/work/{name}",
        status,
        school=staff.school,
        record=record,
        here=paths.record(staff.school, record.id),
        action="/" + name.replace("_", "-"),
        form=form,
        since=since,
        suggested=suggested(record.report),
    )
