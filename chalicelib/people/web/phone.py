"""One's own phone: texted a code, then told of urgent alerts by text and call (R38)."""

from chalicelib.errors import Invalid, TooMany
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.ids import PersonId
from chalicelib.people.forms import PhoneCodeForm, PhoneForm, PhoneUseForm
from chalicelib.people.plan import reach
from chalicelib.web import Pages, Response, page, redirect

pages = Pages(__name__)
OWN = school(Permission.SET_OWN_ABSENCE)


@pages.get("/s/{school}/duty/phone", access=OWN)
def show(staff: SchoolAccess) -> Response:
    known = reach.of(staff.school, staff.person)
    uses = [use for use, on in (("texts", known.texts), ("calls", known.calls)) if on]
    return _page(staff, use=PhoneUseForm.blank(uses=uses))


@pages.post("/s/{school}/duty/phone", access=OWN)
def ask(staff: SchoolAccess) -> Response:
    form = PhoneForm.read(staff.request)
    if not form.problems:
        try:
            reach.ask(
                staff.school,
                staff.person,
                typed=form.phone.data,
                school_name=staff.school_name,
                by=staff.actor,
            )
            return redirect(f"/s/{staff.school}/duty/phone/code")
        except Invalid as e:
            form.refuse_all(e.fields)
        except TooMany:
            form.refuse("phone", "You have asked for many codes today. Try again tomorrow")
    return _page(staff, form=form, status=422)


@pages.get("/s/{school}/duty/phone/code", access=OWN)
def show_code(staff: SchoolAccess) -> Response:
    return _code_page(staff, PhoneCodeForm.blank(uses=["texts"]))


@pages.post("/s/{school}/duty/phone/code", access=OWN)
def prove(staff: SchoolAccess) -> Response:
    form = PhoneCodeForm.read(staff.request)
    if not form.problems:
        try:
            reach.prove(
                staff.school, staff.person, code=form.code.data, by=staff.actor, **form.chosen
            )
            return redirect(f"/s/{staff.school}/duty?done=phone")
        except Invalid as e:
            form.refuse_all(e.fields)
    return _code_page(staff, form, status=422)


@pages.post("/s/{school}/duty/phone/use", access=OWN)
def choose(staff: SchoolAccess) -> Response:
    form = PhoneUseForm.read(staff.request)
    if form.problems:
        return _page(staff, use=form, status=422)
    reach.choose(staff.school, staff.person, by=staff.actor, **form.chosen)
    return redirect(f"/s/{staff.school}/duty?done=phone")


@pages.post("/s/{school}/duty/phone/forget", access=OWN)
def forget(staff: SchoolAccess) -> Response:
    reach.forget(staff.school, staff.person, by=staff.actor)
    return redirect(f"/s/{staff.school}/duty/phone")


@pages.post("/s/{school}/people/{person}/mail-works", access=school(Permission.MANAGE_PEOPLE))
def mail_works(staff: SchoolAccess, person: str) -> Response:
    """The office has put an address right: messages go to it again, in turn."""
    member = identity.member(staff.school, PersonId(person))
    reach.mail_works(staff.school, member.person, by=staff.actor)
    return redirect(f"/s/{staff.school}/people/{person}")


def _page(
    staff: SchoolAccess,
    *,
    form: PhoneForm | None = None,
    use: PhoneUseForm | None = None,
    status: int = 200,
) -> Response:
    known = reach.of(staff.school, staff.person)
    return page(
        "people/phone",
        status=status,
        school=staff.school,
        number=reach.spoken(known.phone) if known.verified_at else "",
        form=form or PhoneForm.blank(),
        use=use or PhoneUseForm.blank(),
    )


def _code_page(staff: SchoolAccess, form: PhoneCodeForm, *, status: int = 200) -> Response:
    number = reach.spoken(reach.of(staff.school, staff.person).phone)
    return page("people/phone_code", status=status, school=staff.school, number=number, form=form)
