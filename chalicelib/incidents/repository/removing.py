"""Taking a record away for good: what two people confirmed when its time was over (R-RET 2)."""

from chalicelib.ids import SchoolId
from chalicelib.incidents.repository import index, lines, people, reporters
from chalicelib.incidents.repository.records import Stored
from chalicelib.incidents.rows import FoundRow, IncidentRow, OpenedRow, SharingRow
from chalicelib.storage import Transaction, erase


def remove(tx: Transaction, school: SchoolId, before: Stored) -> None:
    """Take away the record and all it is found by, unless it changed since: a Conflict then."""
    incident = before.incident
    tx.delete(
        IncidentRow,
        school,
        f"incident#{incident.id}",
        condition=IncidentRow.version == before.version,
    )
    lines.remove(tx, school, incident)
    people.remove(tx, school, incident)
    index.remove(tx, school, incident.id)
    if incident.submitted_by:
        reporters.remove(tx, school, incident)


def remove_rest(school: SchoolId, record: str) -> None:
    """Take away what happened to a record that is gone, its parts, to whom it was shared, and its
    packed card.
    """
    erase(FoundRow, school, f"incident#{record}#")
    erase(SharingRow, school, f"sharing#{record}#")
    erase(OpenedRow, school, f"opened#{record}#")
    index.unpack(school, record)
