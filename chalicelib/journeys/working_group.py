"""The online safety working group: who is in it, and an agenda built from the figures since the
last meeting (S233, S234, S239).

It crosses features: incidents, alerts, agreements and the registers are counted in one place.
Pupils sit in the group, so that numbers below the school's threshold are not said (R-GOV 2).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib import clock, figures
from chalicelib.errors import Conflict, Invalid
from chalicelib.figures import Measure, Totals
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.ids import SchoolId
from chalicelib.incidents.types import CURRENT
from chalicelib.registers import service as registers
from chalicelib.registers.model.definition import Phase
from chalicelib.registers.model.entry import said
from chalicelib.registers.repository import lines
from chalicelib.registers.service import definitions, hands, policies
from chalicelib.storage import transaction
from chalicelib.tasks import service as tasks
from chalicelib.tenancy import service as tenancy
from chalicelib.tenancy import settings
from chalicelib.web import Pages, Response, fields, page, redirect, words
from chalicelib.web.forms import Form

pages = Pages(__name__)
OPEN = school(Permission.READ_REPORTS)
GROUP, MEETINGS, FLAGS = "working_group", "working_group_meetings", "policy_flags"
ACTIONS = "actions"
_HELD = ("held", "done", "reported")
_PARTS = ("lead", "dsl", "governor", "support", "technician", "pupils")  # S239


@dataclass(frozen=True)
class Item:
    """One point of the agenda, with what there is to know about it."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Agenda:
    """What there is to talk about since a day."""

    since: date
    until: date
    items: tuple[Item, ...]

    def __str__(self) -> str:
        parts = [f"From {words.london_date(self.since)} to {words.london_date(self.until)}."]
        for number, item in enumerate(self.items, start=1):
            parts.append("\n".join([f"{number}. {item.title}", *(f"- {t}" for t in item.lines)]))
        return "\n\n".join(parts)


class MeetingForm(Form):
    record = fields.RecordId()
    title = fields.Text("Which meeting?", most=100, required="Say which meeting")
    meets_on = fields.Date("When does it meet?", required="Enter the date")
    at_time = fields.Time("At what time?")
    place = fields.Text("Where?", most=100)


@pages.get("/s/{school}/working-group", access=OPEN)
def show(staff: SchoolAccess) -> Response:
    term = tenancy.calendar_of(staff.school).term_of(clock.today())
    return _page(staff, MeetingForm.blank(title=term.label))


@pages.post("/s/{school}/working-group", access=OPEN)
def plan(staff: SchoolAccess) -> Response:
    """Plan a meeting with the agenda as it stands: an entry of its register."""
    registers_of = definitions.of(staff.school)
    hands.require(hands.may_add(hands.of(staff), registers_of.get(MEETINGS)))
    form = MeetingForm.read(staff.request)
    if form.problems:
        return _page(staff, form, status=422)
    there = f"/s/{staff.school}/registers/{MEETINGS}/{form.record.data}"
    values = {
        "title": form.title.data,
        "meets_on": form.meets_on.data.isoformat(),
        "at_time": f"{form.at_time.data:%H:%M}" if form.at_time.data else None,
        "place": form.place.data,
        "agenda": str(agenda(staff.school, clock.today()))[:8000],
    }
    try:
        with transaction() as tx:
            registers.add(
                tx,
                staff.school,
                register=MEETINGS,
                values=values,
                by=staff.actor,
                record=form.record.data,
            )
    except Invalid as e:
        form.refuse_all(e.fields)
        return _page(staff, form, status=422)
    except Conflict:
        pass  # pressed twice: the meeting is there
    return redirect(f"{there}?done=added")


def agenda(school_id: SchoolId, today: date) -> Agenda:
    """The agenda of a meeting held now."""
    since = _last_meeting(school_id) or tenancy.calendar_of(school_id).term_of(today).first_on
    since = min(since, today)
    small = settings.read(school_id).small_number_threshold
    items = (
        _incidents(school_id, since, today, small),
        _alerts(school_id, since, today, small),
        _filtering(school_id, since, today),
        _agreements(school_id, since, today),
        _registers(school_id, today),
        _policies(school_id),
        Item("What pupils say", ("The school council reports.",)),
        Item("Surveys, other documents, and what is coming", ()),
        Item("Actions: what, who, by when", _open_actions(school_id)),
    )
    return Agenda(since, today, items)


def _incidents(school_id: SchoolId, since: date, today: date, small: int) -> Item:
    found = figures.totals(school_id, Measure.INCIDENTS, since, today)
    by_type = sorted(found.of("type").items(), key=lambda each: -each[1])
    most = [f"{CURRENT.label(key)}: {n}" for key, n in by_type if n >= small][:5]
    return Item("The log of incidents", (f"Reported: {_few(found.n, small)}", *most))


def _alerts(school_id: SchoolId, since: date, today: date, small: int) -> Item:
    found = figures.totals(school_id, Measure.ALERTS, since, today)
    taken = figures.totals(school_id, Measure.ALERTS_ACKNOWLEDGED, since, today)
    average = f"Acknowledged after {_average(taken)} on average" if taken.n else ""
    raised = f"Alerts: {_few(found.n, small)}"
    return Item("Filtering and monitoring: alerts", tuple(filter(None, (raised, average))))


def _filtering(school_id: SchoolId, since: date, today: date) -> Item:
    asked = figures.totals(school_id, "filter_requests", since, today)
    decided = figures.totals(school_id, "filter_requests_decided", since, today)
    checks = figures.totals(school_id, "filtering_checks", since, today)
    faults = figures.totals(school_id, "filter_faults", since, today)
    told = [f"Requests to change the filter: {asked.n}, decided: {decided.n}"]
    if decided.n:
        told.append(f"Time to a decision: {_average(decided)} on average")
    told.append(f"Checks: {checks.n}, of which failed: {checks.of('result').get('failed', 0)}")
    told.append(f"Faults reported: {faults.n}")
    return Item("The filter: requests, checks and faults", tuple(told))


def _agreements(school_id: SchoolId, since: date, today: date) -> Item:
    sent = figures.totals(school_id, Measure.AGREEMENTS_SENT, since, today)
    signed = figures.totals(school_id, Measure.AGREEMENTS_SIGNED, since, today)
    return Item("Agreements", (f"Sent: {sent.n}, signed: {signed.n}",))


def _registers(school_id: SchoolId, today: date) -> Item:
    late = [each.title for each in registers.due(school_id) if each.is_overdue(today)]
    soon = [
        f"{each.title}, due {words.short_date(each.due_on)}"
        for each in registers.due(school_id)
        if today <= each.due_on <= today + timedelta(days=60)
    ]
    told = [f"Overdue: {title}" for title in dict.fromkeys(late)]
    return Item("What is due", tuple([*told, *dict.fromkeys(soon)][:12]) or ("Nothing.",))


def _policies(school_id: SchoolId) -> Item:
    """What people flagged, and what debriefs of incidents found (S219, S343)."""
    definition = definitions.of(school_id).get(FLAGS)
    found = [t for t in tasks.open_in(school_id) if t.kind == policies.FROM_INCIDENTS]
    waiting = [line.name for line in lines.all_in(school_id, FLAGS, Phase.OPEN)]
    waiting += [f"After an incident: {task.title}" for task in found]
    title = definition.title
    return Item(title, tuple(waiting[:10]) or ("None wait.",))


def _open_actions(school_id: SchoolId) -> tuple[str, ...]:
    """What was agreed and is not done, with its owner."""
    definition = definitions.of(school_id).get(ACTIONS)
    return tuple(
        f"{line.name} ({said(definition, 'owner', line.answers)}{_by(line.answers.get('due_on'))})"
        for line in lines.all_in(school_id, ACTIONS, Phase.OPEN)
    )


def _by(day: str | None) -> str:
    return f", by {words.short_date(date.fromisoformat(day))}" if day else ""


def _last_meeting(school_id: SchoolId) -> date | None:
    held = (line.on for line in lines.all_in(school_id, MEETINGS) if line.state in _HELD)
    return next(held, None)


def _average(found: Totals) -> str:
    return words.duration(found.amount("minutes") // max(found.n, 1))


def _few(number: int, small: int) -> str:
    return f"fewer than {small}" if 0 < number < small else words.number(number)


def _page(staff: SchoolAccess, form: MeetingForm, *, status: int = 200) -> Response:
    today, hand = clock.today(), hands.of(staff)
    registers_of = definitions.of(staff.school)
    definition = registers_of.get(GROUP)
    members = list(lines.all_in(staff.school, GROUP, Phase.CURRENT))
    parts = {str(line.answers.get("part", "")) for line in members}
    asked = definition.field("part")
    labels = {each.value: each.label for each in asked.options} if asked else {}
    return page(
        "registers/working_group",
        status=status,
        school=staff.school,
        members=[(line, said(definition, "part", line.answers)) for line in members],
        without=[labels[part] for part in _PARTS if part not in parts and part in labels],
        agenda=agenda(staff.school, today),
        last=_last_meeting(staff.school),
        form=form,
        may_plan=hands.may_add(hand, registers_of.get(MEETINGS)),
        may_add=hands.may_add(hand, definition),
    )
