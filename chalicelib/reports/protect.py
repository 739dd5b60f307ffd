"""Which of the figures may be shown: the one way from figures to a report's numbers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib.figures import Measure
from chalicelib.ids import SchoolId
from chalicelib.reports.model import Figures
from chalicelib.reports.suppression import (
    Counted,
    Hidden,
    Shown,
    ShownTogether,
    hide_list,
    hide_together,
    total_of,
)
from chalicelib.reports.wording import WAITS


@dataclass(frozen=True)
class Protected:
    """One measure over some schools, small numbers gone.

    `kinds` are the values of its main dimension, the most frequent first; `parts` are other ways
    to split the whole.
    """

    schools: tuple[SchoolId, ...]
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    shown: ShownTogether
    parts: Mapping[str, Mapping[str, Hidden]]

    @property
    def total(self) -> Hidden:
        return self.shown.total

    @property
    def by_school(self) -> tuple[Hidden, ...]:
        return self.shown.row_totals

    @property
    def by_kind(self) -> dict[str, Hidden]:
        return dict(zip(self.kinds, self.shown.tables[1].column_totals, strict=True))

    @property
    def waits(self) -> tuple[Hidden, ...]:
        """How long all of them waited: a number for each of `WAITS`, then those still waiting."""
        return self.shown.tables[0].column_totals

    @property
    def tells_taken(self) -> bool:
        """Whether how many were acknowledged is shown: the whole without those still waiting."""
        return self.total is not None and self.waits[-1] is not None

    def only(self, schools: Collection[SchoolId]) -> "Protected":
        """The same for some of the schools, told without anything that all of them hide.

        Rows stay as they are and totals add up what shows: asking for all schools and for all but
        one, and subtracting, gives nothing that was hidden.
        """
        rows = [n for n, school in enumerate(self.schools) if school in schools]
        if len(rows) == len(self.schools):
            return self
        numbers = tuple(self.shown.row_totals[row] for row in rows)
        return Protected(
            schools=tuple(self.schools[row] for row in rows),
            names=tuple(self.names[row] for row in rows),
            kinds=self.kinds,
            shown=ShownTogether(
                row_totals=numbers,
                total=total_of(numbers),
                apart=(),
                apart_total=None,
                tables=tuple(_only_rows(table, rows) for table in self.shown.tables),
            ),
            parts={},
        )


# Other ways to split the whole, and whether a thing may stand in several of its values.
_INCIDENT_PARTS = {
    "place": True,
    "platform": True,
    "year": True,
    "risk": True,
    "severity": False,
}
_ALERT_PARTS = {"severity": False, "action": False}
OPEN = "open"


def incidents(schools: Sequence[Figures], threshold: int) -> Protected:
    measures = Measure.INCIDENTS, Measure.INCIDENTS_ACKNOWLEDGED
    found = _protected(schools, *measures, "type", _INCIDENT_PARTS, threshold, several=True)
    ended = _ended(schools, Measure.INCIDENTS, Measure.INCIDENTS_CLOSED, threshold)
    handled = _handled(schools, found, Measure.INCIDENTS_ACKNOWLEDGED, threshold)
    return replace(found, parts={**found.parts, "outcome": ended, "by": handled})


def alerts(schools: Sequence[Figures], threshold: int) -> Protected:
    measures = Measure.ALERTS, Measure.ALERTS_ACKNOWLEDGED
    found = _protected(schools, *measures, "theme", _ALERT_PARTS, threshold, several=False)
    ended = _ended(schools, Measure.ALERTS, Measure.ALERTS_CLOSED, threshold)
    handled = _handled(schools, found, Measure.ALERTS_ACKNOWLEDGED, threshold)
    return replace(found, parts={**found.parts, "outcome": ended, "by": handled})


def registers(schools: Sequence[Figures], threshold: int) -> dict[str, Hidden]:
    """Entries by register, over all schools."""
    return _part(schools, Measure.REGISTER_ENTRIES, "register", threshold, several=False)


def feeds(schools: Sequence[Figures], threshold: int) -> Protected:
    """What filters delivered: a delivery can be one alert, so small numbers are hidden as alerts'
    are. The first table has what could not be read and the rest, the kinds are `late` and not.
    """
    numbers = [max(0, each.n(Measure.FEEDS)) for each in schools]

    def among(amount: str) -> Counted:
        parts = [max(0, each.of(Measure.FEEDS).amount(amount)) for each in schools]
        pairs = zip(numbers, parts, strict=True)
        return Counted([[min(part, n), max(0, n - part)] for n, part in pairs])

    shown = hide_together(numbers, among("unreadable"), among("late"), threshold=threshold)
    if not schools:
        shown = ShownTogether((), 0, (), None, (Shown((), (0, 0)),) * 2)
    return Protected(
        schools=tuple(each.school for each in schools),
        names=tuple(each.name for each in schools),
        kinds=("late", "in_time"),
        shown=shown,
        parts={},
    )


def _protected(
    schools: Sequence[Figures],
    measure: Measure,
    acknowledged: Measure,
    dimension: str,
    splits: Mapping[str, bool],
    threshold: int,
    *,
    several: bool,
) -> Protected:
    by_kind = [each.of(measure).of(dimension) for each in schools]
    kinds = sorted({kind for kinds in by_kind for kind in kinds})
    numbers = [max(0, each.n(measure)) for each in schools]
    shown = hide_together(
        numbers,
        Counted([each.waited(measure, acknowledged, WAITS.values()) for each in schools]),
        Counted([[max(0, one.get(kind, 0)) for kind in kinds] for one in by_kind], several),
        threshold=threshold,
    )
    if not schools:
        shown = _of_nobody()
    order = most_first(kinds, shown.tables[1].column_totals)
    waits, table = shown.tables
    return Protected(
        schools=tuple(each.school for each in schools),
        names=tuple(each.name for each in schools),
        kinds=tuple(kinds[n] for n in order),
        shown=replace(shown, tables=(waits, table.picked(order))),
        parts={
            name: _part(schools, measure, name, threshold, several=s) for name, s in splits.items()
        },
    )


def _of_nobody() -> ShownTogether:
    """The numbers of no school at all: noughts."""
    waits = Shown((), (0,) * (len(WAITS) + 1))
    return ShownTogether((), 0, (), None, (waits, Shown((), ())))


def _part(
    schools: Sequence[Figures], measure: Measure, dimension: str, threshold: int, *, several: bool
) -> dict[str, Hidden]:
    found = _added(schools, measure, dimension)
    values = sorted(found)
    total = sum(max(0, each.n(measure)) for each in schools)
    counts = [found[value] for value in values]
    return dict(
        zip(values, hide_list(total, counts, threshold=threshold, several=several), strict=True)
    )


def _ended(
    schools: Sequence[Figures], measure: Measure, closed: Measure, threshold: int
) -> dict[str, Hidden]:
    """How things ended, and how many are still open: together they are the whole."""
    found = _added(schools, closed, "outcome")
    total = sum(max(0, each.n(measure)) for each in schools)
    values = sorted(found)
    counts = [found[value] for value in values]
    counts.append(max(0, total - sum(counts)))
    shown = hide_list(sum(counts), counts, threshold=threshold)
    return dict(zip([*values, OPEN], shown, strict=True)) if total else {}


def _handled(
    schools: Sequence[Figures], of: Protected, acknowledged: Measure, threshold: int
) -> dict[str, Hidden]:
    """Who took things in hand. Nothing where the number of those nobody has taken is hidden: what
    these come to would tell it.
    """
    if not of.tells_taken:
        return {}
    found = _added(schools, acknowledged, "by")
    values = sorted(found)
    counts = [found[value] for value in values]
    return dict(
        zip(values, hide_list(sum(counts), counts, threshold=threshold), strict=True)
        if counts
        else ()
    )


def _added(schools: Sequence[Figures], measure: Measure, dimension: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in schools:
        for value, count in each.of(measure).of(dimension).items():
            found[value] = found.get(value, 0) + max(0, count)
    return found


def _only_rows(table: Shown, rows: Sequence[int]) -> Shown:
    kept = tuple(table.rows[row] for row in rows)
    width = len(table.column_totals)
    return Shown(kept, tuple(total_of(row[column] for row in kept) for column in range(width)))


def most_first(kinds: Sequence[str], totals: Sequence[Hidden]) -> list[int]:
    """Kinds by how many were shown to be, so that the order tells nothing of hidden ones."""
    return sorted(range(len(kinds)), key=lambda n: (-(totals[n] or 0), kinds[n]))
