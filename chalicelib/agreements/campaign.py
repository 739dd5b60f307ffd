"""A campaign: one agreement sent to some groups by somebody, one household after the other."""

from dataclasses import dataclass
from datetime import datetime


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
