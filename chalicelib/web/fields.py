"""The questions a form may ask: each turns typed text into a value, or into one plain sentence.

A question is optional until `required` gives the sentence to show when it is left empty, and an
optional one says so in its label (features 10.3). What was typed is kept in `typed`, so that a
page shown again after a problem loses nothing. `components/forms.html` renders every kind.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any

from wtforms.fields import Field
from wtforms.validators import StopValidation

from chalicelib import clock, ids
from chalicelib.web import typing_in

Check = Callable[[Any], str]
"""Looks at a parsed value and answers with the problem, or with an empty text."""


@dataclass(frozen=True)
class Option:
    """One of the answers offered; `reveals` names what is asked when it is chosen: one question, or
    several with spaces between.
    """

    value: str
    label: str
    hint: str = ""
    reveals: str = ""


Options = type[StrEnum] | Iterable[Option | tuple[str, str]]


class Question(Field):
    """What every kind has in common; a kind says how to `parse` and how to show its value."""

    kind = "text"
    data: Any

    def __init__(
        self,
        label: str = "",
        *,
        hint: str = "",
        required: str = "",
        checks: Sequence[Check] = (),
        width: str = "",
        autocomplete: str = "",
        **wtforms: Any,
    ) -> None:
        super().__init__(label, description=hint, **wtforms)
        self.hint = hint
        self.required = required
        self.checks = checks
        self.width = width
        self.autocomplete = autocomplete
        self.typed: list[str] = []

    def parse(self, typed: list[str]) -> Any:
        """The value of what was typed, None when empty; raises ValueError with the problem."""
        return typing_in.one_line(typed[0]) or None if typed else None

    def shown(self) -> str:
        """The answer in words, for check-your-answers pages and receipts."""
        return "" if self.data is None else str(self.data)

    def carried(self) -> list[tuple[str, str]]:
        """The hidden inputs that would bring the answer back unchanged."""
        return [(self.name, text) for text in self.typed]

    @property
    def value(self) -> str:
        """What to show in the input: what was typed, else the value given to the form."""
        if self.typed:
            return self.typed[0]
        return "" if self.data is None else self.as_typed(self.data)

    def as_typed(self, value: Any) -> str:
        return str(value)

    @property
    def anchor(self) -> str:
        """The id of the first input, where the error summary's link leads."""
        return str(self.id)

    # --- what WTForms calls ---

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.typed = [str(text) for text in valuelist]
        self.data = None
        self.data = self.parse(self.typed)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms passes it
        if self.process_errors:
            raise StopValidation
        if self.data is None or self.data in ([], False):
            if self.required:
                raise StopValidation(self.required)
            return
        for check in self.checks:
            if problem := check(self.data):
                raise StopValidation(problem)


class Text(Question):
    """One line of text."""

    def __init__(
        self, label: str = "", *, most: int = 200, inputmode: str = "", **rest: Any
    ) -> None:
        super().__init__(label, **rest)
        self.most = most
        self.inputmode = inputmode
        self.spellcheck = True
        self.input_type = "text"

    def parse(self, typed: list[str]) -> Any:
        text = typing_in.one_line(typed[0]) if typed else ""
        self._limit(text)
        return text or None

    def _limit(self, text: str) -> None:
        if len(text) > self.most:
            raise ValueError(f"{self.label.text} must be {self.most:,} characters or less")


class LongText(Text):
    """Several lines, with a count of the characters left."""

    kind = "long"

    def __init__(self, label: str = "", *, most: int = 4000, rows: int = 6, **rest: Any) -> None:
        super().__init__(label, most=most, **rest)
        self.rows = rows

    def parse(self, typed: list[str]) -> Any:
        text = typing_in.lines(typed[0]) if typed else ""
        self._limit(text)
        return text or None


class Email(Text):
    """An email address, checked for its shape and brought to its usual form."""

    def __init__(self, label: str = "Email address", **rest: Any) -> None:
        super().__init__(label, most=254, **{"autocomplete": "email", **rest})
        self.input_type = "email"
        self.spellcheck = False

    def parse(self, typed: list[str]) -> Any:
        text = super().parse(typed)
        return None if text is None else typing_in.email(text)


class Number(Text):
    """A whole number within bounds."""

    def __init__(
        self, label: str = "", *, least: int = 0, greatest: int = 1_000_000, **rest: Any
    ) -> None:
        super().__init__(label, inputmode="numeric", **rest)
        self.least = least
        self.greatest = greatest
        self.spellcheck = False

    def parse(self, typed: list[str]) -> Any:
        text = super().parse(typed)
        if text is None:
            return None
        number = typing_in.whole_number(text)
        if number is None:
            raise ValueError(f"{self.label.text} must be a whole number, like {self.least + 5}")
        if not self.least <= number <= self.greatest:
            raise ValueError(
                f"{self.label.text} must be between {self.least:,} and {self.greatest:,}"
            )
        return number


class Code(Text):
    """The digits of a sign-in code; spaces and dashes do not matter."""

    def __init__(self, label: str = "Code", *, digits: int = 8, **rest: Any) -> None:
        super().__init__(
            label,
            inputmode="numeric",
            **{"autocomplete": "one-time-code", "width": "10", **rest},
        )
        self.digits = digits
        self.spellcheck = False

    def parse(self, typed: list[str]) -> Any:
        text = super().parse(typed)
        if text is None:
            return None
        code = "".join(letter for letter in text if letter not in " -\u2013\u00a0")
        if len(code) != self.digits or not (code.isascii() and code.isdigit()):
            raise ValueError(f"Enter the {self.digits} digits of the code")
        return code


class Date(Question):
    """A date in three inputs: day, month, year. Months may be words."""

    kind = "date"

    def __init__(
        self, label: str = "", *, past: bool = False, future: bool = False, **rest: Any
    ) -> None:
        super().__init__(label, **rest)
        self.past = past
        self.future = future
        self.parts: dict[str, str] = {"day": "", "month": "", "year": ""}
        self.wrong: frozenset[str] = frozenset()

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:  # noqa: ARG002
        given = data if isinstance(data, date) else self.default
        self.process_errors = []
        self.data = self.object_data = given() if callable(given) else given
        if formdata is None:
            if self.data is not None:
                self.parts = typing_in.date_parts(self.data)
            return
        self.parts = {
            part: typing_in.one_line("".join(formdata.getlist(f"{self.name}-{part}")[:1]))
            for part in self.parts
        }
        self.data = None
        try:
            self.data = self._read()
        except ValueError as problem:
            self.process_errors.append(str(problem))

    def _read(self) -> date | None:
        if not any(self.parts.values()):
            return None
        missing = [part for part, text in self.parts.items() if not text]
        self.wrong = frozenset(missing or self.parts)
        if missing:
            raise ValueError(f"{self.label.text} must include a {' and '.join(missing)}")
        value = typing_in.date_of(self.parts)
        if value is None:
            raise ValueError(f"{self.label.text} must be a real date")
        if self.past and value > clock.today():
            raise ValueError(f"{self.label.text} must be today or in the past")
        if self.future and value < clock.today():
            raise ValueError(f"{self.label.text} must be today or in the future")
        self.wrong = frozenset()
        return value

    def shown(self) -> str:
        return f"{self.data.day} {self.data:%B %Y}" if self.data else ""

    def carried(self) -> list[tuple[str, str]]:
        return [(f"{self.name}-{part}", text) for part, text in self.parts.items()]

    @property
    def anchor(self) -> str:
        first = next((part for part in self.parts if part in self.wrong), "day")
        return f"{self.id}-{first}"


class Time(Text):
    """A time of day, however people write it: 9:30am, 13.05, 1305, midday."""

    def __init__(self, label: str = "", **rest: Any) -> None:
        super().__init__(label, **{"width": "5", "hint": "For example, 9:30am or 13:30", **rest})
        self.spellcheck = False

    def parse(self, typed: list[str]) -> Any:
        text = super().parse(typed)
        if text is None:
            return None
        value = typing_in.time_of(text)
        if value is None:
            raise ValueError(f"{self.label.text} must be a time, like 9:30am or 13:30")
        return value

    def as_typed(self, value: time) -> str:
        return f"{value:%H:%M}"

    def shown(self) -> str:
        return typing_in.time_in_words(self.data) if self.data else ""


class Offered(Question):
    """A question with a list of answers; a StrEnum gives its members and gets them back."""

    def __init__(self, label: str = "", *, options: Options = (), **rest: Any) -> None:
        super().__init__(label, **rest)
        self.options: tuple[Option, ...] = ()
        self._members: Mapping[str, Any] = {}
        self.offer(options)

    def offer(self, options: Options) -> None:
        """Set the answers, for lists that are only known when the form is shown."""
        if isinstance(options, type):
            self._members = {str(member): member for member in options}
            self.options = tuple(Option(str(m), _label(m), _hint(m)) for m in options)
            return
        self.options = tuple(o if isinstance(o, Option) else Option(*o) for o in options)
        self._members = {option.value: option.value for option in self.options}

    def chosen(self) -> list[str]:
        """The values to show as ticked."""
        if self.typed:
            return self.typed
        data = self.data if isinstance(self.data, list | tuple | set | frozenset) else [self.data]
        return [str(value) for value in data if value is not None]

    def _label_of(self, value: Any) -> str:
        return next((o.label for o in self.options if o.value == str(value)), str(value))


class Choice(Offered):
    """One answer of several: radios, or a select where the list is long."""

    kind = "radios"

    def __init__(
        self, label: str = "", *, select: bool = False, inline: bool = False, **rest: Any
    ) -> None:
        super().__init__(label, **rest)
        self.inline = inline
        if select:
            self.kind = "select"

    def parse(self, typed: list[str]) -> Any:
        if not typed or not typed[0]:
            return None
        if typed[0] not in self._members:
            raise ValueError(self.required or "Choose one of the answers in the list")
        return self._members[typed[0]]

    def shown(self) -> str:
        return "" if self.data is None else self._label_of(self.data)


class Choices(Offered):
    """Any number of answers; the value is a list in the order offered."""

    kind = "checkboxes"

    def parse(self, typed: list[str]) -> Any:
        if any(text not in self._members for text in typed):
            raise ValueError(self.required or "Choose from the answers in the list")
        return [member for value, member in self._members.items() if value in typed]

    def shown(self) -> str:
        return "\n".join(self._label_of(value) for value in self.data or [])


class Tick(Question):
    """One box to tick: a statement one agrees to, or a yes."""

    kind = "tick"

    def parse(self, typed: list[str]) -> Any:
        return bool(typed and typed[0])

    def shown(self) -> str:
        return "Yes" if self.data else "No"

    @property
    def value(self) -> str:
        return "yes" if self.data else ""


class Hidden(Question):
    """A value that travels with the form and is not asked."""

    kind = "hidden"


class Version(Hidden):
    """Which state of something the form was filled in against, 0 for something new; -1 for what is
    no number, which no state ever was.
    """

    def parse(self, typed: list[str]) -> Any:
        text = typed[0] if typed else "0"
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


class RecordId(Hidden):
    """The id of the record this form will make, minted when the form was first shown.

    A second press carries the same id, so the second creation meets `attribute_not_exists` and
    the person is shown the receipt (architecture section 4).
    """

    def __init__(self, **rest: Any) -> None:
        super().__init__("", **{"default": ids.new, **rest})

    def parse(self, typed: list[str]) -> Any:
        given = typed[0] if typed else ""
        if not ids.is_record(given):
            self.typed = [ids.new()]
        return self.typed[0]


def _label(member: StrEnum) -> str:
    said = getattr(member, "label", None)
    return str(said) if said else str(member).replace("_", " ").capitalize()


def _hint(member: StrEnum) -> str:
    return str(getattr(member, "hint", "") or "")
