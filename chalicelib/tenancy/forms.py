"""Forms about what a school or trust decides: settings and term dates."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Self

from chalicelib.tenancy.calendar import Break, Term, TermName
from chalicelib.tenancy.model import BOUNDS, Choices, Setting
from chalicelib.web import fields
from chalicelib.web.forms import Form


def _number(setting: Setting) -> fields.Number:
    bounds = BOUNDS[setting]
    return fields.Number(
        bounds.label, least=bounds.least, greatest=bounds.most, hint=bounds.hint, width="4"
    )


class SettingsForm(Form):
    """A school's own choices; an empty field takes what the trust or Holdfast has."""

    version = fields.Hidden()
    small_number_threshold = _number(Setting.SMALL_NUMBER_THRESHOLD)
    acknowledge_minutes = _number(Setting.ACKNOWLEDGE_MINUTES)
    link_days = _number(Setting.LINK_DAYS)

    @classmethod
    def showing(cls, choices: Choices, version: int) -> Self:
        """The form as a level's choices have it now."""
        values: dict[str, Any] = {s.value: value for s, value in choices.values.items()}
        locks: dict[str, Any] = {f"lock_{setting}": True for setting in choices.locked}
        return cls.blank(version=version, **values, **locks)

    @property
    def read_at(self) -> int:
        """The version the form was filled in against; -1 for what is none."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() else -1

    def choices(self) -> Choices:
        return Choices(values={s: self[s.value].data for s in Setting if self[s.value].data})

    def meet(self, version: int) -> None:
        """Let the next try be against a newer version."""
        self.version.typed = [str(version)]


def _lock(setting: Setting) -> fields.Tick:
    return fields.Tick(f"Schools cannot change “{BOUNDS[setting].label}”")


class TrustSettingsForm(SettingsForm):
    """A trust's choices for its schools, and which of them the schools cannot change."""

    lock_small_number_threshold = _lock(Setting.SMALL_NUMBER_THRESHOLD)
    lock_acknowledge_minutes = _lock(Setting.ACKNOWLEDGE_MINUTES)
    lock_link_days = _lock(Setting.LINK_DAYS)

    def choices(self) -> Choices:
        locked = frozenset(setting for setting in Setting if self[f"lock_{setting}"].data)
        return Choices(super().choices().values, locked)


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
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() else -1

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
