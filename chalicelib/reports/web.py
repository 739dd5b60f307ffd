"""A trust's reports, and a school's figures."""

from collections.abc import Mapping, Sequence

from chalicelib import clock
from chalicelib.documents.model import Form as FileForm
from chalicelib.errors import Invalid
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess, TrustAccess, school, trust
from chalicelib.identity.permissions import Permission
from chalicelib.ids import SchoolId
from chalicelib.reports import listing, naming, service, summaries
from chalicelib.reports.forms import AskForm
from chalicelib.reports.model import Job, State
from chalicelib.reports.templates import service as templates
from chalicelib.tenancy import directory
from chalicelib.web import Pages, Response, navigation, page, redirect

pages = Pages(__name__)
navigation.register(
    navigation.Entry("Reports", "/t/{trust}/reports", Permission.READ_TRUST_REPORTS, order=20)
)


@pages.get("/t/{trust}/reports", access=trust(Permission.READ_TRUST_REPORTS))
def index(staff: TrustAccess) -> Response:
    cursor = staff.request.query.get("after", "")
    listed = service.reports(staff.trust, cursor)
    return page(
        "reports/index",
        trust=staff.trust,
        jobs=listing.listed(staff.trust, listed.jobs),
        after=listed.next,
        first=not cursor,
        may_ask=staff.may(Permission.RUN_TRUST_REPORTS),
    )


@pages.get("/t/{trust}/reports/new", access=trust(Permission.RUN_TRUST_REPORTS))
def new(staff: TrustAccess) -> Response:
    form = AskForm.shown(
        directory.schools_of(staff.trust), templates.templates(staff.trust), clock.today()
    )
    return page("reports/new", trust=staff.trust, form=form)


@pages.post("/t/{trust}/reports/new", access=trust(Permission.RUN_TRUST_REPORTS))
def ask(staff: TrustAccess) -> Response:
    today = clock.today()
    form = AskForm.sent(
        staff.request,
        directory.schools_of(staff.trust),
        templates.templates(staff.trust),
        today,
    )
    if not form.problems:
        try:
            job = service.ask(
                staff.trust,
                form.record.data,
                form.chosen(today),
                form.schools.data,
                by=staff.person,
                each=form.each,
                layout=templates.layout_of(staff.trust, form.template_id),
            )
            return redirect(f"/t/{staff.trust}/reports/{job.id}")
        except Invalid as e:
            form.refuse_all(e.fields)
    return page("reports/new", status=422, trust=staff.trust, form=form)


@pages.get("/t/{trust}/reports/{report}", access=trust(Permission.READ_TRUST_REPORTS))
def show(staff: TrustAccess, report: str) -> Response:
    shown = service.report(staff.trust, report, by=staff.actor)
    names = naming.of(identity.members(staff.trust))
    schools = {each.id: each.name for each in directory.schools_of(staff.trust)}
    kind = "set" if shown.job.each else "show" if shown.document else "waiting"
    return page(
        f"reports/{kind}",
        trust=staff.trust,
        job=shown.job,
        document=shown.document,
        asked_by=listing.asker(shown.job, names),
        members=_members(shown.members, schools),
        school=schools.get(shown.job.schools[0], "") if shown.job.set else "",
        may_ask=staff.may(Permission.RUN_TRUST_REPORTS),
    )


@pages.post("/t/{trust}/reports/{report}/again", access=trust(Permission.RUN_TRUST_REPORTS))
def again(staff: TrustAccess, report: str) -> Response:
    service.make_again(staff.trust, report, by=staff.person)
    return redirect(f"/t/{staff.trust}/reports/{report}")


@pages.get("/t/{trust}/reports/{report}/pdf", access=trust(Permission.READ_TRUST_REPORTS))
def as_pdf(staff: TrustAccess, report: str) -> Response:
    return _file(staff, report, FileForm.PDF)


@pages.get("/t/{trust}/reports/{report}/csv", access=trust(Permission.READ_TRUST_REPORTS))
def as_csv(staff: TrustAccess, report: str) -> Response:
    return _file(staff, report, FileForm.CSV)


@pages.get("/t/{trust}/reports/{report}/xlsx", access=trust(Permission.READ_TRUST_REPORTS))
def as_xlsx(staff: TrustAccess, report: str) -> Response:
    return _file(staff, report, FileForm.XLSX)


@pages.get("/s/{school}/figures", access=school(Permission.READ_REPORTS))
def figures(staff: SchoolAccess) -> Response:
    shown = summaries.of_school(
        staff.school, staff.school_name, staff.request.query.get("term", ""), by=staff.actor
    )
    return page(
        "reports/school",
        school=staff.school,
        school_name=staff.school_name,
        document=shown.document,
        terms=shown.terms,
        chosen=shown.chosen,
        may_check=staff.may(Permission.READ_AUDIT),
    )


def _file(staff: TrustAccess, report: str, form: FileForm) -> Response:
    """A link that lives a minute, or the offer to write the file again (GET changes nothing)."""
    address = service.file_link(staff.trust, report, form, by=staff.actor)
    if address:
        return Response(303, "", {"Location": address})
    may_ask = staff.may(Permission.RUN_TRUST_REPORTS)
    return page("reports/gone", trust=staff.trust, report=report, may_ask=may_ask)


def _members(jobs: Sequence[Job], schools: Mapping[SchoolId, str]) -> list[dict[str, object]]:
    """The reports of a set by school; those that could not be made first."""
    found = [
        {"job": each, "school": schools.get(each.schools[0], "A school that has left")}
        for each in jobs
    ]
    return sorted(found, key=lambda one: (_failed(one), str(one["school"]).casefold()))


def _failed(one: Mapping[str, object]) -> bool:
    job = one["job"]
    return not (isinstance(job, Job) and job.state is State.FAILED)
