"""One person across incidents and alerts: what a safeguarding lead asks before all else (2.14).

Somebody is here because a person linked them to a record, or because an account or device of
theirs made an alert; never because two names are alike. What the reader may not open is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib import clock, ids
from chalicelib.alerts.model import Alert
from chalicelib.alerts.service import inbox
from chalicelib.alerts.service.sight import Hand
from chalicelib.errors import NotFound
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.incidents.model.record import Linked, Mark, Roster
from chalicelib.incidents.repository import Appearance
from chalicelib.incidents.service import people
from chalicelib.web import Pages, Response, page

pages = Pages(__name__)
# Not whoever may read incidents: no ordinary record is for the chair of governors.
READ = school(Permission.READ_LOG)
YEARS = timedelta(days=365)  # alerts are kept no longer


@dataclass(frozen=True)
class Line:
    """Something that stands in a chronology, whatever it is."""

    at: datetime
    title: str
    link: str
    colour: str
    text: str
    marks: tuple[Mark, ...] = ()


@pages.get("/s/{school}/chronologies/{who}", access=READ)
def show(staff: SchoolAccess, who: str) -> Response:
    """`who` is `pupil-<id>` or `staff-<id>`: an address never holds a name."""
    linked = _linked(who)
    if linked.id == staff.person:
        raise NotFound  # nobody reads what is held about themselves here
    found, appearances = people.chronology(staff.school, linked, staff)
    alerts = _alerts(staff, linked)
    counted = [each for each in appearances if each.counts]
    return page(
        "incidents/chronology",
        school=staff.school,
        found=found,
        lines=lines(staff.school, appearances, alerts),
        incidents=len(counted),
        as_offender=sum(each.as_offender for each in counted),
        as_target=sum(Mark.TARGET in each.marks for each in counted),
        alerts=len(alerts),
        sees_alerts=staff.may(Permission.READ_ALERTS),
    )


def lines(
    school_id: str, appearances: Sequence[Appearance], alerts: Sequence[Alert]
) -> tuple[Line, ...]:
    """Incidents and alerts as one story, latest first."""
    told = [_of_incident(school_id, each) for each in appearances]
    told += [_of_alert(school_id, each) for each in alerts]
    return tuple(sorted(told, key=lambda line: line.at, reverse=True))


def _of_incident(school_id: str, each: Appearance) -> Line:
    happened = datetime.fromisoformat(each.happened).replace(tzinfo=clock.LONDON)
    ended = f". {each.outcome.label}" if each.outcome else ""
    return Line(
        happened,
        f"Incident {each.reference}",
        f"/s/{school_id}/incidents/{each.record}",
        "teal",
        "; ".join(each.nature) + ended,
        each.marks,
    )


def _of_alert(school_id: str, alert: Alert) -> Line:
    times = f", {alert.count} times" if alert.count > 1 else ""
    return Line(
        alert.first_at,
        f"Alert {alert.reference}",
        f"/s/{school_id}/alerts/{alert.id}",
        "amber",
        f"{alert.theme.label}{times}",
    )


def _alerts(staff: SchoolAccess, linked: Linked) -> list[Alert]:
    if not staff.may(Permission.READ_ALERTS):
        return []
    by = Hand(staff.person, staff.person_name, frozenset(staff.roles))
    subject = f"{linked.roster}/{linked.id}"
    return inbox.of_subject(staff.school, subject, since=clock.now() - YEARS, by=by)


def _linked(person: str) -> Linked:
    roster, _, found = person.partition("-")
    known = ids.is_record(found) if roster == Roster.PUPIL else ids.is_tenant(found)
    if roster not in set(Roster) or not known:
        raise NotFound
    return Linked(Roster(roster), found)
