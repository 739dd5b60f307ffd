"""Teaching a source to read its mails, and the reports that came by mail (features 4.2)."""

import csv
import io
from collections.abc import Mapping

from chalicelib import audit, clock
from chalicelib.alerts.facts import FilterEvent
from chalicelib.alerts.formats import mailtext
from chalicelib.alerts.formats.mailtext import KeptMail, Taught
from chalicelib.alerts.parse import read_body
from chalicelib.alerts.providers import mail
from chalicelib.alerts.repository import mails, sources
from chalicelib.alerts.repository.mails import Report
from chalicelib.alerts.senders import Source
from chalicelib.errors import Invalid
from chalicelib.ids import SchoolId
from chalicelib.storage import transaction
from chalicelib.tasks import service as tasks

ROWS_SHOWN = 200
COLUMNS_SHOWN = 20


def look(source: Source, text: str, rules: tuple[Taught, ...] = ()) -> FilterEvent:
    """What we make of a pasted mail. Nothing of it is kept."""
    first, _, rest = text.strip().partition("\n")
    is_subject = first.lower().startswith("subject:")
    subject = first[8:].strip() if is_subject else ""
    body = mailtext.written(
        KeptMail(
            subject=subject,
            sender="",
            sent="",
            verdict="",
            text=rest.strip() if is_subject else text.strip(),
            taught=rules,
        )
    ).encode()
    [event] = read_body(
        body,
        received_at=clock.now(),
        zone=source.zone,
        content_type=mailtext.CONTENT_TYPE,
    ).events
    return event


def marked(text: str, words: Mapping[str, str]) -> tuple[Taught, ...]:
    """The rules that find these words in this mail.

    Raises Invalid, by fact, for words that are not there or that nothing around could lead to.
    """
    rules: list[Taught] = []
    problems: dict[str, list[str]] = {}
    for fact, value in words.items():
        if not value:
            continue
        others = [each for each in words.values() if each and each != value]
        rule = mail.teach(fact, value, text, others=others)
        if rule:
            rules.append(rule)
        elif value in text:
            problems[fact] = ["Nothing around these words stays the same. Leave this one out"]
        else:
            problems[fact] = ["These words are not in the mail. Copy them exactly"]
    if problems:
        raise Invalid(problems)
    return tuple(rules)


def teach(school: SchoolId, source: str, rules: tuple[Taught, ...], *, by: str) -> None:
    """Read this source's mails so from now on. Only the words around the values are kept."""
    found = sources.load(school, source)
    with transaction() as tx:
        mails.keep_reader(tx, school, found.id, rules)
        audit.record(tx, school, by=by, action="source.taught", about=f"source/{found.id}")


def forget(school: SchoolId, source: str, *, by: str) -> None:
    """Go back to looking for usual labels."""
    found = sources.load(school, source)
    with transaction() as tx:
        mails.forget_reader(tx, school, found.id)
        audit.record(tx, school, by=by, action="source.untaught", about=f"source/{found.id}")


def is_taught(school: SchoolId, source: str) -> bool:
    return bool(mails.reader(school, source))


def report(school: SchoolId, report_id: str, *, by: str) -> tuple[Report, list[list[str]]]:
    """A report with its sheet as rows; written down as looked at. Raises NotFound."""
    found = mails.report(school, report_id)
    audit.viewed(school, by=by, action="report.viewed", about=f"alert-report/{report_id}")
    return found, _rows(found.sheet)


def is_waiting(school: SchoolId, report_id: str) -> bool:
    return tasks.find_open(school, f"report-{report_id}") is not None


def reviewed(school: SchoolId, report_id: str, *, by: str) -> None:
    """The task of a report is done; a second press changes nothing."""
    task = tasks.find_open(school, f"report-{report_id}")
    if task is None:
        return
    with transaction() as tx:
        tasks.done(tx, school, task, by=by)


def _rows(sheet: str) -> list[list[str]]:
    try:
        dialect: type[csv.Dialect] | str = csv.Sniffer().sniff(sheet[:4000], ",;\t")
    except csv.Error:
        dialect = "excel"
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(sheet, newline=""), dialect):
            if any(cell.strip() for cell in row):
                rows.append([cell[:300] for cell in row[:COLUMNS_SHOWN]])
            if len(rows) > ROWS_SHOWN:
                break
    except csv.Error:
        return rows
    return rows
