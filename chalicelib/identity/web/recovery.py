"""Getting in again after everything is lost: asking, approving, and the new passkey (R12)."""

from contextlib import suppress

from chalicelib.errors import Gone, Invalid, MoreNeeded, NotAllowed, NotFound
from chalicelib.identity import places, recovery, ways
from chalicelib.identity import service as identity
from chalicelib.identity.access import (
    PersonAccess,
    SchoolAccess,
    TrustAccess,
    school,
    signed_in,
    trust,
)
from chalicelib.identity.ceremonies import Kind
from chalicelib.identity.permissions import Permission
from chalicelib.identity.web.passkeys import begin
from chalicelib.web import Pages, Response, page, redirect

pages = Pages(__name__)
AT_SCHOOL = school(Permission.APPROVE_RECOVERY)
AT_TRUST = trust(Permission.APPROVE_RECOVERY)
APPROVING = school(Permission.APPROVE_RECOVERY, fresh=True)
APPROVING_AT_TRUST = trust(Permission.APPROVE_RECOVERY, fresh=True)


@pages.get("/account/recovery", access=signed_in())
def show(person: PersonAccess) -> Response:
    return _own_page(person)


@pages.post("/account/recovery", access=signed_in())
def ask(person: PersonAccess) -> Response:
    try:
        if ways.has_strong(person.person):
            recovery.ask(person.person, by=person.actor)
    except Invalid as e:
        return _own_page(person, problem=e.fields["recovery"][0], status=422)
    return redirect("/account/recovery")


@pages.post("/account/recovery/stop", access=signed_in())
def stop(person: PersonAccess) -> Response:
    with suppress(Gone):  # a second press
        recovery.stop(person.person, by=person.actor)
    return redirect("/account/recovery")


@pages.post("/account/recovery/passkey", access=signed_in())
def make(person: PersonAccess) -> Response:
    if not recovery.is_approved(person.person):
        raise NotAllowed("Two people have to approve this first.")
    return begin(Kind.RECOVER, person.request, "/account/passkeys/new", person.session)


@pages.get("/s/{school}/recoveries", access=AT_SCHOOL)
def show_waiting(staff: SchoolAccess) -> Response:
    return _waiting_page(staff, staff.school)


@pages.get("/t/{trust}/recoveries", access=AT_TRUST)
def show_waiting_at_trust(staff: TrustAccess) -> Response:
    return _waiting_page(staff, staff.trust)


@pages.post("/s/{school}/recoveries/{recovery}/approve", access=APPROVING)
def approve(staff: SchoolAccess, recovery: str) -> Response:
    return _approve(staff, staff.school, recovery)


@pages.post("/t/{trust}/recoveries/{recovery}/approve", access=APPROVING_AT_TRUST)
def approve_at_trust(staff: TrustAccess, recovery: str) -> Response:
    return _approve(staff, staff.trust, recovery)


@pages.post("/s/{school}/recoveries/{recovery}/refuse", access=AT_SCHOOL)
def refuse(staff: SchoolAccess, recovery: str) -> Response:
    return _refuse(staff, staff.school, recovery)


@pages.post("/t/{trust}/recoveries/{recovery}/refuse", access=AT_TRUST)
def refuse_at_trust(staff: TrustAccess, recovery: str) -> Response:
    return _refuse(staff, staff.trust, recovery)


def _approve(staff: SchoolAccess | TrustAccess, place: identity.Place, asked: str) -> Response:
    if not staff.session.method.is_strong:  # two mailboxes are not two people
        raise MoreNeeded(_path(staff, place))
    try:
        recovery.approve(place, asked, staff.person, by=staff.actor)
    except Invalid as e:
        return _waiting_page(staff, place, problem=e.fields["recovery"][0], status=422)
    return redirect(_path(staff, place))


def _refuse(staff: SchoolAccess | TrustAccess, place: identity.Place, asked: str) -> Response:
    with suppress(Gone, NotFound):  # a second press; there never was one reads the same
        recovery.refuse(place, asked, by=staff.actor)
    return redirect(_path(staff, place))


def _path(staff: SchoolAccess | TrustAccess, place: str) -> str:
    return f"/{'s' if isinstance(staff, SchoolAccess) else 't'}/{place}/recoveries"


def _own_page(person: PersonAccess, *, problem: str = "", status: int = 200) -> Response:
    asked = recovery.of(person.person)
    names = {each.id: each.name for each in places.of(person.person)} if asked else {}
    return page(
        "identity/recovery",
        status=status,
        open=asked,
        approvals=[
            (names.get(place, "A place that you have left"), count)
            for place, count in (asked.approvals.items() if asked else ())
        ],
        has_strong=ways.has_strong(person.person),
        needed=recovery.APPROVALS,
        problem=problem,
    )


def _waiting_page(
    staff: SchoolAccess | TrustAccess,
    place: identity.Place,
    *,
    problem: str = "",
    status: int = 200,
) -> Response:
    return page(
        "identity/recoveries",
        status=status,
        path=_path(staff, place),
        waiting=recovery.waiting(place),
        me=staff.person,
        needed=recovery.APPROVALS,
        problem=problem,
    )
