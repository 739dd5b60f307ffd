"""Sanctions on a record: the row the table suggests, what it says, what was done (2.6, 2.7)."""

from dataclasses import dataclass

from chalicelib.errors import Conflict, NotFound
from chalicelib.identity.access import SchoolAccess
from chalicelib.incidents import lists
from chalicelib.incidents.forms.parts.sanctions import SanctionForm, form_of
from chalicelib.incidents.forms.parts.team import tagged
from chalicelib.incidents.model.parts import Kind
from chalicelib.incidents.model.record import Mark, Roster
from chalicelib.incidents.model.report import Group, Involved
from chalicelib.incidents.sanctions import Suggested, Whose, suggested
from chalicelib.incidents.service import parts as service
from chalicelib.incidents.service import people
from chalicelib.incidents.service.case import CaseFile
from chalicelib.incidents.service.people import Earlier
from chalicelib.incidents.web import chronology, paths
from chalicelib.incidents.web.blueprint import pages
from chalicelib.incidents.web.case import READ, around, around_page, draft_of, open_file
from chalicelib.incidents.web.saving import WORK, save
from chalicelib.tenancy import matrix
from chalicelib.tenancy.matrix import Line
from chalicelib.web import Response, page


@dataclass(frozen=True)
class Row:
    """A row of the table as a page shows it, for one person."""

    line: Line
    says: list[tuple[str, str]]
    why: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody of the record for whom a table is there."""

    involved: Involved
    whose: Whose
    is_offender: bool
    is_linked: bool
    earlier: Earlier
    rows: tuple[Row, ...]


@pages.get("/s/{school}/incidents/{incident}/file/sanctions", access=READ)
def show_sanctions(staff: SchoolAccess, incident: str) -> Response:
    file = open_file(staff, incident)
    everybody = _people(staff, file)
    return page(
        "incidents/file/sanctions",
        **around_page(staff, file, "sanctions"),
        people=[each for each in everybody if each.is_offender],
        unmarked=[each for each in everybody if not each.is_offender],
        taken=file.of(Kind.SANCTION),
        routes=lists.routes(file.record.report, tagged(file.parts)),
        named=lists.named(file.record.report.types),
        tags=[each for each in file.of(Kind.LISTED) if each.counts][-1:],
        done={"added": "Saved."}.get(staff.request.query.get("done", ""), ""),
    )


@pages.get("/s/{school}/incidents/{incident}/sanctions/{involved}", access=WORK)
def show_rows(staff: SchoolAccess, incident: str, involved: str) -> Response:
    """Every row of the table, for whom none that is suggested fits."""
    file = open_file(staff, incident)
    chosen = _person(_people(staff, file), involved)
    version = matrix.current(staff.school, chosen.whose.matrix)
    return page(
        "incidents/file/rows",
        **around_page(staff, file, "sanctions"),
        person=chosen,
        table=chosen.whose.matrix,
        rows=[_row(chosen.whose, line) for line in version.lines],
    )


@pages.get("/s/{school}/incidents/{incident}/sanctions/{involved}/{row}", access=WORK)
def show_sanction(staff: SchoolAccess, incident: str, involved: str, row: str) -> Response:
    file = open_file(staff, incident)
    if not file.record.is_open:
        raise Conflict("This record is closed. Open it again first, with the reason.")
    form_class, chosen = _form(staff, file, involved, row)
    form = form_class.fresh(around(staff, file), seen=file.stored.seen)
    return _sanction_page(staff, file, chosen, form)


@pages.post("/s/{school}/incidents/{incident}/sanctions/{involved}/{row}", access=WORK)
def take(staff: SchoolAccess, incident: str, involved: str, row: str) -> Response:
    file = open_file(staff, incident)
    form_class, chosen = _form(staff, file, involved, row)
    form = form_class.sent(staff.request, around(staff, file))

    def show(*, status: int, since: tuple[chronology.Moment, ...] = ()) -> Response:
        now = open_file(staff, incident)
        return _sanction_page(staff, now, chosen, form, status=status, since=since)

    return save(
        staff,
        form,
        lambda by: service.add(staff.school, incident, by, draft_of(form)),
        show,
        then=f"{paths.section(staff.school, incident, 'sanctions')}?done=added",
    )


def _form(
    staff: SchoolAccess, file: CaseFile, person: str, row: str
) -> tuple[type[SanctionForm], Person]:
    """Raises NotFound for somebody who is not named, or a row that is not in the table."""
    chosen = _person(_people(staff, file), person)
    version = matrix.current(staff.school, chosen.whose.matrix)
    line = version.line(row)
    if line is None:
        raise NotFound
    made = form_of(
        chosen.whose,
        line,
        person=person,
        name=chosen.involved.name,
        version=version.number,
        earlier=chosen.earlier.as_offender,
    )
    return made, chosen


def _people(staff: SchoolAccess, file: CaseFile) -> list[Person]:
    """The pupils and staff of a record, whoever did it first, each with what the table suggests."""
    record = file.record
    earlier = people.earlier(staff.school, record, staff)
    versions = {each: matrix.current(staff.school, each.matrix) for each in Whose}
    found = []
    for involved in record.report.people:
        whose = _whose(file, involved)
        if whose is None:
            continue
        before = earlier.get(involved.key, Earlier())
        rows = suggested(whose, versions[whose], record.report.types, earlier=before.as_offender)
        found.append(
            Person(
                involved,
                whose,
                Mark.OFFENDER in record.marks_of(involved.key),
                involved.key in record.linked,
                before,
                tuple(_row(whose, each.line, each) for each in rows),
            )
        )
    return found


def _whose(file: CaseFile, involved: Involved) -> Whose | None:
    linked = file.record.linked.get(involved.key)
    if linked:
        return Whose.PUPILS if linked.roster is Roster.PUPIL else Whose.STAFF
    return {Group.CHILD: Whose.PUPILS, Group.STAFF: Whose.STAFF}.get(involved.group)


def _person(found: list[Person], key: str) -> Person:
    chosen = next((each for each in found if each.involved.key == key), None)
    if chosen is None:
        raise NotFound
    return chosen


def _row(whose: Whose, line: Line, why: Suggested | None = None) -> Row:
    return Row(line, whose.audience.said(line.marked(whose)), why.why if why else "")


def _sanction_page(
    staff: SchoolAccess,
    file: CaseFile,
    person: Person,
    form: SanctionForm,
    *,
    status: int = 200,
    since: tuple[chronology.Moment, ...] = (),
) -> Response:
    record = file.record.id
    return page(
        "incidents/file/sanction",
        status,
        school=staff.school,
        record=file.record,
        here=paths.record(staff.school, record),
        back_to=paths.section(staff.school, record, "sanctions"),
        back_label="Sanctions",
        action=f"/sanctions/{person.involved.key}/{form.row.key}",
        form=form,
        since=since,
        person=person,
        says=person.whose.audience.said(form.expected()),
        table=person.whose.matrix,
    )
