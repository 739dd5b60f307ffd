"""When it happened: any number of dates, each with its time where that is known (S188, S189)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from chalicelib import clock
from chalicelib.incidents.model.report import Occasion
from chalicelib.web import typing_in
from chalicelib.web.fields import Question
from chalicelib.web.forms import Problem

MOST = 10
EARLIEST = date(1990, 1, 1)
_DATE = ("day", "month", "year")
_PARTS = (*_DATE, "time")
_BLANK = dict.fromkeys(_PARTS, "")


@dataclass
class Row:
    """One date as it was typed, and what is wrong with it."""

    number: int
    parts: dict[str, str] = field(default_factory=lambda: dict(_BLANK))
    problem: str = ""
    wrong: frozenset[str] = frozenset()

    @property
    def empty(self) -> bool:
        return not any(self.parts.values())


class Occasions(Question):
    """A list of dates and times; `rows` are what the page shows."""

    kind = "occasions"

    def __init__(self, label: str = "", **rest: Any) -> None:
        super().__init__(label, **rest)
        self.rows: list[Row] = [Row(1)]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:  # noqa: ARG002
        self.process_errors = []
        self.data = self.object_data = data if isinstance(data, tuple) else None
        if formdata is None:
            self.rows = _shown(self.data or ())
            return
        self.rows = self._typed_rows(formdata)
        found = [occasion for row in self.rows if (occasion := _read(row)) is not None]
        self.process_errors = [row.problem for row in self.rows if row.problem]
        self.data = None if self.process_errors else tuple(dict.fromkeys(found)) or None

    def _typed_rows(self, formdata: Any) -> list[Row]:
        rows: list[Row] = []
        for number in range(1, MOST + 1):
            typed = {
                part: typing_in.one_line("".join(formdata.getlist(self._name(number, part))[:1]))
                for part in _PARTS
            }
            if any(typed.values()):
                rows.append(Row(len(rows) + 1, typed))
        return rows or [Row(1)]

    def add_row(self) -> None:
        """Offer one more empty row, up to the most there may be."""
        if len(self.rows) < MOST and not self.rows[-1].empty:
            self.rows.append(Row(len(self.rows) + 1))

    @property
    def full(self) -> bool:
        return len(self.rows) >= MOST

    def shown(self) -> str:
        return "\n".join(occasion.words for occasion in self.data or ())

    def carried(self) -> list[tuple[str, str]]:
        return [
            (self._name(row.number, part), text)
            for row in self.rows
            for part, text in row.parts.items()
            if text
        ]

    def problems_by_row(self) -> list[Problem]:
        return [Problem(self._anchor(row), row.problem) for row in self.rows if row.problem]

    @property
    def anchor(self) -> str:
        return self._anchor(next((row for row in self.rows if row.problem), self.rows[0]))

    def _anchor(self, row: Row) -> str:
        part = next((part for part in _PARTS if part in row.wrong), "day")
        return self._name(row.number, part)

    def _name(self, number: int, part: str) -> str:
        return f"{self.name}-{number}-{part}"


def _shown(occasions: Iterable[Occasion]) -> list[Row]:
    rows = [
        Row(
            number,
            {
                **typing_in.date_parts(each.on),
                "time": typing_in.time_in_words(each.at) if each.at else "",
            },
        )
        for number, each in enumerate(occasions, start=1)
    ]
    return rows or [Row(1)]


class _Wrong(Exception):
    """What is wrong with a typed date or time, and in which of its parts."""

    def __init__(self, problem: str, *parts: str) -> None:
        super().__init__(problem)
        self.parts = frozenset(parts)


def _read(row: Row) -> Occasion | None:
    """The occasion a row means; None when it is empty or wrong, with the problem on the row."""
    if row.empty:
        return None
    try:
        on = _date_of(row.parts)
        return Occasion(on, _time_of(row.parts["time"], on))
    except _Wrong as e:
        row.problem = f"{e} (date {row.number})" if row.number > 1 else str(e)
        row.wrong = e.parts
        return None


def _date_of(parts: Mapping[str, str]) -> date:
    missing = [part for part in _DATE if not parts[part]]
    if len(missing) == len(_DATE):
        raise _Wrong("Enter the date as well as the time", *_DATE)
    if missing:
        raise _Wrong(f"The date must include a {' and '.join(missing)}", *missing)
    on = typing_in.date_of(parts)
    if on is None:
        raise _Wrong("The date must be a real date, like 6 10 2026", *_DATE)
    if on > clock.today():
        raise _Wrong("The date must be today or in the past", *_DATE)
    if on < EARLIEST:
        raise _Wrong(f"The date must be in {EARLIEST.year} or later", "year")
    return on


def _time_of(typed: str, on: date) -> time | None:
    if not typed:
        return None
    at = typing_in.time_of(typed)
    if at is None:
        raise _Wrong(
            "The time must be like 9:30am or 13:30. Leave it empty if it is not known", "time"
        )
    if datetime.combine(on, at) > clock.london(clock.now()).replace(tzinfo=None):
        raise _Wrong("The time must not be later than now", "time")
    return at
