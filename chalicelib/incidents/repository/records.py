"""The record as it stands, and what happened to it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from chalicelib import clock
from chalicelib.audit import Event, Head, events
from chalicelib.errors import NotFound
from chalicelib.ids import SchoolId
from chalicelib.incidents import codec
from chalicelib.incidents.model.card import card_of
from chalicelib.incidents.model.parts import Part
from chalicelib.incidents.model.record import Incident, Outcome, Status
from chalicelib.incidents.repository import index, lines, parts, people, reporters
from chalicelib.incidents.repository.times import instant, stamp
from chalicelib.incidents.rows import FoundRow, IncidentEventRow, IncidentRow
from chalicelib.storage import Key, Transaction, every, get, together


@dataclass(frozen=True)
class Stored:
    """A record as it was read: its version and head are what a change is written against."""

    incident: Incident
    version: int
    head: Head
    moved_on: date

    @property
    def seen(self) -> int:
        """How many events had happened: what a form says it was looking at."""
        return self.head.number


def add(
    tx: Transaction,
    school: SchoolId,
    incident: Incident,
    happened: Iterable[Event],
    *,
    told: Iterable[str] = (),
) -> None:
    """Write a new record with its first events, its log lines and its reporter's row.

    The transaction raises Conflict when a record with this id is already there.
    """
    row = _row(school, incident)
    row.version = 1
    _set_head(row, _append(tx, school, incident.id, Head(), happened))
    moved_on = clock.london(incident.submitted_at).date()
    row.moved_on = moved_on.isoformat()
    tx.create(row)
    lines.move(tx, school, None, incident)
    people.move(tx, school, None, incident)
    index.put(tx, school, card_of(incident, moved_on), int(row.head_number))
    if incident.submitted_by:
        reporters.add(tx, school, incident, told)  # that of a held report is there already


def load(school: SchoolId, record: str) -> Stored:
    """The record as it stands. Raises NotFound."""
    row = get(IncidentRow, school, _key(record))
    if row is None:
        raise NotFound
    return _stored(row)


def load_with_history(school: SchoolId, record: str) -> tuple[Stored, list[Event]]:
    """The record and everything that happened to it, oldest first, in one trip. Raises NotFound."""
    stored, happened, _ = load_whole(school, record)
    return stored, happened


def load_whole(school: SchoolId, record: str) -> tuple[Stored, list[Event], tuple[Part, ...]]:
    """The record, its events and its parts, each oldest first, in one trip. Raises NotFound."""
    rows = list(every(FoundRow, school, _key(record), consistent=True))
    if not rows or rows[0].sk != _key(record):
        raise NotFound
    added = [row for row in rows if parts.MARK in row.sk]
    happened = [row for row in rows[1:] if parts.MARK not in row.sk]
    history = events.opened(happened, school, _key(record))
    return _stored(rows[0]), history, tuple(parts.opened(row) for row in added)


def load_some(school: SchoolId, records: Sequence[str]) -> list[Stored]:
    """Some records in their order, a hundred at most, in one trip; what is gone is left out."""
    rows = together(*(Key(IncidentRow, school, _key(each)) for each in records))
    return [_stored(row) for row in rows if isinstance(row, IncidentRow)]


def every_record(school: SchoolId) -> Iterator[Stored]:
    """All records of a school, in the order they came."""
    for row in every(FoundRow, school, "incident#", consistent=True):
        if row.head_number is not None:
            yield _stored(row)


def save(
    tx: Transaction,
    school: SchoolId,
    before: Stored,
    after: Incident,
    happened: Iterable[Event],
) -> None:
    """Write a changed record against the version that was read, with what happened.

    The transaction raises Conflict when somebody else changed it in between.
    """
    happened = tuple(happened)
    row = _row(school, after)
    row.version = before.version
    _set_head(row, _append(tx, school, after.id, before.head, happened))
    moved_on = max([clock.london(each.at).date() for each in happened] or [before.moved_on])
    row.moved_on = moved_on.isoformat()
    tx.replace(row)
    lines.move(tx, school, before.incident, after)
    people.move(tx, school, before.incident, after)
    card = card_of(after, moved_on)
    if card != card_of(before.incident, before.moved_on):
        index.put(tx, school, card, int(row.head_number))
    if after.submitted_by and after.status is not before.incident.status:
        reporters.tell(tx, school, after)


def history(school: SchoolId, record: str) -> list[Event]:
    """Everything that happened to a record, oldest first."""
    return events.history(IncidentEventRow, school, _key(record))


def _key(record: str) -> str:
    return f"incident#{record}"


def _append(
    tx: Transaction, school: SchoolId, record: str, head: Head, happened: Iterable[Event]
) -> Head:
    for event in happened:
        head = events.append(
            tx, IncidentEventRow, school, record=_key(record), head=head, event=event
        )
    return head


def _set_head(row: IncidentRow, head: Head) -> None:
    row.head_number, row.head_hash = head.number, head.hash


def _row(school: SchoolId, incident: Incident) -> IncidentRow:
    row = IncidentRow(
        school,
        _key(incident.id),
        reference=incident.reference,
        status=incident.status,
        urgent=incident.report.urgent,
        happened=incident.report.first.order,
        submitted_at=clock.stamp(incident.submitted_at),
        submitted_by=incident.submitted_by or None,
        acknowledged_at=stamp(incident.acknowledged_at),
        acknowledged_by=incident.acknowledged_by or None,
        closed_at=stamp(incident.closed_at),
        outcome=incident.outcome,
        alert=incident.alert or None,
        severity=incident.severity.severity,
        owner=incident.owner or None,
        wall=codec.wall_json(incident.wall),
    )
    row.seal(
        {
            "report": codec.report_json(incident.report),
            "actions": codec.actions_json(incident.actions),
            "marks": codec.marks_json(incident.marks),
            "people_used": incident.people_used,
            "summary": incident.summary,
            "reasons": incident.reasons,
            "judged": codec.judged_json(incident.judged),
            "team": dict(incident.team),
            "linked": codec.linked_json(incident.linked),
            "others": codec.others_json(incident.others),
            "lado": codec.lado_json(incident.lado),
            "handled": [incident.acknowledged_as, incident.closed_as],
        }
    )
    return row


def _stored(row: IncidentRow | FoundRow) -> Stored:
    head = Head(int(row.head_number), row.head_hash)
    incident = _incident(row)
    moved_on = row.moved_on and date.fromisoformat(row.moved_on)
    last = moved_on or clock.london(incident.submitted_at).date()
    return Stored(incident, int(row.version), head, last)


def _incident(row: IncidentRow | FoundRow) -> Incident:
    private = row.unseal()
    acknowledged_as, closed_as = private.get("handled", ("", ""))
    return Incident(
        id=row.sk.partition("#")[2],
        reference=row.reference,
        report=codec.report_of(private["report"]),
        submitted_at=clock.parse(row.submitted_at),
        submitted_by=row.submitted_by or "",
        status=Status(row.status),
        acknowledged_at=instant(row.acknowledged_at),
        acknowledged_by=row.acknowledged_by or "",
        closed_at=instant(row.closed_at),
        actions=codec.actions_of(private["actions"]),
        marks=codec.marks_of(private["marks"]),
        people_used=private["people_used"],
        summary=private["summary"],
        outcome=Outcome(row.outcome) if row.outcome else None,
        reasons=private["reasons"],
        alert=row.alert or "",
        wall=codec.wall_of(row.wall),
        judged=codec.judged_of(private.get("judged")),
        owner=row.owner or "",
        team=private.get("team", {}),
        linked=codec.linked_of(private.get("linked", {})),
        others=codec.others_of(private.get("others", ())),
        lado=codec.lado_of(private.get("lado")),
        acknowledged_as=acknowledged_as,
        closed_as=closed_as,
    )
