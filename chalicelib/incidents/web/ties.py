"""Other records that belong to one: related, merged, split (2.22)."""

from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.identity.access import SchoolAccess
from chalicelib.incidents.forms.handling import RecordForm
from chalicelib.incidents.forms.ties import PartForm, SplitForm, TieForm
from chalicelib.incidents.model.record import Incident, Tie
from chalicelib.incidents.service import Sight
from chalicelib.incidents.service import ties as service
from chalicelib.incidents.web import chronology, paths
from chalicelib.incidents.web.blueprint import pages
from chalicelib.incidents.web.case import READ, around_page, open_file
from chalicelib.incidents.web.saving import WORK, Save, record_id, save
from chalicelib.incidents.web.working import open_record, peek
from chalicelib.web import Response, page, redirect
from chalicelib.web.fields import Option

_DONE = {
    "tied": "Saved. Both records tell of it.",
    "split": "Split. The new record is below.",
}


@pages.get("/s/{school}/incidents/{incident}/file/others", access=READ)
def show_others(staff: SchoolAccess, incident: str) -> Response:
    file = open_file(staff, incident)
    return page(
        "incidents/file/others",
        **around_page(staff, file, "others"),
        alike=service.alike(staff.school, file.record, staff),
        done=_DONE.get(staff.request.query.get("done", ""), ""),
    )


@pages.get("/s/{school}/incidents/{incident}/others/tie", access=WORK)
def show_tie(staff: SchoolAccess, incident: str) -> Response:
    stored = open_record(staff, incident)
    form = TieForm.blank(seen=str(stored.seen))
    return _page(staff, stored.incident, "tie", form)


@pages.post("/s/{school}/incidents/{incident}/others/tie", access=WORK)
def tie(staff: SchoolAccess, incident: str) -> Response:
    form = TieForm.read(staff.request)
    act = service.merge if form.how.data == "merge" else service.tie

    def do(by: Sight) -> None:
        act(staff.school, record_id(incident), by, form.reference.data, form.why.data)

    return _save(staff, incident, "tie", form, do)


@pages.get("/s/{school}/incidents/{incident}/others/split", access=WORK)
def show_split(staff: SchoolAccess, incident: str) -> Response:
    stored = open_record(staff, incident)
    form = SplitForm.blank(options=_offers(stored.incident), seen=str(stored.seen))
    return _page(staff, stored.incident, "split", form)


@pages.post("/s/{school}/incidents/{incident}/others/split", access=WORK)
def split(staff: SchoolAccess, incident: str) -> Response:
    record = peek(staff, incident).incident
    form = SplitForm.read(staff.request, options=_offers(record))
    if any(each.id == form.new.data for each in record.others):  # an earlier press made it
        return redirect(f"{paths.section(staff.school, incident, 'others')}?done=split")

    def do(by: Sight) -> None:
        service.split(
            staff.school,
            incident,
            by,
            new=str(form.new.data),
            people=form.people.data or (),
            types=form.types.data or (),
            why=form.why.data,
        )

    return _save(staff, incident, "split", form, do, done="split")


@pages.get("/s/{school}/incidents/{incident}/others/{other}/part", access=WORK)
def show_part(staff: SchoolAccess, incident: str, other: str) -> Response:
    stored = peek(staff, incident)
    _tie(stored.incident, other)
    form = PartForm.blank(seen=str(stored.seen))
    return _page(staff, stored.incident, "part", form, other=other)


@pages.post("/s/{school}/incidents/{incident}/others/{other}/part", access=WORK)
def part(staff: SchoolAccess, incident: str, other: str) -> Response:
    """Related no more; or a merged record on its own again."""
    tied = _tie(peek(staff, incident).incident, other)
    form = PartForm.read(staff.request)
    act = service.unmerge if tied is Tie.MERGED_INTO else service.untie

    def do(by: Sight) -> None:
        act(staff.school, incident, by, other, form.why.data)

    return _save(staff, incident, "part", form, do, other=other)


def _tie(record: Incident, other: str) -> Tie:
    """How the two are tied, where that can be undone from this side."""
    found = next((each.tie for each in record.others if each.id == other), None)
    if found is None:
        raise NotFound
    if found not in {Tie.RELATED, Tie.MERGED_INTO}:
        raise Conflict("Do this from the other record.")
    return found


def _offers(record: Incident) -> dict[str, list[Option]]:
    report = record.report
    return {
        "people": [Option(each.key, each.name, each.group.label) for each in report.people],
        "types": [Option(key, report.catalogue.label(key)) for key in report.types],
    }


def _save(
    staff: SchoolAccess,
    incident: str,
    name: str,
    form: RecordForm,
    act: Save,
    *,
    other: str = "",
    done: str = "tied",
) -> Response:
    def show(*, status: int, since: tuple[chronology.Moment, ...] = ()) -> Response:
        record = peek(staff, incident).incident
        return _page(staff, record, name, form, other=other, status=status, since=since)

    try:
        then = f"{paths.section(staff.school, incident, 'others')}?done={done}"
        return save(staff, form, act, show, then=then)
    except Invalid as problem:
        form.refuse_all(problem.fields)
        return show(status=422)


def _page(
    staff: SchoolAccess,
    record: Incident,
    name: str,
    form: RecordForm,
    *,
    other: str = "",
    status: int = 200,
    since: tuple[chronology.Moment, ...] = (),
) -> Response:
    tied = next((each for each in record.others if each.id == other), None)
    return page(
        f"incidents/file/{name}",
        status,
        school=staff.school,
        record=record,
        here=paths.record(staff.school, record.id),
        back_to=paths.section(staff.school, record.id, "others"),
        back_label="Other records",
        action=f"/others/{other}/part" if other else f"/others/{name}",
        form=form,
        since=since,
        tied=tied,
    )
