"""The case file: tasks, contacts, the investigation, lessons and private notes of a record."""

from typing import Any

from chalicelib import clock
from chalicelib.errors import Conflict, NotFound
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission, Role
from chalicelib.incidents.forms.handling import StrikeForm, WhyForm
from chalicelib.incidents.forms.parts import FORMS, Around, PartForm
from chalicelib.incidents.forms.parts.base import Colleague
from chalicelib.incidents.model.parts import Kind, Part
from chalicelib.incidents.service import case as cases
from chalicelib.incidents.service import parts as service
from chalicelib.incidents.service.case import CaseFile
from chalicelib.incidents.service.parts import Draft
from chalicelib.incidents.web import chronology, paths
from chalicelib.incidents.web.blueprint import pages
from chalicelib.incidents.web.saving import WORK, record_id, save
from chalicelib.incidents.web.sections import SECTIONS, SHELVES, tabs
from chalicelib.tenancy import settings
from chalicelib.web import Response, page

READ = school(Permission.READ_INCIDENTS)
SENIOR = frozenset({Role.HEADTEACHER, Role.SENIOR_LEADER, Role.DSL, Role.DEPUTY_DSL})
_DONE = {
    "added": "Added to the record.",
    "changed": "Changed. The chronology shows both versions.",
    "flagged": "The policy is on the list for its next review.",
    "struck": "Struck out. It stays on the record, with the reason.",
}


@pages.get("/s/{school}/incidents/{incident}/file/{section}", access=READ)
def show_section(staff: SchoolAccess, incident: str, section: str) -> Response:
    if section not in SECTIONS:
        raise NotFound
    file = open_file(staff, incident)
    return page(
        "incidents/file/section",
        **around_page(staff, file, section),
        section=SECTIONS[section],
        shelves=[(each, file.of(each.kind)) for each in SECTIONS[section].shelves],
        today=clock.today(),
        done=_DONE.get(staff.request.query.get("done", ""), ""),
    )


@pages.get("/s/{school}/incidents/{incident}/add/{what}", access=WORK)
def show_add(staff: SchoolAccess, incident: str, what: str) -> Response:
    form_class = _form_of(what)
    file = _open_to_work(staff, incident, Kind(what))
    form = form_class.fresh(around(staff, file), seen=file.stored.seen)
    return _form_page(staff, file, form)


@pages.post("/s/{school}/incidents/{incident}/add/{what}", access=WORK)
def add(staff: SchoolAccess, incident: str, what: str) -> Response:
    form_class = _form_of(what)
    file = open_file(staff, incident)
    form = form_class.sent(staff.request, around(staff, file))

    def show(*, status: int, since: tuple[chronology.Moment, ...] = ()) -> Response:
        return _form_page(staff, open_file(staff, incident), form, status=status, since=since)

    return save(
        staff,
        form,
        lambda by: service.add(staff.school, incident, by, draft_of(form)),
        show,
        then=f"{paths.section(staff.school, incident, SHELVES[Kind(what)][0].key)}?done=added",
    )


@pages.get("/s/{school}/incidents/{incident}/parts/{added}", access=WORK)
def show_change(staff: SchoolAccess, incident: str, added: str) -> Response:
    file = open_file(staff, incident)
    found = _changeable(file, added)
    form = FORMS[found.kind].of(found, around(staff, file), seen=file.stored.seen)
    return _form_page(staff, file, form, found, why=WhyForm.blank())


@pages.post("/s/{school}/incidents/{incident}/parts/{added}", access=WORK)
def change(staff: SchoolAccess, incident: str, added: str) -> Response:
    file = open_file(staff, incident)
    found = _changeable(file, added)
    form = FORMS[found.kind].sent(staff.request, around(staff, file))
    why = WhyForm.read(staff.request)

    def show(*, status: int, since: tuple[chronology.Moment, ...] = ()) -> Response:
        now = open_file(staff, incident)
        return _form_page(staff, now, form, found, why=why, status=status, since=since)

    return save(
        staff,
        form,
        lambda by: service.change(
            staff.school, incident, by, draft_of(form, found.id), why.why.data or ""
        ),
        show,
        then=f"{paths.section(staff.school, incident, SHELVES[found.kind][0].key)}?done=changed",
    )


@pages.get("/s/{school}/incidents/{incident}/parts/{added}/strike", access=WORK)
def show_strike(staff: SchoolAccess, incident: str, added: str) -> Response:
    file = open_file(staff, incident)
    form = StrikeForm.blank(seen=str(file.stored.seen))
    return _strike_page(staff, file, _live(file, added), form)


@pages.post("/s/{school}/incidents/{incident}/parts/{added}/strike", access=WORK)
def strike(staff: SchoolAccess, incident: str, added: str) -> Response:
    file = open_file(staff, incident)
    found = file.part(added)
    form = StrikeForm.read(staff.request)

    def show(*, status: int, since: tuple[chronology.Moment, ...] = ()) -> Response:
        now = open_file(staff, incident)
        return _strike_page(staff, now, found, form, status=status, since=since)

    return save(
        staff,
        form,
        lambda by: service.strike(staff.school, incident, by, added, form.why.data),
        show,
        then=f"{_home(staff, file, found)}?done=struck",
    )


def open_file(staff: SchoolAccess, incident: str) -> CaseFile:
    return cases.open_file(staff.school, record_id(incident), reader=staff)


def around(staff: SchoolAccess, file: CaseFile) -> Around:
    """Everything the questions of a part may offer."""
    members = identity.members(staff.school)
    return Around(
        record=file.record,
        person=staff.person,
        name=staff.person_name,
        today=clock.today(),
        colleagues=tuple(
            Colleague(each.person, each.name, senior=bool(SENIOR & each.roles))
            for each in sorted(members, key=lambda member: member.name)
        ),
        agencies=settings.read(staff.school).agencies,
        parts=file.parts,
    )


def around_page(staff: SchoolAccess, file: CaseFile, section: str) -> dict[str, Any]:
    """What every page of the case file shows around its own part."""
    record = file.record
    return {
        "school": staff.school,
        "record": record,
        "here": paths.record(staff.school, record.id),
        "log": paths.log(staff.school),
        "file": file,
        "file_tabs": tabs(staff.school, file, section),
        "edit": staff.may(Permission.WORK_INCIDENTS) and record.is_open,
        "may_work": staff.may(Permission.WORK_INCIDENTS),
    }


def draft_of(form: PartForm, part_id: str = "") -> Draft:
    return Draft(
        part_id or str(form.part.data), form.kind, form.headline(), form.said(), form.values()
    )


def _form_of(kind: str) -> type[PartForm]:
    """Raises NotFound for a kind that is not added here."""
    found = FORMS.get(Kind(kind)) if kind in set(Kind) else None
    if found is None:
        raise NotFound
    return found


def _open_to_work(staff: SchoolAccess, incident: str, kind: Kind) -> CaseFile:
    file = open_file(staff, incident)
    if not file.record.is_open and not kind.is_private:
        raise Conflict("This record is closed. Open it again first, with the reason.")
    return file


def _live(file: CaseFile, part: str) -> Part:
    found = file.part(part)
    if found.struck or not file.record.is_open:
        raise Conflict("This can no longer be changed.")
    return found


def _changeable(file: CaseFile, part: str) -> Part:
    found = _live(file, part)
    if found.kind not in FORMS or found.kind.is_private:
        raise NotFound
    return found


def _home(staff: SchoolAccess, file: CaseFile, part: Part) -> str:
    places = {Kind.STEP: "procedures", Kind.SANCTION: "sanctions", Kind.LISTED: "sanctions"}
    key = places.get(part.kind) or SHELVES[part.kind][0].key
    return paths.section(staff.school, file.record.id, key)


def _form_page(
    staff: SchoolAccess,
    file: CaseFile,
    form: PartForm,
    part: Part | None = None,
    *,
    why: WhyForm | None = None,
    status: int = 200,
    since: tuple[chronology.Moment, ...] = (),
) -> Response:
    section, shelf = SHELVES[form.kind]
    record = file.record.id
    action = f"/parts/{part.id}" if part else f"/add/{form.kind}"
    return page(
        "incidents/file/form",
        status,
        school=staff.school,
        record=file.record,
        here=paths.record(staff.school, record),
        back_to=paths.section(staff.school, record, section.key),
        back_label=section.label,
        action=action,
        form=form,
        since=since,
        why=why,
        shelf=shelf,
        part=part,
        guards=file.record.report.guards,
    )


def _strike_page(
    staff: SchoolAccess,
    file: CaseFile,
    part: Part,
    form: StrikeForm,
    *,
    status: int = 200,
    since: tuple[chronology.Moment, ...] = (),
) -> Response:
    record = file.record.id
    return page(
        "incidents/file/strike",
        status,
        school=staff.school,
        record=file.record,
        here=paths.record(staff.school, record),
        back_to=_home(staff, file, part),
        back_label="Back",
        action=f"/parts/{part.id}/strike",
        form=form,
        since=since,
        part=part,
    )
