"""England's bank holidays, by rule and by exception.

Computed here rather than with a library at run time: the library that knows them costs 14 MB in
the package and 120 ms when first used, for a dozen lines of rule. A test holds these against that
library year by year, so a new exception shows when it is updated.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import islice

from dateutil.easter import easter  # type: ignore[import-untyped]  # it ships no types

# Moved or added by proclamation.
_MOVED = {
    date(2020, 5, 4): date(2020, 5, 8),  # early May, to VE Day's anniversary
    date(2022, 5, 30): date(2022, 6, 2),  # spring, to the Platinum Jubilee
}
_ADDED = {
    2022: (date(2022, 6, 3), date(2022, 9, 19)),  # Platinum Jubilee; the Queen's funeral
    2023: (date(2023, 5, 8),),  # the coronation
}


@cache
def in_year(year: int) -> frozenset[date]:
    """The week-days of a year that are bank holidays."""
    return frozenset(_MOVED.get(day, day) for day in _by_rule(year)) | {*_ADDED.get(year, ())}


def _by_rule(year: int) -> Iterator[date]:
    # A holiday on a Saturday or Sunday is kept on the next week-day that is free.
    yield from islice(_weekdays_from(date(year, 1, 1)), 1)
    yield easter(year) - timedelta(days=2)
    yield easter(year) + timedelta(days=1)
    yield _monday_from(date(year, 5, 1))
    yield _monday_from(date(year, 5, 25))
    yield _monday_from(date(year, 8, 25))
    yield from islice(_weekdays_from(date(year, 12, 25)), 2)


def _weekdays_from(day: date) -> Iterator[date]:
    while True:
        if day.weekday() < 5:
            yield day
        day += timedelta(days=1)


def _monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)
