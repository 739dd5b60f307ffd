"""Small numbers: what is hidden stays hidden, whatever is added up or taken away."""

import random
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.figures import Measure, Totals
from chalicelib.ids import SchoolId
from chalicelib.reports import protect
from chalicelib.reports.model import Figures
from chalicelib.reports.suppression import Counted, ShownTogether, hide_list, hide_together
from tests.reports.samples import AT

Rows = list[list[int]]


def test_a_single_small_number_takes_another_with_it() -> None:
    """The total minus the others would give it back."""
    assert (20, None, None) == hide_list(32, [20, 3, 9], threshold=5)


def test_two_small_numbers_whose_sum_is_small_take_a_third() -> None:
    """One and two hidden under a shown total would tell that three children are meant."""
    assert (None, None, None, 20) == hide_list(32, [1, 2, 9, 20], threshold=5)


def test_a_list_whose_total_is_small_is_hidden_whole() -> None:
    """There is nothing to hide behind; noughts stay."""
    assert (0, None) == hide_list(3, [0, 3], threshold=5)


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    """Big numbers and noughts are shown as they are."""
    shown = _shown([[5, 0], [9, 12]], threshold=5)

    assert not shown.hides
    assert ((5, 0), (9, 12)) == shown.tables[0].rows
    assert (14, 12) == shown.tables[0].column_totals
    assert (5, 21) == shown.row_totals
    assert 26 == shown.total


def test_a_number_is_protected_against_the_other_schools_rows() -> None:
    """A small cell needs company in its row and in its column, and they need each other."""
    shown = _shown([[3, 40, 30], [25, 31, 16], [11, 18, 12]], threshold=5)

    assert 4 == sum(cell is None for row in shown.tables[0].rows for cell in row)
    assert (39, 89, 58) == shown.tables[0].column_totals


def test_schools_with_few_are_hidden_whole_and_counted_together() -> None:
    """One school with few takes the next smallest with it, or the total would give it away."""
    shown = _shown([[2, 1], [40, 30], [6, 3], [0, 0]], threshold=5)

    assert (None, 70, None, 0) == shown.row_totals
    assert (0, 2) == shown.apart
    assert 12 == shown.apart_total
    assert (None, None) == shown.tables[0].rows[0]


def test_an_incident_of_several_types_does_not_help_to_subtract() -> None:
    """Types come to more than incidents, so one small type can hide alone."""
    assert (8, None) == hide_list(9, [8, 3], threshold=5, several=True)


def test_a_big_trust_loses_little_and_waits_little() -> None:
    """Of a hundred schools' table only a few numbers are hidden for the sake of others."""
    chance = random.Random(7)
    rows = [[chance.choice([0, 0, 1, 2, 7, 9, 14, 22]) for _ in range(19)] for _ in range(100)]
    small = sum(0 < n < 5 for row in rows for n in row)

    shown = _shown(rows, threshold=5)

    hidden = sum(n is None for row in shown.tables[0].rows for n in row)
    assert small <= hidden <= 1.1 * small
    assert None not in shown.tables[0].column_totals


two_ways = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 9)), min_size=1, max_size=3
)


@settings(deadline=None, max_examples=40)
@given(schools=two_ways)
def test_two_tables_of_the_same_things_do_not_betray_each_other(
    schools: list[tuple[int, int, int]],
) -> None:
    """Trying every pair of tables that fits what is shown leaves each hidden number choices."""
    numbers = [a + b for a, b, _ in schools]
    home = [[a, b] for a, b, _ in schools]
    other = [[min(cut, a + b), a + b - min(cut, a + b)] for a, b, cut in schools]

    shown = hide_together(numbers, Counted(home), Counted(other), threshold=3)

    fits = [list(_tables(shown, table, highest=6)) for table in range(2)]
    sums = [{tuple(map(sum, rows)) for rows in each} for each in fits]
    for table, each in enumerate(fits):
        possible = [rows for rows in each if tuple(map(sum, rows)) in sums[1 - table]]
        for row, column in product(range(len(schools)), range(2)):
            true = (home, other)[table][row][column]
            if true and shown.tables[table].rows[row][column] is None:
                assert len({rows[row][column] for rows in possible}) >= 3
        for row, total in enumerate(shown.row_totals):
            if total is None:
                assert len({sum(rows[row]) for rows in possible}) >= 3


@settings(deadline=None, max_examples=40)
@given(
    schools=st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=1, max_size=2),
    more=st.integers(0, 3),
)
def test_things_of_several_types_leave_each_hidden_number_choices(schools: Rows, more: int) -> None:
    """Where types come to more than incidents, every table of no fewer than incidents is tried."""
    numbers = [max(*row, sum(row) - more) for row in schools]

    shown = hide_together(numbers, Counted(schools, several=True), threshold=3)

    possible = list(_tables(shown, 0, highest=6, several=True))
    for row, column in product(range(len(schools)), range(3)):
        if schools[row][column] and shown.tables[0].rows[row][column] is None:
            assert len({rows[row][column] for rows in possible}) >= 3


wide_tables = st.integers(2, 8).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 30), min_size=width, max_size=width), min_size=1, max_size=8
    )
)


@settings(deadline=None)
@given(rows=wide_tables, threshold=st.integers(2, 10))
def test_no_hidden_number_follows_from_the_totals(rows: Rows, threshold: int) -> None:
    """Solving the totals' equations gives none of the hidden numbers."""
    shown = _shown(rows, threshold=threshold)

    assert [] == list(_derivable(shown))


@settings(deadline=None)
@given(rows=wide_tables, threshold=st.integers(1, 10))
def test_what_is_shown_is_true_and_never_small(rows: Rows, threshold: int) -> None:
    """Nothing is changed, only hidden, and no number under the threshold is left."""
    shown = _shown(rows, threshold=threshold)

    table = shown.tables[0]
    numbers = [n for row in (*table.rows, table.column_totals, shown.row_totals) for n in row]
    assert all(n is None or n == 0 or n >= threshold for n in [*numbers, shown.total])
    assert all(
        n in (None, rows[row][column])
        for row, line in enumerate(table.rows)
        for column, n in enumerate(line)
    )
    assert shown.total in (None, sum(map(sum, rows)))


def _shown(rows: Rows, *, threshold: int) -> ShownTogether:
    return hide_together([sum(row) for row in rows], Counted(rows), threshold=threshold)


def _tables(
    shown: ShownTogether, table: int, *, highest: int, several: bool = False
) -> Iterator[tuple[tuple[int, ...], ...]]:
    """All tables that fit what is shown of one table and of the common totals."""
    published = shown.tables[table]
    choices = []
    for row, total in zip(published.rows, shown.row_totals, strict=True):
        top = highest if total is None else total
        cells = product(*([n] if n is not None else range(top + 1) for n in row))
        choices.append([c for c in cells if _adds_up(total, sum(c), several=several)])
    for rows in product(*choices):
        columns = [sum(column) for column in zip(*rows, strict=True)]
        together = [sum(rows[row][n] for row in shown.apart) for n in range(len(columns))]
        if (
            all(map(_fits, published.column_totals, columns))
            and (not shown.apart or all(map(_fits, published.together, together)))
            and _adds_up(shown.total, sum(columns), several=several)
        ):
            yield rows


def _adds_up(total: int | None, found: int, *, several: bool) -> bool:
    return total is None or (found >= total if several else found == total)


def _fits(number: int | None, found: int) -> bool:
    return number is None or number == found


def _derivable(shown: ShownTogether) -> Iterator[tuple[str, int, int]]:
    """Hidden places that the equations of the totals fix, by elimination over the rationals."""
    table = shown.tables[0]
    unknown: dict[tuple[str, int, int], int] = {}
    for kind, rows in (("cell", table.rows), ("total", [table.column_totals])):
        for row, line in enumerate(rows):
            for column, n in enumerate(line):
                if n is None:
                    unknown[kind, row, column] = len(unknown)
    columns, rows_ = range(len(table.column_totals)), range(len(table.rows))
    lines = [[("cell", r, c) for c in columns] for r in rows_ if shown.row_totals[r] is not None]
    lines += [[("cell", r, c) for r in rows_] + [("total", 0, c)] for c in columns]
    if shown.total is not None:
        lines += [[("total", 0, c) for c in columns]]
    lines += [
        [("cell", r, c) for r in shown.apart]
        for c in columns
        if table.together[c : c + 1] != () and table.together[c] is not None
    ]
    if shown.total is None:
        lines = []
    matrix = [
        [Fraction(int(place in line)) for place in unknown]
        if line[-1][0] == "cell" or line[0][0] == "total"
        else [Fraction((place in line) * (-1 if place[0] == "total" else 1)) for place in unknown]
        for line in lines
    ]
    reduced = list(_eliminated(matrix))
    for place, n in unknown.items():
        if any(row[n] and sum(map(bool, row)) == 1 for row in reduced):
            yield place


def _eliminated(matrix: list[list[Fraction]]) -> Iterator[list[Fraction]]:
    """The matrix in reduced row echelon form."""
    rows = [row[:] for row in matrix]
    done = 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((r for r in range(done, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        factor = rows[done][column]
        rows[done] = [value / factor for value in rows[done]]
        for other, row in enumerate(rows):
            if other != done and row[column]:
                by = row[column]
                rows[other] = [a - by * b for a, b in zip(row, rows[done], strict=True)]
        done += 1
    yield from rows[:done]


@settings(max_examples=40)
@given(
    bands=st.lists(st.integers(0, 3), min_size=3, max_size=3),
    waiting=st.integers(0, 3),
    hands=st.lists(st.sampled_from(["dsl", "head", "other"]), min_size=9, max_size=9),
    ends=st.lists(st.sampled_from(["x", "y", "z", "open"]), min_size=12, max_size=12),
)
def test_who_took_it_and_how_it_ended_do_not_betray_who_still_waits(
    bands: list[int], waiting: int, hands: list[str], ends: list[str]
) -> None:
    """R-GOV 2: waits, hands and outcomes share the whole and those nobody has taken. What hands
    come to is told only where those are; each way to fill what is hidden leaves numbers choices.
    """
    taken, number = sum(bands), sum(bands) + waiting
    by = Counter(hands[:taken])
    ended = Counter(ends[:number])
    names = ("hour", "day", "later")
    school = Figures(
        SchoolId("a" * 16), "A", 90, "2026-27-autumn", AT,
        {
            Measure.INCIDENTS: Totals({"n": number, "type:hate": number}),
            Measure.INCIDENTS_ACKNOWLEDGED: Totals(
                {"n": taken}
                | {f"within:{name}": n for name, n in zip(names, bands, strict=True)}
                | {f"by:{who}": n for who, n in by.items()}
            ),
            Measure.INCIDENTS_CLOSED: Totals(
                {f"outcome:{end}": n for end, n in ended.items() if end != "open"}
            ),
        },
    )  # fmt: skip

    found = protect.incidents([school], 3)

    waits = list(found.waits)
    assert not found.parts["by"] or waits[-1] is not None
    lists = [
        (waits, [*bands, waiting], number),
        (list(found.parts["by"].values()), [by[n] for n in found.parts["by"]], taken),
        (list(found.parts["outcome"].values()), [ended[n] for n in found.parts["outcome"]], number),
    ]
    for shown, true, whole in lists:
        assert all(n is None or n == 0 or n >= 3 for n in shown)
        if found.total is None:
            assert not any(shown)
            continue
        possible = [each for each in _fillings(shown, whole) if sum(each) == whole]
        for place, n in enumerate(shown):
            if n is None and true[place]:
                assert len({each[place] for each in possible}) >= 3
            assert n in (None, true[place])


def _fillings(shown: list[int | None], most: int) -> Iterator[list[int]]:
    """Every way to fill what is hidden of a list."""
    hidden = [place for place, n in enumerate(shown) if n is None]
    for numbers in product(range(most + 1), repeat=len(hidden)):
        filled = [n or 0 for n in shown]
        for place, n in zip(hidden, numbers, strict=True):
            filled[place] = n
        yield filled
