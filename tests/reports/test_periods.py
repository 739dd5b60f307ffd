"""Terms, years and months: what each is made of, and when its figures are final."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from chalicelib.reports import periods
from chalicelib.tenancy.calendar import Calendar

TODAY = date(2026, 11, 22)


def test_a_running_term_says_so() -> None:
    """A report of half a term must not be read as one of a whole."""
    [now, last, *_] = [periods.of_term(term, TODAY) for term in periods.recent_terms(TODAY)]

    assert "Autumn term 2026/27, so far" == now.label
    assert "Summer term 2025/26" == last.label
    assert last == periods.before(now)


def test_a_year_to_date_has_the_terms_begun() -> None:
    """In spring a year is autumn and spring."""
    so_far = periods.of_year("2026-27", date(2027, 2, 3))
    whole = periods.of_year("2025-26", date(2027, 2, 3))

    assert ("2026-27-autumn", "2026-27-spring") == so_far.parts
    assert "Academic year 2026/27, to date" == so_far.label
    assert 3 == len(whole.parts)
    assert "Academic year 2025/26" == whole.label


def test_months_are_whole_and_need_no_term() -> None:
    """From one month to another, both included."""
    period = periods.of_months(date(2026, 9, 1), date(2026, 11, 1))

    assert ("2026-09", "2026-10", "2026-11") == period.parts
    assert (date(2026, 9, 1), date(2026, 11, 30)) == (period.first, period.last)
    assert "September 2026 to November 2026" == period.label


def test_every_day_stands_in_one_term_and_one_month() -> None:
    """No day is counted twice and none is lost, holidays included."""
    own = Calendar()
    day = date(2024, 9, 1)
    while day < date(2026, 9, 1):
        for part in periods.parts_of(day, own):
            first, last = periods.days_of(part, own)

            assert first <= day <= last
        day += timedelta(days=1)
    terms = sorted(
        periods.days_of(term.key, own) for term in periods.recent_terms(date(2026, 8, 1))
    )
    assert all(before[1] + timedelta(days=1) == after[0] for before, after in pairwise(terms))


@pytest.mark.parametrize(
    "key", ["2026-28-autumn", "2026-27-winter", "autumn", "2026-09", "", "x-y"]
)
def test_a_made_up_term_is_refused(key: str) -> None:
    """Keys from outside are looked up, never taken apart on trust."""
    with pytest.raises((ValueError, StopIteration)):
        periods.term_called(key)


def test_figures_are_final_a_fortnight_after_the_last_day() -> None:
    """Before that the copy is made again with every report."""
    last = date(2026, 7, 17)

    assert not periods.is_settled(last, last + timedelta(days=14))
    assert periods.is_settled(last, last + timedelta(days=15))
