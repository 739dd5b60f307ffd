"""What a report is made from: periods, a school's figures of one, and all of them together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from chalicelib import ids
from chalicelib.figures import Measure, Totals, Within
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, SchoolId, TrustId
from chalicelib.reports.layout import Layout


class PeriodKind(StrEnum):
    """What a report can be about. Stored words."""

    TERM = "term"
    YEAR = "year"
    MONTHS = "months"
    WEEK = "week"


@dataclass(frozen=True)
class Period:
    """A stretch of time that is reported on.

    `parts` are the keys of the figures it adds up: terms, months or a week. A term's days are each
    school's own; `first` is then the usual one, and `last` the usual last day of school.
    """

    kind: PeriodKind
    label: str
    parts: tuple[str, ...]
    first: date
    last: date

    @property
    def key(self) -> str:
        """How the period is named in keys and file names."""
        one = self.parts[0]
        return one if len(self.parts) == 1 else f"{one}-to-{self.parts[-1]}"


@dataclass(frozen=True)
class Figures:
    """Everything counted at one school in one part of a period, and when it was counted."""

    school: SchoolId
    name: str
    pupils: int
    part: str
    counted_at: datetime
    totals: Mapping[str, Totals] = field(default_factory=dict)

    def of(self, measure: Measure) -> Totals:
        return self.totals.get(measure, Totals())

    def n(self, measure: Measure) -> int:
        return self.of(measure).n

    def waited(
        self, measure: Measure, acknowledged: Measure, groups: Iterable[Iterable[Within]]
    ) -> list[int]:
        """How many waited how long: a number for each group of bands, then those still waiting."""
        bands = self.of(acknowledged).of("within")
        done = [sum(max(0, bands.get(band, 0)) for band in group) for group in groups]
        return [*done, max(0, self.n(measure) - sum(done))]


@dataclass(frozen=True)
class Missing:
    """A school that the report could not count, and why in plain words."""

    name: str
    why: str


@dataclass(frozen=True)
class Correction:
    """A number that an earlier report of the same period had otherwise; None where it is hidden."""

    school: SchoolId
    name: str
    measure: str
    then: int | None
    now: int | None


@dataclass(frozen=True)
class Earlier:
    """The last report of the same period before this one: when it was counted (UTC), and what of
    it was corrected since.
    """

    counted_at: datetime
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True)
class Point:
    """A term of the trend: what may be shown of its incidents and alerts, None where hidden.

    In a set's snapshot `by_school` has both for each school, of which each report shows one.
    """

    label: str
    incidents: int | None
    alerts: int | None
    by_school: Mapping[SchoolId, tuple[int | None, int | None]] = field(default_factory=dict)


@dataclass(frozen=True)
class Snapshot:
    """All figures of one report, kept with it: the same report can be written out again.

    All schools of the trust are in it, whichever were `chosen` to be shown (none means all): what
    is hidden is decided over all of them. `figures` are those of each part of the period, a school
    a part, so that each part can be hidden by itself; `before` is the period of the same kind
    before it, and `figures_before` those of its parts. The trend's terms are oldest first.
    """

    trust: str
    period: Period
    before: Period | None
    threshold: int
    counted_at: datetime
    figures: tuple[Figures, ...]
    chosen: tuple[SchoolId, ...] = ()
    figures_before: tuple[Figures, ...] = ()
    trend: tuple[Point, ...] = ()
    missing: tuple[Missing, ...] = ()
    earlier: Earlier | None = None

    @cached_property
    def schools(self) -> tuple[Figures, ...]:
        """Each school's figures of the whole period, by name."""
        return added(self.figures)

    @cached_property
    def schools_before(self) -> tuple[Figures, ...]:
        """Each school's figures of the whole period before it."""
        return added(self.figures_before)


def added(parts: Iterable[Figures]) -> tuple[Figures, ...]:
    """One `Figures` for each school, from those of several parts; schools by name.

    It is as old as the oldest of its parts; name and pupils are those of the newest.
    """
    by_school: dict[SchoolId, Figures] = {}
    for figures in sorted(parts, key=lambda each: each.part):
        so_far = by_school.get(figures.school)
        by_school[figures.school] = _sum(so_far, figures) if so_far else figures
    return tuple(sorted(by_school.values(), key=lambda each: (each.name.casefold(), each.school)))


def _sum(one: Figures, other: Figures) -> Figures:
    measures = one.totals.keys() | other.totals.keys()
    nothing = Totals()
    return Figures(
        school=other.school,
        name=other.name,
        pupils=other.pupils,
        part=other.part,
        counted_at=min(one.counted_at, other.counted_at),
        totals={
            each: one.totals.get(each, nothing) + other.totals.get(each, nothing)
            for each in measures
        },
    )


class State(StrEnum):
    """How far a report is. Stored words."""

    QUEUED = "queued"
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True)
class Recipients:
    """Who is told of a report: people of the trust by name, and whoever holds a role there then."""

    people: tuple[PersonId, ...] = ()
    roles: tuple[Role, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.people or self.roles)


@dataclass(frozen=True)
class Job:
    """A report that somebody or the calendar asked for. No `schools` means all of the trust's.

    One with `each` is a set: it makes nothing itself, but has a report of its own for each of its
    schools, whose ids begin with its. `layout` says what is in it, `to` who is told beside or
    instead of whoever asked, `schedule` what asked for it.
    """

    id: str
    trust: TrustId
    period: Period
    schools: tuple[SchoolId, ...]
    asked_by: str
    asked_at: datetime
    state: State = State.QUEUED
    stage: str = "Waiting to start"
    progress: int = 0
    ready_at: datetime | None = None
    missing: int = 0
    each: bool = False
    layout: Layout | None = None
    to: Recipients = Recipients()
    schedule: str = ""

    @property
    def is_over(self) -> bool:
        return self.state in (State.READY, State.FAILED)

    @property
    def set(self) -> str:
        """The id of the set it belongs to, or nothing."""
        return self.id.partition("-")[0] if "-" in self.id else ""

    def of(self, school: SchoolId) -> "Job":
        """The report of one school in this set."""
        return replace(self, id=f"{self.id}-{school}", schools=(school,), each=False)


def is_job(text: str) -> bool:
    """Whether a text from outside has the shape of a report's id: of its own, or in a set."""
    first, dash, school = text.partition("-")
    return ids.is_record(first) and (not dash or ids.is_tenant(school))
