"""Bringing a roster in: read, compared, and written some pupils at a time."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from chalicelib import clock
from chalicelib.audit import actors
from chalicelib.documents import service as documents
from chalicelib.documents import spreadsheets
from chalicelib.documents.model import Asked
from chalicelib.errors import Conflict, NotFound
from chalicelib.ids import PersonId, SchoolId
from chalicelib.people.rosters import columns, comparing, repository
from chalicelib.people.rosters.comparing import Plan
from chalicelib.people.rosters.model import Roster, Unreadable
from chalicelib.people.rosters.reading import ctf, oneroster, tables
from chalicelib.people.rosters.rows import ColumnsRow, RunRow
from chalicelib.people.rosters.uploads import Format, Kept
from chalicelib.people.rosters.wonde import reading as wonde
from chalicelib.storage import every, get, transaction

KIND = "roster.brought_in"


@dataclass(frozen=True)
class Options:
    """What somebody decided about a file: its columns, whom to leave out, who has left."""

    columns: Mapping[int, str]
    only_responsible: bool = True
    missing_have_left: bool = False

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "Options":
        """What `values` wrote down for the queue."""
        chosen = {int(key): meaning for key, meaning in json.loads(values["columns"]).items()}
        return cls(chosen, bool(values["only_responsible"]), bool(values["missing_have_left"]))

    @property
    def values(self) -> dict[str, str]:
        return {
            "columns": json.dumps({str(key): meaning for key, meaning in self.columns.items()}),
            "only_responsible": "yes" if self.only_responsible else "",
            "missing_have_left": "yes" if self.missing_have_left else "",
        }


@dataclass(frozen=True)
class Run:
    """One bringing in, as the page lists it."""

    format: Format
    person: str
    at: datetime
    joined: int
    changed: int
    left: int
    problems: int


def read(kept: Kept, options: Options) -> Roster:
    """The roster of a file. Raises Unreadable."""
    if kept.format is Format.ONEROSTER:
        return oneroster.read(kept.body, only_responsible=options.only_responsible)
    if kept.format is Format.WONDE:
        return wonde.read(kept.body, only_responsible=options.only_responsible)
    if kept.format is Format.CTF:
        return ctf.read(kept.body, only_responsible=options.only_responsible)
    if missing := columns.missing(options.columns):
        raise Unreadable(f"Say which column has the {missing[0].label.lower()}")
    sheet = tables.opened(kept.body)
    return tables.read(sheet, options.columns, only_responsible=options.only_responsible)


def compare(school: SchoolId, kept: Kept, options: Options) -> Plan:
    """What bringing a file in would change now. Raises Unreadable."""
    return comparing.compare(read(kept, options), repository.read(school).known)


def columns_of(school: SchoolId, sheet: tables.Sheet) -> dict[int, str]:
    """What each column means: as this school said last time, else a guess from its heading."""
    row = get(ColumnsRow, school, "roster#columns")
    said = dict(row.meanings) if row else {}
    guessed = columns.guess(sheet.headings).items()
    found = {number: what for number, what in guessed if sheet.headings[number] not in said}
    for number, heading in enumerate(sheet.headings):
        if said.get(heading) and said[heading] not in found.values():
            found[number] = said[heading]
    return found


def remember(school: SchoolId, headings: Sequence[str], chosen: Mapping[int, str]) -> None:
    """Keep what a school's columns mean for its next file: also that one means nothing."""
    said = {heading: chosen.get(number, "") for number, heading in enumerate(headings)}
    with transaction() as tx:
        tx.put(ColumnsRow(school, "roster#columns", meanings=said))


def start(school: SchoolId, kept: Kept, options: Options, *, person: PersonId) -> str:
    """Have a file brought in by the queue; gives the id of the job, whose page shows progress.

    A file is brought in once: pressing again gives the job that was asked for first.
    """
    asked = Asked(
        kind=KIND,
        title="Pupils brought in",
        permission="MANAGE_PEOPLE",
        person=person,
        back=f"/s/{school}/people/classes",
        values={"upload": kept.id, **options.values},
        doing="Bringing in pupils",
        done="Your pupils are in. The file below says what happened to each of them.",
    )
    with suppress(Conflict), transaction() as tx:
        documents.ask(tx, school, asked, job_id=kept.id)
    return kept.id


def is_started(school: SchoolId, upload: str, *, person: PersonId) -> bool:
    """Whether a file is being brought in, or was."""
    try:
        documents.find(school, upload, person=person)
    except NotFound:
        return False
    return True


def runs(school: SchoolId, most: int = 5) -> list[Run]:
    """What was brought in lately, newest first."""
    rows = every(RunRow, school, "roster#run#", newest_first=True)
    return [
        Run(
            Format(row.format),
            actors.person_of(row.by) or "",
            clock.parse(row.at),
            int(row.joined),
            int(row.changed),
            int(row.left),
            int(row.problems),
        )
        for row in islice(rows, most)
    ]


def problems_file(plan: Plan) -> str:
    """What is wrong with lines of the file, as the text of a CSV file to work through."""
    rows = [(each.line or "", each.column, each.message) for each in plan.problems]
    table = spreadsheets.Table("Problems", ("Line", "Column", "What to do"), rows)
    return spreadsheets.csv(table).decode()
