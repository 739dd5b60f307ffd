"""Bringing in pupils from the school's own system: send a file, name its columns, look, do it."""

from collections.abc import Mapping

from chalicelib import audit
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.people.rosters import columns, comparing, service, uploads
from chalicelib.people.rosters.comparing import Plan
from chalicelib.people.rosters.model import Unreadable
from chalicelib.people.rosters.reading import tables
from chalicelib.people.rosters.service import Options
from chalicelib.people.rosters.uploads import Format, Kept
from chalicelib.web import Pages, Response, fields, page, redirect
from chalicelib.web.forms import Form
from chalicelib.web.uploads import File

pages = Pages(__name__)
_MANAGE = school(Permission.MANAGE_PEOPLE)
_SHOWN = 50  # pupils of a list on the page; the rest are counted
_MANY = 0.2  # of all pupils: so many leaving at once is asked about twice


class FileForm(Form):
    file = File(
        "File with your pupils",
        hint="CSV from any system, OneRoster CSV (a zip), or a DfE Common Transfer File (XML). "
        "4 MB at most.",
        required="Choose a file",
        accept=".csv,.txt,.zip,.xml",
    )


class DoForm(Form):
    everybody = fields.Tick(
        "Bring in contacts without parental responsibility and those under a court order too",
        hint="Leave this empty unless you have a reason. They are never written to.",
    )
    left = False


class MissingForm(DoForm):
    """When pupils are here and not in the file."""

    missing = fields.Choice(
        "What about pupils who are here and not in this list?",
        options=(("keep", "Leave them as they are"), ("left", "They have left the school")),
        required="Say whether the pupils who are not in the list have left",
    )
    sure = fields.Tick("Yes, all of them have left")

    @property
    def left(self) -> bool:  # type: ignore[override]
        return bool(self.missing.data == "left")


@pages.get("/s/{school}/people/roster", access=_MANAGE)
def start(staff: SchoolAccess) -> Response:
    return _start(staff, FileForm.blank())


@pages.upload("/s/{school}/people/roster", access=_MANAGE)
def send(staff: SchoolAccess) -> Response:
    form = FileForm.read(staff.request)
    form.file.take(staff.request.files)
    if not form.problems:
        try:
            kept = uploads.keep(staff.school, staff.actor, form.file.data)
            if kept.format is Format.CSV:
                tables.opened(kept.body)
            else:
                service.read(kept, Options({}))
            step = "columns" if kept.format is Format.CSV else "check"
            return redirect(f"/s/{staff.school}/people/roster/{kept.id}/{step}")
        except Unreadable as e:
            form.refuse("file", str(e))
    return _start(staff, form, status=422)


@pages.get("/s/{school}/people/roster/{upload}/columns", access=_MANAGE)
def show_columns(staff: SchoolAccess, upload: str) -> Response:
    sheet = tables.opened(_kept(staff, upload).body)
    return _columns(staff, upload, sheet, service.columns_of(staff.school, sheet))


@pages.post("/s/{school}/people/roster/{upload}/columns", access=_MANAGE)
def choose_columns(staff: SchoolAccess, upload: str) -> Response:
    sheet = tables.opened(_kept(staff, upload).body)
    chosen = _chosen(staff.request.form, sheet)
    problems = [
        f"Say which column has the {each.label.lower()}" for each in columns.missing(chosen)
    ]
    problems += [
        f"{label} is chosen for two columns"
        for value, label in columns.offered()
        if list(chosen.values()).count(value) > 1
    ]
    if problems:
        return _columns(staff, upload, sheet, chosen, problems)
    service.remember(staff.school, sheet.headings, chosen)
    return redirect(f"/s/{staff.school}/people/roster/{upload}/check")


@pages.get("/s/{school}/people/roster/{upload}/check", access=_MANAGE)
def check(staff: SchoolAccess, upload: str) -> Response:
    if service.is_started(staff.school, upload, person=staff.person):
        return redirect(f"/s/{staff.school}/documents/{upload}")
    audit.viewed(staff.school, by=staff.actor, action="roster.viewed", about=f"roster/{upload}")
    kept = _kept(staff, upload)
    plan = _plan(staff, kept, DoForm.blank())
    if plan is None:
        return redirect(f"/s/{staff.school}/people/roster/{upload}/columns")
    return _check(staff, kept, plan, MissingForm.blank() if plan.missing else DoForm.blank())


@pages.post("/s/{school}/people/roster/{upload}/check", access=_MANAGE)
def do(staff: SchoolAccess, upload: str) -> Response:
    kept = _kept(staff, upload)
    plan = _plan(staff, kept, DoForm.read(staff.request))
    if plan is None:
        return redirect(f"/s/{staff.school}/people/roster/{upload}/columns")
    form = (MissingForm if plan.missing else DoForm).read(staff.request)
    if form.left and comparing.is_many(plan, _MANY) and not form["sure"].data:
        form.refuse("sure", "Tick to say that all of them have left, or leave them as they are")
    if form.problems:
        return _check(staff, kept, plan, form, status=422)
    options = _options(staff, kept, form)
    job = service.start(staff.school, kept, options, person=staff.person)
    return redirect(f"/s/{staff.school}/documents/{job}")


@pages.get("/s/{school}/people/roster/{upload}/problems", access=_MANAGE)
def problems(staff: SchoolAccess, upload: str) -> Response:
    """What is wrong with lines of the file, to work through beside it."""
    kept = _kept(staff, upload)
    plan = service.compare(staff.school, kept, _options(staff, kept, DoForm.blank()))
    headers: dict[str, str | list[str]] = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": 'attachment; filename="problems.csv"',
    }
    return Response(200, service.problems_file(plan), headers)


def _start(staff: SchoolAccess, form: FileForm, *, status: int = 200) -> Response:
    runs = service.runs(staff.school)
    members = identity.members(staff.school) if runs else []
    names: dict[str, str] = {each.person: each.name for each in members}
    return page(
        "people/rosters/start",
        status=status,
        school=staff.school,
        form=form,
        runs=[(run, names.get(run.person, "somebody who has left")) for run in runs],
    )


def _kept(staff: SchoolAccess, upload: str) -> Kept:
    return uploads.find(staff.school, staff.actor, upload)


def _chosen(sent: Mapping[str, str], sheet: tables.Sheet) -> dict[int, str]:
    """What was chosen for each column; what no page of ours offers counts as nothing."""
    meanings = {value for value, _ in columns.offered()}
    answers = {number: sent.get(f"column-{number}", "") for number in range(len(sheet.headings))}
    return {number: answer for number, answer in answers.items() if answer in meanings}


def _columns(
    staff: SchoolAccess,
    upload: str,
    sheet: tables.Sheet,
    chosen: Mapping[int, str],
    problems: list[str] | None = None,
) -> Response:
    examples = [
        next((row[number] for row in sheet.rows if row[number]), "")
        for number in range(len(sheet.headings))
    ]
    return page(
        "people/rosters/columns",
        status=422 if problems else 200,
        school=staff.school,
        upload=upload,
        columns=list(enumerate(zip(sheet.headings, examples, strict=True))),
        chosen=chosen,
        offered=columns.offered(),
        problems=problems or [],
        first=next((n for n in range(len(sheet.headings)) if n not in chosen), 0),
        lines=len(sheet.rows),
    )


def _options(staff: SchoolAccess, kept: Kept, form: DoForm) -> Options:
    chosen: Mapping[int, str] = {}
    if kept.format is Format.CSV:
        chosen = service.columns_of(staff.school, tables.opened(kept.body))
    return Options(chosen, not form.everybody.data, form.left)


def _plan(staff: SchoolAccess, kept: Kept, form: DoForm) -> Plan | None:
    """What would change; None when the columns must be named first."""
    try:
        return service.compare(staff.school, kept, _options(staff, kept, form))
    except Unreadable:
        return None


def _check(
    staff: SchoolAccess, kept: Kept, plan: Plan, form: DoForm, *, status: int = 200
) -> Response:
    return page(
        "people/rosters/check",
        status=status,
        school=staff.school,
        upload=kept.id,
        kept=kept,
        plan=plan,
        form=form,
        shown=_SHOWN,
        many=comparing.is_many(plan, _MANY),
        is_csv=kept.format is Format.CSV,
        is_wonde=kept.format is Format.WONDE,
        names_no_orders=kept.format is Format.ONEROSTER,
    )
