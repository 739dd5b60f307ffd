"""In which records somebody of the school's lists is named: what a chronology is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from chalicelib.ids import SchoolId
from chalicelib.incidents import codec
from chalicelib.incidents.model.record import Incident, Mark, Outcome, Status
from chalicelib.incidents.model.wall import Wall
from chalicelib.incidents.rows import PersonRow
from chalicelib.storage import Transaction, every


@dataclass(frozen=True)
class Appearance:
    """Somebody in one record: when it happened, what it was, and as what they were in it."""

    record: str
    reference: str
    happened: str
    nature: tuple[str, ...]
    marks: tuple[Mark, ...]
    status: Status
    outcome: Outcome | None
    wall: Wall

    @property
    def day(self) -> date:
        return date.fromisoformat(self.happened[:10])

    @property
    def counts(self) -> bool:
        """Whether it is an incident of its own, and something came of it."""
        return self.outcome not in {Outcome.DUPLICATE, Outcome.UNFOUNDED}

    @property
    def as_offender(self) -> bool:
        return self.counts and Mark.OFFENDER in self.marks


def appearances(school: SchoolId, person: str) -> list[Appearance]:
    """Where somebody is named, by `pupil:<id>` or `staff:<id>`, latest incident first."""
    rows = every(PersonRow, school, f"person#{person}#", newest_first=True, consistent=True)
    return [_appearance(row) for row in rows]


def move(tx: Transaction, school: SchoolId, before: Incident | None, after: Incident) -> None:
    """Bring the index up to date: only what changed is written or deleted."""
    old, new = _rows(before) if before else {}, _rows(after)
    for sk in sorted(old.keys() - new.keys()):
        tx.delete(PersonRow, school, sk)
    for sk, private in new.items():
        if old.get(sk) == private and before and before.wall == after.wall:
            continue
        row = PersonRow(school, sk, wall=codec.wall_json(after.wall))
        row.seal(dict(private))
        tx.put(row)


def remove(tx: Transaction, school: SchoolId, incident: Incident) -> None:
    """Take it out of the chronologies of all who are named in it."""
    for sk in _rows(incident):
        tx.delete(PersonRow, school, sk)


def _rows(incident: Incident) -> dict[str, Mapping[str, object]]:
    found: dict[str, Mapping[str, object]] = {}
    for key, linked in incident.linked.items():
        sk = f"person#{linked.key}#{incident.report.first.order}#{incident.id}"
        earlier = found.get(sk, {}).get("marks", [])
        marks = {*incident.marks_of(key), *(earlier if isinstance(earlier, list) else ())}
        found[sk] = {
            "reference": incident.reference,
            "nature": list(incident.report.nature()),
            "marks": [mark for mark in Mark if mark in marks],
            "status": incident.status,
            "outcome": incident.outcome,
        }
    return found


def _appearance(row: PersonRow) -> Appearance:
    _, _, happened, record = row.sk.split("#")
    private = row.unseal()
    return Appearance(
        record=record,
        reference=private["reference"],
        happened=happened,
        nature=tuple(private["nature"]),
        marks=tuple(Mark(each) for each in private["marks"]),
        status=Status(private["status"]),
        outcome=Outcome(private["outcome"]) if private["outcome"] else None,
        wall=codec.wall_of(row.wall),
    )
