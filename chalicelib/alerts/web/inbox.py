"""The inbox, an alert, and the raw record behind it."""

from urllib.parse import urlencode

from chalicelib import ids
from chalicelib.alerts.inbox_forms import KeepForm, ManyForm
from chalicelib.alerts.model import Alert, Listing, Status
from chalicelib.alerts.service import inbox
from chalicelib.alerts.web import paths, shown, story
from chalicelib.alerts.web.blueprint import pages
from chalicelib.alerts.web.hand import hand
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.web import Response, page
from chalicelib.web.render import url

READ = school(Permission.READ_ALERTS)
_EMPTY = {
    Listing.WAITING: "No alerts are waiting.",
    Listing.QUIET: "No low-level alerts are open.",
    Listing.CLOSED: "No alerts have been closed.",
    Listing.ALL: "No alerts have come in.",
}
_NOTES = {
    Listing.WAITING: "Somebody was told of each of these when it came in.",
    Listing.QUIET: "Nobody is told of these one by one. Look through them when you have time.",
    Listing.CLOSED: "",
    Listing.ALL: "",
}
DONE = {
    "acknowledged": "You have this alert in hand. Nobody else will be told.",
    "kept": "Noted. The alert stays in your hands.",
    "closed": "The alert is closed.",
    "joined": "The alert now belongs to the incident.",
    "taken": "Somebody else was quicker: this alert has moved on since you opened it.",
}


@pages.get("/s/{school}/alerts", access=READ)
def index(staff: SchoolAccess) -> Response:
    return listed(staff, ManyForm.blank())


def listed(staff: SchoolAccess, form: ManyForm, *, status: int = 200) -> Response:
    """The list that the address or the form names, with the form for several at once."""
    query = staff.request.query
    name = form.list.data or query.get("list", "")
    chosen = next((each for each in Listing if each == name), Listing.WAITING)
    found = inbox.page(staff.school, chosen, cursor=query.get("after", ""), by=hand(staff))
    here = paths.inbox(staff.school)
    may_work = staff.may(Permission.WORK_ALERTS) and chosen is not Listing.CLOSED
    return page(
        "alerts/index",
        status=status,
        school=staff.school,
        alerts=found.alerts,
        shown=shown,
        form=form,
        listing=chosen,
        picked=form.alerts.typed,
        may_work=may_work and bool(found.alerts),
        may_manage=staff.may(Permission.MANAGE_SOURCES),
        tabs_=[(each.label, url(_href(here, each)), each is chosen) for each in Listing],
        note=_NOTES[chosen],
        empty_text=_EMPTY[chosen],
        older=_href(here, chosen, found.next) if found.next else "",
        newest=_href(here, chosen) if "after" in query else "",
        may_plan=staff.may(Permission.READ_SETTINGS),
        may_sources=staff.may(Permission.MANAGE_SOURCES),
        banner_text=_done(query.get("done", "")),
    )


@pages.get("/s/{school}/alerts/{alert}", access=READ)
def show(staff: SchoolAccess, alert: str) -> Response:
    return opened(staff, alert, KeepForm.blank())


def opened(staff: SchoolAccess, alert: str, form: KeepForm, *, status: int = 200) -> Response:
    """The page of one alert, with the form for a note."""
    found = inbox.open_alert(staff.school, alert, by=hand(staff))
    return page(
        "alerts/show",
        status=status,
        school=staff.school,
        here=paths.alert(staff.school, alert),
        inbox=_back(staff, found.alert),
        alert=found.alert,
        opened=found,
        shown=shown,
        form=form,
        moments=story.moments(found.history),
        told=story.told(found.history, found.messages),
        banner_text=DONE.get(staff.request.query.get("done", ""), ""),
        may_work=staff.may(Permission.WORK_ALERTS),
        may_report=staff.may(Permission.WORK_INCIDENTS),
        may_reveal=inbox.may_reveal(found.alert, staff.roles),
        mine=found.alert.acknowledged_by == staff.person,
        acknowledger=_acknowledger(found),
        new_record=ids.new(),
    )


@pages.get("/s/{school}/alerts/{alert}/raw", access=school(Permission.WORK_ALERTS))
def raw(staff: SchoolAccess, alert: str) -> Response:
    found, raws = inbox.reveal(staff.school, alert, by=hand(staff))
    return page(
        "alerts/raw",
        school=staff.school,
        here=paths.alert(staff.school, alert),
        alert=found,
        raws=raws,
    )


def _acknowledger(opened_: inbox.Opened) -> str:
    """Who has it in hand, by the name they had then."""
    for event in reversed(opened_.history):
        if event.by == f"person:{opened_.alert.acknowledged_by}":
            return str(event.private.get("who", ""))
    return ""


def _back(staff: SchoolAccess, alert: Alert) -> str:
    if alert.status is Status.CLOSED:
        return _href(paths.inbox(staff.school), Listing.CLOSED)
    listing = Listing.WAITING if alert.notified else Listing.QUIET
    return _href(paths.inbox(staff.school), listing)


def _href(here: str, listing: Listing, after: str = "") -> str:
    return f"{here}?{urlencode({'list': listing} | ({'after': after} if after else {}))}"


def _done(text: str) -> str:
    """`closed-3`: what was done to how many."""
    what, _, number = text.partition("-")
    if what not in {"took", "closed"} or not number.isdecimal():
        return ""
    several = f"{int(number)} alert{'' if number == '1' else 's'}"
    return f"You have {several} in hand." if what == "took" else f"{several} closed."
