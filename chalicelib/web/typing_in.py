"""What people type, read kindly: dates, times, numbers and addresses as they really write them."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, time

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = re.compile(r"(\d{1,2})(?:[:.h ]?(\d{2}))?\s*([ap])?\.?\s*(?:m\.?)?", re.IGNORECASE)
_NAMED_TIMES = {"midday": time(12), "noon": time(12), "midnight": time(0)}


def one_line(text: str) -> str:
    """Text without control characters, runs of space made one: what a single input means."""
    return " ".join(_visible(text).split())


def lines(text: str) -> str:
    """Text with its line breaks kept, and nothing else that cannot be seen."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(_visible(line).rstrip() for line in plain.split("\n")).strip()


def _visible(text: str) -> str:
    """The text composed (NFC), without control characters, separators and direction overrides."""
    return "".join(
        " " if letter in "\t\n\r\u00a0\u2028\u2029" else letter
        for letter in unicodedata.normalize("NFC", text)
        if letter in "\t\n\r\u200c\u200d" or unicodedata.category(letter) not in {"Cc", "Cf", "Cs"}
    )


def email(text: str) -> str:
    """The address in its usual form; raises ValueError with a sentence for its typist."""
    # Only pages that ask for an address pay for this import.
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as e:
        raise ValueError("Enter an email address in the right form, like name@school.uk") from e


def whole_number(text: str) -> int | None:
    plain = text.replace(",", "").replace(" ", "")
    return int(plain) if re.fullmatch(r"-?\d{1,12}", plain, re.ASCII) else None


def date_of(parts: Mapping[str, str]) -> date | None:
    """The date of a typed day, month and year; None when there is no such date."""
    month = _month(parts["month"])
    day, year = whole_number(parts["day"]), whole_number(parts["year"])
    if day is None or month is None or year is None:
        return None
    if 0 <= year < 100:
        year += 2000
    if not 1900 <= year <= 2100:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def date_parts(value: date) -> dict[str, str]:
    return {"day": str(value.day), "month": str(value.month), "year": str(value.year)}


def _month(text: str) -> int | None:
    start = text.lower()[:3]
    if start in _MONTHS:
        return _MONTHS.index(start) + 1
    return whole_number(text)


def time_of(text: str) -> time | None:
    """The time of day meant by 9:30am, 9.30, 0930, 13:05, 1 pm or midday; None when unclear."""
    plain = text.strip().lower()
    if plain in _NAMED_TIMES:
        return _NAMED_TIMES[plain]
    found = _TIME.fullmatch(plain)
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    half = found[3]
    if half is None and found[2] is None:
        return None
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def time_in_words(value: time) -> str:
    """A time as it is read aloud: 9:30am, 1pm, midday, midnight."""
    if value.minute == 0 and value.hour in {0, 12}:
        return "midday" if value.hour else "midnight"
    minutes = f":{value.minute:02d}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes}{'am' if value.hour < 12 else 'pm'}"
