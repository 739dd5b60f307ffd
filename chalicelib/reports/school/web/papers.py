"""Papers in one press: each a page, and a button that has it written as files."""

from chalicelib import clock
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.reports.school.papers import INSPECTION, WEEK, Paper, service
from chalicelib.reports.school.web.blueprint import READ, pages
from chalicelib.web import Response, page, redirect

WEEKLY = school(Permission.READ_WEEK)
LOG = school(Permission.READ_LOG)
TAKE = school(Permission.EXPORT_INCIDENTS)


@pages.get("/s/{school}/papers/{pack}", access=READ)
def show(staff: SchoolAccess, pack: str) -> Response:
    return _shown(staff, service.named(pack), f"/papers/{pack}")


@pages.post("/s/{school}/papers/{pack}/files", access=READ)
def take(staff: SchoolAccess, pack: str) -> Response:
    return _taken(staff, service.named(pack), f"/papers/{pack}")


@pages.get("/s/{school}/week", access=WEEKLY)
def show_week(staff: SchoolAccess) -> Response:
    return _shown(staff, WEEK, "/week")


@pages.post("/s/{school}/week/files", access=WEEKLY)
def take_week(staff: SchoolAccess) -> Response:
    return _taken(staff, WEEK, "/week")


@pages.get("/s/{school}/inspection", access=LOG)
def show_inspection(staff: SchoolAccess) -> Response:
    return _shown(staff, INSPECTION, "/inspection")


@pages.post("/s/{school}/inspection/files", access=TAKE)
def take_inspection(staff: SchoolAccess) -> Response:
    return _taken(staff, INSPECTION, "/inspection")


def _shown(staff: SchoolAccess, paper: Paper, path: str) -> Response:
    years = service.years(clock.today())
    asked = staff.request.query.get("year", "")
    chosen = asked if asked in dict(years) else years[0][0]
    return page(
        "reports/school/paper",
        school=staff.school,
        paper=paper,
        here=f"/s/{staff.school}{path}",
        document=service.opened(staff.school, paper, chosen, reader=staff),
        years=years,
        chosen=chosen,
        may_take=staff.may(paper.takes),
    )


def _taken(staff: SchoolAccess, paper: Paper, path: str) -> Response:
    form = staff.request.form
    year = next(iter(form.getlist("year")), "")
    back = f"/s/{staff.school}{path}"
    job = service.ask(staff.school, paper, year, reader=staff, back=back)
    return redirect(f"/s/{staff.school}/documents/{job}")
