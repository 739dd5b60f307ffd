"""What was corrected since the last report of the same period: school by school, by measure.

Figures are counted anew for each report, so that a record that was put right since counts as it
stands. The same period made again gives the same numbers, or says here which are not (5.12).
"""

from collections.abc import Iterator

from chalicelib import clock
from chalicelib.figures import Measure
from chalicelib.ids import SchoolId
from chalicelib.reports import parts, protect
from chalicelib.reports.model import Correction, Earlier, Snapshot
from chalicelib.reports.suppression import Hidden

_FORMS = {
    Measure.AGREEMENTS_SENT: "Agreements sent",
    Measure.AGREEMENTS_SIGNED: "Agreements signed",
}
_GUARDED: tuple[tuple[Measure, str, parts.Guard], ...] = (
    (Measure.INCIDENTS, "Incidents", protect.incidents),
    (Measure.ALERTS, "Alerts", protect.alerts),
)
_DETAILS = {
    "Details of incidents": (
        Measure.INCIDENTS,
        Measure.INCIDENTS_ACKNOWLEDGED,
        Measure.INCIDENTS_CLOSED,
    ),
    "Details of alerts": (Measure.ALERTS, Measure.ALERTS_ACKNOWLEDGED, Measure.ALERTS_CLOSED),
}


def since(before: Snapshot | None, now: Snapshot) -> Earlier | None:
    """What a report says otherwise than the one before it; None where there is none to compare.

    One that was counted while its period ran is not compared: more was still to come.
    """
    if before is None or clock.london(before.counted_at).date() <= before.period.last:
        return None
    return Earlier(before.counted_at, tuple(_corrected(before, now)))


def _corrected(before: Snapshot, now: Snapshot) -> Iterator[Correction]:
    old = {each.school: each for each in before.schools}
    pairs = [(old[each.school], each) for each in now.schools if each.school in old]
    for measure, label, guard in _GUARDED:
        shown = [_shown(each, guard) for each in (before, now)]
        for then, later in pairs:
            if then.n(measure) != later.n(measure):
                was, is_ = (each.get(later.school) for each in shown)
                yield Correction(later.school, later.name, label, was, is_)
    for measure, label in _FORMS.items():
        for then, later in pairs:
            was, is_ = then.n(measure), later.n(measure)
            if was != is_:
                yield Correction(later.school, later.name, label, was, is_)
    for label, measures in _DETAILS.items():
        for then, later in pairs:
            same = all(then.of(each).counts == later.of(each).counts for each in measures)
            if not same and then.n(measures[0]) == later.n(measures[0]):
                yield Correction(later.school, later.name, label, None, None)


def _shown(of: Snapshot, guard: parts.Guard) -> dict[SchoolId, Hidden]:
    found = parts.over(guard, of.figures, of.threshold)
    return dict(zip(found.schools, found.by_school, strict=True))
