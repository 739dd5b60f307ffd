"""One entry: adding it, its page, correcting it, noting on it."""

from chalicelib import audit, clock
from chalicelib.errors import Conflict, Invalid
from chalicelib.identity.access import SchoolAccess
from chalicelib.identity.permissions import Permission
from chalicelib.notifications import outbox
from chalicelib.registers import service
from chalicelib.registers.forms import entry as forms
from chalicelib.registers.forms.entry import EntryForm, NoteForm
from chalicelib.registers.model.definition import ADD, Definition
from chalicelib.registers.service import acting, definitions, hands, reading
from chalicelib.registers.service.reading import Opened
from chalicelib.registers.web import paths, shown
from chalicelib.registers.web.blueprint import OPEN, pages
from chalicelib.storage import transaction
from chalicelib.web import Response, page, redirect

_DONE = {
    "added": "Added. Whoever deals with it can see it now.",
    "moved": "Done, and written in the history.",
    "corrected": "Corrected. The history shows both versions.",
    "noted": "The note is in the history.",
}


@pages.get("/s/{school}/registers/{register}/new", access=OPEN)
def show_new(staff: SchoolAccess, register: str) -> Response:
    definition, form_class = _to_add(staff, register)
    return _add_page(staff, definition, form_class.blank())


@pages.post("/s/{school}/registers/{register}/new", access=OPEN)
def add(staff: SchoolAccess, register: str) -> Response:
    definition, form_class = _to_add(staff, register)
    form = form_class.read(staff.request)
    if not form.problems:
        record = form["record"].data
        there = f"{paths.entry(staff.school, register, record)}?done=added"
        try:
            with transaction() as tx:
                service.add(
                    tx,
                    staff.school,
                    register=register,
                    values=form.answers_given(),
                    by=staff.actor,
                    record=record,
                )
            return redirect(there)
        except Invalid as e:
            form.refuse_all(e.fields)
        except Conflict:
            return redirect(there)  # the button was pressed twice
    return _add_page(staff, definition, form, status=422)


@pages.get("/s/{school}/registers/{register}/{entry}", access=OPEN)
def show(staff: SchoolAccess, register: str, entry: str) -> Response:
    opened = reading.open_entry(hands.of(staff), register, entry)
    audit.viewed(staff.school, by=staff.actor, action="entry.viewed", about=f"entry/{entry}")
    return _entry_page(staff, opened, NoteForm.blank())


@pages.post("/s/{school}/registers/{register}/{entry}/notes", access=OPEN)
def note(staff: SchoolAccess, register: str, entry: str) -> Response:
    hand = hands.of(staff)
    opened = reading.open_entry(hand, register, entry)
    form = NoteForm.read(staff.request)
    if form.problems:
        return _entry_page(staff, opened, form, status=422)
    acting.note(hand, register, entry, form.note.data)
    return redirect(f"{paths.entry(staff.school, register, entry)}?done=noted")


@pages.get("/s/{school}/registers/{register}/{entry}/correct", access=OPEN)
def show_correct(staff: SchoolAccess, register: str, entry: str) -> Response:
    opened, form_class = _to_correct(staff, register, entry)
    form = form_class.blank(
        seen=str(opened.seen), **forms.filled(form_class.asked, opened.entry.answers)
    )
    return _correct_page(staff, opened, form)


@pages.post("/s/{school}/registers/{register}/{entry}/correct", access=OPEN)
def correct(staff: SchoolAccess, register: str, entry: str) -> Response:
    opened, form_class = _to_correct(staff, register, entry)
    form = form_class.read(staff.request)
    if not form.problems:
        try:
            acting.correct(
                hands.of(staff),
                register,
                entry,
                form.answers_given(),
                why=form["why"].data,
                seen=_number(form["seen"].data),
            )
            return redirect(f"{paths.entry(staff.school, register, entry)}?done=corrected")
        except Invalid as e:
            form.refuse_all(e.fields)
        except Conflict as e:
            form.refuse("", e.message)
    return _correct_page(staff, opened, form, status=422)


def _to_add(staff: SchoolAccess, register: str) -> tuple[Definition, type[EntryForm]]:
    hand = hands.of(staff)
    registers = definitions.of(staff.school)
    definition = registers.get(register)
    hands.require(hands.may_add(hand, definition))
    if not registers.is_on(register):
        raise Conflict("This register is switched off at your school.")
    asked = definition.asked_at(ADD)
    offers = reading.offers(hand, asked, clock.today())
    return definition, forms.to_add(definition, asked, offers)


def _to_correct(staff: SchoolAccess, register: str, entry: str) -> tuple[Opened, type[EntryForm]]:
    """Everything that was answered, and everything asked at the beginning, if one may see it."""
    hand = hands.of(staff)
    opened = reading.open_entry(hand, register, entry)
    definition, found = opened.definition, opened.entry
    hands.require(hands.may_correct(hand, definition, found))
    asked = [
        each
        for each in definition.fields
        if (ADD in each.steps or each.key in found.answers)
        and hands.may_see(hand, definition, found, each)
    ]
    offers = reading.offers(hand, asked, clock.today())
    return opened, forms.to_correct(definition, asked, offers, found.answers)


def _add_page(
    staff: SchoolAccess, definition: Definition, form: EntryForm, *, status: int = 200
) -> Response:
    return page(
        "registers/new",
        status=status,
        adding=shown.adding(definition),
        school=staff.school,
        definition=definition,
        form=form,
        here=paths.register(staff.school, definition.key),
    )


def _correct_page(
    staff: SchoolAccess, opened: Opened, form: EntryForm, *, status: int = 200
) -> Response:
    return page(
        "registers/correct",
        status=status,
        school=staff.school,
        definition=opened.definition,
        entry=opened.entry,
        form=form,
        here=paths.entry(staff.school, opened.definition.key, opened.entry.id),
    )


def _entry_page(
    staff: SchoolAccess, opened: Opened, form: NoteForm, *, status: int = 200
) -> Response:
    hand, definition, entry = hands.of(staff), opened.definition, opened.entry
    return page(
        "registers/entry",
        status=status,
        school=staff.school,
        here=paths.entry(staff.school, definition.key, entry.id),
        list_path=paths.register(staff.school, definition.key),
        definition=definition,
        entry=entry,
        title=entry.named(definition),
        state=definition.state(entry.state),
        adder=shown.name_of(entry.added_by, opened.names),
        groups=shown.groups(hand, opened),
        moments=shown.moments(hand, opened),
        dues=shown.dues(opened),
        steps=shown.steps(hand, opened),
        told=outbox.about(staff.school, f"entry/{entry.id}"),
        names=opened.names,
        kept_until=reading.kept_until(definition, entry),
        may_correct=hands.may_correct(hand, definition, entry),
        may_list=hands.may_open(hand, definition),
        may_report=bool(definition.incident) and staff.may(Permission.SUBMIT_INCIDENT),
        banner_text=_DONE.get(staff.request.query.get("done", ""), ""),
        form=form,
    )


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0
