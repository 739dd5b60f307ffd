"""Reading incidents: every reading of a record leaves its line in the audit (R25)."""

from dataclasses import dataclass

from chalicelib import audit
from chalicelib.audit import Event
from chalicelib.ids import PersonId, SchoolId
from chalicelib.incidents import repository
from chalicelib.incidents.repository import OwnReport, Stored
from chalicelib.incidents.service import case, wall
from chalicelib.incidents.service.case import CaseFile
from chalicelib.incidents.service.wall import Reader
from chalicelib.notifications import outbox
from chalicelib.notifications.outbox import Sent


@dataclass(frozen=True)
class Opened:
    """A record with everything its page shows: what happened to it, and who was told."""

    stored: Stored
    history: tuple[Event, ...]
    messages: tuple[Sent, ...]
    file: CaseFile


def open_record(school: SchoolId, record: str, *, reader: Reader) -> Opened:
    """The record, its chronology and its mail. Raises NotFound, also where a wall stands."""
    stored, history, parts = repository.load_whole(school, record)
    wall.let_in(stored.incident.wall, reader)
    audit.viewed(school, by=reader.actor, action="incident.viewed", about=f"incident/{record}")
    messages = outbox.about(school, f"incident/{record}")
    file = case.case_file(stored, parts, reader)
    return Opened(stored, tuple(history), tuple(messages), file)


def peek(school: SchoolId, record: str, *, reader: Reader) -> Stored:
    """The record alone, for a page that changes one part of it. Raises NotFound, as above."""
    stored = repository.load(school, record)
    wall.let_in(stored.incident.wall, reader)
    audit.viewed(school, by=reader.actor, action="incident.viewed", about=f"incident/{record}")
    return stored


def own_reports(school: SchoolId, person: PersonId) -> list[OwnReport]:
    """A reporter's own reports: received, acknowledged, closed, and no case content (S88)."""
    return repository.own_reports(school, person)


def own_report(school: SchoolId, person: PersonId, record: str) -> OwnReport | None:
    return repository.own_report(school, person, record)
