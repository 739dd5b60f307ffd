"""The periods in which a school owes something once: which one a day lies in, until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.registers.model.answers import meets, people_in
from chalicelib.registers.model.definition import Cycle, Unit
from chalicelib.registers.model.entry import Answers
from chalicelib.registers.model.periods import Period
from chalicelib.tenancy.calendar import Calendar, academic_year

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """One period: its key in rows, what people call it, its days, and the last it can be met in
    good time.
    """

    key: str
    label: str
    first_on: date
    last_on: date
    due_on: date


def span_of(cycle: Cycle, day: date, calendar: Calendar) -> Span | None:
    """The period a day lies in; none for a week without a school day."""
    found = _SPANS[cycle.every](day, calendar)
    if found is None or cycle.due is None:
        return found
    due = cycle.due.from_day(found.first_on, calendar)
    return Span(found.key, found.label, found.first_on, found.last_on, min(due, found.last_on))


def before(cycle: Cycle, span: Span, calendar: Calendar) -> Span | None:
    """The period before one."""
    return span_of(cycle, span.first_on - _DAY, calendar)


def counts(cycle: Cycle, state: str, answers: Answers) -> bool:
    """Whether an entry meets a cycle, by its state and its answers."""
    return (not cycle.states or state in cycle.states) and meets(answers, cycle.where)


def missing(cycle: Cycle, answers: Iterable[Answers], staff: Iterable[str]) -> set[str]:
    """Who of the staff has no entry yet, of those that count."""
    named = {person for each in answers for person in people_in(each, cycle.person)}
    return set(staff) - named


def remind_on(about: Period, due_on: date, calendar: Calendar) -> date:
    return about.from_day(due_on, calendar)


def _week(day: date, calendar: Calendar) -> Span | None:
    monday = day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=n) for n in range(5)]
    school_days = [each for each in days if calendar.is_school_day(each)]
    if not school_days:
        return None
    year, number, _ = monday.isocalendar()
    label = f"the week of {monday.day} {monday:%B}"
    return Span(f"{year}-W{number:02d}", label, monday, monday + 6 * _DAY, school_days[-1])


def _month(day: date, calendar: Calendar) -> Span:
    first = day.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - _DAY
    return Span(f"{day:%Y-%m}", f"{day:%B %Y}", first, last, last)


def _term(day: date, calendar: Calendar) -> Span:
    term = calendar.term_of(day)
    first, last = calendar.period(term)
    return Span(term.key, f"the {term.label[0].lower()}{term.label[1:]}", first, last, term.last_on)


def _year(day: date, calendar: Calendar) -> Span:
    year = academic_year(day)
    terms = calendar.terms_of(year)
    first, _ = calendar.period(terms[0])
    _, last = calendar.period(terms[-1])
    label = f"the year {year.replace('-', '/')}"
    return Span(year, label, first, last, terms[-1].last_on)


_SPANS = {Unit.WEEK: _week, Unit.MONTH: _month, Unit.TERM: _term, Unit.YEAR: _year}
