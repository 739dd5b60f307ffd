"""How long: `24 hours`, `3 working days`, `1 month`, and the moment that many later.

The school's calendar says which days are working days and school days (S301, R-DP 1). A time of
day is kept where hours count; whole days end at the end of the day in London.
"""

import calendar as months
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from chalicelib import clock
from chalicelib.tenancy import calendar as working
from chalicelib.tenancy.calendar import Calendar

_DAY = timedelta(days=1)
_SHAPE = re.compile(r"(\d{1,3}) ([a-z ]+?)( before| after)?\Z")
_NEXT_DAY = "24 hours or next working day"


class Measure(StrEnum):
    """What a period is counted in; the plural is what people write."""

    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working days"
    SCHOOL_DAYS = "school days"
    WEEKS = "weeks"
    MONTHS = "months"
    TERMS = "terms"
    YEARS = "years"
    NEXT_DAY = _NEXT_DAY


_ONE = {measure.value.removesuffix("s"): measure for measure in Measure}
_MANY = {measure.value: measure for measure in Measure}
_MONTHS = {Measure.MONTHS: 1, Measure.YEARS: 12}
_LENGTHS = {
    Measure.HOURS: timedelta(hours=1),
    Measure.DAYS: _DAY,
    Measure.WEEKS: timedelta(weeks=1),
}


@dataclass(frozen=True)
class Period:
    """A length of time, forward, or back when `before`."""

    number: int
    measure: Measure
    before: bool = False

    def __str__(self) -> str:
        if self.measure is Measure.NEXT_DAY:
            return _NEXT_DAY
        unit = self.measure.value.removesuffix("s") if self.number == 1 else self.measure.value
        return f"{self.number} {unit}{' before' if self.before else ''}"

    def from_(self, start: datetime, calendar: Calendar) -> datetime:
        """The moment that is this much later (or earlier) than another."""
        if self.measure is Measure.HOURS:
            hours = timedelta(hours=self.number)
            return start - hours if self.before else start + hours
        if self.measure is Measure.NEXT_DAY:
            return _next_day(start)
        return end_of(self.from_day(clock.london(start).date(), calendar))

    def from_day(self, day: date, calendar: Calendar) -> date:
        """The date that is this much later (or earlier) than another."""
        number = -self.number if self.before else self.number
        match self.measure:
            case Measure.MONTHS | Measure.YEARS:
                return _months_from(day, number * _MONTHS[self.measure])
            case Measure.WORKING_DAYS | Measure.SCHOOL_DAYS:
                return _counted(day, self, calendar)
            case Measure.TERMS:
                return _terms_from(day, self.number, calendar)
            case Measure.NEXT_DAY:
                return working.next_working_day(day)
        return day + number * _LENGTHS[self.measure]


def period(text: str) -> Period:
    """`5 working days`, `1 month`, `7 days before`. Raises ValueError with what is wrong."""
    text = " ".join(text.split())
    if text == _NEXT_DAY:
        return Period(1, Measure.NEXT_DAY)
    found = _SHAPE.match(text)
    measure = found and (_MANY.get(found[2]) or _ONE.get(found[2]))
    if not found or not measure or measure is Measure.NEXT_DAY:
        raise ValueError(
            f"{text!r} is no period: write a number and one of "
            + ", ".join(each.value for each in Measure)
        )
    before = (found[3] or "").strip() == "before"
    if before and measure is Measure.TERMS:
        raise ValueError("a period of terms cannot lie before")
    return Period(int(found[1]), measure, before)


def end_of(day: date) -> datetime:
    """The last moment of a day in London."""
    return datetime.combine(day, time(23, 59, 59), clock.LONDON).astimezone(UTC)


def _next_day(start: datetime) -> datetime:
    """24 hours; from a day that is no working day, the end of the next that is (S301)."""
    local = clock.london(start).date()
    if not working.is_working_day(local):
        return end_of(working.next_working_day(local))
    later = start + timedelta(hours=24)
    if working.is_working_day(clock.london(later).date()):
        return later
    return end_of(working.next_working_day(clock.london(later).date()))


def _counted(day: date, period: Period, calendar: Calendar) -> date:
    step = -_DAY if period.before else _DAY
    counts = (
        working.is_working_day if period.measure is Measure.WORKING_DAYS else calendar.is_school_day
    )
    left = period.number
    while left:
        day += step
        left -= counts(day)
    return day


def _months_from(day: date, number: int) -> date:
    """The corresponding date; the last of a shorter month, as a calendar month is counted."""
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    last = months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _terms_from(day: date, number: int, calendar: Calendar) -> date:
    """The last day of the term that is so many after the one the day is counted under."""
    term = calendar.term_of(day)
    for _ in range(number):
        _, last = calendar.period(term)
        term = calendar.term_of(last + _DAY)
    return term.last_on
