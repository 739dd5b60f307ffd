"""A campaign: one agreement sent to some groups by somebody, one household after the other. A
round: one thing told to some adults.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.agreements.repository.links import Purpose


@dataclass(frozen=True)
class Campaign:
    """What was started; `done` of its `total` people have been dealt with so far.

    The list of people is fixed when it starts, and each household is dealt with in a transaction
    that also moves `done` on from the number before: so it can stop anywhere and go on (R31).
    """

    id: str
    template: str
    template_version: int
    year: str
    classes: tuple[str, ...]
    class_names: tuple[str, ...]
    started_by: str
    started_at: datetime
    total: int
    done: int = 0

    @property
    def finished(self) -> bool:
        return self.done >= self.total


@dataclass(frozen=True)
class Roll:
    """The people of a campaign in their order, and how many of them make each household."""

    people: tuple[str, ...]
    households: tuple[int, ...]

    def from_(self, done: int) -> tuple[str, ...]:
        """The household whose turn it is when so many people have been dealt with."""
        start = 0
        for size in self.households:
            if start == done:
                return self.people[start : start + size]
            start += size
        return self.people[done : done + 1]


@dataclass(frozen=True)
class Round:
    """One mail to each of some adults. `about` is the record as `kind/id`, `ends_at` when the links
    stop, `values` what the mail says besides.
    """

    id: str
    template: str
    purpose: Purpose
    about: str
    ends_at: datetime
    values: Mapping[str, str] = field(default_factory=dict)
    total: int = 0
    done: int = 0

    @property
    def finished(self) -> bool:
        return self.done >= self.total
