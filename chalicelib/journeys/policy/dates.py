"""When a policy says that it is reviewed next, as a London date (S235)."""

import re
from datetime import date

from chalicelib.journeys.policy.model import Finding
from chalicelib.registers.model.dues import term_end
from chalicelib.tenancy.calendar import Calendar
from chalicelib.web.typing_in import date_of

_CYCLES = (
    (r"every two years|biennial", 24),
    (r"every three years", 36),
    (r"term", 4),
    (r"annual|every year|once a year", 12),
)
_WORDS = re.compile(r"(?:(\d{1,2}) )?([A-Za-z]+)(?: term)? (20\d\d)")
_SEASONS = {"spring", "summer", "autumn"}


def next_review(finding: Finding, calendar: Calendar, today: date) -> date | None:
    """The day a finding about reviews names, of a term or month its last; a cycle counts from
    today. None for what is past or cannot be read: somebody gives the date then.
    """
    if months := _cycle(finding.value):
        return _after(today, months)
    day = _named(finding.value, calendar)
    return day if day and day >= today else None


def is_met(finding: Finding, known: date | None, calendar: Calendar, today: date) -> bool:
    """Whether a date is the one a finding names: a cycle is met by any that is still to come."""
    if known is None:
        return False
    return known >= today if _cycle(finding.value) else known == _named(finding.value, calendar)


def spoken(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _cycle(value: str) -> int:
    if match := re.search(r"every (\d+) (months|years)", value):
        return int(match[1]) * (12 if match[2] == "years" else 1)
    if re.search(r"20\d\d", value):
        return 0
    return next((months for pattern, months in _CYCLES if re.search(pattern, value)), 0)


def _named(value: str, calendar: Calendar) -> date | None:
    if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(20\d\d)", value):
        return date_of({"day": match[1], "month": match[2], "year": match[3]})
    match = _WORDS.fullmatch(value)
    if not match:
        return None
    day, word, year = match[1], match[2].lower(), int(match[3])
    if word in _SEASONS:
        starts = year if word == "autumn" else year - 1
        return term_end(f"{starts}-{(starts + 1) % 100:02d}-{word}", calendar)
    tries = [day] if day else ["31", "30", "29", "28"]
    found = (date_of({"day": each, "month": word, "year": str(year)}) for each in tries)
    return next((each for each in found if each), None)


def _after(today: date, months: int) -> date:
    """The same day some months on; the 28th for a day that month may lack."""
    month = today.month - 1 + months
    return date(today.year + month // 12, month % 12 + 1, min(today.day, 28))
