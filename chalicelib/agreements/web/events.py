"""Pictures at events, as the school sees them: asking, the list for the day, exceptions (7.8)."""

from chalicelib import audit, clock
from chalicelib.agreements import round_tasks
from chalicelib.agreements.consents.model import Consent
from chalicelib.agreements.consents.service import Said
from chalicelib.agreements.forms import says
from chalicelib.agreements.occasions import service as occasions
from chalicelib.agreements.occasions import tasks
from chalicelib.agreements.occasions.model import Allowed, Occasion
from chalicelib.agreements.occasions.service import Line
from chalicelib.agreements.subjects import Audience, groups, pupils
from chalicelib.agreements.web.class_forms import PressForm
from chalicelib.agreements.web.event_forms import AllowForm, Asks, EventForm, answers_form
from chalicelib.errors import Conflict
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.web import Pages, Response, page, redirect
from chalicelib.web.fields import Option
from chalicelib.web.forms import Form

pages = Pages(__name__)
READ = school(Permission.READ_IMAGE_LIST)
MANAGE = school(Permission.MANAGE_AGREEMENTS)
ALLOW = school(Permission.ALLOW_IMAGES)
_ALL = "/s/{school}/events"
_ONE = f"{_ALL}/{{occasion}}"
_PAPER = f"{_ONE}/answers/{{pupil}}"


@pages.get(_ALL, access=READ)
def index(staff: SchoolAccess) -> Response:
    ahead, over = occasions.all_of(staff.school)
    return page(
        "agreements/events",
        school=staff.school,
        ahead=ahead,
        over=over[:50],
        may_send=staff.may(Permission.MANAGE_AGREEMENTS),
    )


@pages.get(f"{_ALL}/new", access=MANAGE)
def new(staff: SchoolAccess) -> Response:
    return _new(staff, EventForm.blank(options=_groups(staff)))


@pages.post(f"{_ALL}/new", access=MANAGE)
def add(staff: SchoolAccess) -> Response:
    form = EventForm.read(staff.request, options=_groups(staff))
    if form.problems:
        return _new(staff, form, status=422)
    made = Occasion(
        id=form.record.data,
        name=form.name.data,
        first_on=form.first_on.data,
        last_on=form.last_on.data or form.first_on.data,
        groups=tuple(form.groups.data),
        channels=tuple(Consent(kind) for kind in form.channels.data),
        asks=form.asks.data is Asks.ASK,
        by=staff.actor,
    )
    return _back(staff, occasions.add(staff.school, made).id)


@pages.get(_ONE, access=READ)
def show(staff: SchoolAccess, occasion: str) -> Response:
    """The event with its list for the day: names and channels, never a reason (S60)."""
    return _shown(staff, occasions.find(staff.school, occasion))


@pages.post(f"{_ONE}/ask", access=MANAGE)
def ask(staff: SchoolAccess, occasion: str) -> Response:
    """Write to every parent who was not written to about it yet."""
    found, form = occasions.find(staff.school, occasion), PressForm.read(staff.request)
    try:
        occasions.ask(staff.school, found.id, form.record.data, by=staff.actor)
    except Conflict as e:
        form.refuse("", str(e))
        return _shown(staff, found, press=form, status=409)
    return _back(staff, occasion)


@pages.post(f"{_ONE}/see-to", access=MANAGE)
def see_to(staff: SchoolAccess, occasion: str) -> Response:
    """Somebody who was not reached is written to again, or needs no more mail (R23, R36)."""
    found, form = occasions.find(staff.school, occasion), PressForm.read(staff.request)
    task, again = staff.request.form.get("task", ""), staff.request.form.get("do") == "again"
    try:
        occasions.see_to(
            staff.school, found.id, task, form.record.data, again=again, by=staff.actor
        )
    except Conflict as e:
        form.refuse("", str(e))
        return _shown(staff, found, press=form, status=409)
    return _back(staff, occasion)


@pages.post(f"{_ONE}/call-off", access=MANAGE)
def call_off(staff: SchoolAccess, occasion: str) -> Response:
    occasions.call_off(staff.school, occasion, by=staff.actor)
    return _back(staff, occasion)


@pages.get(f"{_ONE}/exceptions", access=ALLOW)
def why_allow(staff: SchoolAccess, occasion: str) -> Response:
    return _allowing(staff, occasions.find(staff.school, occasion), AllowForm.blank())


@pages.post(f"{_ONE}/exceptions", access=ALLOW)
def allow(staff: SchoolAccess, occasion: str) -> Response:
    """Recorded with who allowed it and why, before anything is taken (S67, S140, S315)."""
    found, form = occasions.find(staff.school, occasion), AllowForm.read(staff.request)
    if form.problems:
        return _allowing(staff, found, form, status=422)
    one = Allowed(
        form.record.data,
        form.who.data,
        form.what.data,
        form.why.data,
        staff.actor,
        staff.person_name,
        clock.now(),
    )
    try:
        occasions.allow(staff.school, occasion, one)
    except Conflict as e:
        form.refuse("", str(e))
        return _allowing(staff, found, form, status=409)
    return _back(staff, occasion)


@pages.get(_PAPER, access=MANAGE)
def paper(staff: SchoolAccess, occasion: str, pupil: str) -> Response:
    line = _line(staff, occasion, pupil)
    form = answers_form(line.occasion.channels, adults=True)
    return _entering(staff, line, form.blank(options=_adults(line)))


@pages.post(_PAPER, access=MANAGE)
def enter(staff: SchoolAccess, occasion: str, pupil: str) -> Response:
    """An answer that came on paper or aloud, with who entered it (3.16)."""
    line = _line(staff, occasion, pupil)
    form = answers_form(line.occasion.channels, adults=True).read(
        staff.request, options=_adults(line)
    )
    if form.problems:
        return _entering(staff, line, form, status=422)
    said = Said(form["contact"].data, says(form), staff.actor, how="paper")
    try:
        occasions.answer(staff.school, line.occasion, pupil, said)
    except Conflict as e:
        form.refuse("", str(e))
        return _entering(staff, line, form, status=409)
    return _back(staff, occasion)


def _line(staff: SchoolAccess, occasion: str, pupil: str) -> Line:
    return occasions.line(staff.school, occasions.find(staff.school, occasion), pupil)


def _adults(line: Line) -> dict[str, list[Option]]:
    subject = line.subject
    known = (*subject.adults, *subject.by_letter)
    return {"contact": [Option(o.contact, o.name) for o in known if o.contact in subject.deciders]}


def _groups(staff: SchoolAccess) -> dict[str, list[Option]]:
    offered = groups(staff.school, Audience.PUPILS)
    return {"groups": [Option(each, name) for each, name in offered.items()]}


def _back(staff: SchoolAccess, occasion: str) -> Response:
    return redirect(f"/s/{staff.school}/events/{occasion}")


def _new(staff: SchoolAccess, form: EventForm, status: int = 200) -> Response:
    return page("agreements/event_new", status=status, school=staff.school, form=form)


def _allowing(
    staff: SchoolAccess, occasion: Occasion, form: AllowForm, status: int = 200
) -> Response:
    return page(
        "agreements/event_allow", status=status, school=staff.school, occasion=occasion, form=form
    )


def _entering(staff: SchoolAccess, line: Line, form: Form, status: int = 200) -> Response:
    return page("agreements/event_answer", status=status, school=staff.school, line=line, form=form)


def _shown(
    staff: SchoolAccess, occasion: Occasion, *, press: Form | None = None, status: int = 200
) -> Response:
    names = pupils.classes(staff.school)
    found = occasions.lines(staff.school, occasion, names)
    taking = [one.subject for one in found]
    may_send = staff.may(Permission.MANAGE_AGREEMENTS)
    about = f"event/{occasion.id}"
    audit.viewed(staff.school, by=staff.actor, action="image_event.list_viewed", about=about)
    return page(
        "agreements/event",
        status=status,
        school=staff.school,
        occasion=occasion,
        over=occasion.is_over(clock.today()),
        lines=found,
        counts=occasions.counts(found),
        who=pupils.called(occasion.groups, names),
        to_ask=len(occasions.to_ask(staff.school, occasion, taking)) if may_send else 0,
        to_see_to=round_tasks.waiting(staff.school, tasks.about_of(occasion.id), taking)
        if may_send
        else [],
        again=PressForm.blank(),
        may_contact=staff.may(Permission.READ_PEOPLE),
        told=occasions.told(staff.school, occasion),
        press=press or PressForm.blank(),
        may_send=may_send,
        may_allow=staff.may(Permission.ALLOW_IMAGES),
    )
