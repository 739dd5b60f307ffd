"""A register as a spreadsheet, for whoever may list it: what they may see when it is made."""

from collections.abc import Iterator, Sequence
from datetime import date

from chalicelib import clock
from chalicelib.documents import service as documents
from chalicelib.documents import spreadsheets
from chalicelib.documents.model import Asked, File, Form, Job, Progress
from chalicelib.documents.spreadsheets import Cell, Table
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Permission
from chalicelib.ids import PersonId, SchoolId
from chalicelib.registers.model.definition import Definition, Field, Type
from chalicelib.registers.model.entry import Entry, said
from chalicelib.registers.repository import entries, lines
from chalicelib.registers.service import definitions, hands
from chalicelib.registers.service.hands import Hand
from chalicelib.storage import transaction

KIND = "register.sheet"


def ask(hand: Hand, definition: Definition, *, back: str) -> str:
    """Have it made; gives the job's id."""
    hands.require(hands.may_list(hand, definition))
    asked = Asked(
        KIND,
        definition.title,
        Permission.OPEN_SCHOOL,
        hand.person,
        back,
        {"register": definition.key},
        doing="Writing the register",
        done="The register is ready.",
    )
    with transaction() as tx:
        return documents.ask(tx, hand.school, asked)


def make(job: Job, progress: Progress) -> Sequence[File]:
    """Called by the queue. Whoever asked is looked up anew: they may have lost the role since."""
    school = SchoolId(job.tenant)
    member = identity.member(school, PersonId(job.asked.person))
    hand = Hand(school, member.person, member.name, member.roles)
    definition = definitions.of(school).get(job.asked.values["register"])
    hands.require(hands.may_list(hand, definition))
    progress(10, "Reading the entries")
    table = _table(hand, definition)
    progress(70, "Writing the files")
    return (
        File(Form.CSV, spreadsheets.csv(table)),
        File(Form.XLSX, spreadsheets.xlsx([table], title=definition.title)),
    )


def _table(hand: Hand, definition: Definition) -> Table:
    headings = ["Reference", "Date", "State", "Added", *(f.label for f in definition.fields)]
    rows = []
    for line in lines.all_in(hand.school, definition.key):
        stored = entries.find(hand.school, line.id)
        if stored:
            rows.append(list(_row(hand, definition, stored.entry)))
    return Table(definition.title, headings, rows)


def _row(hand: Hand, definition: Definition, entry: Entry) -> Iterator[Cell]:
    state = definition.state(entry.state)
    yield entry.reference
    yield entry.on
    yield state.label if state else entry.state
    yield clock.london(entry.added_at).date()
    for field in definition.fields:
        yield (
            _cell(definition, entry, field) if _may(hand, definition, entry, field) else "Protected"
        )


def _may(hand: Hand, definition: Definition, entry: Entry, field: Field) -> bool:
    return field.key not in entry.answers or hands.may_see(hand, definition, entry, field)


def _cell(definition: Definition, entry: Entry, field: Field) -> Cell:
    value = entry.answers.get(field.key)
    if field.type is Type.DATE and value:
        return date.fromisoformat(value)
    if field.type is Type.NUMBER and value is not None:
        return int(value)
    return said(definition, field.key, entry.answers)
