"""The report to governors: asking for it, its draft, its words, its approval, reading it."""

from chalicelib import clock
from chalicelib.audit import actors
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess
from chalicelib.identity.permissions import Permission
from chalicelib.ids import PersonId
from chalicelib.reports.school import approving, forms, service, wording
from chalicelib.reports.school.forms import NewForm, VersionForm, WordsForm
from chalicelib.reports.school.model import Report
from chalicelib.reports.school.papers import INSPECTION, PAPERS, WEEK
from chalicelib.reports.school.service import Opened
from chalicelib.reports.school.web.blueprint import APPROVE, READ, WRITE, pages
from chalicelib.web import Response, page, redirect

_STALE = (
    "Somebody else changed this draft while you were writing. What you typed is below: compare "
    "it with the draft in another window, then save again."
)


@pages.get("/s/{school}/reports", access=READ)
def index(staff: SchoolAccess) -> Response:
    cursor = staff.request.query.get("after", "")
    listed = service.listed(staff.school, cursor, drafts=_writes(staff))
    return page(
        "reports/school/index",
        school=staff.school,
        reports=listed.reports,
        after=listed.next,
        first=not cursor,
        may_write=_writes(staff),
        papers=[*PAPERS.values()],
        week=WEEK if staff.may(WEEK.takes) else None,
        inspection=INSPECTION if staff.may(Permission.READ_LOG) else None,
    )


@pages.get("/s/{school}/reports/new", access=WRITE)
def new(staff: SchoolAccess) -> Response:
    return page("reports/school/new", school=staff.school, form=NewForm.shown(clock.today()))


@pages.post("/s/{school}/reports/new", access=WRITE)
def ask(staff: SchoolAccess) -> Response:
    today = clock.today()
    form = NewForm.sent(staff.request, today)
    if form.problems:
        return page("reports/school/new", status=422, school=staff.school, form=form)
    service.ask(staff.school, form.record.data, form.chosen(today), by=staff.person)
    return redirect(f"/s/{staff.school}/reports/{form.record.data}")


@pages.get("/s/{school}/reports/{report}", access=READ)
def show(staff: SchoolAccess, report: str) -> Response:
    opened = _opened(staff, report)
    found = opened.report
    if opened.document is None:
        return page("reports/school/waiting", school=staff.school, report=found, job=opened.job)
    parts = opened.parts if not found.is_approved else []
    return page(
        "reports/school/show",
        school=staff.school,
        report=found,
        document=opened.document,
        mine=opened.mine,
        flagged=wording.flagged(parts),
        receivers=service.receivers(found) if _writes(staff) else (),
        may_write=_writes(staff),
        may_approve=staff.may(Permission.APPROVE_REPORTS),
        done=staff.request.query.get("done", ""),
    )


@pages.get("/s/{school}/reports/{report}/words", access=WRITE)
def words(staff: SchoolAccess, report: str) -> Response:
    opened = _opened(staff, report)
    if opened.document is None or opened.report.is_approved:
        return redirect(f"/s/{staff.school}/reports/{report}")
    parts = opened.parts
    form = forms.of(parts).blank(**forms.values(parts, opened.report.version))
    return _words(staff, opened, form)


@pages.post("/s/{school}/reports/{report}/words", access=WRITE)
def put_in_words(staff: SchoolAccess, report: str) -> Response:
    opened = _opened(staff, report)
    if opened.document is None:
        return redirect(f"/s/{staff.school}/reports/{report}")
    form = forms.of(opened.parts).read(staff.request)
    if form.problems:
        return _words(staff, opened, form, status=422)
    try:
        service.put_in_words(
            opened,
            form.texts,
            form.left_out,
            form.additions,
            version=form.version.data,
            by=staff.actor,
        )
    except service.Stale:
        form.refuse("", _STALE)
        # Sent again it replaces what is there now: they were told, and have seen it.
        form.version.typed = [str(opened.report.version)]
        return _words(staff, opened, form, status=422)
    return redirect(f"/s/{staff.school}/reports/{report}?done=worded")


@pages.post("/s/{school}/reports/{report}/again", access=WRITE)
def again(staff: SchoolAccess, report: str) -> Response:
    """Count a draft anew, or try again what could not be made."""
    found = service.find(staff.school, report)
    if found.state == "making":
        service.try_again(staff.school, report)
    else:
        seen = VersionForm.read(staff.request).version.data
        service.count_again(found, version=seen, by=staff.actor)
    return redirect(f"/s/{staff.school}/reports/{report}")


@pages.get("/s/{school}/reports/{report}/approve", access=APPROVE)
def look_before(staff: SchoolAccess, report: str) -> Response:
    opened = _opened(staff, report)
    if opened.document is None or opened.report.is_approved:
        return redirect(f"/s/{staff.school}/reports/{report}")
    return _approve(staff, opened)


@pages.post("/s/{school}/reports/{report}/approve", access=APPROVE)
def approve(staff: SchoolAccess, report: str) -> Response:
    opened = _opened(staff, report)
    seen = VersionForm.read(staff.request).version.data
    try:
        approving.approve(opened.report, version=seen, by=staff.person, name=staff.person_name)
    except service.Stale:
        return _approve(staff, opened, changed=True)
    return redirect(f"/s/{staff.school}/reports/{report}?done=approved")


@pages.post("/s/{school}/reports/{report}/read", access=READ)
def read(staff: SchoolAccess, report: str) -> Response:
    found = service.find(staff.school, report, drafts=_writes(staff))
    service.mark_read(found, person=staff.person)
    return redirect(f"/s/{staff.school}/reports/{report}?done=read")


@pages.post("/s/{school}/reports/{report}/files", access=READ)
def files(staff: SchoolAccess, report: str) -> Response:
    opened = _opened(staff, report)
    if opened.document is None:
        return redirect(f"/s/{staff.school}/reports/{report}")
    job = service.ask_files(opened.report, by=staff.person)
    return redirect(f"/s/{staff.school}/documents/{job}")


def _opened(staff: SchoolAccess, report: str) -> Opened:
    return service.open_report(
        staff.school, report, by=staff.actor, person=staff.person, drafts=_writes(staff)
    )


def _writes(staff: SchoolAccess) -> bool:
    return staff.may(Permission.WRITE_REPORTS)


def _words(staff: SchoolAccess, opened: Opened, form: WordsForm, *, status: int = 200) -> Response:
    document = opened.drafted
    rests = {
        line.key: wording.rests_on(line.tables, document)
        for part in form.parts
        for line in part.lines
    }
    return page(
        "reports/school/words",
        status=status,
        school=staff.school,
        report=opened.report,
        form=form,
        rests=rests,
    )


def _approve(staff: SchoolAccess, opened: Opened, *, changed: bool = False) -> Response:
    report: Report = opened.report
    return page(
        "reports/school/approve",
        status=409 if changed else 200,
        school=staff.school,
        report=report,
        document=opened.document,
        flagged=wording.flagged(opened.parts),
        readers=approving.readers(staff.school),
        asked_by=_name(staff, report.asked_by),
        changed=changed,
    )


def _name(staff: SchoolAccess, actor: str) -> str:
    person = actors.person_of(actor)
    names = {each.person: each.name for each in identity.members(staff.school)}
    return names.get(PersonId(person or ""), "somebody who has left")
