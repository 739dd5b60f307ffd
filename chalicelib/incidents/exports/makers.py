"""Who writes the files: called by the queue, in the school's own partition, as often as need be.

Whoever asked is looked up anew: a file holds what they may read when it is made (2.15).
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from chalicelib import clock
from chalicelib.documents import glyphs, spreadsheets
from chalicelib.documents.model import File, Form, Job, Progress
from chalicelib.documents.spreadsheets import Cell, Table
from chalicelib.documents.typeset import typeset
from chalicelib.errors import NotFound
from chalicelib.identity import service as identity
from chalicelib.ids import SchoolId
from chalicelib.incidents import repository
from chalicelib.incidents.exports import paper
from chalicelib.incidents.exports.locked import locked
from chalicelib.incidents.exports.names import Others, Staff
from chalicelib.incidents.model.actions import WORDINGS, Action, Decision
from chalicelib.incidents.model.card import Card
from chalicelib.incidents.model.record import Incident
from chalicelib.incidents.model.report import Group, clock_words
from chalicelib.incidents.model.search import of_stored
from chalicelib.incidents.repository import Stored
from chalicelib.incidents.service import log, wall
from chalicelib.tenancy import directory
from chalicelib.web import words

TEMPLATE = Path(__file__).with_name("case.typ")
_AT_ONCE = 100
HEADINGS = (
    "Reference",
    "Date",
    "Time",
    "Pupil or staff member (T target, O offender, W witness)",
    "Nature of incident",
    "Details",
    "Evidence",
    "Outcome",
    "Reasons",
    "Actions taken",
    "Status",
    "Severity",
    "Place",
    "Apps and sites",
    "Reported on",
)


def case(job: Job, progress: Progress) -> Sequence[File]:
    """One record as PDF, behind a password where one was made for it."""
    school, values = SchoolId(job.tenant), job.asked.values
    stored, history, parts = repository.load_whole(school, values["record"])
    wall.let_in(stored.incident.wall, wall.reader_of(school, job.asked.person))
    progress(20, "Reading the record")
    of = values.get("of", "")
    data = paper.copy_for(stored) if of else paper.case(stored, history, parts)
    notes = [] if of else ["Confidential. The handling team's private notes are not part of it."]
    if not values["names"]:
        staff = Staff(
            {each.name for each in identity.members(school)}
            | paper.people_of_staff(stored, history, parts)
        )
        data = paper.changed(data, staff.out_of)
        notes += ["Names of staff have been taken out; each has a number of their own."]
    if of:  # after the staff, so that a Mr Bell is not taken for a child of that name
        others, said = _others(stored, of)
        data, notes = paper.changed(data, others.out_of), said + notes
    progress(50, "Setting the pages")
    title = f"Record {stored.incident.reference}"
    return [File(Form.PDF, paged(job, title, notes, [], [data], key=values["key"]))]


def _others(stored: Stored, of: str) -> tuple[Others, list[str]]:
    """For one child's copy: the other names that the record knows, and what the copy says of it."""
    report = stored.incident.report
    people = {each.key: each.name for each in report.people}
    if of not in people:
        raise NotFound
    staff = {each.key for each in report.of_group(Group.STAFF)}
    others = [name for key, name in people.items() if key != of and key not in staff]
    if report.reporter is not None:
        others += [report.reporter_name, report.signature]
    if report.behalf is not None:
        others += [report.behalf.told_by]
    return Others(others, of=people[of]), [
        f"Confidential. A copy for the file of {people[of]}, or for a parent.",
        "Names of other children and families have been taken out; each has a number.",
        "Who reported it, what was said with others, and the chronology are not part of it.",
    ]


def paged(
    job: Job,
    title: str,
    notes: Sequence[str],
    facts: Sequence[tuple[str, str]],
    cases: Sequence[Any],
    *,
    key: str,
    **more: str,
) -> bytes:
    """The PDF of some records, locked where there is a key."""
    school = SchoolId(job.tenant)
    by = identity.member(school, job.asked.person).name
    data = {
        "title": title,
        "school": directory.school(school).name,
        "made": f"Taken from Holdfast by {by}, {words.london(job.asked_at)}",
        "fonts": list(glyphs.FONTS),
        "notes": list(notes),
        "facts": [list(each) for each in facts],
        "cases": list(cases),
        **more,
    }
    pdf = typeset(TEMPLATE, glyphs.showable(data), made_at=job.asked_at)
    return locked(pdf, key) if key else pdf


def spreadsheet(job: Job, progress: Progress) -> Sequence[File]:
    """The log with its texts whole, as CSV and XLSX; formulas are defused (R42)."""
    school = SchoolId(job.tenant)
    reader = wall.reader_of(school, job.asked.person)
    search = of_stored(json.loads(job.asked.values["search"]))
    cards = log.matching(school, search, reader=reader)
    progress(10, "Reading the records")
    table = Table("Incident log", HEADINGS, tuple(_rows(school, cards, progress)))
    progress(80, "Writing the files")
    return [
        File(Form.XLSX, spreadsheets.xlsx([table], title="Incident log")),
        File(Form.CSV, spreadsheets.csv(table)),
    ]


def _rows(school: SchoolId, cards: Sequence[Card], progress: Progress) -> Iterator[Sequence[Cell]]:
    for start in range(0, len(cards), _AT_ONCE):
        ids = [each.id for each in cards[start : start + _AT_ONCE]]
        for stored in repository.load_some(school, ids):
            yield _row(stored.incident)
        progress(10 + 70 * (start + len(ids)) // len(cards), "Reading the records")


def _row(incident: Incident) -> Sequence[Cell]:
    report = incident.report
    done = [a for a in Action if incident.action(a).decision is Decision.DONE]
    return (
        incident.reference,
        report.first.on,
        clock_words(report.first.at) if report.first.at else "not known",
        "\n".join(_marked(incident, each.key, each.name) for each in report.people),
        "\n".join(report.nature()),
        report.description,
        report.evidence,
        incident.outcome.label if incident.outcome else "",
        incident.reasons,
        ", ".join(WORDINGS[each].short for each in done),
        incident.status.label,
        incident.severity.severity.label,
        ", ".join(sorted(each.label for each in report.where)),
        ", ".join(report.media()),
        clock.london(incident.submitted_at).date(),
    )


def _marked(incident: Incident, person: str, name: str) -> str:
    letters = "".join(mark.letter for mark in incident.marks_of(person))
    return f"{name} ({letters})" if letters else name
