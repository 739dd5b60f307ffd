"""Reading incidents: every reading of a record leaves its line in the audit (R25)."""

from dataclasses import dataclass

from chalicelib import audit
from chalicelib.audit import Event
from chalicelib.ids import PersonId, SchoolId
from chalicelib.incidents import repository
from chalicelib.incidents.repository import List, LogPage, OwnReport, Stored
from chalicelib.notifications import outbox
from chalicelib.notifications.outbox import Sent


@dataclass(frozen=True)
class Opened:
    """A record with everything its page shows: what happened to it, and who was told."""

    stored: Stored
    history: tuple[Event, ...]
    messages: tuple[Sent, ...]


def open_record(school: SchoolId, record: str, *, by: str) -> Opened:
    """The record, its chronology and its mail. `by` is the actor who reads. Raises NotFound."""
    stored, history = repository.load_with_history(school, record)
    audit.viewed(school, by=by, action="incident.viewed", about=f"incident/{record}")
    messages = outbox.about(school, f"incident/{record}")
    return Opened(stored, tuple(history), tuple(messages))


def peek(school: SchoolId, record: str, *, by: str) -> Stored:
    """The record alone, for a page that changes one part of it. Raises NotFound."""
    stored = repository.load(school, record)
    audit.viewed(school, by=by, action="incident.viewed", about=f"incident/{record}")
    return stored


def log(school: SchoolId, of: List, *, cursor: str, by: str) -> LogPage:
    """A page of the log. It names people, so reading it is audited too."""
    page = repository.log(school, of, cursor=cursor)
    audit.viewed(school, by=by, action="incident.log_viewed", about=f"log/{of}")
    return page


def own_reports(school: SchoolId, person: PersonId) -> list[OwnReport]:
    """A reporter's own reports: received, acknowledged, closed, and no case content (S88)."""
    return repository.own_reports(school, person)


def own_report(school: SchoolId, person: PersonId, record: str) -> OwnReport | None:
    return repository.own_report(school, person, record)
