"""The area of concerns about staff: allegations with their one-working-day clock, low-level
concerns, and moving a record to where it belongs (2.15, R-KCSIE 8, R-REF 1).

Who may read each is the wall's to say; a list shows whoever looks only what they may open.
"""

from typing import Any

from chalicelib import clock
from chalicelib.errors import Conflict
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.incidents import service
from chalicelib.incidents.forms.concerns import LadoForm, MoveForm
from chalicelib.incidents.forms.handling import RecordForm
from chalicelib.incidents.model.concern_acts import needs_asking
from chalicelib.incidents.model.concerns import Matter
from chalicelib.incidents.model.lado import Asked, facts
from chalicelib.incidents.model.record import Incident
from chalicelib.incidents.repository import Stored
from chalicelib.incidents.service import concerns, lado
from chalicelib.incidents.web import paths
from chalicelib.incidents.web.blueprint import pages
from chalicelib.incidents.web.chronology import Moment
from chalicelib.incidents.web.saving import WORK, back, record_id, save
from chalicelib.web import Response, page
from chalicelib.web.render import url

READ = school(Permission.READ_CONCERNS)
AREAS = {Matter.ALLEGATION: "Allegations", Matter.LOW_LEVEL: "Low-level concerns"}
EMPTY = {
    Matter.ALLEGATION: "No allegation about a member of staff is kept for you.",
    Matter.LOW_LEVEL: "No low-level concern is kept for you.",
}


@pages.get("/s/{school}/staff-concerns", access=READ)
def index(staff: SchoolAccess) -> Response:
    wanted = staff.request.query.get("kind", "")
    chosen = next((each for each in AREAS if each == wanted), Matter.ALLEGATION)
    here = paths.concerns(staff.school)
    return page(
        "incidents/concerns/index",
        lines=concerns.listed(staff.school, chosen, reader=staff),
        chosen=chosen,
        empty_text=EMPTY[chosen],
        tabs_=[(said, url(f"{here}?kind={each}"), each == chosen) for each, said in AREAS.items()],
        log=paths.log(staff.school),
        moved="moved" in staff.request.query,
        chair=concerns.has_chair(staff.school),
        people=f"/s/{staff.school}/people/new" if staff.may(Permission.MANAGE_ROLES) else "",
        trust=bool(staff.trust),
    )


@pages.get("/s/{school}/incidents/{incident}/lado", access=WORK)
def show_lado(staff: SchoolAccess, incident: str) -> Response:
    stored = _peek(staff, incident)
    _must_be(stored.incident, Matter.ALLEGATION)
    known = stored.incident.lado
    values: dict[str, Any] = {"on": clock.today()}
    if known:
        values = {
            "asked": known.asked,
            "on": known.on or clock.today(),
            "at": known.at,
            "whom": known.whom or None,
            "reference": known.reference or None,
            "advice": known.advice,
        }
    return _lado_page(staff, stored, LadoForm.blank(seen=str(stored.seen), **values))


@pages.post("/s/{school}/incidents/{incident}/lado", access=WORK)
def decide_lado(staff: SchoolAccess, incident: str) -> Response:
    form = LadoForm.read(staff.request)

    def show(*, status: int, since: tuple[Moment, ...] = ()) -> Response:
        stored = _peek(staff, incident)
        _must_be(stored.incident, Matter.ALLEGATION)
        return _lado_page(staff, stored, form, status=status, since=since)

    return save(
        staff,
        form,
        lambda by: concerns.decide_lado(staff.school, record_id(incident), by, form.lado()),
        show,
        then=back(staff, incident, "saved"),
    )


@pages.get("/s/{school}/incidents/{incident}/move", access=WORK)
def show_move(staff: SchoolAccess, incident: str) -> Response:
    stored = _peek(staff, incident)
    form = MoveForm.blank(
        seen=str(stored.seen),
        matter=stored.incident.matter,
        posts=list(stored.incident.report.about_posts),
    )
    return _move_page(staff, stored, form)


@pages.post("/s/{school}/incidents/{incident}/move", access=WORK)
def move(staff: SchoolAccess, incident: str) -> Response:
    """Whoever moves it may not be among those who read it afterwards, so a list follows."""
    form = MoveForm.read(staff.request)

    def show(*, status: int, since: tuple[Moment, ...] = ()) -> Response:
        return _move_page(staff, _peek(staff, incident), form, status=status, since=since)

    here = paths.concerns if staff.may(Permission.READ_CONCERNS) else paths.log
    return save(
        staff,
        form,
        lambda by: concerns.move(
            staff.school,
            record_id(incident),
            by,
            matter=form.matter.data,
            posts=form.about,
            why=form.why.data,
            school_name=staff.school_name,
        ),
        show,
        then=f"{here(staff.school)}?moved=yes",
    )


def panel(staff: SchoolAccess, incident: Incident) -> dict[str, Any]:
    """What the record's own page says of it, where it is a concern about staff."""
    if not incident.matter.about_staff:
        return {}
    due = lado.due_of(staff.school, incident)
    return {
        "matter": incident.matter,
        "circle": incident.wall.circle.label,
        "asked": facts(incident.lado),
        "needs_asking": needs_asking(incident),
        "due": due,
        "overdue": needs_asking(incident)
        and clock.london(clock.now()).replace(tzinfo=None) >= due.at,
    }


def _lado_page(
    staff: SchoolAccess,
    stored: Stored,
    form: RecordForm,
    *,
    status: int = 200,
    since: tuple[Moment, ...] = (),
) -> Response:
    return page(
        "incidents/concerns/lado",
        status,
        **_around(staff, stored, form, since),
        contacted=Asked.CONTACTED,
    )


def _move_page(
    staff: SchoolAccess,
    stored: Stored,
    form: RecordForm,
    *,
    status: int = 200,
    since: tuple[Moment, ...] = (),
) -> Response:
    return page("incidents/concerns/move", status, **_around(staff, stored, form, since))


def _around(
    staff: SchoolAccess, stored: Stored, form: RecordForm, since: tuple[Moment, ...]
) -> dict[str, Any]:
    return {
        "record": stored.incident,
        "form": form,
        "since": since,
        "here": paths.record(staff.school, stored.incident.id),
        "concern": panel(staff, stored.incident),
    }


def _peek(staff: SchoolAccess, incident: str) -> Stored:
    return service.peek(staff.school, record_id(incident), reader=staff)


def _must_be(incident: Incident, matter: Matter) -> None:
    if incident.matter is not matter:
        raise Conflict("This record is not an allegation about a member of staff.")
