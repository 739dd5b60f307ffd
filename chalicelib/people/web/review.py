"""The termly review of who has access, at a school and at a trust (R19)."""

from collections.abc import Callable, Collection, Sequence

from chalicelib import audit
from chalicelib.errors import Conflict, Invalid
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess, TrustAccess, school, trust
from chalicelib.identity.permissions import Permission
from chalicelib.ids import PersonId
from chalicelib.people import reviews
from chalicelib.people.forms import ReviewForm
from chalicelib.people.reviews import Line
from chalicelib.web import Pages, Response, page, redirect

pages = Pages(__name__)
_SCHOOL = school(Permission.MANAGE_ROLES)
SIGN = school(Permission.MANAGE_ROLES, fresh=True)  # it takes roles away (R16)
_TRUST = trust(Permission.MANAGE_TRUST)
_SIGN_TRUST = trust(Permission.MANAGE_TRUST, fresh=True)
Staff = SchoolAccess | TrustAccess
Leave = Callable[[PersonId], None]
Check = Callable[[Collection[PersonId]], None]


@pages.get("/s/{school}/people/review", access=_SCHOOL)
def show(staff: SchoolAccess) -> Response:
    return _show(staff)


@pages.get("/t/{trust}/people/review", access=_TRUST)
def show_trust(staff: TrustAccess) -> Response:
    return _show(staff)


@pages.post("/t/{trust}/people/review", access=_SIGN_TRUST)
def sign_trust(staff: TrustAccess) -> Response:
    return signed(
        staff,
        lambda person: identity.leave(staff.trust, person, by=staff.actor),
        check=lambda some: reviews.check_trust(staff.trust, some),
    )


def _show(staff: Staff) -> Response:
    place, base = _place(staff)
    audit.viewed(place, by=staff.actor, action="people.viewed", about="people/review")
    lines = reviews.lines_of(place)
    form = ReviewForm.blank(options=_options(lines), shown=reviews.mark_of(lines))
    return _page(staff, base, lines, form)


def signed(staff: Staff, leave: Leave, *, check: Check) -> Response:
    """Sign a review: `check` refuses the whole list at `roles`, `leave` takes one person away.

    What crosses features when somebody leaves a school is the caller's (`journeys`).
    """
    place, base = _place(staff)
    lines = reviews.lines_of(place)
    form = ReviewForm.read(staff.request, options=_options(lines))
    shown, take = form.shown.data or "", staff.request.form.getlist("take")
    status = 422
    if reviews.is_signed(place, form.record.data):
        return redirect(f"{base}/review?done=1")  # pressed twice
    if not form.problems and staff.person in take:
        form.refuse("take", "Somebody else must take you off the list")
    elif not form.problems:
        try:
            reviews.sign(
                place,
                shown,
                take,
                form=form.record.data,
                by=staff.actor,
                leave=leave,
                check=check,
            )
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
        hands_over=isinstance(staff, SchoolAccess),
        done="done" in staff.request.query,
    )
