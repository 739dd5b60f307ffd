"""What a record adds to the school's figures, and how a change moves it (S91, S226, R-KCSIE 3).

Everything is counted on the incident's own (first) day, so in any term the acknowledged are never
more than the reported. A change takes back what the record counted for and counts what it is now.
"""

import re
from collections.abc import Iterator
from datetime import date, time

from chalicelib import figures
from chalicelib.figures import Counted, Measure
from chalicelib.identity.handlers import UNKNOWN
from chalicelib.ids import SchoolId
from chalicelib.incidents import repository
from chalicelib.incidents.model.record import Incident, Outcome
from chalicelib.incidents.model.report import Group, Report
from chalicelib.storage import Transaction

UNSPECIFIED = "unspecified"
_TOGETHER = 100
# London's clock. A school's own hours differ; these are the same everywhere, to be compared.
_HOURS = (
    (time(6), "night"),
    (time(9), "before_school"),
    (time(15), "school_day"),
    (time(18), "after_school"),
    (time(22), "evening"),
)


def counted(incident: Incident | None) -> frozenset[Counted]:
    """Everything a record counts for as it stands. Concerns about staff are in no figure: one more
    than the log shows would tell whom it is about that there is one (1.17).
    """
    if incident is None or incident.matter.about_staff:
        return frozenset()
    if incident.outcome is Outcome.DUPLICATE:  # counted by the record that it was merged into
        return frozenset()
    return frozenset(_counted(incident))


def count(tx: Transaction, school: SchoolId, before: Incident | None, after: Incident) -> None:
    """Move the school's figures from what the record was to what it is."""
    figures.move(tx, school, counted(before), counted(after))


def counted_between(school: SchoolId, first: date, last: date) -> Iterator[Counted]:
    """What the records themselves count for from one day to another, by the days of the log."""
    found = repository.records_between(school, first, last)
    for start in range(0, len(found), _TOGETHER):
        for stored in repository.load_some(school, found[start : start + _TOGETHER]):
            yield from counted(stored.incident)


def all_counted(school: SchoolId) -> Iterator[Counted]:
    """The same of every record there is, whatever the log says."""
    for stored in repository.every_record(school):
        yield from counted(stored.incident)


def _counted(incident: Incident) -> Iterator[Counted]:
    report = incident.report
    on = report.first.on
    yield figures.counted(
        Measure.INCIDENTS,
        on,
        {
            "type": report.types or (UNSPECIFIED,),
            "place": report.where or (UNKNOWN,),
            "platform": _platforms(report),
            "year": _years(incident),
            "risk": report.catalogue.concerns(report.types) or (UNSPECIFIED,),
            "edition": edition(report),
            "severity": incident.severity.severity,
            "hour": hour(report.first.at),
            "door": report.door,
        },
    )
    if incident.acknowledged_at:
        waited = incident.acknowledged_at - incident.submitted_at
        yield figures.counted(
            Measure.INCIDENTS_ACKNOWLEDGED,
            on,
            {"within": figures.within(waited), "by": incident.acknowledged_as or UNKNOWN},
            {"minutes": figures.minutes(waited)},
        )
    if incident.outcome and incident.closed_at:
        lasted = incident.closed_at - incident.submitted_at
        yield figures.counted(
            Measure.INCIDENTS_CLOSED,
            on,
            {
                "outcome": incident.outcome,
                "by": incident.closed_as or UNKNOWN,
                "took": figures.took(lasted),
            },
            {"minutes": figures.minutes(lasted)},
        )


def edition(report: Report) -> str:
    """The edition of the guidance that the four Cs go by, as a word of code: `kcsie_2025`."""
    return re.sub(r"[^a-z0-9]+", "_", report.catalogue.edition.lower())


def hour(at: time | None) -> str:
    """The part of the day something happened in; `unknown` where the time is."""
    if at is None:
        return UNKNOWN
    return next((word for until, word in _HOURS if at < until), "night")


def _platforms(report: Report) -> tuple[str, ...]:
    """The platforms that were ticked; one that was typed is `other`, whatever it is called."""
    typed = ("other",) if report.other_platforms else ()
    return (*report.platforms, *typed) or (UNKNOWN,)


def _years(incident: Incident) -> frozenset[str]:
    """The year groups of the children somebody linked to the school's lists; `unknown` of others,
    and `none` where no child is named.
    """
    children = incident.report.of_group(Group.CHILD)
    linked = (incident.linked.get(each.key) for each in children)
    years = frozenset((each.year if each else "") or UNKNOWN for each in linked)
    return years or frozenset({"none"})
