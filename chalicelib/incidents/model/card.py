"""What the log is searched by: a few words about each record, small enough to read them all.

Ten thousand cards are read in one or two trips (docs/performance.md); the lines of the fifty
that a page shows are read after. A card is made from its record and says nothing of its own.
"""

from datetime import date
from enum import StrEnum

import msgspec

from chalicelib.incidents.model.record import Incident, Status
from chalicelib.incidents.model.severity import Severity
from chalicelib.incidents.model.wall import OPEN, Wall


class Person(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """Somebody named in a record: as typed, how marked, and who they are in the school's lists."""

    name: str
    letters: str = ""
    linked: str = ""


class Place(StrEnum):
    INSIDE = "inside"
    OUTSIDE = "outside"

    @property
    def label(self) -> str:
        return f"{self.value.capitalize()} school"


class Card(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One record. `moved_on` is the day on which something last happened to it.

    Stored as a list in the order of its fields: new ones come last, with a default. A search reads
    thousands, so they are of a kind that is decoded at once and that nobody need collect.
    """

    id: str
    reference: str
    happened: str
    reported_on: date
    moved_on: date
    status: Status
    severity: Severity
    types: tuple[str, ...]
    places: tuple[str, ...]
    platforms: tuple[str, ...]
    other_platforms: str
    people: tuple[Person, ...]
    owner: str = ""
    walled: Wall | None = None

    @property
    def wall(self) -> Wall:
        return self.walled or OPEN

    @property
    def on(self) -> date:
        """The day of the incident: its first, where there were several."""
        return date.fromisoformat(self.happened[:10])

    @property
    def is_open(self) -> bool:
        return self.status is not Status.CLOSED


def card_of(incident: Incident, moved_on: date) -> Card:
    report = incident.report
    return Card(
        id=incident.id,
        reference=incident.reference,
        happened=report.first.order,
        reported_on=report.completed_on,
        moved_on=moved_on,
        status=incident.status,
        severity=incident.severity.severity,
        types=report.types,
        places=tuple(sorted(report.where)),
        platforms=report.platforms,
        other_platforms=report.other_platforms,
        people=tuple(
            Person(
                each.name,
                "".join(mark.letter for mark in incident.marks_of(each.key)),
                incident.linked[each.key].key if each.key in incident.linked else "",
            )
            for each in report.people
        ),
        owner=incident.owner,
        walled=incident.wall if incident.wall.stands else None,
    )
