"""A lesson of an incident becomes a flag where policies are reviewed (2.18; S219, S343, S86).

The debrief ticks that a policy should be looked at, and the headteacher has a task. What stands in
the register is written anew, without names: it is read by people who never see the incident.
"""

from chalicelib import clock
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.identity.access import SchoolAccess
from chalicelib.incidents.model.parts import Kind, Part
from chalicelib.incidents.service.case import CaseFile
from chalicelib.incidents.service.parts import review_of
from chalicelib.incidents.web import paths
from chalicelib.incidents.web.case import around_page, open_file
from chalicelib.incidents.web.saving import WORK
from chalicelib.registers import service as registers
from chalicelib.storage import transaction
from chalicelib.tasks import service as tasks
from chalicelib.web import Pages, Response, fields, page, redirect
from chalicelib.web.forms import Form

pages = Pages(__name__)
REGISTER = "policy_flags"


class FlagForm(Form):
    """What the next review of a policy should look at."""

    record = fields.RecordId()
    what = fields.Text(
        "What should change, or be looked at?",
        most=200,
        hint="Without names: it is read by people who never see the incident",
        required="Say what should be looked at, without names",
    )
    policy_kind = fields.Choice(
        "In which policy?",
        options=[
            ("online", "Online safety"),
            ("behaviour", "Behaviour"),
            ("data", "Data protection"),
            ("social", "Social media"),
            ("phones", "Mobile phones"),
            ("aup", "Acceptable use agreements"),
            ("other", "Another one, or not known"),
        ],
        required="Choose the policy",
    )
    why = fields.LongText("Why?", most=2000, rows=3, hint="What happened, without names")


@pages.get("/s/{school}/incidents/{incident}/parts/{added}/policy", access=WORK)
def show(staff: SchoolAccess, incident: str, added: str) -> Response:
    file = open_file(staff, incident)
    lesson = _lesson(file, added)
    form = FlagForm.blank(what=lesson.answer("which_policy")[:200] or None)
    return _page(staff, file, lesson, form)


@pages.post("/s/{school}/incidents/{incident}/parts/{added}/policy", access=WORK)
def flag(staff: SchoolAccess, incident: str, added: str) -> Response:
    """Put it into the register and close the task, together; a second press finds both done."""
    file = open_file(staff, incident)
    lesson = _lesson(file, added)
    form = FlagForm.read(staff.request)
    if form.problems or not _flagged(staff, file, lesson, form):
        return _page(staff, file, lesson, form, status=422)
    return redirect(f"{paths.section(staff.school, incident, 'lessons')}?done=flagged")


def _flagged(staff: SchoolAccess, file: CaseFile, lesson: Part, form: FlagForm) -> bool:
    if not registers.is_on(staff.school, REGISTER):
        form.refuse("", "Your school has switched the register of policy flags off.")
        return False
    record = file.record
    values: dict[str, object] = {
        "what": form.what.data,
        "policy_kind": form.policy_kind.data,
        "from": "incident",
    }
    if form.why.data:
        values["why"] = form.why.data
    origin = registers.Origin("incident", record.id, paths.record(staff.school, record.id))
    waiting = tasks.find_open(staff.school, review_of(staff.school, record, lesson).id)
    try:
        with transaction() as tx:
            registers.add(
                tx,
                staff.school,
                register=REGISTER,
                values=values,
                by=staff.actor,
                origin=origin,
                record=form["record"].data,
            )
            if waiting:
                tasks.done(tx, staff.school, waiting, by=staff.actor)
    except Invalid as e:
        form.refuse("", next(iter(e.fields.values()))[0])
        return False
    except Conflict:
        if waiting:
            raise
    return True  # it is there: an earlier press of this form put it there


def _lesson(file: CaseFile, added: str) -> Part:
    """Raises NotFound for what is no debrief that flags a policy."""
    found = file.part(added)
    if found.kind is not Kind.DEBRIEF or not found.values.get("policy") or found.struck:
        raise NotFound
    return found


def _page(
    staff: SchoolAccess, file: CaseFile, lesson: Part, form: FlagForm, *, status: int = 200
) -> Response:
    return page(
        "incidents/file/policy",
        status,
        **around_page(staff, file, "lessons"),
        lesson=lesson,
        form=form,
        today=clock.today(),
    )
