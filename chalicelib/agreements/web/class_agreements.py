"""Where a class writes its agreement with its teacher, and where the school sees how far it is.

Every press keeps what is there: nothing waits for a "save" that a fire drill prevents (S255, 3.4).
"""

from chalicelib.agreements import profile, rendering, round_tasks
from chalicelib.agreements.classes import service as classes
from chalicelib.agreements.classes import sharing, words
from chalicelib.agreements.classes.model import ClassAgreement, Rule
from chalicelib.agreements.papers import asked
from chalicelib.agreements.subjects import pupils
from chalicelib.agreements.web.class_forms import PressForm, RuleForm
from chalicelib.agreements.wording import Part
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.storage import transaction
from chalicelib.web import Pages, Response, page, redirect
from chalicelib.web.forms import Form

pages = Pages(__name__)
TEACHER = school(Permission.SIGN_IN_CLASS)
MANAGE = school(Permission.MANAGE_AGREEMENTS)
_ALL = "/s/{school}/class-agreements"
_ONE = f"{_ALL}/{{group}}"
GONE = "Somebody else has just taken this rule out. Add it anew, or leave it out."
FULL = "There are twelve rules by now, which are the most. Take one out to add another."


@pages.get(_ALL, access=TEACHER)
def index(staff: SchoolAccess) -> Response:
    return page(
        "agreements/classes",
        school=staff.school,
        year=profile.year_in_words(classes.year_now()),
        found=classes.all_classes(staff.school),
        may_read=staff.may(Permission.READ_AGREEMENTS),
    )


@pages.get(_ONE, access=TEACHER)
def show(staff: SchoolAccess, group: str) -> Response:
    return _shown(staff, group)


@pages.post(f"{_ONE}/start", access=TEACHER)
def start(staff: SchoolAccess, group: str) -> Response:
    source = staff.request.form.get("from", "")
    classes.start(staff.school, group, source, by=staff.actor)
    return _back(staff, group)


@pages.post(f"{_ONE}/rules", access=TEACHER)
def write(staff: SchoolAccess, group: str) -> Response:
    """A rule more, or another wording of one that is there."""
    found, form = _must_be_written(staff, group), RuleForm.read(staff.request)
    if form.problems and found.is_writing:
        return _shown(staff, group, form=form, status=422)
    rule, known = Rule(form.record.data, form.text.data), staff.request.form.get("change", "")

    def to(agreement: ClassAgreement) -> ClassAgreement:
        if known and not agreement.has(known):
            raise Conflict(GONE)
        if not known and not agreement.has(rule.id) and not agreement.has_room:
            raise Conflict(FULL)
        return agreement.reworded(Rule(known, rule.text)) if known else agreement.added(rule)

    try:
        classes.change(staff.school, group, _version(form), to, by=staff.actor)
    except Conflict as e:
        form.refuse("text", str(e))
        return _shown(staff, group, form=form, status=409)
    return _back(staff, group)


@pages.post(f"{_ONE}/order", access=TEACHER)
def order(staff: SchoolAccess, group: str) -> Response:
    """One place up or down, out of the list, or into it from what is suggested."""
    _must_be_written(staff, group)
    form = PressForm.read(staff.request)
    what, _, which = staff.request.form.get("do", "").partition(":")
    more = {rule.id: rule for rule in words.suggestions(staff.school)}

    def to(agreement: ClassAgreement) -> ClassAgreement:
        if what == "add" and which in more:
            return agreement.added(more[which])
        if what == "out":
            return agreement.without(which)
        return agreement.moved(which, {"up": -1, "down": 1}.get(what, 0))

    try:
        classes.change(staff.school, group, _version(form), to, by=staff.actor)
    except Conflict as e:
        form.refuse("", str(e))
        return _shown(staff, group, press=form, status=409)
    return _back(staff, group)


@pages.post(f"{_ONE}/sign", access=TEACHER)
def sign(staff: SchoolAccess, group: str) -> Response:
    """The words stand; the class signs. Pressed again, whoever joined meanwhile is asked too."""
    found = _must_be_written(staff, group)
    form = PressForm.read(staff.request)
    try:
        if found.is_writing:
            classes.begin(
                staff.school, group, form.record.data, _version(form), person=staff.person
            )
        else:
            classes.ask_joined(staff.school, group, form.record.data, person=staff.person)
    except Invalid as e:
        form.refuse("", next(said for each in e.fields.values() for said in each))
        return _shown(staff, group, press=form, status=422)
    except Conflict as e:
        form.refuse("", str(e))
        return _shown(staff, group, press=form, status=409)
    return _back(staff, group)


@pages.post(f"{_ONE}/again", access=TEACHER)
def again(staff: SchoolAccess, group: str) -> Response:
    _must_be_written(staff, group)
    form = PressForm.read(staff.request)
    try:
        classes.write_again(staff.school, group, _version(form), by=staff.actor)
    except Conflict as e:
        form.refuse("", str(e))
        return _shown(staff, group, press=form, status=409)
    return _back(staff, group)


@pages.post(f"{_ONE}/parents", access=TEACHER)
def parents(staff: SchoolAccess, group: str) -> Response:
    """One mail to each parent or carer, to read; nothing is asked of them."""
    _must_be_written(staff, group)
    form = PressForm.read(staff.request)
    try:
        sharing.tell_parents(staff.school, group, form.record.data, by=staff.actor)
    except Conflict as e:
        form.refuse("", str(e))
        return _shown(staff, group, press=form, status=409)
    return _back(staff, group)


@pages.post(f"{_ONE}/see-to", access=MANAGE)
def see_to(staff: SchoolAccess, group: str) -> Response:
    """Somebody who was not reached is written to again, or had it otherwise (R36)."""
    _must_be_written(staff, group)
    form, task = PressForm.read(staff.request), staff.request.form.get("task", "")
    again, record = staff.request.form.get("do") == "again", form.record.data
    try:
        sharing.see_to(staff.school, group, task, record, again=again, by=staff.actor)
    except Conflict as e:
        form.refuse("", str(e))
        return _shown(staff, group, press=form, status=409)
    return _back(staff, group)


@pages.post(f"{_ONE}/poster", access=TEACHER)
def poster(staff: SchoolAccess, group: str) -> Response:
    """The agreement for the wall of the classroom, as PDF."""
    found = _must_be_written(staff, group)
    with transaction() as tx:
        job = asked.poster(
            tx,
            staff.school,
            found.year,
            group,
            person=staff.person,
            back=f"/s/{staff.school}/class-agreements/{group}",
        )
    return redirect(f"/s/{staff.school}/documents/{job}")


def _must_be_written(staff: SchoolAccess, group: str) -> ClassAgreement:
    """Raises NotFound for a class that is not the school's, or that has not begun."""
    classes.name_of(staff.school, group)
    if (found := classes.find(staff.school, group)) is None:
        raise NotFound
    return found


def _version(form: Form) -> int:
    seen = str(form["seen"].data or "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 8 else -1


def _back(staff: SchoolAccess, group: str) -> Response:
    return redirect(f"/s/{staff.school}/class-agreements/{group}")


def _shown(
    staff: SchoolAccess,
    group: str,
    *,
    form: RuleForm | None = None,
    press: Form | None = None,
    status: int = 200,
) -> Response:
    names, found = pupils.classes(staff.school), classes.find(staff.school, group)
    if (name := names.get(group)) is None:
        raise NotFound
    about: dict[str, object] = {
        "school": staff.school,
        "group": group,
        "class_name": name,
        "agreement": found,
    }
    about |= {"year": profile.year_in_words(classes.year_now())}
    if found is None:
        before = classes.before(staff.school, group)
        last = [(each, names[each.class_id]) for each in before if each.class_id in names]
        return page("agreements/class_begin", status=status, last=last, **about)
    about["press"] = press or PressForm.blank(seen=str(found.version))
    if found.is_writing:
        return _writing(staff, found, about, form, status)
    people, kept = pupils.of_class(staff.school, group, names), classes.text_of(staff.school, found)
    text = profile.of(staff.school).text_of(kept, found.year)
    return page(
        "agreements/class_signing",
        status=status,
        stand=classes.standing(staff.school, found, name, people),
        unsaved=form,
        rules=rendering.html(text.only(Part.RULES).whole),
        sha256=kept.wording_sha256,
        joined=classes.joined(staff.school, found, people),
        to_tell=len(sharing.to_tell(staff.school, found, people)),
        told=sharing.told(staff.school, found),
        to_see_to=round_tasks.waiting(staff.school, found.about, people)
        if staff.may(Permission.MANAGE_AGREEMENTS)
        else [],
        again=PressForm.blank(),
        may_contact=staff.may(Permission.READ_PEOPLE),
        may_read=staff.may(Permission.READ_AGREEMENTS),
        **about,
    )


def _writing(
    staff: SchoolAccess,
    found: ClassAgreement,
    about: dict[str, object],
    form: RuleForm | None,
    status: int,
) -> Response:
    """The list with its buttons; one rule stands open where `change` names it."""
    here = {rule.id: rule for rule in found.rules}
    change = staff.request.query.get("change") or staff.request.form.get("change", "")
    open_ = here.get(change)
    used = {rule.text for rule in found.rules} | set(here)
    return page(
        "agreements/class_writing",
        status=status,
        form=form or RuleForm.blank(seen=str(found.version), text=open_.text if open_ else None),
        open=open_,
        suggested=[
            rule
            for rule in words.suggestions(staff.school)
            if rule.id not in used and rule.text not in used
        ],
        **about,
    )
