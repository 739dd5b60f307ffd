"""A trust's schools: which there are, how far each is, and adding one."""

from chalicelib.errors import Invalid
from chalicelib.identity.access import TrustAccess, trust
from chalicelib.identity.permissions import Permission
from chalicelib.journeys.starting import adding
from chalicelib.journeys.starting.forms import AddSchoolForm
from chalicelib.tenancy import directory
from chalicelib.tenancy.model import SchoolKind
from chalicelib.web import Pages, Response, navigation, page, redirect
from chalicelib.web.fields import Option

pages = Pages(__name__)
navigation.register(
    navigation.Entry("Schools", "/t/{trust}/schools", Permission.MANAGE_TRUST, order=55)
)
_SEE = trust(Permission.MANAGE_TRUST)
_ADD = trust(Permission.MANAGE_TRUST, fresh=True)  # it gives a role (R16)


@pages.get("/t/{trust}/schools", access=_SEE)
def show(staff: TrustAccess) -> Response:
    return page(
        "starting/schools",
        trust=staff.trust,
        schools=directory.schools_of(staff.trust),
        done=_DONE.get(staff.request.query.get("done", ""), ""),
    )


_DONE = {
    "offered": "The headteacher has an email. They have 72 hours to confirm.",
    "asked": "Saved. The school has to confirm.",
    "left": "The school has left the trust. Its figures were taken away.",
    "kept": "The school stays.",
    "added": "The school is added. Its headteacher has an invitation, which lasts 72 hours. "
    "If you help to set it up, you find it under your name, at “Your places”.",
}


@pages.get("/t/{trust}/schools/new", access=_ADD)
def show_new(staff: TrustAccess) -> Response:
    schools = directory.schools_of(staff.trust)
    first = schools[0].id if schools else ""
    form = AddSchoolForm.blank(options=_options(staff), copy_from=first)
    return page("starting/add_school", trust=staff.trust, form=form)


@pages.post("/t/{trust}/schools/new", access=_ADD)
def add(staff: TrustAccess) -> Response:
    form = AddSchoolForm.read(staff.request, options=_options(staff))
    if not form.problems:
        try:
            adding.add(staff, _new(form))
            return redirect(f"/t/{staff.trust}/schools?done=added")
        except Invalid as e:
            form.refuse_all(e.fields)
    return page("starting/add_school", trust=staff.trust, form=form, status=422)


def _new(form: AddSchoolForm) -> adding.New:
    return adding.New(
        record=form.record.data,
        name=form.name.data,
        phase=SchoolKind(form.phase.data),
        pupils=form.pupils.data,
        head_name=form.head_name.data,
        head_email=form.head_email.data,
        copy_from=form.copy_from.data or "",
        help_along=bool(form.help_along.data),
    )


def _options(staff: TrustAccess) -> dict[str, list[Option]]:
    nobody = Option("none", "Nothing: start afresh")
    schools = [Option(each.id, each.name) for each in directory.schools_of(staff.trust)]
    return {"copy_from": [*schools, nobody]}
