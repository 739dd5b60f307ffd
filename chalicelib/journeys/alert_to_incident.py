"""An alert becomes an incident, or joins one that is there, in one transaction (4.11, S86).

The report says what the filter said and nothing more. For illegal content it names neither the
site nor the search (alerts.md section 5). Whoever pressed has it in hand.
"""

from chalicelib import clock
from chalicelib.alerts.facts import Action
from chalicelib.alerts.model import Alert, NotPossible
from chalicelib.alerts.repository.alerts import Stored
from chalicelib.alerts.service import sight, working
from chalicelib.alerts.themes import lists
from chalicelib.alerts.web.hand import hand
from chalicelib.errors import Conflict, NotAllowed
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.ids import SchoolId
from chalicelib.incidents import service as incidents
from chalicelib.incidents.model import acts
from chalicelib.incidents.model.concerns import AboutStaff, Matter, Post
from chalicelib.incidents.model.log import LogLine
from chalicelib.incidents.model.report import Door, Group, Involved, Occasion, Report, Where
from chalicelib.incidents.model.search import Search
from chalicelib.incidents.service import concerns, handling
from chalicelib.incidents.service.submitting import Reporter
from chalicelib.incidents.types import CURRENT
from chalicelib.storage import Transaction, transaction
from chalicelib.web import Pages, Response, fields, page, redirect, words
from chalicelib.web.forms import Form

pages = Pages(__name__)
WORK = school(Permission.WORK_ALERTS)
_DID = {
    Action.BLOCKED: "blocked it",
    Action.MONITORED: "let it through and flagged it",
    Action.ALLOWED: "let it through",
    None: "did not say what it did",
}


class IncidentForm(Form):
    """The id of the incident to be, minted with the button."""

    record = fields.RecordId()


@pages.post("/s/{school}/alerts/{alert}/incident", access=WORK)
def make(staff: SchoolAccess, alert: str) -> Response:
    """Make it; a second press shows the incident that the first one made."""
    _may_make(staff)
    form = IncidentForm.read(staff.request)
    stored = sight.load(staff.school, alert, hand(staff))
    try:
        with transaction() as tx:
            incident = incidents.submit_from_alert(
                tx,
                staff.school,
                report_of(stored.alert, staff.person_name),
                alert=alert,
                record=form.record.data,
                by=Reporter(
                    staff.person, staff.person_name, staff.school_name, frozenset(staff.roles)
                ),
                known=_known(stored.alert),
            )
            working.to_incident(tx, staff.school, stored, incident=incident.id, by=hand(staff))
    except (NotPossible, Conflict):
        return redirect(_after(staff.school, sight.load(staff.school, alert, hand(staff)).alert))
    if not incident.wall.lets(staff.person, staff.roles):  # kept for the head, or for the chair
        return redirect(f"/s/{staff.school}/alerts/{alert}?done=joined")
    return redirect(f"/s/{staff.school}/incidents/{incident.id}")


# --- joining one that is there --------------------------------------------------------------------


class JoinForm(Form):
    """Which open incident an alert belongs to; its id makes a second press harmless."""

    record = fields.RecordId()
    incident = fields.Choice("Which incident?", required="Choose an incident")


@pages.get("/s/{school}/alerts/{alert}/join", access=WORK)
def show_join(staff: SchoolAccess, alert: str) -> Response:
    _may_make(staff)
    stored = sight.load(staff.school, alert, hand(staff))
    options = _open_incidents(staff, stored.alert)
    return _join_page(staff, stored.alert, JoinForm.blank(options=options))


@pages.post("/s/{school}/alerts/{alert}/join", access=WORK)
def join(staff: SchoolAccess, alert: str) -> Response:
    """The incident gets a note with what the filter said; the alert is closed into it."""
    _may_make(staff)
    stored = sight.load(staff.school, alert, hand(staff))
    form = JoinForm.read(staff.request, options=_open_incidents(staff, stored.alert))
    if form.problems:
        return _join_page(staff, stored.alert, form, status=422)
    incident = form.incident.data
    record = incidents.peek(staff.school, incident, reader=staff)
    seen = incidents.Sight(
        staff.person, staff.person_name, record.seen, form.record.data, staff.roles
    )
    try:
        handling.act_on(
            staff.school,
            incident,
            seen,
            lambda it, at: acts.noted(it, _description(stored.alert), by=staff.person, at=at),
            also=lambda tx, it: _close_into(tx, staff, stored, it.id),
        )
    except (NotPossible, Conflict):
        return redirect(f"/s/{staff.school}/alerts/{alert}?done=taken")
    return redirect(f"/s/{staff.school}/alerts/{alert}?done=joined")


def _close_into(tx: Transaction, staff: SchoolAccess, stored: Stored, incident: str) -> None:
    working.to_incident(tx, staff.school, stored, incident=incident, by=hand(staff))


def _open_incidents(staff: SchoolAccess, alert: Alert) -> dict[str, list[fields.Option]]:
    """The latest records that this person may read and that are still open: of concerns about
    staff, where the alert is about one of them, so that it shows in no ordinary record (1.17).
    """
    if alert.about_staff:
        areas = (Matter.ALLEGATION, Matter.LOW_LEVEL)
        found = [
            line for area in areas for line in concerns.listed(staff.school, area, reader=staff)
        ]
    else:
        latest = incidents.log.latest(staff.school, cursor="", reader=staff)
        shown = latest or incidents.log.search(staff.school, Search(), page=1, reader=staff)
        found = list(shown.lines)
    return {"incident": [_option(line) for line in found if line.status != "closed"]}


def _option(line: LogLine) -> fields.Option:
    people = words.listed(each.name for each in line.people)
    hint = " · ".join(part for part in (line.when, people, line.details[:120]) if part)
    return fields.Option(line.id, f"{line.reference}: {words.listed(line.nature)}", hint)


def _join_page(staff: SchoolAccess, alert: Alert, form: JoinForm, *, status: int = 200) -> Response:
    return page(
        "alerts/join",
        status=status,
        school=staff.school,
        here=f"/s/{staff.school}/alerts/{alert.id}",
        alert=alert,
        form=form,
    )


# --- what the report says -------------------------------------------------------------------------


def report_of(alert: Alert, reporter: str) -> Report:
    """What the filter said, as a report: our own person, else as the filter names the account."""
    happened = clock.london(alert.first_at)
    occasion = Occasion(happened.date(), happened.time().replace(second=0, microsecond=0))
    return Report(
        edition=CURRENT.edition,
        door=Door.ALERT,
        reporter_name=reporter,
        completed_on=clock.today(),
        where=frozenset({Where.INSIDE}),
        occasions=(occasion,),
        people=_people(alert),
        types=_types(alert),
        description=_description(alert),
        about_staff=AboutStaff.UNSURE if alert.about_staff else None,
        about_posts=(Post.OTHER,) if alert.about_staff else (),
        evidence=f"The filter's own record is kept with alert {alert.reference} for 90 days.",
    )


def _known(alert: Alert) -> frozenset[str]:
    """The member of staff whose account it was, whom the roster knows."""
    if alert.subject and alert.subject.is_staff:
        return frozenset({alert.subject.id})
    return frozenset()


def _people(alert: Alert) -> tuple[Involved, ...]:
    """A filter names an account; whose it is, a person has to say."""
    if alert.subject:
        group = Group.STAFF if alert.subject.is_staff else Group.CHILD
        return (Involved("p1", group, alert.subject.name),)
    if not alert.who:
        return ()
    named = f"{alert.who} (as the filter names the account)" if alert.facts.user else alert.who
    return (Involved("p1", Group.OTHER, named),)


def _types(alert: Alert) -> tuple[str, ...]:
    by_number = {each.number: each.key for each in CURRENT.types}
    numbers = [
        *alert.theme.incident_types,
        *(lists().bypass_incident_types if alert.bypass else ()),
    ]
    return tuple(dict.fromkeys(by_number[number] for number in numbers if number in by_number))


def _description(alert: Alert) -> str:
    facts = alert.facts
    first = f"The filter noticed “{alert.theme.label}” on {words.london(alert.first_at)}"
    often = f", {alert.count} times" if alert.count > 1 else ""
    lines = [f"{first}{often}, and {_DID[facts.action]}."]
    if alert.theme.restricted:
        lines.append("The address is not written here: nobody should look for it.")
    else:
        if facts.host:
            lines.append(f"Site: {facts.host}")
        if facts.search:
            lines.append(f"Searched for: {facts.search}")
    if facts.device or facts.client_ip:
        lines.append("Device: " + ", ".join(filter(None, (facts.device, facts.client_ip))))
    lines.append(f"Alert {alert.reference}.")
    return "\n".join(lines)


def _may_make(staff: SchoolAccess) -> None:
    if not staff.may(Permission.WORK_INCIDENTS):
        raise NotAllowed


def _after(school_id: SchoolId, alert: Alert) -> str:
    if alert.incident:
        return f"/s/{school_id}/incidents/{alert.incident}"
    return f"/s/{school_id}/alerts/{alert.id}?done=taken"
