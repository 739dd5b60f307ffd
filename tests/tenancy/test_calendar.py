"""Terms, working days and academic years."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import Invalid
from chalicelib.tenancy import calendar
from chalicelib.tenancy.calendar import Break, Calendar, Term, TermName

YEAR = "2026-27"
AUTUMN = Term(
    TermName.AUTUMN,
    date(2026, 9, 2),
    date(2026, 12, 18),
    (Break(date(2026, 10, 26), date(2026, 10, 30)),),
)
SPRING = Term(TermName.SPRING, date(2027, 1, 5), date(2027, 3, 25))
SUMMER = Term(TermName.SUMMER, date(2027, 4, 13), date(2027, 7, 20))
OWN = Calendar((AUTUMN, SPRING, SUMMER))


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 8, 31), "2025-26"),
        (date(2026, 9, 1), "2026-27"),
        (date(2027, 1, 1), "2026-27"),
        (date(1999, 12, 31), "1999-00"),
    ],
)
def test_the_academic_year_turns_on_the_first_of_september(day: date, year: str) -> None:
    """Buckets of figures depend on it."""
    assert year == calendar.academic_year(day)


@pytest.mark.parametrize(
    ("day", "term"),
    [
        (date(2026, 9, 1), AUTUMN),
        (date(2026, 10, 28), AUTUMN),
        (date(2027, 1, 4), AUTUMN),
        (date(2027, 1, 5), SPRING),
        (date(2027, 4, 12), SPRING),
        (date(2027, 8, 31), SUMMER),
    ],
)
def test_a_holiday_counts_with_the_term_before_it(day: date, term: Term) -> None:
    """Every date has a term, so that no incident falls out of the term's report."""
    assert term == OWN.term_of(day)


@settings(deadline=None)
@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)))
def test_a_days_term_has_the_day_in_its_period(day: date) -> None:
    """The three terms of a year are exactly its days, by the usual pattern too."""
    first, last = Calendar().period(calendar.term_of(day))

    assert first <= day <= last
    assert calendar.academic_year(first) == calendar.academic_year(last)


@pytest.mark.parametrize("starts", range(2020, 2035))
def test_the_usual_terms_make_sense(starts: int) -> None:
    """A school that saves what it is offered is not told that it is wrong."""
    year = f"{starts}-{(starts + 1) % 100:02d}"
    offered = calendar.usual_terms(year)

    assert offered == calendar.checked(offered, year)
    for term in offered:
        assert calendar.is_working_day(term.first_on)
        assert calendar.is_working_day(term.last_on)


def test_school_days_leave_out_half_term_bank_holidays_and_weekends() -> None:
    """Pupils are in on the others."""
    days = [date(2026, 10, 23) + timedelta(days=n) for n in range(11)]

    assert [date(2026, 10, 23), date(2026, 11, 2)] == [d for d in days if OWN.is_school_day(d)]
    assert not OWN.is_school_day(date(2027, 5, 3))
    assert date(2027, 1, 5) == OWN.next_school_day(date(2026, 12, 18))


def test_the_next_working_day_skips_christmas() -> None:
    """S301: by the next working day. 25 and 28 December 2026 are bank holidays."""
    assert date(2026, 12, 29) == calendar.next_working_day(date(2026, 12, 24))


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ((AUTUMN, Term(TermName.SPRING, date(2026, 12, 1), date(2027, 3, 1))), "spring_first_on"),
        ((Term(TermName.AUTUMN, date(2025, 9, 2), date(2025, 12, 1)),), "autumn_first_on"),
        ((Term(TermName.AUTUMN, date(2026, 9, 2), date(2026, 9, 2)),), "autumn_last_on"),
        (
            (
                Term(
                    TermName.SPRING,
                    SPRING.first_on,
                    SPRING.last_on,
                    (Break(date(2027, 3, 20), date(2027, 4, 2)),),
                ),
            ),
            "spring_break_first_on",
        ),
    ],
)
def test_terms_that_cannot_be_are_refused_at_their_field(
    terms: tuple[Term, ...], field: str
) -> None:
    """Whoever types them sees which date is wrong."""
    with pytest.raises(Invalid) as refused:
        calendar.checked(terms, YEAR)

    assert [field] == list(refused.value.fields)
