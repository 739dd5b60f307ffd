"""The termly review of who has access, at a school and at a trust (R19)."""

from collections.abc import Callable, Sequence

from chalicelib import audit
from chalicelib.errors import Conflict, Invalid
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess, TrustAccess, school, trust
from chalicelib.identity.permissions import Permission
from chalicelib.ids import PersonId
from chalicelib.people import reviews, staffing
from chalicelib.people.forms import ReviewForm
from chalicelib.people.reviews import Line
from chalicelib.web import Pages, Response, page, redirect

pages = Pages(__name__)
_SCHOOL = school(Permission.MANAGE_ROLES)
_SIGN = school(Permission.MANAGE_ROLES, fresh=True)  # it takes roles away (R16)
_TRUST = trust(Permission.MANAGE_TRUST)
_SIGN_TRUST = trust(Permission.MANAGE_TRUST, fresh=True)
Staff = SchoolAccess | TrustAccess


@pages.get("/s/{school}/people/review", access=_SCHOOL)
def show(staff: SchoolAccess) -> Response:
    return _show(staff)


@pages.post("/s/{school}/people/review", access=_SIGN)
def sign(staff: SchoolAccess) -> Response:
    def leave(person: PersonId) -> None:
        staffing.change_roles(staff.school, person, (), by=staff.actor, own=staff.permissions)

    return _signed(staff, leave)


@pages.get("/t/{trust}/people/review", access=_TRUST)
def show_trust(staff: TrustAccess) -> Response:
    return _show(staff)


@pages.post("/t/{trust}/people/review", access=_SIGN_TRUST)
def sign_trust(staff: TrustAccess) -> Response:
    return _signed(staff, lambda person: identity.leave(staff.trust, person, by=staff.actor))


def _show(staff: Staff) -> Response:
    place, base = _place(staff)
    audit.viewed(place, by=staff.actor, action="people.viewed", about="people/review")
    lines = reviews.lines_of(place)
    form = ReviewForm.blank(options=_options(lines), shown=reviews.mark_of(lines))
    return _page(staff, base, lines, form)


def _signed(staff: Staff, leave: Callable[[PersonId], None]) -> Response:
    place, base = _place(staff)
    lines = reviews.lines_of(place)
    form = ReviewForm.read(staff.request, options=_options(lines))
    status = 422
    if not form.problems:
        take = form.take.data or ()
        if staff.person in take:
            form.refuse("take", "Somebody else must take you off the list")
            return _page(staff, base, lines, form, status=status)
        try:
            reviews.sign(place, form.shown.data or "", take, by=staff.actor, leave=leave)
            return redirect(f"{base}/review?done=1")
        except Invalid as e:
            form.refuse_all(e.fields)
        except Conflict as e:
            form.refuse("", e.message)
            status = 409
        lines = reviews.lines_of(place)
        form.shown.typed = [reviews.mark_of(lines)]
    return _page(staff, base, lines, form, status=status)


def _place(staff: Staff) -> tuple[reviews.Place, str]:
    if isinstance(staff, SchoolAccess):
        return staff.school, f"/s/{staff.school}/people"
    return staff.trust, f"/t/{staff.trust}/people"


def _options(lines: Sequence[Line]) -> dict[str, list[tuple[str, str]]]:
    return {"take": [(each.member.person, each.member.name) for each in lines]}


def _page(
    staff: Staff, base: str, lines: Sequence[Line], form: ReviewForm, *, status: int = 200
) -> Response:
    place, _ = _place(staff)
    names = {each.member.person: each.member.name for each in lines}
    past = reviews.past(place)
    return page(
        "people/review",
        status=status,
        base=base,
        lines=lines,
        form=form,
        me=staff.person,
        chosen=set(form.take.data or ()),
        past=past,
        names=names,
        done="done" in staff.request.query,
    )
