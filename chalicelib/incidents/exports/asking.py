"""Asking for a file: one transaction of the file's job, why it was asked for, and the record's
chronology. The key of an encrypted file is given back once, and is nowhere else to be read.
"""

import json
from dataclasses import dataclass

from chalicelib import clock
from chalicelib.audit import Event
from chalicelib.documents import service as documents
from chalicelib.documents.model import Asked
from chalicelib.errors import Conflict, NotFound
from chalicelib.identity.permissions import Permission
from chalicelib.ids import SchoolId
from chalicelib.incidents import repository
from chalicelib.incidents.exports import locked
from chalicelib.incidents.exports.rows import ExportRow
from chalicelib.incidents.model.search import Search, to_stored
from chalicelib.incidents.service import wall
from chalicelib.incidents.service.wall import Reader
from chalicelib.storage import Transaction, get, transaction

CASE, LOG = "incident.case", "incident.log"
_TRIES = 5


class AskedAlready(Conflict):
    """A second press of the same button."""


@dataclass(frozen=True)
class Purpose:
    """For whom and why something leaves, and how: with names of staff, behind a password.

    `of` is the person of the record whose copy it is, without the names of the others.
    """

    to: str
    why: str
    names: bool = True
    locked: bool = True
    of: str = ""


@dataclass(frozen=True)
class Given:
    """The job, and the file's key: empty where there is none, or it was shown before."""

    job: str
    key: str = ""
    shown_before: bool = False


def case(
    school: SchoolId, record: str, purpose: Purpose, *, reader: Reader, name: str, form: str
) -> Given:
    """A record as PDF. Raises NotFound, also where a wall stands."""
    key = locked.password() if purpose.locked else ""
    names = "yes" if purpose.names else ""
    values = {"record": record, "names": names, "key": key, "of": purpose.of}
    for _ in range(_TRIES):
        stored = repository.load(school, record)
        wall.let_in(stored.incident.wall, reader)
        if purpose.of and purpose.of not in {each.key for each in stored.incident.report.people}:
            raise NotFound
        title = f"Case {stored.incident.reference}"
        asked = _asked(CASE, title, f"/s/{school}/incidents/{record}", values, reader)
        try:
            with transaction() as tx:
                job = _taken(tx, school, asked, purpose, reader, form)
                event = _event(purpose, reader, name, form)
                repository.save(tx, school, stored, stored.incident, [event])
        except AskedAlready:
            return _before(school, form)
        except Conflict:
            continue  # somebody worked on the record at the same moment
        return Given(job, key)
    raise Conflict


def log(school: SchoolId, search: Search, purpose: Purpose, *, reader: Reader, form: str) -> Given:
    """What is looked for in the log, as CSV and XLSX."""
    values = {"search": json.dumps(to_stored(search))}
    asked = _asked(LOG, "Incident log", f"/s/{school}/incidents", values, reader)
    try:
        with transaction() as tx:
            return Given(_taken(tx, school, asked, purpose, reader, form))
    except AskedAlready:
        return _before(school, form)


def _asked(kind: str, title: str, back: str, values: dict[str, str], reader: Reader) -> Asked:
    return Asked(kind, title, Permission.EXPORT_INCIDENTS, reader.person, back, values)


def _taken(
    tx: Transaction, school: SchoolId, asked: Asked, purpose: Purpose, reader: Reader, form: str
) -> str:
    job = documents.ask(tx, school, asked)
    row = ExportRow(
        school,
        f"export#{form}",
        kind=asked.kind,
        job=job,
        by=reader.actor,
        at=clock.stamp(clock.now()),
    )
    row.seal({"to": purpose.to, "why": purpose.why})
    tx.create(row, error=AskedAlready())
    return job


def _before(school: SchoolId, form: str) -> Given:
    row = get(ExportRow, school, f"export#{form}")
    if row is None:
        raise NotFound
    return Given(row.job, shown_before=True)


def _event(purpose: Purpose, reader: Reader, name: str, form: str) -> Event:
    staff = "with the names of staff" if purpose.names else "without the names of staff"
    key = ", behind a password" if purpose.locked else ""
    others = ", without the names of other children" if purpose.of else ""
    return Event(
        "incident.exported",
        clock.now(),
        reader.actor,
        why=purpose.why,
        open={"form": form},
        private={"who": name, "note": f"As PDF for {purpose.to}, {staff}{others}{key}."},
    )
