"""A trust's templates: the list, and one page to make or change one."""

from chalicelib.errors import Conflict
from chalicelib.identity import service as identity
from chalicelib.identity.access import TrustAccess, trust
from chalicelib.identity.permissions import Permission
from chalicelib.reports import naming
from chalicelib.reports.layout import WHOLE
from chalicelib.reports.templates import service
from chalicelib.reports.templates.forms import FORM, TemplateForm, shown
from chalicelib.web import Pages, Response, page, redirect

pages = Pages(__name__)
_RUN = trust(Permission.RUN_TRUST_REPORTS)


@pages.get("/t/{trust}/reports/templates", access=_RUN)
def index(staff: TrustAccess) -> Response:
    return page("reports/templates", trust=staff.trust, templates=service.templates(staff.trust))


@pages.get("/t/{trust}/reports/templates/new", access=_RUN)
def new(staff: TrustAccess) -> Response:
    return _asked(staff, shown(WHOLE))


@pages.post("/t/{trust}/reports/templates/new", access=_RUN)
def make(staff: TrustAccess) -> Response:
    form = FORM.read(staff.request)
    if form.problems:
        return _asked(staff, form, status=422)
    made = service.keep(staff.trust, form.layout(form.record.data), by=staff.actor)
    return redirect(f"/t/{staff.trust}/reports/templates/{made.template}")


@pages.get("/t/{trust}/reports/templates/{template}", access=_RUN)
def show(staff: TrustAccess, template: str) -> Response:
    return _asked(staff, shown(service.template(staff.trust, template)), template)


@pages.post("/t/{trust}/reports/templates/{template}", access=_RUN)
def change(staff: TrustAccess, template: str) -> Response:
    service.template(staff.trust, template)
    form = FORM.read(staff.request)
    if not form.problems:
        try:
            service.keep(staff.trust, form.layout(template), by=staff.actor)
            return redirect(f"/t/{staff.trust}/reports/templates/{template}")
        except Conflict:
            form.refuse("", "Somebody else changed this template. Open it again to see how.")
    return _asked(staff, form, template, status=422)


@pages.post("/t/{trust}/reports/templates/{template}/drop", access=_RUN)
def drop(staff: TrustAccess, template: str) -> Response:
    service.drop(staff.trust, template, by=staff.actor)
    return redirect(f"/t/{staff.trust}/reports/templates")


def _asked(
    staff: TrustAccess, form: TemplateForm, template: str = "", status: int = 200
) -> Response:
    names = naming.of(identity.members(staff.trust))
    return page(
        "reports/template",
        status=status,
        trust=staff.trust,
        form=form,
        template_id=template,
        versions=[
            (each, naming.said(names, each.by)) for each in service.versions(staff.trust, template)
        ]
        if template
        else [],
    )
