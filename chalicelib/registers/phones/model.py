"""One class's phones on one day, and what handing in and out does to them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from chalicelib.people.model import Class, ClassId, Pupil, PupilId


@dataclass(frozen=True)
class Mark:
    """One phone on one day: when it came in, when it went out, and who took or gave it."""

    in_at: datetime
    in_by: str
    permitted: bool = True
    out_at: datetime | None = None
    out_by: str = ""

    @property
    def is_here(self) -> bool:
        return self.out_at is None


@dataclass(frozen=True)
class Day:
    """A class's phones on a day."""

    on: date
    class_id: ClassId
    marks: Mapping[PupilId, Mark] = field(default_factory=dict)

    @property
    def here(self) -> frozenset[PupilId]:
        """Whose phones lie in the office."""
        return frozenset(pupil for pupil, mark in self.marks.items() if mark.is_here)

    @property
    def gone(self) -> frozenset[PupilId]:
        """Whose phones came in and have gone out again."""
        return frozenset(self.marks) - self.here

    def handed_in(
        self,
        pupils: Iterable[PupilId],
        permitted: Collection[PupilId],
        *,
        at: datetime,
        by: str,
    ) -> "Day":
        """With these handed in; one that lies there already stays as it came."""
        new = {p: Mark(at, by, p in permitted) for p in pupils if p not in self.here}
        return replace(self, marks={**self.marks, **new})

    def handed_out(self, pupils: Iterable[PupilId], *, at: datetime, by: str) -> "Day":
        """With these handed out; one that does not lie there changes nothing."""
        gone = {p: replace(self.marks[p], out_at=at, out_by=by) for p in pupils if p in self.here}
        return replace(self, marks={**self.marks, **gone})


@dataclass(frozen=True)
class Permit:
    """That a pupil may bring a phone, since when, and who wrote it down (S68)."""

    pupil: PupilId
    since: date
    by: str


@dataclass(frozen=True)
class ClassDay:
    """A class with its day, as the pages show it."""

    group: Class
    pupils: tuple[Pupil, ...]
    permitted: frozenset[PupilId]
    day: Day

    @property
    def to_come(self) -> list[Pupil]:
        """Those who may bring one and have not handed it in today."""
        return [p for p in self.pupils if p.id in self.permitted and p.id not in self.day.marks]

    @property
    def others(self) -> list[Pupil]:
        """Those who may not bring one, or have theirs back already."""
        return [
            p
            for p in self.pupils
            if p.id not in self.day.here and (p.id not in self.permitted or p.id in self.day.gone)
        ]

    @property
    def here(self) -> list[tuple[Pupil, Mark]]:
        return [(p, self.day.marks[p.id]) for p in self.pupils if p.id in self.day.here]

    @property
    def gone(self) -> list[tuple[Pupil, Mark]]:
        return [(p, self.day.marks[p.id]) for p in self.pupils if p.id in self.day.gone]


@dataclass(frozen=True)
class Left:
    """A phone that was not handed out on its day."""

    on: date
    group: Class
    pupil: Pupil
