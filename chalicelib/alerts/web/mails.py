"""Pages for alerts that come by mail: teaching a reader, and reading attached reports."""

from typing import Any

from chalicelib.alerts.facts import FilterEvent
from chalicelib.alerts.forms import TeachForm
from chalicelib.alerts.providers.mail import makers
from chalicelib.alerts.senders import Source, SourceKind
from chalicelib.alerts.service import mail_reading, sources
from chalicelib.alerts.web import paths, tester
from chalicelib.alerts.web.blueprint import pages
from chalicelib.errors import Invalid, NotFound
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.web import Response, page, redirect

MANAGE = school(Permission.MANAGE_SOURCES)
_WORDS = ("user", "group", "device", "site", "search", "category", "severity", "time")


@pages.get("/s/{school}/alerts/sources/{source}/teach", access=MANAGE)
def show_teach(staff: SchoolAccess, source: str) -> Response:
    return _teach(staff, _mail_source(staff, source), TeachForm.blank())


@pages.post("/s/{school}/alerts/sources/{source}/teach", access=MANAGE)
def teach(staff: SchoolAccess, source: str) -> Response:
    """Look first, keep when asked to; what is pasted is kept nowhere."""
    found = _mail_source(staff, source)
    form = TeachForm.read(staff.request)
    if form.problems:
        return _teach(staff, found, form, status=422)
    text = form.mail.data
    if form.do.data != "keep":
        event = mail_reading.look(found, text)
        return _teach(staff, found, _filled(form, event), event)
    try:
        rules = mail_reading.marked(text, _words(form, text))
    except Invalid as problem:
        form.refuse_all(_named(problem.fields))
        return _teach(staff, found, form, mail_reading.look(found, text), status=422)
    mail_reading.teach(staff.school, found.id, rules, by=staff.actor)
    return redirect(f"{paths.source(staff.school, found.id)}?done=taught")


@pages.post("/s/{school}/alerts/sources/{source}/forget", access=MANAGE)
def forget(staff: SchoolAccess, source: str) -> Response:
    found = _mail_source(staff, source)
    mail_reading.forget(staff.school, found.id, by=staff.actor)
    return redirect(f"{paths.source(staff.school, found.id)}?done=forgotten")


@pages.get("/s/{school}/alerts/reports/{mail}", access=school(Permission.READ_ALERTS))
def show_report(staff: SchoolAccess, mail: str) -> Response:
    found, rows = mail_reading.report(staff.school, mail, by=staff.actor)
    return page(
        "alerts/mail/report",
        school=staff.school,
        here=paths.report(staff.school, mail),
        home=f"/s/{staff.school}",
        report=found,
        headings=rows[0] if rows else [],
        rows=rows[1:],
        most=mail_reading.ROWS_SHOWN,
        waiting=mail_reading.is_waiting(staff.school, mail),
        may_review=staff.may(Permission.WORK_ALERTS),
    )


@pages.post("/s/{school}/alerts/reports/{mail}/reviewed", access=school(Permission.WORK_ALERTS))
def reviewed(staff: SchoolAccess, mail: str) -> Response:
    mail_reading.reviewed(staff.school, mail, by=staff.actor)
    return redirect(paths.report(staff.school, mail))


def _mail_source(staff: SchoolAccess, source: str) -> Source:
    found = sources.load(staff.school, source)
    if found.kind is not SourceKind.EMAIL:
        raise NotFound
    return found


def _teach(
    staff: SchoolAccess,
    source: Source,
    form: TeachForm,
    event: FilterEvent | None = None,
    *,
    status: int = 200,
) -> Response:
    return page(
        "alerts/mail/teach",
        status=status,
        school=staff.school,
        here=paths.source(staff.school, source.id),
        source=source,
        form=form,
        marks=[form[name] for name in _WORDS],
        lines=tester.lines(event) if event else [],
        makers=[maker.label for maker in makers()],
    )


def _filled(form: TeachForm, event: FilterEvent) -> TeachForm:
    """The marks that we would have made ourselves, where nothing was typed yet."""
    facts, text = event.facts, form.mail.data
    ours = {
        "user": facts.user,
        "group": facts.group,
        "device": facts.device,
        "site": facts.url if facts.url and facts.url in text else facts.host,
        "search": facts.search,
        "category": ", ".join(facts.categories),
        "severity": facts.vendor_severity,
        "time": facts.clocks[0].text if facts.clocks else "",
    }
    values = {name: form[name].data or value or "" for name, value in ours.items()}
    fitting: dict[str, Any] = {name: value for name, value in values.items() if value in text}
    return TeachForm.blank(mail=text, **fitting)


def _words(form: TeachForm, text: str) -> dict[str, str]:
    """By fact. A site with a path or a scheme is an address."""
    words = {name: (form[name].data or "").strip() for name in _WORDS}
    site = words.pop("site")
    words["url" if "/" in site else "host"] = site
    return {fact: value for fact, value in words.items() if value and text}


def _named(problems: dict[str, list[str]]) -> dict[str, list[str]]:
    return {"site" if fact in {"url", "host"} else fact: said for fact, said in problems.items()}
