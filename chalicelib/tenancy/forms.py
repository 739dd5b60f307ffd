"""Forms about what a school or trust decides: settings and term dates."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Self

from chalicelib.tenancy.calendar import Break, Term, TermName
from chalicelib.tenancy.kinds import Day, Number, Switch, Value, Words
from chalicelib.tenancy.model import DECIDED, Choices, Setting
from chalicelib.web import fields, typing_in
from chalicelib.web.forms import Form


def _question(setting: Setting) -> fields.Question:
    """How a setting is asked; nothing answered takes what the trust or Holdfast has."""
    kind = DECIDED[setting]
    if isinstance(kind, Number):
        return fields.Number(
            kind.label, least=kind.least, greatest=kind.most, hint=kind.hint, width="4"
        )
    if isinstance(kind, Switch):
        return fields.Choice(kind.label, options=_SWITCH, hint=kind.hint, default=_USUAL)
    if isinstance(kind, Day):
        return fields.Date(kind.label, hint=kind.hint)
    if isinstance(kind, Words):
        return fields.Text(kind.label, most=kind.longest, hint=kind.hint, width="20")
    return _Lines(kind.label, most=kind.most * (kind.longest + 1), hint=kind.hint)


_USUAL, _YES = "usual", "yes"
_SWITCH = ((_YES, "Yes"), ("no", "No"), (_USUAL, "Take the usual"))


class _Lines(fields.LongText):
    """A text on each line."""

    def parse(self, typed: list[str]) -> Any:
        text = super().parse(typed)
        return tuple(filter(None, map(str.strip, text.splitlines()))) if text else None

    def as_typed(self, value: Any) -> str:
        return "\n".join(value)


def _asked(setting: Setting, value: Value) -> Any:
    """A stored value as its question has it."""
    if isinstance(DECIDED[setting], Switch):
        return _YES if value else "no"
    return value


def _answered(setting: Setting, data: Any) -> Value | None:
    """What an answer decides; None when it leaves it to the trust or Holdfast."""
    if isinstance(DECIDED[setting], Switch):
        return None if data in (None, _USUAL) else data == _YES
    value: Value | None = data
    return value


def _version(field: fields.Question) -> int:
    number = typing_in.whole_number(str(field.data or ""))
    return -1 if number is None else number


class SettingsForm(Form):
    """A school's own choices: a question for each setting, added below."""

    version = fields.Hidden()

    @classmethod
    def showing(cls, choices: Choices, version: int) -> Self:
        """The form as a level's choices have it now."""
        values: dict[str, Any] = {s.value: _asked(s, v) for s, v in choices.values.items()}
        locks: dict[str, Any] = {f"lock_{setting}": True for setting in choices.locked}
        return cls.blank(version=version, **values, **locks)

    @property
    def read_at(self) -> int:
        """The version the form was filled in against; -1 for what is none."""
        return _version(self.version)

    def choices(self) -> Choices:
        answers = {setting: _answered(setting, self[setting.value].data) for setting in Setting}
        return Choices(values={s: value for s, value in answers.items() if value is not None})

    def meet(self, version: int) -> None:
        """Let the next try be against a newer version."""
        self.version.typed = [str(version)]


def _lock(setting: Setting) -> fields.Tick:
    return fields.Tick(f"Schools cannot change “{DECIDED[setting].label}”")


class TrustSettingsForm(SettingsForm):
    """A trust's choices for its schools, and which of them the schools cannot change."""

    def choices(self) -> Choices:
        locked = frozenset(setting for setting in Setting if self[f"lock_{setting}"].data)
        return Choices(super().choices().values, locked)


for _each in Setting:
    setattr(SettingsForm, _each.value, _question(_each))
    setattr(TrustSettingsForm, f"lock_{_each}", _lock(_each))


class RestoreForm(Form):
    """Which version to take again, and the one that is in force."""

    number = fields.Number("Version", least=1)
    version = fields.Hidden()

    @property
    def read_at(self) -> int:
        return _version(self.version)


def _date(label: str, *, required: str = "") -> fields.Date:
    return fields.Date(label, required=required)


class TermsForm(Form):
    """The three terms of one academic year, each with its half-term."""

    version = fields.Hidden()
    autumn_first_on = _date("First day of autumn term", required="Enter the first day")
    autumn_last_on = _date("Last day of autumn term", required="Enter the last day")
    autumn_break_first_on = _date("Half-term starts")
    autumn_break_last_on = _date("Half-term ends")
    spring_first_on = _date("First day of spring term", required="Enter the first day")
    spring_last_on = _date("Last day of spring term", required="Enter the last day")
    spring_break_first_on = _date("Half-term starts")
    spring_break_last_on = _date("Half-term ends")
    summer_first_on = _date("First day of summer term", required="Enter the first day")
    summer_last_on = _date("Last day of summer term", required="Enter the last day")
    summer_break_first_on = _date("Half-term starts")
    summer_break_last_on = _date("Half-term ends")

    @classmethod
    def showing(cls, terms: tuple[Term, ...], version: int) -> Self:
        values: dict[str, Any] = {}
        for term in terms:
            values[f"{term.name}_first_on"] = term.first_on
            values[f"{term.name}_last_on"] = term.last_on
            for days in term.breaks[:1]:
                values[f"{term.name}_break_first_on"] = days.first_on
                values[f"{term.name}_break_last_on"] = days.last_on
        return cls.blank(version=version, **values)

    @property
    def read_at(self) -> int:
        return _version(self.version)

    def check(self) -> None:
        for name in TermName:
            first, last = self._days(name, "break_first_on"), self._days(name, "break_last_on")
            if (first is None) != (last is None):
                missing = "first" if first is None else "last"
                self.refuse(f"{name}_break_{missing}_on", f"Enter the {missing} day of half-term")

    def terms(self) -> tuple[Term, ...]:
        """Once there are no problems."""
        return tuple(self._terms())

    def groups(self) -> Iterator[tuple[TermName, list[Any]]]:
        """The questions of each term, for the page."""
        parts = ("first_on", "last_on", "break_first_on", "break_last_on")
        for name in TermName:
            yield name, [self[f"{name}_{part}"] for part in parts]

    def _terms(self) -> Iterator[Term]:
        for name in TermName:
            first, last = self._days(name, "first_on"), self._days(name, "last_on")
            if first is None or last is None:
                continue
            off = self._days(name, "break_first_on"), self._days(name, "break_last_on")
            breaks = (Break(off[0], off[1]),) if off[0] and off[1] else ()
            yield Term(name, first, last, breaks)

    def _days(self, name: TermName, part: str) -> date | None:
        found: date | None = self[f"{name}_{part}"].data
        return found
