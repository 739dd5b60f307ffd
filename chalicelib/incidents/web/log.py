"""The log: five columns, the latest incident first, fifty lines a page (S225 to S227)."""

from dataclasses import replace

from chalicelib import clock
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.incidents import service
from chalicelib.incidents.forms.searching import ViewForm
from chalicelib.incidents.model.search import Lists, Search
from chalicelib.incidents.service import log
from chalicelib.incidents.web import paths
from chalicelib.incidents.web.addresses import in_words, query_of, search_of
from chalicelib.incidents.web.blueprint import pages
from chalicelib.web import Response, page
from chalicelib.web.render import url

READ = school(Permission.READ_LOG)
TABS = (Lists.ALL, Lists.NEW, Lists.OPEN, Lists.CLOSED)
MOST_PRINTED = 500
EMPTY = {
    Lists.ALL: "No incidents are on record.",
    Lists.NEW: "Every report has been acknowledged.",
    Lists.OPEN: "No incidents are open.",
    Lists.CLOSED: "No incidents have been closed.",
}
NOTHING = "Nothing on record is what you are looking for."


@pages.get("/s/{school}/incidents", access=READ)
def index(staff: SchoolAccess) -> Response:
    query = staff.request.query
    wanted = search_of(staff.school, query)
    if wanted.is_plain and "page" not in query:
        found = log.latest(staff.school, cursor=query.get("after", ""), reader=staff)
        if found:
            older = _href(staff, wanted, after=found.next) if found.next else ""
            newest = _href(staff, wanted) if "after" in query else ""
            return _page(staff, wanted, lines=found.lines, older=older, newer=newest)
    number = query.get("page", "")[:6]
    part = log.search(
        staff.school, wanted, page=int(number) if number.isdecimal() else 1, reader=staff
    )
    return _page(
        staff,
        wanted,
        lines=part.lines,
        found=part,
        newer=_href(staff, wanted, page=str(part.page - 1)) if part.page > 1 else "",
        older=_href(staff, wanted, page=str(part.page + 1)) if part.page < part.pages else "",
    )


@pages.get("/s/{school}/incidents/print", access=READ)
def on_paper(staff: SchoolAccess) -> Response:
    """The whole of what is looked for on one page, to print: with whose it is and as of when."""
    wanted = search_of(staff.school, staff.request.query)
    found = log.whole(staff.school, wanted, most=MOST_PRINTED, reader=staff)
    return page(
        "incidents/log_print",
        school=staff.school,
        school_name=staff.school_name,
        by=staff.person_name,
        at=clock.now(),
        lines=found.lines,
        total=found.total,
        most=MOST_PRINTED,
        chosen=wanted.status,
        asked=asked(staff, wanted),
        back=_href(staff, wanted),
    )


def tabs(staff: SchoolAccess, chosen: str) -> list[tuple[str, str, bool]]:
    """The lists of the log, and what is held where one may read it."""
    shown = [(each.label, url(_href(staff, Search(status=each))), each == chosen) for each in TABS]
    held = ("Held", url(paths.held(staff.school)), chosen == "held")
    return [*shown, held] if staff.may(Permission.READ_INCIDENTS) else shown


def asked(staff: SchoolAccess, wanted: Search) -> tuple[str, ...]:
    """What is looked for, in words."""
    group = service.log.class_of(staff.school, wanted.group) if wanted.group else None
    return in_words(wanted, {group.id: group.name} if group else {})


def _page(
    staff: SchoolAccess,
    wanted: Search,
    *,
    lines: tuple[object, ...],
    older: str,
    newer: str,
    found: log.Found | None = None,
) -> Response:
    query = query_of(staff.school, wanted)
    return page(
        "incidents/log",
        school=staff.school,
        here=paths.log(staff.school),
        lines=lines,
        found=found,
        older=older,
        newer=newer,
        tabs_=tabs(staff, wanted.status),
        empty_text=NOTHING if wanted.narrows else EMPTY.get(wanted.status, NOTHING),
        narrows=wanted.narrows,
        asked=asked(staff, wanted) if wanted.narrows else (),
        clear=_href(staff, Search(status=_tab(wanted))),
        query=query,
        save=ViewForm.blank(view=query) if wanted.narrows else None,
        may_read=staff.may(Permission.READ_INCIDENTS),
        may_export=staff.may(Permission.EXPORT_INCIDENTS),
    )


def _tab(wanted: Search) -> Lists:
    return wanted.status if wanted.status in TABS else Lists.ALL


def _href(staff: SchoolAccess, wanted: Search, **more: str) -> str:
    return paths.log(staff.school) + query_of(staff.school, replace(wanted), **more)
