"""Pupils' phones: a class is handed in with one press and out with another, also on a phone (S68).

Everybody who may bring one is ticked already; whoever did not is unticked. Which of the two is
shown first goes by the time of day.
"""

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from chalicelib import audit, clock
from chalicelib.errors import NotFound
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.people.model import ClassId, PupilId
from chalicelib.registers.phones import service
from chalicelib.registers.phones.forms import InForm, OthersForm, OutForm, PermitForm, named
from chalicelib.registers.phones.model import ClassDay
from chalicelib.web import Pages, Request, Response, page, redirect

pages = Pages(__name__)
KEEP = school(Permission.KEEP_PHONES)
_IN, _OUT = "in", "out"
_NOON = 12


@pages.get("/s/{school}/phones", access=KEEP)
def index(staff: SchoolAccess) -> Response:
    today = clock.today()
    classes = service.overview(staff.school, today)
    return page(
        "registers/phones",
        school=staff.school,
        today=today,
        classes=classes,
        here=sum(len(each.day.here) for each in classes),
        left=service.left_behind(staff.school, today),
        side=_side(staff.request),
        may_permit=any(each.permitted for each in classes),
    )


@pages.get("/s/{school}/phones/{group}", access=KEEP)
def show(staff: SchoolAccess, group: str) -> Response:
    found = service.of_class(staff.school, ClassId(group), _day(staff.request))
    audit.viewed(staff.school, by=staff.actor, action="phones.viewed", about=f"class/{group}")
    if _side(staff.request) == _IN:
        return _in_page(staff, found, _in_form(found))
    return _out_page(staff, found, _out_form(found))


@pages.post("/s/{school}/phones/{group}/in", access=KEEP)
def hand_in(staff: SchoolAccess, group: str) -> Response:
    day = clock.today()
    found = service.of_class(staff.school, ClassId(group), day)
    # All of the class is offered: somebody else may have been quicker, which is no mistake.
    everybody = named(found.pupils)
    form = InForm.read(staff.request, options={"pupils": everybody})
    others = OthersForm.read(staff.request, options={"others": everybody})
    if form.problems and others.problems:
        return _in_page(staff, found, _in_form(found, form), status=422)
    chosen = [PupilId(each) for each in (*(form.pupils.data or ()), *(others.others.data or ()))]
    number = service.hand_in(staff.school, found.group.id, day, chosen, by=staff.actor)
    return _after(staff, group, _IN, number)


@pages.post("/s/{school}/phones/{group}/out", access=KEEP)
def hand_out(staff: SchoolAccess, group: str) -> Response:
    day = _day(staff.request)
    found = service.of_class(staff.school, ClassId(group), day)
    form = OutForm.read(staff.request, options={"pupils": named(found.pupils)})
    if form.problems:
        return _out_page(staff, found, _out_form(found, form), status=422)
    chosen = [PupilId(each) for each in form.pupils.data]
    number = service.hand_out(staff.school, found.group.id, day, chosen, by=staff.actor)
    return _after(staff, group, _OUT, number, day=day)


@pages.get("/s/{school}/phones/{group}/permits", access=KEEP)
def show_permits(staff: SchoolAccess, group: str) -> Response:
    found = service.of_class(staff.school, ClassId(group), clock.today())
    form = PermitForm.blank(
        options={"pupils": named(found.pupils, years=True)},
        pupils=[p.id for p in found.pupils if p.id in found.permitted],
    )
    return _permits_page(staff, found, form)


@pages.post("/s/{school}/phones/{group}/permits", access=KEEP)
def save_permits(staff: SchoolAccess, group: str) -> Response:
    found = service.of_class(staff.school, ClassId(group), clock.today())
    form = PermitForm.read(staff.request, options={"pupils": named(found.pupils, years=True)})
    if form.problems:
        return _permits_page(staff, found, form, status=422)
    chosen = [PupilId(each) for each in form.pupils.data or ()]
    service.set_permits(staff.school, found.group.id, chosen, by=staff.actor)
    return redirect(f"/s/{staff.school}/phones/{group}?do=in")


def _in_form(found: ClassDay, sent: InForm | None = None) -> InForm:
    if sent is not None:
        sent.pupils.offer(named(found.to_come))
        return sent
    return InForm.blank(
        options={"pupils": named(found.to_come)}, pupils=[each.id for each in found.to_come]
    )


def _out_form(found: ClassDay, sent: OutForm | None = None) -> OutForm:
    here = [pupil for pupil, _ in found.here]
    if sent is not None:
        sent.pupils.offer(named(here))
        return sent
    return OutForm.blank(options={"pupils": named(here)}, pupils=[each.id for each in here])


def _in_page(staff: SchoolAccess, found: ClassDay, form: InForm, *, status: int = 200) -> Response:
    return _class_page(staff, found, _IN, form, status=status)


def _out_page(
    staff: SchoolAccess, found: ClassDay, form: OutForm, *, status: int = 200
) -> Response:
    return _class_page(staff, found, _OUT, form, status=status)


def _class_page(
    staff: SchoolAccess, found: ClassDay, side: str, form: InForm | OutForm, *, status: int
) -> Response:
    today = clock.today()
    others = service.overview(staff.school, today)
    return page(
        "registers/phones_class",
        status=status,
        school=staff.school,
        found=found,
        side=side,
        form=form,
        others=OthersForm.blank(options={"others": named(found.others)}),
        today=today,
        done=_done(staff.request),
        following=_following(others, found, side),
    )


def _permits_page(
    staff: SchoolAccess, found: ClassDay, form: PermitForm, *, status: int = 200
) -> Response:
    return page(
        "registers/phones_permits",
        status=status,
        school=staff.school,
        found=found,
        form=form,
        early=[p.name for p in found.pupils if p.id in found.permitted and p.year_group < 6],
    )


def _following(classes: Sequence[ClassDay], found: ClassDay, side: str) -> ClassDay | None:
    """The next class that still has phones to hand in, or out."""
    place = next((n for n, each in enumerate(classes) if each.group.id == found.group.id), 0)
    others = [*classes[place + 1 :], *classes[:place]]
    return next((c for c in others if (c.to_come if side == _IN else c.day.here)), None)


def _after(
    staff: SchoolAccess, group: str, side: str, number: int, *, day: date | None = None
) -> Response:
    query = {"do": side, "done": str(number)}
    if day and day != clock.today():
        query["day"] = day.isoformat()
    return redirect(f"/s/{staff.school}/phones/{group}?{urlencode(query)}")


def _side(request: Request) -> str:
    """In or out: as asked, else by the time of day."""
    asked = request.query.get("do", "")
    if asked in (_IN, _OUT):
        return str(asked)
    return _IN if clock.london(clock.now()).hour < _NOON else _OUT


def _done(request: Request) -> int | None:
    text = request.query.get("done", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None


def _day(request: Request) -> date:
    """The day asked for, up to today: phones that were left behind are handed out on theirs."""
    text = request.query.get("day", "") or request.form.get("day", "")
    if not text:
        return clock.today()
    try:
        day = date.fromisoformat(text)
    except ValueError as e:
        raise NotFound from e
    if day > clock.today():
        raise NotFound
    return day
