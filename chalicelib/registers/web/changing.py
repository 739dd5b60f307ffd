"""Changing registers on screen: at a school for itself, at a trust for all its schools.

Both do the same; where they stand is a `Where`. What ships is never changed: what is laid over it
is shown as such, and can be taken off again.
"""

from dataclasses import dataclass

from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess, TrustAccess
from chalicelib.ids import SchoolId, TrustId
from chalicelib.registers import loader
from chalicelib.registers.forms import changing as forms
from chalicelib.registers.forms.changing import ChangeForm, QuestionForm, RegisterForm
from chalicelib.registers.forms.own import definition_of
from chalicelib.registers.model.definition import Definition
from chalicelib.registers.model.overlay import OWN
from chalicelib.registers.repository.definitions import Kept
from chalicelib.registers.service import changing, standing
from chalicelib.registers.service.definitions import Registers
from chalicelib.registers.web import shown
from chalicelib.web import Response, page, redirect
from chalicelib.web.fields import Option


@dataclass(frozen=True)
class Where:
    """The place whose registers are changed, and where its pages are."""

    place: SchoolId | TrustId
    path: str
    back: str
    actor: str
    is_trust: bool


def of_school(staff: SchoolAccess) -> Where:
    home = f"/s/{staff.school}/registers"
    return Where(staff.school, f"{home}/change", home, staff.actor, is_trust=False)


def of_trust(who: TrustAccess) -> Where:
    home = f"/t/{who.trust}/registers"
    return Where(who.trust, f"{home}/change", home, who.actor, is_trust=True)


def index(where: Where) -> Response:
    kept = changing.kept(where.place)
    registers = Registers(kept.own, kept.trust)
    names = {str(each.person): each.name for each in identity.members(where.place)}
    return page(
        "registers/change",
        where=where,
        groups=standing.by_group(registers.on),
        off=registers.off,
        changed={key for key, each in kept.own.changes.items() if not each.is_nothing},
        by_trust=set(kept.trust.changes) | set(kept.trust.own),
        own=set(kept.own.own),
        versions=[
            (each, shown.name_of(each.by, names)) for each in changing.versions(where.place)[:20]
        ],
    )


def show(where: Where, register: str, form: ChangeForm | None = None) -> Response:
    kept = changing.kept(where.place)
    definition = changing.of_place(kept, register)
    is_on = Registers(kept.own, kept.trust).is_on(register)
    values = forms.shown(definition, is_on=is_on, version=kept.version)
    own_fields = [each for each in definition.fields if each.key.startswith(OWN)]
    return page(
        "registers/change_one",
        status=422 if form else 200,
        where=where,
        definition=definition,
        form=form or _form_of(definition).blank(**values),
        periods=[name for name in values if name.startswith("p_")],
        own_fields=[each for each in own_fields if _is_ours(kept, register, each.key)],
        theirs=[each for each in own_fields if not _is_ours(kept, register, each.key)],
        is_own=register in kept.own.own,
    )


def save(where: Where, register: str, form_class: type[ChangeForm], form: ChangeForm) -> Response:
    kept = changing.kept(where.place)
    version = int(form.version.data) if str(form.version.data).isdigit() else -1
    if not form.problems:
        try:
            if register in kept.own.own:
                off = form.use.data == "off"
                changing.switch(where.place, register, off=off, version=version, by=where.actor)
            else:
                shipped = _shipped(register)
                after = forms.changed(form, shipped, kept.own.change_of(register))
                changing.change(where.place, register, after, version=version, by=where.actor)
            return redirect(f"{where.path}?done=saved")
        except Invalid as e:
            form.refuse_all(e.fields)
        except Conflict as e:
            form.refuse("", e.message)
    return show(where, register, form)


def form_of(where: Where, register: str) -> type[ChangeForm]:
    return _form_of(changing.of_place(changing.kept(where.place), register))


def show_question(where: Where, register: str, form: QuestionForm | None = None) -> Response:
    definition = changing.of_place(changing.kept(where.place), register)
    return page(
        "registers/question",
        status=422 if form else 200,
        where=where,
        definition=definition,
        form=form or QuestionForm.blank(options={"step": forms.when_asked(definition)}, step="add"),
    )


def add_question(where: Where, register: str, form: QuestionForm) -> Response:
    if not form.problems:
        try:
            changing.add_question(where.place, register, form.question(), by=where.actor)
            return redirect(f"{where.path}/{register}")
        except Invalid as e:
            form.refuse_all(e.fields)
    return show_question(where, register, form)


def drop_question(where: Where, register: str, key: str) -> Response:
    if not key.startswith(OWN):
        raise NotFound
    changing.drop_question(where.place, register, key, by=where.actor)
    return redirect(f"{where.path}/{register}")


def show_new(where: Where, form: RegisterForm | None = None) -> Response:
    return page(
        "registers/own_new",
        status=422 if form else 200,
        where=where,
        form=form or RegisterForm.blank(keep=7, every=""),
    )


def add(where: Where, form: RegisterForm) -> Response:
    if not form.problems:
        try:
            key = changing.add_register(where.place, definition_of(form), by=where.actor)
            return redirect(f"{where.path}/{key}")
        except Invalid as e:
            form.refuse_all(e.fields)
    return show_new(where, form)


def question_options(where: Where, register: str) -> dict[str, list[Option]]:
    definition = changing.of_place(changing.kept(where.place), register)
    return {"step": forms.when_asked(definition)}


def _form_of(definition: Definition) -> type[ChangeForm]:
    """Of a register of one's own only whether it is used: the rest it was made with."""
    return ChangeForm if definition.key.startswith(OWN) else forms.changing(definition)


def _shipped(register: str) -> Definition:
    found = loader.shipped().get(register)
    if found is None:
        raise NotFound
    return found


def _is_ours(kept: Kept, register: str, key: str) -> bool:
    if register in kept.own.own:
        return True
    return any(each["key"] == key for each in kept.own.change_of(register).fields)
