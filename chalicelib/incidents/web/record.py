"""The record: what needs doing now, the report, the nine actions, and everything that happened."""

from typing import NamedTuple

from chalicelib import ids
from chalicelib.errors import NotFound
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.incidents import service
from chalicelib.incidents.forms.handling import AcknowledgeForm, NoteForm
from chalicelib.incidents.model.actions import advised
from chalicelib.incidents.model.parts import Kind
from chalicelib.incidents.model.report import Answer, Group, Report, answers, clock_words
from chalicelib.incidents.model.running import wall_words
from chalicelib.incidents.model.todo import Need, todos
from chalicelib.incidents.service import people
from chalicelib.incidents.web import chronology, paths
from chalicelib.incidents.web import concerns as concern
from chalicelib.incidents.web.blueprint import pages
from chalicelib.incidents.web.running import readers_of
from chalicelib.incidents.web.sections import tabs
from chalicelib.incidents.web.working import labelled
from chalicelib.web import Response, page


class Part(NamedTuple):
    """A card of the report's answers; `name` is the page that corrects it, if there is one."""

    name: str
    title: str
    answers: tuple[Answer, ...]


class Said(NamedTuple):
    """A need in words, and where it is seen to."""

    title: str
    link: str = ""


NEEDS = {
    Need.ACKNOWLEDGE: Said("Acknowledged"),
    Need.POLICE: Said("Tell the police, and write down their reference", "/actions#police"),
    Need.ACTIONS: Said("Decide the advised actions", "/actions"),
    Need.MARKS: Said("Mark who was the target and who the offender", "/people"),
    Need.TASKS: Said("Finish the tasks that were given out", "/file/tasks"),
    Need.SUMMARY: Said("Write the summary", "/summary"),
    Need.CLOSE: Said("Close the record with its outcome and reasons", "/close"),
}
BANNERS = {
    "acknowledged": "Acknowledged. The reporter can see that it has been read.",
    "changed": "Somebody else has changed this record. What you see now is how it stands.",
    "saved": "Saved.",
    "corrected": "Corrected. The chronology shows both versions.",
    "closed": "The record is closed.",
    "reopened": "The record is open again.",
}


@pages.get("/s/{school}/incidents/{incident}", access=school(Permission.READ_INCIDENTS))
def show(staff: SchoolAccess, incident: str) -> Response:
    if not ids.is_record(incident):
        raise NotFound
    opened = service.open_record(staff.school, incident, reader=staff)
    record, seen = opened.stored.incident, opened.stored.seen
    given = opened.file.counted(Kind.TASK)
    todo = todos(record, tasks=given, tasks_open=len(opened.file.open_tasks))
    return page(
        "incidents/record",
        school=staff.school,
        record=record,
        here=paths.record(staff.school, incident),
        log=paths.log(staff.school),
        parts=_parts(record.report),
        groups=tuple(Group),
        concerns=record.report.catalogue.concerns(record.report.types),
        needs=NEEDS,
        banners=BANNERS,
        clock_words=clock_words,
        todos=todo,
        next_need=next((t.need for t in todo if not t.done and not t.pressing), ""),
        advised=advised(record.report),
        actions=[(a, words, record.action(a)) for a, words in labelled(staff.school)],
        moments=chronology.moments(opened.history),
        told=chronology.told(opened.history, opened.messages),
        submitter=opened.history[0].private.get("who", ""),
        acknowledger=_who(opened, "incident.acknowledged"),
        acknowledge=AcknowledgeForm.blank(seen=str(seen)),
        note=NoteForm.blank(seen=str(seen)),
        concern=concern.panel(staff, record),
        may_work=staff.may(Permission.WORK_INCIDENTS),
        may_export=staff.may(Permission.EXPORT_INCIDENTS),
        may_share=staff.trust is not None and staff.may(Permission.SHARE_RECORDS),
        file_tabs=tabs(staff.school, opened.file, ""),
        severity=record.severity,
        earlier=people.earlier(staff.school, record, staff),
        readers=wall_words(record.wall, readers_of(staff.school, record)),
        done=staff.request.query.get("done", ""),
    )


_ABOUT = ("reporter_name", "told_by", "told_how", "told_when", "signature", "completed_on")
_ABOUT_STAFF = ("about_staff", "about_posts")


def _parts(report: Report) -> tuple[Part, ...]:
    """The answers card by card; who was involved has a card of its own, with the marks."""
    by_field = {answer.field: answer for answer in answers(report)}

    def some(*names: str) -> tuple[Answer, ...]:
        return tuple(by_field[name] for name in names if name in by_field)

    return (
        Part(
            "what", "What happened", some("types", "adult_involved", "about_staff", "about_posts")
        ),
        Part("when", "Where and when", some("where", "occasions")),
        Part("account", "The account", some("description", "platforms", "evidence")),
        Part("", "About the report", some(*_ABOUT)),
    )


def _who(opened: service.Opened, name: str) -> str:
    found = [event for event in opened.history if event.name == name]
    return str(found[-1].private.get("who", "")) if found else ""
