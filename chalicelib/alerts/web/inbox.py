"""The inbox, an alert, and the raw record behind it."""

from urllib.parse import urlencode

from chalicelib import ids
from chalicelib.alerts.model import Alert, Listing, Status
from chalicelib.alerts.service import inbox
from chalicelib.alerts.web import paths, shown
from chalicelib.alerts.web.blueprint import pages
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
    Listing.WAITING: "Somebody was told of each of these by email when it came in.",
    Listing.QUIET: "Nobody is emailed about these. Look through them when you have time.",
    Listing.CLOSED: "",
    Listing.ALL: "",
}
DONE = {
    "acknowledged": "You have this alert in hand. Nobody else will be told.",
    "closed": "The alert is closed.",
    "taken": "Somebody else was quicker: this alert has moved on since you opened it.",
}


@pages.get("/s/{school}/alerts", access=READ)
def index(staff: SchoolAccess) -> Response:
    query = staff.request.query
    chosen = next((each for each in Listing if each == query.get("list", "")), Listing.WAITING)
    found = inbox.page(staff.school, chosen, cursor=query.get("after", ""), by=staff.actor)
    here = paths.inbox(staff.school)
    return page(
        "alerts/index",
        school=staff.school,
        alerts=found.alerts,
        shown=shown,
        tabs_=[(each.label, url(_href(here, each)), each is chosen) for each in Listing],
        note=_NOTES[chosen],
        empty_text=_EMPTY[chosen],
        older=_href(here, chosen, found.next) if found.next else "",
        newest=_href(here, chosen) if "after" in query else "",
    )


@pages.get("/s/{school}/alerts/{alert}", access=READ)
def show(staff: SchoolAccess, alert: str) -> Response:
    opened = inbox.open_alert(staff.school, alert, by=staff.actor)
    found = opened.alert
    return page(
        "alerts/show",
        school=staff.school,
        here=paths.alert(staff.school, alert),
        inbox=_back(staff, found),
        alert=found,
        opened=opened,
        shown=shown,
        moments=shown.moments(opened.history),
        told=shown.told(opened.history, opened.messages),
        banner_text=DONE.get(staff.request.query.get("done", ""), ""),
        may_work=staff.may(Permission.WORK_ALERTS),
        may_report=staff.may(Permission.WORK_INCIDENTS),
        may_reveal=inbox.may_reveal(found, staff.roles),
        mine=found.acknowledged_by == staff.person,
        acknowledger=_acknowledger(opened),
        new_record=ids.new(),
    )


@pages.get("/s/{school}/alerts/{alert}/raw", access=school(Permission.WORK_ALERTS))
def raw(staff: SchoolAccess, alert: str) -> Response:
    found, raws = inbox.reveal(staff.school, alert, by=staff.actor, roles=staff.roles)
    return page(
        "alerts/raw",
        school=staff.school,
        here=paths.alert(staff.school, alert),
        alert=found,
        raws=raws,
    )


def _acknowledger(opened: inbox.Opened) -> str:
    """Who has it in hand, by the name they had then."""
    for event in opened.history:
        if event.by == f"person:{opened.alert.acknowledged_by}":
            return str(event.private.get("who", ""))
    return ""


def _back(staff: SchoolAccess, alert: Alert) -> str:
    if alert.status is Status.CLOSED:
        return _href(paths.inbox(staff.school), Listing.CLOSED)
    listing = Listing.WAITING if alert.notified else Listing.QUIET
    return _href(paths.inbox(staff.school), listing)


def _href(here: str, listing: Listing, after: str = "") -> str:
    return f"{here}?{urlencode({'list': listing} | ({'after': after} if after else {}))}"
