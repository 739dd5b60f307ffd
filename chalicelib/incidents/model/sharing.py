"""A record that a school lets its trust read: one record, some people, until a day (row 5.6)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalicelib.incidents.model.acts import Step
from chalicelib.incidents.model.record import Happened, Incident, Roster

USUAL = timedelta(days=30)
LONGEST = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Sharing:
    """`until` is the last day, London's. `who` let it, and `why`, in their words."""

    id: str
    record: str
    trust: str
    until: date
    at: datetime
    by: str
    who: str
    why: str
    ended_at: datetime | None = None

    def is_live(self, today: date, trust: str | None) -> bool:
        """Whether it counts today, at a school that belongs to this trust."""
        return self.ended_at is None and today <= self.until and self.trust == trust


@dataclass(frozen=True, slots=True)
class Opening:
    """That somebody of the trust opened a record."""

    at: datetime
    who: str


def lets(incident: Incident, person: str, name: str, roles: Collection[str]) -> bool:
    """Whether somebody of the trust may read a record that is shared: its own wall says so, and
    nobody reads what they are named in themselves.
    """
    if not incident.wall.lets(person, roles):
        return False
    named = {each.name.casefold().strip() for each in incident.report.people}
    linked = {each.id for each in incident.linked.values() if each.roster is Roster.STAFF}
    return name.casefold().strip() not in named and person not in linked


def shared(incident: Incident, says: str, why: str) -> Step:
    """The chronology tells of it; nothing else of the record changes, open or closed."""
    return incident, (Happened("incident.shared", why, {"note": says}),)


def unshared(incident: Incident) -> Step:
    return incident, (Happened("incident.sharing_ended"),)
