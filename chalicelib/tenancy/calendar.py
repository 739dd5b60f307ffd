"""Terms, bank holidays, working days and academic years: nothing else in Holdfast knows them.

Dates are London dates (`clock.london(instant).date()`). A school that has not entered its terms
yet works by the pattern most English schools keep, so that every date has a term from the first
day; entering them replaces the pattern for that academic year.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from dateutil.easter import easter  # type: ignore[import-untyped]  # it ships no types

from chalicelib.errors import Invalid
from chalicelib.tenancy import bank_holidays

_DAY = timedelta(days=1)
_YEAR_STARTS = 9  # September


class TermName(StrEnum):
    """Stored words, in the order of the academic year."""

    AUTUMN = "autumn"
    SPRING = "spring"
    SUMMER = "summer"


@dataclass(frozen=True)
class Break:
    """Days within a term on which the school is closed, such as half-term or a training day."""

    first_on: date
    last_on: date

    def __contains__(self, day: date) -> bool:
        return self.first_on <= day <= self.last_on


@dataclass(frozen=True)
class Term:
    """One of the three terms of an academic year, with the days off inside it."""

    name: TermName
    first_on: date
    last_on: date
    breaks: tuple[Break, ...] = ()

    @property
    def academic_year(self) -> str:
        return academic_year(self.first_on)

    @property
    def key(self) -> str:
        """How a term is named in keys, such as `2026-27-autumn`."""
        return f"{self.academic_year}-{self.name}"

    @property
    def label(self) -> str:
        return f"{self.name.capitalize()} term {self.academic_year.replace('-', '/')}"


@dataclass(frozen=True)
class Calendar:
    """A school's terms, oldest first, as it entered them."""

    terms: tuple[Term, ...] = ()

    def term_of(self, day: date) -> Term:
        """The term a day is counted under.

        A holiday counts with the term before it, the days before the first term with that, so
        that every day has a term and a year's three terms are exactly its days.
        """
        terms = self.terms_of(academic_year(day))
        started = [term for term in terms if term.first_on <= day]
        return (started or terms[:1])[-1]

    def period(self, term: Term) -> tuple[date, date]:
        """The first and the last day counted under a term."""
        terms = self.terms_of(term.academic_year)
        place = terms.index(term)
        starts = int(term.academic_year[:4])
        first = date(starts, _YEAR_STARTS, 1) if place == 0 else term.first_on
        following = terms[place + 1 :]
        after = following[0].first_on if following else date(starts + 1, _YEAR_STARTS, 1)
        return first, after - _DAY

    def terms_of(self, year: str) -> tuple[Term, ...]:
        """The three terms of an academic year: the school's own, else the usual pattern."""
        own = tuple(term for term in self.terms if term.academic_year == year)
        return own or usual_terms(year)

    def has(self, year: str) -> bool:
        """Whether the school has entered its own terms for an academic year."""
        return any(term.academic_year == year for term in self.terms)

    def is_school_day(self, day: date) -> bool:
        """Whether pupils are in."""
        term = self.term_of(day)
        within = term.first_on <= day <= term.last_on
        return within and is_working_day(day) and not any(day in days for days in term.breaks)

    def next_school_day(self, day: date) -> date:
        """The first school day after a day."""
        day += _DAY
        while not self.is_school_day(day):
            day += _DAY
        return day


def academic_year(day: date) -> str:
    """The academic year of a date, such as `2026-27`: it starts on 1 September."""
    starts = day.year if day.month >= _YEAR_STARTS else day.year - 1
    return _year_from(starts)


def years_around(day: date) -> tuple[str, ...]:
    """Last academic year, this one and the two after: the ones whose terms people enter."""
    starts = int(academic_year(day)[:4])
    return tuple(_year_from(starts + offset) for offset in (-1, 0, 1, 2))


def term_of(day: date) -> Term:
    """The term of a date by the usual pattern, for whoever has no school's calendar at hand."""
    return Calendar().term_of(day)


def is_working_day(day: date) -> bool:
    """Whether it is neither a week-end nor a bank holiday in England."""
    return day.weekday() < 5 and day not in bank_holidays.in_year(day.year)


def next_working_day(day: date) -> date:
    """The first working day after a day (S301: the next working day)."""
    day += _DAY
    while not is_working_day(day):
        day += _DAY
    return day


@cache
def usual_terms(year: str) -> tuple[Term, ...]:
    """The terms most English schools keep: what a school is offered to start from."""
    starts = int(year[:4])
    after_easter = _working_from(max(date(starts + 1, 4, 13), easter(starts + 1)))
    autumn = Term(
        TermName.AUTUMN,
        _working_from(date(starts, 9, 1)),
        _friday_to(date(starts, 12, 21)),
        (_week_of(date(starts, 10, 29)),),
    )
    spring = Term(
        TermName.SPRING,
        _working_from(date(starts + 1, 1, 4)),
        _friday_to(after_easter - timedelta(days=17)),
        (_week_of(date(starts + 1, 2, 17)),),
    )
    summer = Term(
        TermName.SUMMER,
        after_easter,
        _friday_to(date(starts + 1, 7, 23)),
        (_week_of(date(starts + 1, 5, 28)),),
    )
    return autumn, spring, summer


def checked(terms: Sequence[Term], year: str) -> tuple[Term, ...]:
    """The terms of one academic year as somebody entered them, once they make sense together.

    Raises Invalid with the fields that do not; a field is named `<term>_<part>`.
    """
    problems: dict[str, list[str]] = {}
    before: Term | None = None
    for term in sorted(terms, key=lambda term: list(TermName).index(term.name)):
        if text := _wrong_with(term, before, year):
            problems.update(text)
        before = term
    if problems:
        raise Invalid(problems)
    return tuple(terms)


def _wrong_with(term: Term, before: Term | None, year: str) -> dict[str, list[str]]:
    if academic_year(term.first_on) != year or academic_year(term.last_on) != year:
        starts = int(year[:4])
        text = f"Enter dates from 1 September {starts} to 31 August {starts + 1}"
        return {f"{term.name}_first_on": [text]}
    if term.last_on <= term.first_on:
        return {f"{term.name}_last_on": ["The last day must be after the first day"]}
    if before and term.first_on <= before.last_on:
        return {f"{term.name}_first_on": [f"This must be after the {before.name} term ends"]}
    for days in term.breaks:
        if not term.first_on < days.first_on <= days.last_on < term.last_on:
            return {f"{term.name}_break_first_on": ["Half-term must lie within the term"]}
    return {}


def _year_from(starts: int) -> str:
    return f"{starts}-{(starts + 1) % 100:02d}"


def _working_from(day: date) -> date:
    return day if is_working_day(day) else next_working_day(day)


def _friday_to(day: date) -> date:
    """The last Friday on or before a day that is a working day, else the working day before it."""
    day -= timedelta(days=(day.weekday() - 4) % 7)
    while not is_working_day(day):
        day -= _DAY
    return day


def _week_of(day: date) -> Break:
    monday = day - timedelta(days=day.weekday())
    return Break(monday, monday + timedelta(days=4))
