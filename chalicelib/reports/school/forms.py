"""The forms of a school's reports: which period, and the words of a draft."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, cast

from chalicelib.reports import periods
from chalicelib.reports.model import Period
from chalicelib.reports.school.wording import MOST, Line, Part
from chalicelib.tenancy import calendar
from chalicelib.web import Request, fields
from chalicelib.web.fields import Question
from chalicelib.web.forms import Form

_YEAR = "year:"
_YEARS = 3
_MOST_ADDED = 3000


class NewForm(Form):
    """Which period a report shall be about: a term, or an academic year."""

    record = fields.RecordId()
    period = fields.Choice("Which period?", required="Choose a period")

    @classmethod
    def shown(cls, today: date) -> "NewForm":
        """As it is first seen: the last term that ended."""
        ended = next(term for term in periods.recent_terms(today) if term.last_on < today)
        return cls.blank(options=_options(today), period=ended.key)

    @classmethod
    def sent(cls, request: Request, today: date) -> "NewForm":
        return cls.read(request, options=_options(today))

    def chosen(self, today: date) -> Period:
        """The period that was asked for."""
        if self.period.data.startswith(_YEAR):
            return periods.of_year(self.period.data.removeprefix(_YEAR), today)
        return periods.of_term(periods.term_called(self.period.data), today)


def _options(today: date) -> dict[str, fields.Options]:
    terms = [
        fields.Option(term.key, periods.of_term(term, today).label)
        for term in periods.recent_terms(today)
    ]
    starts = int(calendar.academic_year(today)[:4])
    years = [
        fields.Option(f"{_YEAR}{year}", periods.of_year(year, today).label)
        for year in (calendar.academic_year(date(starts - n, 9, 1)) for n in range(_YEARS))
    ]
    return {"period": [*terms, *years]}


class WordsForm(Form):
    """The sentences of a draft; `of` makes one with a question for each of them."""

    version = fields.Version()
    parts: ClassVar[Sequence[Part]] = ()

    def text(self, line: Line) -> Question:
        return cast(Question, self[_text(line.key)])

    def out(self, line: Line) -> Question:
        return cast(Question, self[_out(line.key)])

    def added(self, part: Part) -> Question:
        return cast(Question, self[_added(part.key)])

    @property
    def texts(self) -> dict[str, str]:
        """What each sentence is to say; one that was emptied is left out."""
        return {line.key: self.text(line).data or "" for line in self._every_line()}

    @property
    def left_out(self) -> dict[str, bool]:
        return {line.key: bool(self.out(line).data) for line in self._every_line()}

    @property
    def additions(self) -> dict[str, str]:
        return {part.key: self.added(part).data or "" for part in self.parts}

    def _every_line(self) -> list[Line]:
        return [line for part in self.parts for line in part.lines]


def of(parts: Sequence[Part]) -> type[WordsForm]:
    """The form of a draft's sentences."""
    attributes: dict[str, Any] = {"parts": tuple(parts)}
    for part in parts:
        for line in part.lines:
            attributes[_text(line.key)] = fields.LongText(_SENTENCE, most=MOST, rows=3)
            attributes[_out(line.key)] = fields.Tick("Leave it out")
        attributes[_added(part.key)] = fields.LongText(
            "Add something in your own words",
            hint="A blank line begins a new paragraph. Name no child.",
            most=_MOST_ADDED,
            rows=2,
        )
    return type("WordsForm", (WordsForm,), attributes)


def values(parts: Sequence[Part], version: int) -> Mapping[str, Any]:
    """What the form of a draft holds when it is first shown."""
    found: dict[str, Any] = {"version": str(version)}
    for part in parts:
        for line in part.lines:
            found[_text(line.key)] = line.text
            found[_out(line.key)] = line.is_out
        found[_added(part.key)] = part.added
    return found


_SENTENCE = "Sentence"


def _text(key: str) -> str:
    return f"text_{key.replace('-', '_')}"


def _out(key: str) -> str:
    return f"out_{key.replace('-', '_')}"


def _added(key: str) -> str:
    return f"added_{key.replace('-', '_')}"


class VersionForm(Form):
    """Which state of a draft somebody looked at."""

    version = fields.Version()
