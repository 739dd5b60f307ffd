"""A record with everything that was added to it, as one reader may see it."""

from dataclasses import dataclass

from chalicelib import audit
from chalicelib.errors import NotFound
from chalicelib.ids import SchoolId
from chalicelib.incidents import repository
from chalicelib.incidents.model.parts import Kind, Part
from chalicelib.incidents.model.record import Incident
from chalicelib.incidents.repository import Stored
from chalicelib.incidents.service import wall
from chalicelib.incidents.service.wall import Reader


@dataclass(frozen=True)
class CaseFile:
    """A record and everything added to it that the reader may see."""

    stored: Stored
    parts: tuple[Part, ...]
    hidden_notes: int = 0

    @property
    def record(self) -> Incident:
        return self.stored.incident

    def of(self, kind: Kind) -> tuple[Part, ...]:
        return tuple(each for each in self.parts if each.kind is kind)

    def counted(self, kind: Kind) -> int:
        return sum(each.counts for each in self.of(kind))

    @property
    def open_tasks(self) -> tuple[Part, ...]:
        return tuple(t for t in self.of(Kind.TASK) if t.counts and not t.answer("done_on"))

    @property
    def devices_kept(self) -> tuple[Part, ...]:
        """Devices that were taken and of which nobody wrote down where they went."""
        gone = {
            each.answer("device")
            for each in self.of(Kind.CUSTODY)
            if each.counts and each.answer("move") in {"police", "returned", "family"}
        }
        return tuple(d for d in self.of(Kind.DEVICE) if d.counts and d.id not in gone)

    def part(self, part_id: str) -> Part:
        """Raises NotFound."""
        found = next((each for each in self.parts if each.id == part_id), None)
        if found is None:
            raise NotFound
        return found


def open_file(school: SchoolId, record: str, *, reader: Reader) -> CaseFile:
    """The record with its parts. Raises NotFound, also behind a wall."""
    stored = repository.load(school, record)
    wall.let_in(stored.incident.wall, reader)
    audit.viewed(school, by=reader.actor, action="incident.viewed", about=f"incident/{record}")
    return case_file(stored, repository.parts_of(school, record), reader)


def file_of(school: SchoolId, stored: Stored, *, reader: Reader) -> CaseFile:
    """The parts of a record that was read already."""
    return case_file(stored, repository.parts_of(school, stored.incident.id), reader)


def case_file(stored: Stored, found: tuple[Part, ...], reader: Reader) -> CaseFile:
    """What of the parts a reader may see: private notes are for those who work on it (2.17)."""
    inside = reader.person in stored.incident.team
    seen = tuple(each for each in found if inside or not each.kind.is_private)
    return CaseFile(stored, seen, len(found) - len(seen))
