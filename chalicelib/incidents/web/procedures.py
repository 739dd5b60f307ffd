"""The policies' procedures as checklists on a record (2.13, 2.24; S170 to S182, S262 to S272)."""

from dataclasses import dataclass

from chalicelib.errors import Conflict, NotFound
from chalicelib.identity.access import SchoolAccess
from chalicelib.incidents.forms.handling import WhyForm
from chalicelib.incidents.forms.parts.procedures import StepForm, form_of, state_of
from chalicelib.incidents.model.parts import Kind, Part
from chalicelib.incidents.procedures import Procedure, Step, all_procedures, suggested
from chalicelib.incidents.service import Sight
from chalicelib.incidents.service import parts as service
from chalicelib.incidents.service.case import CaseFile
from chalicelib.incidents.web import chronology, paths
from chalicelib.incidents.web.blueprint import pages
from chalicelib.incidents.web.case import READ, around, around_page, draft_of, open_file
from chalicelib.incidents.web.saving import WORK, save
from chalicelib.web import Response, page


@dataclass(frozen=True)
class Line:
    """A step as it stands."""

    step: Step
    part: Part | None

    @property
    def state(self) -> tuple[str, str]:
        if self.part is None:
            return ("Now", "red") if self.step.now else ("To do", "grey")
        if self.part.answer("decision") == "done":
            return "Done", "green"
        return "Not needed", "grey"


@dataclass(frozen=True)
class Followed:
    """A procedure with how far it has got."""

    procedure: Procedure
    lines: tuple[Line, ...]

    @property
    def settled(self) -> int:
        return sum(line.part is not None for line in self.lines)


@pages.get("/s/{school}/incidents/{incident}/file/procedures", access=READ)
def show_procedures(staff: SchoolAccess, incident: str) -> Response:
    file = open_file(staff, incident)
    begun = {each.answer("procedure") for each in file.of(Kind.STEP) if each.counts}
    called = {each.key for each in suggested(file.record.report.types)}
    asked = staff.request.query.get("procedure", "")
    shown = [p for p in all_procedures().values() if p.key in begun | called | {asked}]
    return page(
        "incidents/file/procedures",
        **around_page(staff, file, "procedures"),
        followed=[_followed(each, file) for each in shown],
        others=[each for each in all_procedures().values() if each not in shown],
        done={"added": "Saved."}.get(staff.request.query.get("done", ""), ""),
    )


@pages.get("/s/{school}/incidents/{incident}/procedures/{procedure}/{stage}", access=WORK)
def show_step(staff: SchoolAccess, incident: str, procedure: str, stage: str) -> Response:
    chosen, at = _step(procedure, stage)
    file = open_file(staff, incident)
    if not file.record.is_open:
        raise Conflict("This record is closed. Open it again first, with the reason.")
    form_class, before = form_of(chosen, at), state_of(file.parts, procedure, stage)
    near = around(staff, file)
    if before:
        form = form_class.of(before, near, seen=file.stored.seen)
    else:
        form = form_class.fresh(near, seen=file.stored.seen)
    return _step_page(staff, file, chosen, at, form, changing=before is not None)


@pages.post("/s/{school}/incidents/{incident}/procedures/{procedure}/{stage}", access=WORK)
def take_step(staff: SchoolAccess, incident: str, procedure: str, stage: str) -> Response:
    chosen, at = _step(procedure, stage)
    file = open_file(staff, incident)
    before = state_of(file.parts, procedure, stage)
    form = form_of(chosen, at).sent(staff.request, around(staff, file))
    why = WhyForm.read(staff.request).why.data or ""

    def act(by: Sight) -> None:
        if before:
            service.change(staff.school, incident, by, draft_of(form, before.id), why)
        else:
            service.add(staff.school, incident, by, draft_of(form))

    def show(*, status: int, since: tuple[chronology.Moment, ...] = ()) -> Response:
        now = open_file(staff, incident)
        return _step_page(
            staff, now, chosen, at, form, changing=before is not None, status=status, since=since
        )

    home = paths.section(staff.school, incident, "procedures")
    return save(staff, form, act, show, then=f"{home}?done=added&procedure={procedure}#{procedure}")


def _followed(procedure: Procedure, file: CaseFile) -> Followed:
    return Followed(
        procedure,
        tuple(
            Line(step, state_of(file.parts, procedure.key, step.key)) for step in procedure.steps
        ),
    )


def _step(procedure: str, step: str) -> tuple[Procedure, Step]:
    found = all_procedures().get(procedure)
    at = found.step(step) if found else None
    if found is None or at is None:
        raise NotFound
    return found, at


def _step_page(
    staff: SchoolAccess,
    file: CaseFile,
    procedure: Procedure,
    step: Step,
    form: StepForm,
    *,
    changing: bool,
    status: int = 200,
    since: tuple[chronology.Moment, ...] = (),
) -> Response:
    record = file.record.id
    return page(
        "incidents/file/step",
        status,
        school=staff.school,
        record=file.record,
        here=paths.record(staff.school, record),
        back_to=paths.section(staff.school, record, "procedures"),
        back_label="Procedures",
        action=f"/procedures/{procedure.key}/{step.key}",
        form=form,
        since=since,
        procedure=procedure,
        step=step,
        why=WhyForm.blank() if changing else None,
    )
