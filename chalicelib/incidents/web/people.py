"""The people of a record: as what they were involved, who they are, and what else they were in."""

from dataclasses import dataclass

from chalicelib.errors import Conflict, NotFound
from chalicelib.identity.access import SchoolAccess
from chalicelib.incidents.forms.handling import RecordForm
from chalicelib.incidents.forms.people import NOBODY, ClassForm, LinkForm
from chalicelib.incidents.model.record import Linked, Mark
from chalicelib.incidents.model.report import Involved
from chalicelib.incidents.service import people as service
from chalicelib.incidents.service.case import CaseFile
from chalicelib.incidents.service.people import Earlier, Found
from chalicelib.incidents.web import chronology, paths
from chalicelib.incidents.web.blueprint import pages
from chalicelib.incidents.web.case import READ, around_page, open_file
from chalicelib.incidents.web.saving import WORK, save
from chalicelib.people import service as rosters
from chalicelib.web import Response, page
from chalicelib.web.fields import Option

STAFF = "staff"


@dataclass(frozen=True)
class Person:
    """Somebody of a record as the page shows them."""

    involved: Involved
    marks: tuple[Mark, ...]
    linked: Linked | None
    found: Found | None
    earlier: Earlier

    @property
    def chronology(self) -> str:
        return f"{self.linked.roster}-{self.linked.id}" if self.linked else ""


@pages.get("/s/{school}/incidents/{incident}/file/people", access=READ)
def show_file_people(staff: SchoolAccess, incident: str) -> Response:
    file = open_file(staff, incident)
    return page(
        "incidents/file/people",
        **around_page(staff, file, "people"),
        people=people_of(staff, file),
        done={"linked": "Saved."}.get(staff.request.query.get("done", ""), ""),
    )


@pages.get("/s/{school}/incidents/{incident}/people/{involved}", access=WORK)
def show_link(staff: SchoolAccess, incident: str, involved: str) -> Response:
    file = open_file(staff, incident)
    if not file.record.is_open:
        raise Conflict("This record is closed. Open it again first, with the reason.")
    named = _involved(file, involved)
    asked = staff.request.query.get("of", "")
    linked = file.record.linked.get(involved)
    form = LinkForm.blank(
        options={"found": _options(_choices(staff, named, asked))},
        seen=str(file.stored.seen),
        found=linked.key if linked else None,
    )
    return _link_page(staff, file, named, form, asked)


@pages.post("/s/{school}/incidents/{incident}/people/{involved}", access=WORK)
def link(staff: SchoolAccess, incident: str, involved: str) -> Response:
    file = open_file(staff, incident)
    named = _involved(file, involved)
    asked = staff.request.query.get("of", "")
    choices = _choices(staff, named, asked)
    form = LinkForm.read(staff.request, options={"found": _options(choices)})
    chosen = next((each for each in choices if each.linked.key == form.found.data), None)

    def show(*, status: int, since: tuple[chronology.Moment, ...] = ()) -> Response:
        now = open_file(staff, incident)
        return _link_page(staff, now, named, form, asked, status=status, since=since)

    return save(
        staff,
        form,
        lambda by: service.link(staff.school, incident, by, involved, chosen),
        show,
        then=f"{paths.section(staff.school, incident, 'people')}?done=linked",
    )


def people_of(staff: SchoolAccess, file: CaseFile) -> tuple[Person, ...]:
    """Everybody named, with what they were in before: repeat involvement seen at once (2.7)."""
    record = file.record
    before = service.earlier(staff.school, record, staff)
    return tuple(
        Person(
            each,
            record.marks_of(each.key),
            record.linked.get(each.key),
            service.who(staff.school, record.linked[each.key])
            if each.key in record.linked
            else None,
            before.get(each.key, Earlier()),
        )
        for each in record.report.people
    )


def _choices(staff: SchoolAccess, involved: Involved, asked: str) -> list[Found]:
    """Whom to choose from: those of the list asked for, else those with a name like it."""
    if asked == STAFF:
        return service.staff(staff.school)
    if asked:
        return service.in_class(staff.school, asked)
    return service.alike(staff.school, involved)


def _options(choices: list[Found]) -> list[Option]:
    shown = [Option(each.linked.key, each.name, each.detail) for each in choices]
    return [*shown, Option(NOBODY, "Nobody in the school's lists", "Or not known")]


def _involved(file: CaseFile, person: str) -> Involved:
    found = next((each for each in file.record.report.people if each.key == person), None)
    if found is None:
        raise NotFound
    return found


def _link_page(
    staff: SchoolAccess,
    file: CaseFile,
    involved: Involved,
    form: RecordForm,
    asked: str,
    *,
    status: int = 200,
    since: tuple[chronology.Moment, ...] = (),
) -> Response:
    record = file.record.id
    classes = [(each.id, each.name) for each in rosters.classes(staff.school)]
    at = f"/people/{involved.key}"
    return page(
        "incidents/file/link",
        status,
        school=staff.school,
        record=file.record,
        here=paths.record(staff.school, record),
        back_to=paths.section(staff.school, record, "people"),
        back_label="People",
        action=f"{at}?of={asked}" if asked else at,
        at=at,
        form=form,
        since=since,
        involved=involved,
        lists=ClassForm.blank(options={"of": [*classes, (STAFF, "Staff")]}, of=asked or None),
    )
