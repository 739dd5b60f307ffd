"""A school's first page: what needs this person now, who is on duty, and where to go.

A teacher sees one button and their own reports; a DSL what is waiting; a governor the figures
(features 6, home pages). Nothing here names a child: it stands on screens in staff rooms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalicelib import clock
from chalicelib.alerts.model import Alert, Status
from chalicelib.alerts.service import inbox
from chalicelib.alerts.service.sight import Hand
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.journeys import panels
from chalicelib.people import duty
from chalicelib.people.model import Link
from chalicelib.tasks import listed
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task
from chalicelib.web import Pages, Response, page, words
from chalicelib.web.render import url

pages = Pages(__name__)
_SOON = timedelta(days=30)


@dataclass(frozen=True)
class Place:
    """Somewhere to go from the first page, and what one does there."""

    title: str
    path: str
    says: str
    permission: Permission


@dataclass(frozen=True)
class Duty:
    """Who would be told of an alert this minute, and who after them."""

    first: Link | None
    then: Link | None


_PLACES = (
    Place(
        "My reports",
        "/my-reports",
        "See that what you reported was received and dealt with.",
        Permission.OWN_REPORTS,
    ),
    Place(
        "Incident log",
        "/incidents",
        "Every incident, newest first: open a record, act on it, close it.",
        Permission.READ_LOG,
    ),
    Place(
        "Staff concerns",
        "/staff-concerns",
        "Allegations and low-level concerns about staff that are kept for you.",
        Permission.READ_CONCERNS,
    ),
    Place(
        "Alerts",
        "/alerts",
        "What the filter noticed, who was told, and what is still waiting.",
        Permission.READ_ALERTS,
    ),
    Place(
        "Agreements",
        "/agreements",
        "Who has signed, who has not, and asking those who have yet to.",
        Permission.READ_AGREEMENTS,
    ),
    Place(
        "Class agreements",
        "/class-agreements",
        "Write an agreement with your class in its own words, and have it signed in the room.",
        Permission.SIGN_IN_CLASS,
    ),
    Place(
        "Pictures at events",
        "/events",
        "Who may be in pictures at a play, a trip or a match, and who must not.",
        Permission.READ_IMAGE_LIST,
    ),
    Place(
        "Registers",
        "/registers",
        "Ask for something, see what was decided, and what is due.",
        Permission.OPEN_SCHOOL,
    ),
    Place(
        "Pupil phones",
        "/phones",
        "Hand the phones of a class in or out with one press.",
        Permission.KEEP_PHONES,
    ),
    Place(
        "What is allowed",
        "/tables",
        "Devices, technology and what may be done online, for staff and pupils.",
        Permission.OPEN_SCHOOL,
    ),
    Place(
        "Reports",
        "/reports",
        "Reports to governors, packs for the year, figures of the term; without names.",
        Permission.READ_REPORTS,
    ),
    Place(
        "People",
        "/people",
        "Staff and their roles, classes, pupils and their contacts.",
        Permission.READ_PEOPLE,
    ),
    Place(
        "Absence and duty",
        "/duty",
        "Who is told of alerts now and next, and who is away.",
        Permission.READ_DUTY,
    ),
    Place(
        "Alert sources",
        "/alerts/sources",
        "The filters that send alerts, and when each was last heard.",
        Permission.MANAGE_SOURCES,
    ),
    Place(
        "Records whose time is over",
        "/retention",
        "Keep them, hold them, or destroy them: two people each time.",
        Permission.REVIEW_RETENTION,
    ),
)


@pages.get("/s/{school}", access=school(Permission.OPEN_SCHOOL))
def show(staff: SchoolAccess) -> Response:
    mine = waiting(staff)
    soon, later = by_date(mine, clock.today())
    return page(
        "home/school",
        school=staff.school,
        school_name=staff.school_name,
        greeting=greeting(staff.person_name, clock.now()),
        may_report=staff.may(Permission.SUBMIT_INCIDENT),
        tasks=[*alerts_waiting(staff), *map(listed.shown, soon)],
        later=len(later),
        today=clock.today(),
        duty=on_duty(staff) if staff.may(Permission.READ_DUTY) else None,
        me=staff.person,
        panels=panels.of(staff, mine),
        places=[place for place in _PLACES if staff.may(place.permission)],
    )


def greeting(name: str, at: datetime) -> str:
    """`Good morning, Yasmin`: the time of day is London's."""
    hour = clock.london(at).hour
    part = "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"
    return f"Good {part}, {name.split(maxsplit=1)[0]}"


def waiting(staff: SchoolAccess) -> Sequence[Task]:
    """What this person or their roles have to do, soonest first."""
    return tasks.open_for(staff.school, staff.person, frozenset(staff.roles))


def by_date(found: Sequence[Task], today: date) -> tuple[list[Task], list[Task]]:
    """What is late or due within a month, and what has time: a year's duties hide no day's."""
    soon = [task for task in found if task.due_on <= today + _SOON]
    return soon, [task for task in found if task not in soon]


def alerts_waiting(staff: SchoolAccess) -> list[dict[str, str]]:
    """The newest alerts still open, for those who handle them: how urgent, and nothing of what."""
    if not staff.may(Permission.READ_ALERTS):
        return []
    hand = Hand(staff.person, staff.person_name, staff.roles)
    return [_alert_shown(staff, alert) for alert in inbox.waiting(staff.school, by=hand, most=10)]


def _alert_shown(staff: SchoolAccess, alert: Alert) -> dict[str, str]:
    mine = alert.acknowledged_by == staff.person
    in_hand = "In your hands" if mine else "In hand"
    is_open = alert.status is Status.OPEN
    return {
        "title": f"Alert {alert.reference}",
        "href": url(f"/s/{staff.school}/alerts/{alert.id}"),
        "hint": f"{alert.severity.capitalize()} priority, raised {words.ago(alert.raised_at)}",
        "status": "Nobody has it in hand" if is_open else in_hand,
        "colour": "red" if is_open else "blue",
    }


def on_duty(staff: SchoolAccess) -> Duty:
    here = duty.chain(staff.school, clock.now()).here
    return Duty(first=here[0] if here else None, then=here[1] if len(here) > 1 else None)
