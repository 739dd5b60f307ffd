"""Small numbers: what is hidden stays hidden, whatever is added up or taken away."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.reports.suppression import Shown, hide, hide_list, hide_together

Place = tuple[int, int]


def test_a_single_small_number_takes_another_with_it() -> None:
    """The total minus the others would give it back."""
    cells, total = hide_list([20, 3, 9], threshold=5)

    assert (20, None, None) == cells
    assert 32 == total


def test_two_small_numbers_whose_sum_is_small_take_a_third() -> None:
    """One and two hidden under a shown total would tell that three children are meant."""
    cells, total = hide_list([1, 2, 9, 20], threshold=5)

    assert (None, None, None, 20) == cells
    assert 32 == total


def test_a_list_of_one_small_number_hides_its_total() -> None:
    """Where nothing else can hide it, the total goes too; noughts stay."""
    assert ((0, None), None) == hide_list([0, 3], threshold=5)


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    """Big numbers and noughts are shown as they are."""
    shown = hide([[5, 0], [9, 12]], threshold=5)

    assert not shown.hides
    assert ((5, 0), (9, 12)) == shown.cells
    assert (14, 12) == shown.column_totals
    assert 26 == shown.total


def test_a_school_is_protected_against_the_other_schools_rows() -> None:
    """A small cell needs company in its row and in its column, and they need each other."""
    shown = hide([[3, 40, 30], [25, 31, 16], [11, 18, 12]], threshold=5)

    assert sum(cell is None for row in shown.cells for cell in row) >= 4
    assert None not in (*shown.row_totals, *shown.column_totals, shown.total)


def test_a_whole_trust_is_quick() -> None:
    """A hundred schools and nineteen types are worked out while a report is made."""
    cells = [[(school * 7 + kind * 13) % 23 for kind in range(19)] for school in range(100)]

    shown = hide(cells, threshold=5)

    assert shown.total == sum(map(sum, cells))
    assert not _derivable(cells[:8], hide(cells[:8], threshold=5))


small_tables = st.integers(1, 3).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 5), min_size=width, max_size=width), min_size=1, max_size=3
    )
)
wide_tables = st.integers(1, 8).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 30), min_size=width, max_size=width), min_size=1, max_size=8
    )
)


@settings(deadline=None, max_examples=40)
@given(cells=small_tables, rows=st.booleans(), columns=st.booleans())
def test_every_hidden_number_could_be_many_numbers(
    cells: list[list[int]], rows: bool, columns: bool
) -> None:
    """Trying all tables that fit what is shown leaves each hidden number several values."""
    threshold = 3

    shown = hide(cells, threshold=threshold, row_totals=rows, column_totals=columns)

    values = _values_left(cells, shown, rows, columns, highest=9)
    assert all(len(left) >= 2 for left in values.values())


@settings(deadline=None)
@given(cells=wide_tables, threshold=st.integers(2, 10), columns=st.booleans())
def test_no_hidden_number_follows_from_the_totals(
    cells: list[list[int]], threshold: int, columns: bool
) -> None:
    """Solving the totals' equations gives none of the hidden numbers."""
    shown = hide(cells, threshold=threshold, column_totals=columns)

    assert [] == _derivable(cells, shown, columns=columns)


@settings(deadline=None)
@given(cells=wide_tables, threshold=st.integers(1, 10))
def test_what_is_shown_is_true_and_never_small(cells: list[list[int]], threshold: int) -> None:
    """Nothing is changed, only hidden, and no number under the threshold is left."""
    shown = hide(cells, threshold=threshold)

    numbers = [n for row in shown.cells for n in row] + [*shown.row_totals, shown.total]
    assert all(n is None or n == 0 or n >= threshold for n in numbers)
    assert all(
        n in (None, cells[row][column])
        for row, line in enumerate(shown.cells)
        for column, n in enumerate(line)
    )
    assert shown.total in (None, sum(map(sum, cells)))


@settings(deadline=None, max_examples=40)
@given(cells=small_tables)
def test_a_known_limit_of_a_row_does_not_give_a_number_away(cells: list[list[int]]) -> None:
    """Incidents in all bound each of their types; that must not narrow a hidden one too far."""
    limits = [max(row, default=0) + 2 for row in cells]

    shown = hide(cells, threshold=3, row_limits=limits)

    values = _values_left(cells, shown, True, True, highest=9, limits=limits)
    if shown.total is not None:
        assert all(len(left) >= 2 for left in values.values())


two_ways = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 10)), min_size=1, max_size=3
)


@settings(deadline=None, max_examples=60)
@given(schools=two_ways)
def test_two_tables_of_the_same_things_do_not_betray_each_other(
    schools: list[tuple[int, int, int]],
) -> None:
    """What is hidden in one table does not follow from another that counts the same in all."""
    home = [[a, b] for a, b, _ in schools]
    other = [[min(first, a + b), a + b - min(first, a + b)] for a, b, first in schools]

    shown = hide_together(home, other, threshold=3)

    left = [_rows_left(table, len(schools), shown.tables[0]) for table in shown.tables]
    for mine, theirs in (left, left[::-1]):
        sums = {tuple(map(sum, rows)) for rows in theirs}
        both = [rows for rows in mine if tuple(map(sum, rows)) in sums]
        table = shown.tables[0] if mine is left[0] else shown.tables[1]
        for row, column in product(range(len(schools)), range(2)):
            if table.cells[row][column] is None:
                assert len({rows[row][column] for rows in both}) >= 2
        for row in range(len(schools)):
            if shown.tables[0].row_totals[row] is None:
                assert len({sum(rows[row]) for rows in both}) >= 2


def _rows_left(table: Shown, rows: int, home: Shown) -> list[tuple[tuple[int, ...], ...]]:
    """All tables that fit one table shown and the totals shown at home."""
    totals = Shown(table.cells, home.row_totals, table.column_totals, home.total)
    each = (_rows(totals, row, True, 9, None) for row in range(rows))
    return [
        found
        for found in product(*each)
        if all(map(_fits, table.column_totals, map(sum, zip(*found, strict=True))))
        and _fits(home.total, sum(map(sum, found)))
    ]


def _values_left(
    cells: list[list[int]],
    shown: Shown,
    rows: bool,
    columns: bool,
    *,
    highest: int,
    limits: list[int] | None = None,
) -> dict[Place, set[int]]:
    """For each hidden number, the values it takes over all tables that fit what is shown."""
    left: dict[Place, set[int]] = {}
    last_row, last_column = len(cells), len(cells[0])
    for row_choice in product(
        *(_rows(shown, row, rows, highest, limits) for row in range(last_row))
    ):
        sums = [sum(column) for column in zip(*row_choice, strict=True)]
        if columns and not all(map(_fits, shown.column_totals, sums)):
            continue
        if (rows or columns) and not _fits(shown.total, sum(sums)):
            continue
        for row, numbers in enumerate(row_choice):
            for column, number in enumerate(numbers):
                if shown.cells[row][column] is None:
                    left.setdefault((row, column), set()).add(number)
            if rows and shown.row_totals[row] is None:
                left.setdefault((row, last_column), set()).add(sum(numbers))
        for column, number in enumerate(sums):
            if columns and shown.column_totals[column] is None:
                left.setdefault((last_row, column), set()).add(number)
    return left


def _rows(
    shown: Shown, row: int, total_known: bool, highest: int, limits: list[int] | None
) -> list[tuple[int, ...]]:
    top = min(highest, limits[row]) if limits else highest
    choices = [[n] if n is not None else range(1, top + 1) for n in shown.cells[row]]
    total = shown.row_totals[row]
    return [c for c in product(*choices) if not total_known or _fits(total, sum(c))]


def _fits(number: int | None, found: int) -> bool:
    return number == found if number is not None else found > 0


def _derivable(cells: list[list[int]], shown: Shown, *, columns: bool = True) -> list[Place]:
    """Hidden places that the equations of the totals fix, by elimination over the rationals."""
    last_row, last_column = len(cells), len(cells[0])
    hidden = {
        (row, column): None
        for row, column in product(range(last_row + 1), range(last_column + 1))
        if _at(shown, row, column) is None and (columns or row < last_row or column == last_column)
    }
    index = {place: n for n, place in enumerate(hidden)}
    lines = [[(row, c) for c in range(last_column + 1)] for row in range(last_row)]
    if columns:
        lines += [[(r, column) for r in range(last_row + 1)] for column in range(last_column + 1)]
        lines += [[(last_row, c) for c in range(last_column + 1)]]
    matrix = []
    for line in lines:
        equation = [Fraction(0)] * len(index)
        for place in line:
            if place in index:
                equation[index[place]] = Fraction(-1 if place == line[-1] else 1)
        matrix.append(equation)
    reduced = list(_eliminated(matrix))
    return [
        place
        for place, n in index.items()
        if any(row[n] and sum(map(bool, row)) == 1 for row in reduced)
    ]


def _at(shown: Shown, row: int, column: int) -> int | None:
    last_row, last_column = len(shown.cells), len(shown.cells[0])
    if row == last_row:
        return shown.total if column == last_column else shown.column_totals[column]
    return shown.row_totals[row] if column == last_column else shown.cells[row][column]


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
