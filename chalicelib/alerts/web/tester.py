"""“Paste an event and see what we make of it”: the command-line tester as a page. Keeps nothing."""

from chalicelib import clock
from chalicelib.alerts import parse
from chalicelib.alerts.facts import FilterEvent
from chalicelib.alerts.formats.body import TooLarge
from chalicelib.alerts.forms import TesterForm
from chalicelib.alerts.themes import named
from chalicelib.alerts.times import TimeBasis
from chalicelib.alerts.web import paths, shown
from chalicelib.alerts.web.blueprint import pages
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.web import Response, page

MANAGE = school(Permission.MANAGE_SOURCES)
_MOST_SHOWN = 20
_NAMES = {
    "occurred_at": "When it happened",
    "time_basis": "What the time rests on",
    "user": "Person",
    "group": "Group",
    "device": "Device",
    "client_ip": "Address of the device",
    "host": "Site",
    "url": "Full address",
    "search": "Search words",
    "vendor_category": "Category, in the filter's words",
    "vendor_action": "Verdict, in the filter's words",
    "vendor_severity": "Level, in the filter's words",
    "sensor": "Sent by",
    "network": "Site or network",
    "rule": "Rule that fired",
    "message": "In its own words",
    "kind": "Kind of event",
    "action": "What the filter did",
    "severity": "How serious",
    "provider": "Read as",
}


@pages.get("/s/{school}/alerts/sources/try", access=MANAGE)
def show(staff: SchoolAccess) -> Response:
    return _page(staff, TesterForm.blank())


@pages.post("/s/{school}/alerts/sources/try", access=MANAGE)
def attempt(staff: SchoolAccess) -> Response:
    form = TesterForm.read(staff.request)
    if form.problems:
        return _page(staff, form, status=422)
    try:
        reading = parse.read_body(
            form.event.data.encode(), received_at=clock.now(), zone=form.zone.data
        )
    except TooLarge:
        form.refuse("event", "That is more than we take at once: 64 KB for an event")
        return _page(staff, form, status=422)
    return _page(staff, form, reading.events[:_MOST_SHOWN], is_ping=not reading.events)


def _page(
    staff: SchoolAccess,
    form: TesterForm,
    events: tuple[FilterEvent, ...] = (),
    *,
    is_ping: bool = False,
    status: int = 200,
) -> Response:
    return page(
        "alerts/sources/try",
        status=status,
        school=staff.school,
        here=paths.sources(staff.school),
        form=form,
        events=[lines(event) for event in events],
        is_ping=is_ping,
    )


def lines(event: FilterEvent) -> list[tuple[str, str]]:
    """The facts in words, only those that are there; the theme first."""
    facts = event.as_json()
    theme = "Cannot be read: it would be kept and shown as such" if event.unreadable else ""
    found = [("Theme", theme or named(event.theme).label)]
    for name, label in _NAMES.items():
        value = facts[name]
        text = ", ".join(value) if isinstance(value, list) else str(value or "")
        if text:
            found.append((label, _in_words(name, text)))
    return found


def _in_words(name: str, text: str) -> str:
    if name == "occurred_at":
        return f"{clock.london(clock.parse(text)):%-d %B %Y, %H:%M:%S} in London"
    if name == "time_basis":
        return shown.BASES[TimeBasis(text)].capitalize()
    return text.replace("_", " ").capitalize() if name in _WORDS else text


_WORDS = frozenset({"kind", "action", "severity"})
