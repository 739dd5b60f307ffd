"""Several terms, months or weeks as one: hidden part by part, then added up (R-GOV 2).

Each part is reported by itself, so a year must tell nothing that its terms do not. Every number
here is a sum of numbers that the parts' own reports show; where one of them is hidden so is the
sum, or taking the others away would bring it back.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from chalicelib.ids import SchoolId
from chalicelib.reports.model import Figures, added
from chalicelib.reports.protect import Protected, most_first
from chalicelib.reports.suppression import Hidden, Shown, ShownTogether, total_of

Guard = Callable[[Sequence[Figures], int], Protected]
Cells = Mapping[str, Hidden]  # a row by its columns; a column that is not there is a nought


def over(guard: Guard, figures: Iterable[Figures], threshold: int) -> Protected:
    """What may be shown of the figures of one part or of several."""
    found = list(figures)
    alone = [guard(added(each), threshold) for each in by_part(found)]
    if len(alone) < 2:
        return alone[0] if alone else guard((), threshold)
    return together(alone, added(found))


def by_part(figures: Iterable[Figures]) -> list[list[Figures]]:
    """Figures of several parts, the oldest first, those of one part together."""
    found: dict[str, list[Figures]] = {}
    for each in figures:
        found.setdefault(each.part, []).append(each)
    return [found[part] for part in sorted(found)]


def lists(parts: Sequence[Mapping[str, Hidden]]) -> dict[str, Hidden]:
    """Lists of several parts as one. What is not in a part's list it has none of."""
    return {
        value: total_of(each.get(value, 0) for each in parts)
        for value in sorted({value for each in parts for value in each})
    }


def together(parts: Sequence[Protected], schools: Sequence[Figures]) -> Protected:
    """Several parts as one. `schools` are the figures of each school over all of them.

    A school that any part hides whole is hidden whole, and counted together with the others that
    are; it is in no such row where a part shows no total at all.
    """
    ids = tuple(each.school for each in schools)
    read = [_Part.of(each) for each in parts]
    total = total_of(each.total for each in parts)
    apart = {school for each in read for school in each.apart} if total is not None else set()
    kinds = sorted({kind for each in parts for kind in each.kinds})
    waits = [str(n) for n in range(len(parts[0].waits))]
    tables = [_table(read, ids, apart, 0, waits), _table(read, ids, apart, 1, kinds)]
    order = most_first(kinds, tables[1].column_totals)
    return Protected(
        schools=ids,
        names=tuple(each.name for each in schools),
        kinds=tuple(kinds[n] for n in order),
        shown=ShownTogether(
            row_totals=tuple(
                None if school in apart else total_of(each.total(school) for each in read)
                for school in ids
            ),
            total=total,
            apart=tuple(n for n, school in enumerate(ids) if school in apart),
            apart_total=total_of(each.apart_total(apart) for each in read) if apart else None,
            tables=(tables[0], tables[1].picked(order)),
        ),
        parts=_splits(parts),
    )


@dataclass(frozen=True)
class _Part:
    """One part's numbers by school and by the names of its columns."""

    shown: ShownTogether
    apart: frozenset[SchoolId]
    rows: Mapping[SchoolId, int]
    names: tuple[Sequence[str], Sequence[str]]

    @classmethod
    def of(cls, part: Protected) -> "_Part":
        return cls(
            part.shown,
            frozenset(part.schools[row] for row in part.shown.apart),
            {school: row for row, school in enumerate(part.schools)},
            ([str(n) for n in range(len(part.waits))], part.kinds),
        )

    def total(self, school: SchoolId) -> Hidden:
        row = self.rows.get(school)
        return 0 if row is None else self.shown.row_totals[row]

    def apart_total(self, apart: AbstractSet[SchoolId]) -> Hidden:
        """What some schools come to, among them all that this part hides whole."""
        alone = [self.total(school) for school in apart - self.apart]
        return total_of([*alone, self.shown.apart_total if self.apart else 0])

    def cells(self, table: int, school: SchoolId) -> Cells:
        row = self.rows.get(school)
        return {} if row is None else self._named(table, self.shown.tables[table].rows[row])

    def column_totals(self, table: int) -> Cells:
        return self._named(table, self.shown.tables[table].column_totals)

    def together(self, table: int, apart: AbstractSet[SchoolId]) -> dict[str, Hidden]:
        """The row of some schools, among them all that this part hides whole."""
        hidden = self._named(table, self.shown.tables[table].together) if self.apart else {}
        return lists([hidden, *(self.cells(table, school) for school in apart - self.apart)])

    def _named(self, table: int, cells: Sequence[Hidden]) -> Cells:
        return dict(zip(self.names[table], cells, strict=True))


def _table(
    parts: Sequence[_Part],
    schools: Sequence[SchoolId],
    apart: AbstractSet[SchoolId],
    table: int,
    columns: Sequence[str],
) -> Shown:
    def line(rows: Iterable[Cells]) -> tuple[Hidden, ...]:
        found = list(rows)
        return tuple(total_of(cells.get(column, 0) for cells in found) for column in columns)

    return Shown(
        rows=tuple(
            (None,) * len(columns)
            if school in apart
            else line(each.cells(table, school) for each in parts)
            for school in schools
        ),
        column_totals=line(each.column_totals(table) for each in parts),
        together=line(each.together(table, apart) for each in parts) if apart else (),
    )


def _splits(parts: Sequence[Protected]) -> dict[str, dict[str, Hidden]]:
    """The other ways to split the whole. Who took things in hand is told where every part tells
    it: a sum over some of them is no list of all.
    """
    names = sorted({name for each in parts for name in each.parts})
    found = {name: lists([each.parts.get(name, {}) for each in parts]) for name in names}
    if not all(each.tells_taken for each in parts):
        found["by"] = {}
    return found
