"""Whose which account is: without it an alert names an account, and nobody (4.12)."""

from chalicelib import audit
from chalicelib.errors import Invalid, NotFound
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.ids import PersonId
from chalicelib.people import repository
from chalicelib.people.accounts import pasting, service
from chalicelib.people.accounts.forms import PasteForm, SignsForm
from chalicelib.people.accounts.model import Signs, Subject, SubjectKind
from chalicelib.people.model import ClassId
from chalicelib.web import Pages, Response, page, redirect

pages = Pages(__name__)
MANAGE = school(Permission.MANAGE_PEOPLE)
_STAFF = "staff"


@pages.get("/s/{school}/people/accounts", access=MANAGE)
def show(staff: SchoolAccess) -> Response:
    return _list(staff, PasteForm.blank())


@pages.post("/s/{school}/people/accounts", access=MANAGE)
def paste(staff: SchoolAccess) -> Response:
    form = PasteForm.read(staff.request)
    if not form.problems:
        try:
            lines = pasting.read(form.lines.data, _everybody(staff))
            before = service.everybodys(staff.school)
            count = pasting.save(staff.school, lines, before, by=staff.actor)
            return redirect(f"/s/{staff.school}/people/accounts?done={count}")
        except Invalid as e:
            form.refuse_all(e.fields)
    return _list(staff, form, status=422)


@pages.get("/s/{school}/people/accounts/{who}", access=MANAGE)
def show_one(staff: SchoolAccess, who: str) -> Response:
    subject = _subject(staff, who)
    audit.viewed(staff.school, by=staff.actor, action="signs.viewed", about=subject.key)
    return _one(staff, subject, SignsForm.of(service.signs_of(staff.school, subject)))


@pages.post("/s/{school}/people/accounts/{who}", access=MANAGE)
def save(staff: SchoolAccess, who: str) -> Response:
    subject = _subject(staff, who)
    form = SignsForm.read(staff.request)
    if not form.problems:
        try:
            service.set_signs(staff.school, subject, form.signs(), by=staff.actor)
            return redirect(f"/s/{staff.school}/people/accounts?done=1")
        except Invalid as e:
            form.refuse_all(e.fields)
    return _one(staff, subject, form, status=422)


def _subject(staff: SchoolAccess, who: str) -> Subject:
    """`pupil-<id>` or `staff-<id>`. Raises NotFound."""
    kind, _, person = who.partition("-")
    if kind == SubjectKind.PUPIL:
        return service.of_pupil(staff.school, person)
    if kind == SubjectKind.STAFF:
        return service.of_member(identity.member(staff.school, PersonId(person)))
    raise NotFound


def _everybody(staff: SchoolAccess) -> list[Subject]:
    pupils = repository.names_by_class(staff.school)
    return [
        *(service.of_member(each) for each in identity.members(staff.school)),
        *(Subject(SubjectKind.PUPIL, pupil, name) for _, pupil, name in pupils),
    ]


def _list(staff: SchoolAccess, form: PasteForm, *, status: int = 200) -> Response:
    audit.viewed(staff.school, by=staff.actor, action="signs.viewed", about="people/accounts")
    chosen = staff.request.query.get("class", _STAFF)
    classes = repository.classes(staff.school)
    signs = service.everybodys(staff.school)
    pupils = repository.names_by_class(staff.school)
    if chosen == _STAFF:
        shown = [service.of_member(each) for each in identity.members(staff.school)]
    else:
        shown = [_pupil(pupil, name) for of, pupil, name in pupils if of == ClassId(chosen)]
    return page(
        "people/accounts/index",
        status=status,
        school=staff.school,
        form=form,
        classes=[(each.id, each.name) for each in classes],
        chosen=chosen,
        people=[(each, signs.get(each.key, Signs())) for each in shown],
        without=sum(1 for _, pupil, name in pupils if not signs.get(_pupil(pupil, name).key)),
        pupils=len(pupils),
        done=staff.request.query.get("done", ""),
    )


def _pupil(pupil: str, name: str) -> Subject:
    return Subject(SubjectKind.PUPIL, pupil, name)


def _one(staff: SchoolAccess, subject: Subject, form: SignsForm, *, status: int = 200) -> Response:
    return page(
        "people/accounts/one", status=status, school=staff.school, subject=subject, form=form
    )
