"""What a source sends, as it is counted: by source for its health, of all for reports (S240)."""

from collections.abc import Mapping
from datetime import date

from chalicelib import figures
from chalicelib.alerts.repository import sources, traffic
from chalicelib.alerts.traffic import Day, Fate
from chalicelib.figures import Counted, Measure
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction


def count(
    tx: Transaction, school: SchoolId, source: str, on: date, fates: Mapping[Fate, int]
) -> None:
    """Count what came of a delivery, or that a source is silent, on a day."""
    traffic.count(tx, school, source, on, fates)
    figures.move(tx, school, (), counted(Day(on, {fate.value: n for fate, n in fates.items()})))


def counted(day: Day) -> list[Counted]:
    """What a day of a source counts for in the figures."""
    sent, silent = day.of(Fate.DELIVERIES), day.of(Fate.SILENT)
    amounts = {fate.value: day.of(fate) for fate in _AMOUNTS if day.of(fate)}
    found = []
    if sent or amounts:
        found.append(Counted(Measure.FEEDS, day.on, _sums(sent, amounts)))
    if silent:
        found.append(Counted(Measure.FEEDS_SILENT, day.on, _sums(silent, {})))
    return found


def all_counted(school: SchoolId, first: date, last: date) -> list[Counted]:
    """What all sources count for from one day to another, retired ones too."""
    return [
        each
        for source in sources.listed(school)
        for day in traffic.days(school, source.id, first, last).values()
        for each in counted(day)
    ]


def _sums(n: int, amounts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    sums = {f"sum:{name}": number for name, number in amounts.items()}
    return tuple(sorted({**({"n": n} if n else {}), **sums}.items()))


_AMOUNTS = tuple(each for each in Fate if each not in (Fate.DELIVERIES, Fate.SILENT))
