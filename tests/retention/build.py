"""Records that are over, put where the features keep them, without the walk that ended them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib import clock, ids
from chalicelib.audit import Event
from chalicelib.ids import SchoolId
from chalicelib.incidents.model.record import Incident, Outcome, Status
from chalicelib.incidents.model.wall import OPEN, Wall
from chalicelib.incidents.repository import records
from chalicelib.journeys import retained
from chalicelib.registers.model.definition import Phase
from chalicelib.registers.model.entry import Entry, Move
from chalicelib.registers.repository import entries
from chalicelib.registers.service import definitions
from chalicelib.retention.kinds import Reader
from chalicelib.retention.model import Act
from chalicelib.retention.service import deciding
from chalicelib.storage import Row, every, transaction
from tests.incidents.build import a_report

BY = "person:whoever"
WORD = "canary-9d2e"


def a_closed_incident(
    school: SchoolId, closed_at: datetime, *, wall: Wall = OPEN, **parts: object
) -> str:
    """An incident that was closed then."""
    incident = Incident(
        id=ids.new(),
        reference=ids.reference(),
        report=a_report(**{"description": WORD, **parts}),
        submitted_at=closed_at,
        submitted_by="whoever",
        status=Status.CLOSED,
        closed_at=closed_at,
        outcome=Outcome.DEALT_WITH,
        wall=wall,
    )
    with transaction() as tx:
        records.add(tx, school, incident, [Event("incident.submitted", closed_at, BY, why=WORD)])
    return incident.id


def reopen(school: SchoolId, record: str) -> None:
    stored = records.load(school, record)
    after = replace(stored.incident, status=Status.IN_PROGRESS, closed_at=None)
    with transaction() as tx:
        records.save(tx, school, stored, after, [Event("incident.reopened", clock.now(), BY)])


def a_closed_entry(school: SchoolId, closed_at: datetime, register: str = "installs") -> str:
    """An entry of a register that ended then."""
    definition = definitions.of(school).get(register)
    over = next(each for each in definition.states if each.phase is Phase.CLOSED)
    entry = Entry(
        id=ids.new(),
        register=register,
        reference=ids.reference(),
        added_at=closed_at,
        added_by=BY,
        definition="0" * 64,
        phase=Phase.CLOSED,
        on=clock.london(closed_at).date(),
        answers={definition.named_by: WORD},
        moves=(Move(definition.first.key, closed_at), Move(over.key, closed_at, "end")),
    )
    with transaction() as tx:
        entries.add(tx, school, definition, entry, [Event("entry.added", closed_at, BY)])
    return entry.id


def rows_that_say(school: SchoolId, *tables: type[Row]) -> list[str]:
    """The keys of all that a school has in some tables."""
    return [row.sk for table in tables for row in every(table, school, "", consistent=True)]


def both(school: SchoolId, review: str, people: Sequence[Reader]) -> None:
    """One proposes that a record is destroyed, the other confirms it."""
    for act, who in zip((Act.DESTROY, Act.CONFIRM), people, strict=True):
        outcome = deciding.decide(
            school, retained.KINDS, [review], act, reader=who, why="Its time is over"
        )
        assert 1 == outcome.done, outcome
