"""Routes with which a school changes its own registers."""

from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.registers.forms.changing import QuestionForm, RegisterForm
from chalicelib.registers.web import changing
from chalicelib.registers.web.blueprint import pages
from chalicelib.registers.web.changing import of_school
from chalicelib.web import Response

MANAGE = school(Permission.MANAGE_REGISTERS)


@pages.get("/s/{school}/registers/change", access=MANAGE)
def change_index(staff: SchoolAccess) -> Response:
    return changing.index(of_school(staff))


@pages.get("/s/{school}/registers/change/new", access=MANAGE)
def show_own(staff: SchoolAccess) -> Response:
    return changing.show_new(of_school(staff))


@pages.post("/s/{school}/registers/change/new", access=MANAGE)
def add_own(staff: SchoolAccess) -> Response:
    return changing.add(of_school(staff), RegisterForm.read(staff.request))


@pages.get("/s/{school}/registers/change/{register}", access=MANAGE)
def show_change(staff: SchoolAccess, register: str) -> Response:
    return changing.show(of_school(staff), register)


@pages.post("/s/{school}/registers/change/{register}", access=MANAGE)
def change(staff: SchoolAccess, register: str) -> Response:
    where = of_school(staff)
    form_class = changing.form_of(where, register)
    return changing.save(where, register, form_class, form_class.read(staff.request))


@pages.get("/s/{school}/registers/change/{register}/question", access=MANAGE)
def show_question(staff: SchoolAccess, register: str) -> Response:
    return changing.show_question(of_school(staff), register)


@pages.post("/s/{school}/registers/change/{register}/question", access=MANAGE)
def add_question(staff: SchoolAccess, register: str) -> Response:
    where = of_school(staff)
    form = QuestionForm.read(staff.request, options=changing.question_options(where, register))
    return changing.add_question(where, register, form)


@pages.post("/s/{school}/registers/change/{register}/drop", access=MANAGE)
def drop_question(staff: SchoolAccess, register: str) -> Response:
    return changing.drop_question(
        of_school(staff), register, staff.request.form.get("question", "")
    )
