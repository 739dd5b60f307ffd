"""The kinds of thing a school or trust can decide: a number, yes or no, a day, short texts.

A kind knows its bounds, how its value is stored and read back, and how it is said to people; the
settings page, the trust's locks and the history are made from it. A new setting is a field of
`Settings`, a word of `Setting` and a line of `DECIDED`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

Value = int | bool | str | date | tuple[str, ...]


@dataclass(frozen=True)
class Number:
    """A whole number from `least` to `most`."""

    section: str
    label: str
    hint: str
    least: int
    most: int

    def problem(self, value: Value) -> str:
        """What is wrong with a value; empty when nothing is."""
        if isinstance(value, bool) or not isinstance(value, int):
            return "Enter a whole number"
        if not self.least <= value <= self.most:
            return f"Enter a number from {self.least} to {self.most}"
        return ""

    def stored(self, value: Value) -> Any:
        return value

    def loaded(self, stored: Any) -> Value:
        return int(stored)

    def said(self, value: Value) -> str:
        return str(value)


@dataclass(frozen=True)
class Switch:
    """Yes or no."""

    section: str
    label: str
    hint: str

    def problem(self, value: Value) -> str:
        return "" if isinstance(value, bool) else "Choose yes or no"

    def stored(self, value: Value) -> Any:
        return value

    def loaded(self, stored: Any) -> Value:
        return bool(stored)

    def said(self, value: Value) -> str:
        return "yes" if value else "no"


@dataclass(frozen=True)
class Day:
    """A day, as London counts them; nothing decided is never."""

    section: str
    label: str
    hint: str

    def problem(self, value: Value) -> str:
        return "" if isinstance(value, date) else "Enter a date"

    def stored(self, value: Value) -> Any:
        return value.isoformat() if isinstance(value, date) else value

    def loaded(self, stored: Any) -> Value:
        return date.fromisoformat(stored)

    def said(self, value: Value | None) -> str:
        return f"{value.day} {value:%B %Y}" if isinstance(value, date) else "never"


@dataclass(frozen=True)
class Lines:
    """Up to `most` different texts of up to `longest` characters."""

    section: str
    label: str
    hint: str
    most: int = 30
    longest: int = 100

    def problem(self, value: Value) -> str:
        if not isinstance(value, tuple):
            return "Enter one on each line"
        if len(value) > self.most:
            return f"Enter {self.most} lines or fewer"
        if any(len(line) > self.longest for line in value):
            return f"Each line must be {self.longest} characters or less"
        if len({line.casefold() for line in value}) < len(value):
            return "Each line must be different"
        return ""

    def stored(self, value: Value) -> Any:
        return list(value) if isinstance(value, tuple) else value

    def loaded(self, stored: Any) -> Value:
        return tuple(map(str, stored))

    def said(self, value: Value) -> str:
        return ", ".join(value) if isinstance(value, tuple) and value else "none"


@dataclass(frozen=True)
class Words:
    """A few words on one line."""

    section: str
    label: str
    hint: str
    longest: int = 60

    def problem(self, value: Value) -> str:
        if not isinstance(value, str) or not value.strip():
            return "Enter a few words"
        if len(value) > self.longest:
            return f"Enter {self.longest} characters or less"
        return ""

    def stored(self, value: Value) -> Any:
        return value

    def loaded(self, stored: Any) -> Value:
        return str(stored)

    def said(self, value: Value) -> str:
        return str(value)


Kind = Number | Switch | Day | Lines | Words
