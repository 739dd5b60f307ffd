"""One's duty calendar: an address to subscribe to, and away days out of one's own calendar."""

from chalicelib import clock
from chalicelib.errors import Invalid
from chalicelib.identity.access import LinkAccess, SchoolAccess, link, school
from chalicelib.identity.permissions import Permission
from chalicelib.ids import SchoolId
from chalicelib.people import calendars, duty
from chalicelib.people.calendars import Days
from chalicelib.people.forms import CalendarForm, DaysForm
from chalicelib.web import Pages, Response, page, redirect, words
from chalicelib.web.fields import Option
from chalicelib.web.render import absolute_url

pages = Pages(__name__)
OWN = school(Permission.SET_OWN_ABSENCE)


@pages.get("/duty-calendar/{token}", access=link("duty-calendar"))
def feed(holder: LinkAccess) -> Response:
    """What a calendar program fetches: no page, and nothing that it may keep for others."""
    body = calendars.feed(SchoolId(holder.tenant), holder.digest).decode()
    headers: dict[str, str | list[str]] = {
        "Content-Type": "text/calendar; charset=utf-8",
        "Cache-Control": "private, no-store",
        "Content-Disposition": 'attachment; filename="duty.ics"',
    }
    return Response(200, body, headers)


@pages.get("/s/{school}/duty/calendar", access=OWN)
def show_calendar(staff: SchoolAccess) -> Response:
    return _page(staff, CalendarForm.blank())


@pages.post("/s/{school}/duty/calendar/address", access=OWN)
def make_address(staff: SchoolAccess) -> Response:
    """The one page that shows the address: it is kept nowhere."""
    token = calendars.address(staff.school, staff.person, by=staff.actor)
    return _page(staff, CalendarForm.blank(), made=absolute_url(f"/duty-calendar/{token}"))


@pages.post("/s/{school}/duty/calendar", access=OWN)
def read_calendar(staff: SchoolAccess) -> Response:
    form = CalendarForm.read(staff.request)
    if form.problems:
        return _page(staff, form, status=422)
    try:
        found = calendars.away_days(form.calendar.data, clock.today())
    except Invalid as e:
        form.refuse_all(e.fields)
        return _page(staff, form, status=422)
    if not found:
        form.refuse("calendar", "No days away are in it from today on")
        return _page(staff, form, status=422)
    days = DaysForm.blank(options=_offered(found), days=[each.key for each in found])
    return page("people/calendar_days", school=staff.school, form=days)


@pages.post("/s/{school}/duty/calendar/days", access=OWN)
def save_days(staff: SchoolAccess) -> Response:
    """Each is saved as if it had been typed: without cover for one, the others still count."""
    form = DaysForm.read(staff.request)
    if form.problems:
        return page("people/calendar_days", status=422, school=staff.school, form=form)
    for first_on, last_on in form.chosen:
        try:
            duty.set_absence(
                staff.school, staff.person, first_on=first_on, last_on=last_on, by=staff.actor
            )
        except Invalid as e:
            form.refuse(
                "days", f"{_said(Days(first_on, last_on))}: {next(iter(e.fields.values()))[0]}"
            )
    if form.problem_list:
        return page("people/calendar_days", status=422, school=staff.school, form=form)
    return redirect(f"/s/{staff.school}/duty?done=calendar")


def _offered(found: list[Days]) -> dict[str, list[Option]]:
    return {"days": [Option(each.key, _said(each)) for each in found]}


def _said(days: Days) -> str:
    first, last = (words.london_date(day) for day in (days.first_on, days.last_on))
    return first if first == last else f"{first} to {last}"


def _page(
    staff: SchoolAccess, form: CalendarForm, *, made: str = "", status: int = 200
) -> Response:
    return page("people/calendar", status=status, school=staff.school, form=form, made=made)
