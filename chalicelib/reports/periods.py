"""Which periods can be reported on, and which stretches of a school's days each is made of."""

from collections.abc import Iterator
from datetime import date, timedelta

from chalicelib.reports.model import Period, PeriodKind
from chalicelib.tenancy import calendar
from chalicelib.tenancy.calendar import Calendar, Term, TermName

_DAY = timedelta(days=1)
_SETTLED_AFTER = timedelta(days=14)
USUAL = Calendar()
MONTHS_BACK = 24


def of_term(term: Term, today: date) -> Period:
    """A term; its label says so while it is not over."""
    label = term.label if today > term.last_on else f"{term.label}, so far"
    return Period(PeriodKind.TERM, label, (term.key,), USUAL.period(term)[0], term.last_on)


def of_year(year: str, today: date) -> Period:
    """An academic year, up to the term that today is in."""
    terms = [term for term in USUAL.terms_of(year) if USUAL.period(term)[0] <= today]
    first, last = USUAL.period(terms[0])[0], terms[-1].last_on
    said = f"Academic year {year.replace('-', '/')}"
    whole = len(terms) == len(TermName) and today > last
    label = said if whole else f"{said}, to date"
    return Period(PeriodKind.YEAR, label, tuple(term.key for term in terms), first, last)


def of_months(first: date, last: date) -> Period:
    """Whole months, from the one of a day to the one of another."""
    months = list(_months(first, last))
    names = f"{first:%B %Y}" if len(months) == 1 else f"{first:%B %Y} to {last:%B %Y}"
    parts = tuple(month_key(month) for month in months)
    return Period(PeriodKind.MONTHS, names, parts, months[0], _month_end(months[-1]))


def of_week(day: date) -> Period:
    """The week of a day, Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    label = f"Week of {monday.day} {monday:%B %Y}"
    return Period(PeriodKind.WEEK, label, (week_key(monday),), monday, monday + 6 * _DAY)


def before(period: Period) -> Period | None:
    """The period of the same kind and length before; None for months, which have no usual one."""
    if period.kind is PeriodKind.WEEK:
        return of_week(period.first - _DAY)
    if period.kind is PeriodKind.TERM:
        term = calendar.term_of(period.first - _DAY)
        return of_term(term, period.first)
    if period.kind is PeriodKind.YEAR:
        return of_year(calendar.academic_year(period.first - _DAY), period.first - _DAY)
    return None


def recent_terms(today: date, number: int = 6) -> list[Term]:
    """The term of today and those before it, newest first."""
    found = [calendar.term_of(today)]
    while len(found) < number:
        found.append(calendar.term_of(USUAL.period(found[-1])[0] - _DAY))
    return found


def up_to(period: Period, number: int = 6) -> list[Term]:
    """The terms that lead to a period's last, oldest first: its trend."""
    return recent_terms(period.last, number)[::-1]


def term_called(key: str) -> Term:
    """The term of a key such as `2026-27-autumn`. Raises ValueError for any other text."""
    year, _, name = key.rpartition("-")
    if calendar.academic_year(date(int(year[:4]), 9, 1)) != year:
        raise ValueError("not an academic year")
    return next(term for term in USUAL.terms_of(year) if term.name == TermName(name))


def days_of(part: str, own: Calendar) -> tuple[date, date]:
    """The days that a school counts under a term, month or week, by its own calendar."""
    if is_week(part):
        monday = date.fromisoformat(f"{part}-1")
        return monday, monday + 6 * _DAY
    if is_month(part):
        first = date.fromisoformat(f"{part}-01")
        return first, _month_end(first)
    usual = term_called(part)
    terms = own.terms_of(usual.academic_year)
    return own.period(next(term for term in terms if term.name == usual.name))


def parts_of(day: date, own: Calendar) -> tuple[str, str]:
    """The term and the month that a school counts a day under."""
    return own.term_of(day).key, month_key(day)


def is_month(part: str) -> bool:
    return len(part) == len("2026-09")


def is_week(part: str) -> bool:
    return len(part) == len("2026-W48")


def kind_of(part: str) -> str:
    """What a part is a part of: `term`, `month` or `week`, as its copies' keys begin."""
    return "month" if is_month(part) else "week" if is_week(part) else "term"


def month_key(day: date) -> str:
    return f"{day:%Y-%m}"


def week_key(day: date) -> str:
    """The week of a day as ISO 8601 has it, such as `2026-W48`."""
    return f"{day:%G-W%V}"


def is_settled(last: date, counted_on: date) -> bool:
    """Whether figures counted on a day are final: by then little comes in for a past period.

    What does come in later is counted again because of the change itself.
    """
    return counted_on > last + _SETTLED_AFTER


def recent_months(today: date) -> list[date]:
    """The first days of the months that can be asked for, newest first."""
    return list(_months(_months_before(today, MONTHS_BACK), today))[::-1]


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = _month_end(month) + _DAY


def _months_before(day: date, number: int) -> date:
    whole = day.year * 12 + day.month - 1 - number
    return date(whole // 12, whole % 12 + 1, 1)


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - _DAY
