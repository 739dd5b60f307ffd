"""A record is shared with the trust, and taken back: the pages of the school (row 5.6)."""

from chalicelib.errors import Invalid, NotFound
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.ids import TrustId
from chalicelib.incidents.forms.sharing import SharingForm
from chalicelib.incidents.model.wall import Circle
from chalicelib.incidents.service import Sight
from chalicelib.incidents.service import sharing as service
from chalicelib.incidents.web import chronology, paths
from chalicelib.incidents.web.blueprint import pages
from chalicelib.incidents.web.saving import record_id, save
from chalicelib.incidents.web.working import peek
from chalicelib.storage import tenants
from chalicelib.tenancy import directory
from chalicelib.web import Response, page, redirect

_SEE = school(Permission.SHARE_RECORDS)
_SHARE = school(Permission.SHARE_RECORDS, fresh=True)  # it leaves the school (R16)
_DONE = {
    "shared": "Shared. Whoever may read it gets an email that names nobody.",
    "ended": "Ended. Nobody at the trust can open it any more.",
}


@pages.get("/s/{school}/incidents/{incident}/sharing", access=_SEE)
def show(staff: SchoolAccess, incident: str) -> Response:
    return _page(staff, incident)


@pages.post("/s/{school}/incidents/{incident}/sharing", access=_SHARE)
def share(staff: SchoolAccess, incident: str) -> Response:
    trust, form = _trust_of(staff), SharingForm.read(staff.request)
    record = record_id(incident)

    def act(by: Sight) -> None:
        service.share(
            staff.school,
            trust,
            record,
            by,
            school_name=staff.school_name,
            until=form.until.data,
            why=form.why.data,
        )

    def shown(*, status: int, since: tuple[chronology.Moment, ...] = ()) -> Response:
        return _page(staff, incident, form, status=status, since=since)

    try:
        return save(staff, form, act, shown, then=f"{_here(staff, incident)}?done=shared")
    except Invalid as problem:
        form.refuse_all(problem.fields)
        return shown(status=422)


@pages.post("/s/{school}/incidents/{incident}/sharing/{sharing}/end", access=_SEE)
def end(staff: SchoolAccess, incident: str, sharing: str) -> Response:
    service.end(staff.school, record_id(incident), record_id(sharing), staff)
    return redirect(f"{_here(staff, incident)}?done=ended")


def _here(staff: SchoolAccess, incident: str) -> str:
    return f"{paths.record(staff.school, incident)}/sharing"


def _trust_of(staff: SchoolAccess) -> TrustId:
    """Raises NotFound at a school that stands alone."""
    if staff.trust is None:
        raise NotFound
    return staff.trust


def _page(
    staff: SchoolAccess,
    incident: str,
    form: SharingForm | None = None,
    *,
    status: int = 200,
    since: tuple[chronology.Moment, ...] = (),
) -> Response:
    trust = _trust_of(staff)
    stored = peek(staff, incident)
    record = stored.incident
    with tenants({trust}):
        trust_name = directory.trust(trust).name
    given = service.given(staff.school, trust, record.id)
    wall = record.wall
    return page(
        "incidents/work/sharing",
        status,
        school=staff.school,
        record=record,
        here=paths.record(staff.school, record.id),
        action="/sharing",
        form=form or SharingForm.blank(seen=str(stored.seen)),
        since=since,
        trust_name=trust_name,
        readers=service.readers(trust, record),
        kept_close=bool(wall.only or wall.area or wall.circle is not Circle.ALL),
        live=[each for each in given if each.live],
        over=[each for each in given if not each.live],
        done=_DONE.get(staff.request.query.get("done", ""), ""),
    )
