"""What a record adds to the school's figures, and how a change moves it (S91, S226).

Everything is counted on the incident's own (first) day, so in any term the acknowledged are never
more than the reported. A change takes back what the record counted for and counts what it is now.
"""

from datetime import date
from typing import NamedTuple

from chalicelib import figures
from chalicelib.figures import Measure
from chalicelib.ids import SchoolId
from chalicelib.incidents.model.record import Incident, Outcome
from chalicelib.storage import Transaction

Dimensions = tuple[tuple[str, tuple[str, ...]], ...]


class Counted(NamedTuple):
    measure: Measure
    on: date
    dimensions: Dimensions
    minutes: int = 0


def counted(incident: Incident | None) -> frozenset[Counted]:
    """Everything a record counts for as it stands. Concerns about staff are in no figure: one more
    than the log shows would tell whom it is about that there is one (1.17).
    """
    if incident is None or incident.matter.about_staff:
        return frozenset()
    if incident.outcome is Outcome.DUPLICATE:  # counted by the record that it was merged into
        return frozenset()
    report = incident.report
    on = report.first.on
    types = tuple(report.types) or ("unspecified",)
    found = {
        Counted(
            Measure.INCIDENTS,
            on,
            (("type", types), ("place", tuple(sorted(report.where)) or ("unknown",))),
        )
    }
    if incident.acknowledged_at:
        waited = incident.acknowledged_at - incident.submitted_at
        within = (("within", (figures.within(waited),)),)
        minutes = int(waited.total_seconds() // 60)
        found.add(Counted(Measure.INCIDENTS_ACKNOWLEDGED, on, within, minutes))
    if incident.outcome:
        found.add(Counted(Measure.INCIDENTS_CLOSED, on, (("outcome", (incident.outcome,)),)))
    return frozenset(found)


def count(tx: Transaction, school: SchoolId, before: Incident | None, after: Incident) -> None:
    """Move the school's figures from what the record was to what it is."""
    old, new = counted(before), counted(after)
    for each, by in [(gone, -1) for gone in old - new] + [(come, 1) for come in new - old]:
        acknowledged = each.measure is Measure.INCIDENTS_ACKNOWLEDGED
        figures.count(
            tx,
            school,
            each.measure,
            dict(each.dimensions),
            each.on,
            by,
            amounts={"minutes": each.minutes} if acknowledged else None,
        )
