"""A school and its trust: joining by the trust's offer, leaving when both agree."""

from chalicelib import clock
from chalicelib.errors import (
    Conflict,
    Invalid,
    MoreNeeded,
    NotFound,
    ProofNeeded,
    ReportingOnly,
)
from chalicelib.identity import devices, places
from chalicelib.identity.access import (
    PersonAccess,
    SchoolAccess,
    TrustAccess,
    school,
    signed_in,
    trust,
)
from chalicelib.identity.permissions import Permission
from chalicelib.ids import SchoolId, TrustId
from chalicelib.journeys.starting import joining, parting
from chalicelib.journeys.starting.forms import JoinForm, OfferForm
from chalicelib.storage import tenants
from chalicelib.tenancy import directory, moving
from chalicelib.tenancy.model import School
from chalicelib.web import Pages, Response, page, redirect
from chalicelib.web.fields import Option

pages = Pages(__name__)
_SEE = school(Permission.MANAGE_SETTINGS)
_ACT = school(Permission.MANAGE_SETTINGS, fresh=True)
_SEE_TRUST = trust(Permission.MANAGE_TRUST)
_ACT_TRUST = trust(Permission.MANAGE_TRUST, fresh=True)


@pages.get("/t/{trust}/schools/join", access=_SEE_TRUST)
def show_offer(staff: TrustAccess) -> Response:
    return page("starting/offer", trust=staff.trust, form=OfferForm.blank())


@pages.post("/t/{trust}/schools/join", access=_ACT_TRUST)
def send_offer(staff: TrustAccess) -> Response:
    form = OfferForm.read(staff.request)
    if not form.problems:
        try:
            joining.offer(staff, form.email.data, record=form.record.data)
            return redirect(f"/t/{staff.trust}/schools?done=offered")
        except Invalid as e:
            form.refuse_all(e.fields)
    return page("starting/offer", trust=staff.trust, form=form, status=422)


@pages.get("/join/{token}", access=signed_in())
def show_join(person: PersonAccess) -> Response:
    found = _found(person)
    if found.is_used:
        raise NotFound
    return _join_page(person, found, JoinForm.blank(options=_places(found)))


@pages.post("/join/{token}", access=signed_in())
def join(person: PersonAccess) -> Response:
    """A second press finds the school in the trust, and says the same."""
    found = _found(person)
    form = JoinForm.read(person.request, options=_places(found))
    place = found.place(form.place.data or "")
    if form.problems or place is None:
        if found.is_used:
            raise NotFound
        return _join_page(person, found, form, status=422)
    _enough(person, place)
    try:
        joining.accept(person, found, SchoolId(place.id))
    except Conflict:
        found = _found(person)
        if not found.is_used or found.place(place.id) is None:
            raise  # not our own other press
    return redirect(f"/s/{place.id}/trust?done=joined")


def _found(person: PersonAccess) -> joining.Offer:
    """The offer of the link, on a device that shows more than reporting (S71)."""
    found = joining.look(person, person.request.params.get("token", ""))
    if person.session.submit_only or devices.is_submit_only(person.request):
        raise ReportingOnly(person.request.path)
    return found


def _enough(person: PersonAccess, place: places.Place) -> None:
    """What the school's own pages ask of its headteacher (R12, R16)."""
    today = clock.today()
    if not person.session.method.is_strong and place.more_from and place.more_from <= today:
        raise MoreNeeded(person.request.path)
    if not person.session.is_fresh(clock.now()):
        raise ProofNeeded(person.request.path)


def _places(found: joining.Offer) -> dict[str, list[Option]]:
    return {"place": [Option(each.id, each.name) for each in found.schools]}


def _join_page(
    person: PersonAccess, found: joining.Offer, form: JoinForm, *, status: int = 200
) -> Response:
    token = person.request.params.get("token", "")
    return page("starting/join", status=status, form=form, offer=found, token=token)


# --- leaving ---


@pages.get("/s/{school}/trust", access=_SEE)
def show_trust(staff: SchoolAccess) -> Response:
    own = directory.school(staff.school)
    name = ""
    if own.trust:
        with tenants({own.trust}):
            name = directory.trust(own.trust).name
    return page(
        "starting/own_trust",
        school=staff.school,
        own=own,
        trust_name=name,
        done=_DONE.get(staff.request.query.get("done", ""), ""),
    )


_DONE = {
    "joined": "Your school is in the trust now. Its settings are laid beneath yours.",
    "asked": "Saved. The trust has to confirm.",
    "kept": "Your school stays.",
    "left": "Your school stands alone now. What was in force is your own choice from here on.",
}


@pages.post("/s/{school}/trust/leave", access=_ACT)
def leave_trust(staff: SchoolAccess) -> Response:
    if staff.trust is None:
        return redirect(f"/s/{staff.school}/trust")
    with tenants({staff.school}):
        side = directory.school(staff.school).leaving_side
    if side == "trust":
        parting.leave(staff.school, staff.trust, side="school", by=staff.actor)
        return redirect(f"/s/{staff.school}/trust?done=left")
    moving.ask_to_leave(staff.school, staff.trust, side="school", by=staff.actor)
    return redirect(f"/s/{staff.school}/trust?done=asked")


@pages.post("/s/{school}/trust/stay", access=_ACT)
def stay(staff: SchoolAccess) -> Response:
    if staff.trust:
        moving.keep(staff.school, staff.trust, by=staff.actor)
    return redirect(f"/s/{staff.school}/trust?done=kept")


@pages.post("/t/{trust}/schools/{place}/leave", access=_ACT_TRUST)
def let_leave(staff: TrustAccess, place: str) -> Response:
    """Ask that a school leaves, or confirm that it does."""
    found = _own(staff.trust, place)
    if found.leaving_side == "school":
        parting.leave(found.id, staff.trust, side="trust", by=staff.actor)
        return redirect(f"/t/{staff.trust}/schools?done=left")
    moving.ask_to_leave(found.id, staff.trust, side="trust", by=staff.actor)
    return redirect(f"/t/{staff.trust}/schools?done=asked")


@pages.post("/t/{trust}/schools/{place}/stay", access=_ACT_TRUST)
def let_stay(staff: TrustAccess, place: str) -> Response:
    moving.keep(_own(staff.trust, place).id, staff.trust, by=staff.actor)
    return redirect(f"/t/{staff.trust}/schools?done=kept")


@pages.get("/t/{trust}/schools/{place}", access=_SEE_TRUST)
def show_school(staff: TrustAccess, place: str) -> Response:
    return page("starting/school_of_trust", trust=staff.trust, own=_own(staff.trust, place))


def _own(trust_id: TrustId, place: str) -> School:
    for each in directory.schools_of(trust_id):
        if each.id == SchoolId(place):
            return each
    raise NotFound
