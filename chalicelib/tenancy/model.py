"""Trusts, schools and what each has decided for itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.ids import SchoolId, TrustId


class SchoolKind(StrEnum):
    """Stored words. Pages that ask for a pupil's own signature look at it (S144, S245)."""

    INFANT = "infant"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    SPECIAL = "special"

    @property
    def label(self) -> str:
        return f"{self.value.capitalize()} school"


@dataclass(frozen=True)
class Trust:
    id: TrustId
    name: str


@dataclass(frozen=True)
class School:
    """A school as its own record has it; `trust` is None for one that stands alone."""

    id: SchoolId
    name: str
    kind: SchoolKind
    pupil_number: int
    trust: TrustId | None = None


class Setting(StrEnum):
    """What a school or its trust may decide. Stored words, and the names of `Settings`' fields."""

    SMALL_NUMBER_THRESHOLD = "small_number_threshold"
    ACKNOWLEDGE_MINUTES = "acknowledge_minutes"
    LINK_DAYS = "link_days"


@dataclass(frozen=True)
class Settings:
    """What is in force at a school: its trust's choice, its own, or Holdfast's, in that order of
    strength where the trust has locked it; else its own before its trust's.
    """

    small_number_threshold: int = 5  # counts below it are hidden in reports (R-GOV 2)
    acknowledge_minutes: int = 15  # until the next person is told of an alert (R38, 4.7)
    link_days: int = 30  # how long a signing link can be used (R20)


@dataclass(frozen=True)
class Bounds:
    """The least and the most a setting may be, and how it is explained to whoever sets it."""

    least: int
    most: int
    label: str
    hint: str


BOUNDS: Mapping[Setting, Bounds] = {
    Setting.SMALL_NUMBER_THRESHOLD: Bounds(
        3,
        20,
        "Hide counts below",
        "A count smaller than this is hidden in reports, so that no child can be recognised.",
    ),
    Setting.ACKNOWLEDGE_MINUTES: Bounds(
        5,
        240,
        "Minutes to acknowledge an alert",
        "When nobody has acknowledged an alert after this time, the next person is told.",
    ),
    Setting.LINK_DAYS: Bounds(
        7,
        90,
        "Days a signing link works",
        "Families can use the link in their email for this many days.",
    ),
}


@dataclass(frozen=True)
class Choices:
    """What one level decided itself: a school, or a trust for its schools.

    What is not in `values` comes from above. `locked` counts for a trust only: its schools cannot
    decide those otherwise.
    """

    values: Mapping[Setting, int] = field(default_factory=dict)
    locked: frozenset[Setting] = frozenset()


@dataclass(frozen=True)
class Change:
    """One version of a level's choices: what it became, who decided so and when."""

    number: int
    choices: Choices
    by: str
    at: datetime


@dataclass(frozen=True)
class Told:
    """A version as people read it: each setting that changed, from what to what."""

    change: Change
    lines: tuple[str, ...]


def told(versions: Sequence[Change]) -> list[Told]:
    """Each version (newest first) with what it changed from the one before it."""
    before = [*(each.choices for each in versions[1:]), Choices()]
    return [
        Told(change, tuple(_differences(older, change.choices)))
        for change, older in zip(versions, before, strict=False)  # none before no versions
    ]


def _differences(before: Choices, after: Choices) -> Iterator[str]:
    for setting, bounds in BOUNDS.items():
        old, new = before.values.get(setting), after.values.get(setting)
        if old != new:
            was = "not set" if old is None else old
            yield f"{bounds.label}: {was} to {'not set' if new is None else new}"
        if (setting in before.locked) != (setting in after.locked):
            state = "locked" if setting in after.locked else "unlocked"
            yield f"{bounds.label}: {state} for schools"


def in_force(school: Choices, trust: Choices = Choices()) -> Settings:
    """The settings a school works under."""
    own = {name: value for name, value in school.values.items() if name not in trust.locked}
    decided = {**trust.values, **own}
    return Settings(**{name.value: value for name, value in decided.items()})


def source_of(setting: Setting, school: Choices, trust: Choices) -> str:
    """Whose decision is in force: "trust", "school" or "holdfast"."""
    if setting in school.values and setting not in trust.locked:
        return "school"
    return "trust" if setting in trust.values else "holdfast"


def out_of_bounds(values: Mapping[Setting, int]) -> dict[str, list[str]]:
    """What is wrong with the values, by field; empty when nothing is."""
    problems = {}
    for setting, value in values.items():
        bounds = BOUNDS[setting]
        if not bounds.least <= value <= bounds.most:
            text = f"Enter a number from {bounds.least} to {bounds.most}"
            problems[setting.value] = [text]
    return problems


def default_of(setting: Setting) -> int:
    """What Holdfast sets where neither the trust nor the school has."""
    return int(getattr(Settings(), setting.value))
