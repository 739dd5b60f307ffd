"""England's bank holidays, against a library that keeps up with proclamations."""

import holidays
import pytest

from chalicelib.tenancy import bank_holidays


@pytest.mark.parametrize("year", range(2018, 2036))
def test_a_years_holidays_are_the_ones_the_library_knows(year: int) -> None:
    """A holiday that is added, moved or substituted shows as a difference here."""
    known = holidays.country_holidays("GB", subdiv="ENG", years=year)
    expected = {day for day in known if day.weekday() < 5 and day.year == year}

    assert expected == bank_holidays.in_year(year)
