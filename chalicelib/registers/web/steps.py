"""Taking a step with an entry: its questions, a last look where it is weighty, and its doing."""

from chalicelib import clock
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.identity.access import SchoolAccess
from chalicelib.registers.forms import entry as forms
from chalicelib.registers.forms.entry import EntryForm
from chalicelib.registers.model import answers as answering
from chalicelib.registers.model.definition import Step
from chalicelib.registers.service import acting, hands, reading
from chalicelib.registers.service.acting import Taken
from chalicelib.registers.service.reading import Opened
from chalicelib.registers.web import paths, shown
from chalicelib.registers.web.blueprint import OPEN, pages
from chalicelib.web import Response, page, redirect


@pages.get("/s/{school}/registers/{register}/{entry}/{act}", access=OPEN)
def show(staff: SchoolAccess, register: str, entry: str, act: str) -> Response:
    opened, taking, form_class = _to_take(staff, register, entry, act)
    form = form_class.blank(
        seen=str(opened.seen), **forms.filled(form_class.asked, opened.entry.answers)
    )
    return _page(staff, opened, taking, form)


@pages.post("/s/{school}/registers/{register}/{entry}/{act}", access=OPEN)
def take(staff: SchoolAccess, register: str, entry: str, act: str) -> Response:
    """A weighty step is shown once more before it counts; both times everything is checked."""
    opened, taking, form_class = _to_take(staff, register, entry, act)
    form = form_class.read(staff.request)
    if not form.problems:
        sure = not taking.weighty or staff.request.form.get("do") == "sure"
        try:
            acting.take(hands.of(staff), register, entry, _taken(taking, form), only_try=not sure)
        except Invalid as e:
            form.refuse_all(e.fields)
        except Conflict as e:
            form.refuse("", e.message)
        else:
            if sure:
                return redirect(f"{paths.entry(staff.school, register, entry)}?done=moved")
            return _page(staff, opened, taking, form, template="registers/check")
    return _page(staff, opened, taking, form, status=422)


def _to_take(
    staff: SchoolAccess, register: str, entry: str, step: str
) -> tuple[Opened, Step, type[EntryForm]]:
    hand = hands.of(staff)
    opened = reading.open_entry(hand, register, entry)
    taking = opened.definition.step(step)
    if taking is None:
        raise NotFound
    if opened.entry.state not in taking.at:
        raise Conflict("This has been done already, or it is not its turn yet.")
    hands.require(hands.may_take(hand, opened.definition, opened.entry, taking))
    asked = opened.definition.asked_at(step)
    offers = reading.offers(hand, asked, clock.today())
    known = opened.entry.answers
    asked = tuple(each for each in asked if answering.may_be_asked(each, asked, known))
    return opened, taking, forms.to_step(opened.definition, taking, asked, offers, known)


def _taken(step: Step, form: EntryForm) -> Taken:
    seen = str(form["seen"].data or "")
    return Taken(
        step.key,
        int(seen) if seen.isdigit() else 0,
        answers=form.answers_given(),
        outcome=form["outcome"].data if step.outcomes else "",
        why=form["why"].data or "",
    )


def _page(
    staff: SchoolAccess,
    opened: Opened,
    step: Step,
    form: EntryForm,
    *,
    template: str = "registers/step",
    status: int = 200,
) -> Response:
    return page(
        template,
        status=status,
        school=staff.school,
        definition=opened.definition,
        entry=opened.entry,
        title=opened.entry.named(opened.definition),
        step=step,
        form=form,
        asked=shown.groups(hands.of(staff), opened),
        here=paths.entry(staff.school, opened.definition.key, opened.entry.id),
    )
