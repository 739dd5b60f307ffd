"""The low ones summed up in one mail, so that an inbox nobody is mailed about is not forgotten.

Its clock is set by the first low alert and stops with the mail: a quiet school gets none (4.16).
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from chalicelib import clock
from chalicelib.alerts.model import Alert, Listing
from chalicelib.alerts.repository import alerts
from chalicelib.ids import SchoolId
from chalicelib.notifications import clocks, outbox
from chalicelib.notifications.outbox import Message
from chalicelib.people import team
from chalicelib.people.plan import model as plans
from chalicelib.people.plan.model import Digest, Plan
from chalicelib.storage import transaction
from chalicelib.tenancy import directory
from chalicelib.tenancy import repository as tenancy
from chalicelib.web import words

CLOCK = "alert.digest"
_MOST = 200


def due(school: SchoolId, plan: Plan, new: Iterable[Alert], now: datetime) -> datetime | None:
    """When the next digest goes, if one of these needs it and none is waiting yet."""
    if plan.digest is Digest.NEVER or all(each.notified for each in new):
        return None
    if clocks.running(school, kind=CLOCK, id=school) is not None:
        return None
    calendar, _ = tenancy.calendar(school)
    at = plans.next_opening(plan, calendar, now)
    if plan.digest is Digest.WEEKLY:
        monday = clock.london(now) + timedelta(days=7 - clock.london(now).weekday())
        midnight = monday.replace(hour=0, minute=0, second=0, microsecond=0)
        at = plans.next_opening(plan, calendar, midnight.astimezone(now.tzinfo))
    return at


def send(tenant: str, _id: str, now: datetime) -> None:
    """Mail whoever is on duty how many wait, by how serious: no names, no themes, no sites."""
    school = SchoolId(tenant)
    waiting = alerts.page(school, Listing.QUIET, limit=_MOST).alerts
    pupils = [each for each in waiting if not each.about_staff]
    first = team.load(school, now).usual().on_duty
    with transaction() as tx:
        clocks.stop(tx, school, kind=CLOCK, id=school)
        if pupils and first:
            counts = Counter(each.severity for each in pupils)
            outbox.add(
                tx,
                Message(
                    tenant=school,
                    template="alert_digest",
                    address=first.email,
                    values={
                        "school": directory.school(school).name,
                        "path": f"/s/{school}/alerts?list=quiet",
                        "number": str(len(pupils)),
                        "levels": words.listed(f"{n} {level}" for level, n in counts.items()),
                        "role": first.title,
                    },
                    about=f"digest/{school}",
                    why=first.role.value,
                    person=first.person,
                ),
            )
