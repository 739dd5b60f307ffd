"""Pupils, their contacts and classes; who is away; and who is on duty therefore."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from chalicelib.identity.model import Member
from chalicelib.identity.permissions import DUTY_ORDER, Role
from chalicelib.ids import PersonId

PupilId = NewType("PupilId", str)
ClassId = NewType("ClassId", str)
ContactId = NewType("ContactId", str)


def year_label(year_group: int) -> str:
    """A year group as schools say it: -1 is Nursery, 0 Reception."""
    return {-1: "Nursery", 0: "Reception"}.get(year_group, f"Year {year_group}")


def year_word(year_group: int) -> str:
    """A year group as a word of code, for figures: `nursery`, `reception`, `year_4`."""
    return year_label(year_group).lower().replace(" ", "_").replace("-", "minus_")


@dataclass(frozen=True)
class Class:
    id: ClassId
    name: str


@dataclass(frozen=True)
class Contact:
    """An adult as they stand to one pupil: siblings share the adult, each with their own ties."""

    id: ContactId
    name: str
    email: str
    relationship: str
    parental_responsibility: bool
    do_not_contact: bool

    @property
    def may_be_written_to(self) -> bool:
        """Nobody without parental responsibility or under a bar gets mail about a child (6.8)."""
        return bool(self.email) and self.parental_responsibility and not self.do_not_contact


@dataclass(frozen=True)
class Pupil:
    id: PupilId
    given_name: str
    family_name: str
    class_id: ClassId
    year_group: int
    contacts: tuple[Contact, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True)
class Absence:
    """Time in which somebody cannot be told of alerts. Why is nobody's business, so not kept."""

    id: str
    person: PersonId
    from_at: datetime
    until_at: datetime
    by: str

    def covers(self, at: datetime) -> bool:
        return self.from_at <= at < self.until_at


@dataclass(frozen=True)
class Link:
    """One step of the duty chain: who, in which role, and until when they are away (if so).

    `called` is what they are here when that is not their role: named for the evening, say.
    """

    person: PersonId
    name: str
    email: str
    role: Role
    away_until: datetime | None = None
    called: str = ""
    text_to: str = ""
    call_to: str = ""
    mail_fails: bool = False

    @property
    def is_here(self) -> bool:
        return self.away_until is None

    @property
    def is_reached(self) -> bool:
        """Whether a message would arrive: neither away, nor with a dead mailbox and no phone."""
        return self.is_here and not (self.mail_fails and not (self.text_to or self.call_to))

    @property
    def title(self) -> str:
        return self.called or self.role.label


@dataclass(frozen=True)
class Chain:
    """Who is asked first and who next, at one moment (S95, S20, R38)."""

    at: datetime
    links: tuple[Link, ...] = field(default_factory=tuple)

    @property
    def here(self) -> tuple[Link, ...]:
        """Those who can be told now, in order."""
        return tuple(link for link in self.links if link.is_here)

    @property
    def on_duty(self) -> Link | None:
        """The first who can be told; None when nobody can."""
        return self.here[0] if self.here else None

    @property
    def skipped(self) -> tuple[Link, ...]:
        """Those before the person on duty who are passed over because they are away."""
        first = self.links.index(self.on_duty) if self.on_duty else len(self.links)
        return self.links[:first]

    def after(self, told: Collection[PersonId]) -> Link | None:
        """The next who can be told when these have been already; None when all have."""
        return next((link for link in self.here if link.person not in told), None)


def chain(
    members: Sequence[Member],
    absences: Iterable[Absence],
    at: datetime,
    order: Sequence[Role] = DUTY_ORDER,
) -> Chain:
    """The duty chain of a school: its DSLs, then deputies, then the headteacher, each person once,
    unless the school's plan has another order. Within a role the longest-serving comes first.
    """
    away = _away(absences, at)
    links: dict[PersonId, Link] = {}
    for role in order:
        for each in members:
            if role in each.roles and each.person not in links:
                link = Link(each.person, each.name, each.email, role, away.get(each.person))
                links[each.person] = link
    return Chain(at, tuple(links.values()))


def first_gap(
    members: Sequence[Member],
    absences: Collection[Absence],
    *,
    from_at: datetime,
    order: Sequence[Role] = DUTY_ORDER,
) -> tuple[datetime, datetime] | None:
    """The first time from `from_at` on when all of the chain are away; None when there is none.

    A school without anybody in its chain has no gap to make: its setting up is not finished.
    """
    people = {link.person for link in chain(members, (), from_at, order).links}
    if not people:
        return None
    theirs = [each for each in absences if each.person in people and each.until_at > from_at]
    for start in sorted({from_at, *(max(each.from_at, from_at) for each in theirs)}):
        if people <= {each.person for each in theirs if each.covers(start)}:
            return start, min(each.until_at for each in theirs if each.covers(start))
    return None


def changes(
    members: Sequence[Member],
    absences: Collection[Absence],
    *,
    after: datetime,
    order: Sequence[Role] = DUTY_ORDER,
) -> list[tuple[datetime, Link | None]]:
    """When somebody else comes on duty after a moment, and who: what is known so far."""
    moments = sorted({m for each in absences for m in (each.from_at, each.until_at) if m > after})
    found: list[tuple[datetime, Link | None]] = []
    before = chain(members, absences, after, order).on_duty
    for moment in moments:
        now = chain(members, absences, moment, order).on_duty
        if (now and now.person) != (before and before.person):
            found.append((moment, now))
            before = now
    return found


def _away(absences: Iterable[Absence], at: datetime) -> dict[PersonId, datetime]:
    """Until when each person is away without a break, of those who are away at a moment."""
    until: dict[PersonId, datetime] = {}
    for each in sorted(absences, key=lambda absence: absence.from_at):
        reached = until.get(each.person, at)
        if each.from_at <= reached < each.until_at:
            until[each.person] = each.until_at
    return until
