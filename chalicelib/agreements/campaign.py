"""A campaign: one agreement sent to some classes by somebody, one pupil after the other."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Campaign:
    """What was started; `done` of its `total` pupils have been dealt with so far.

    The list of pupils is fixed when it starts, and each is dealt with in a transaction that also
    moves `done` on from the number before: so it can stop anywhere and go on (R31).
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
