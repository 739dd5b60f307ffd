"""Everybody who may be told, read once: members, absences, the plan, and how each is reached.

Whoever an alert is about is left out of its chain altogether: they are not passed over, not named,
and never see that it was there (4.12).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.identity import service as identity
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import DUTY_ORDER, Role
from chalicelib.ids import PersonId, SchoolId
from chalicelib.people import model, repository
from chalicelib.people.model import Absence, Chain, Link
from chalicelib.people.plan import model as plans
from chalicelib.people.plan import reach, rows
from chalicelib.people.plan.model import After, Plan, Step, When
from chalicelib.people.plan.reach import Reach
from chalicelib.storage import every
from chalicelib.tenancy import repository as tenancy
from chalicelib.tenancy.calendar import Calendar


@dataclass(frozen=True)
class Team:
    """A school's people at one moment, as routing and the duty pages see them."""

    at: datetime
    members: tuple[Member, ...]
    absences: tuple[Absence, ...] = ()
    plan: Plan = field(default_factory=Plan)
    reaches: Mapping[PersonId, Reach] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)

    @property
    def when(self) -> When:
        return plans.when(self.plan, self.calendar, self.at)

    @property
    def order(self) -> tuple[Role, ...]:
        """The roles that the school's plan asks, in its order: what cover is judged by."""
        steps = dict.fromkeys((*self.plan.urgent, *self.plan.usual))
        roles = [step.role for step in steps if step.may_open_alerts and step.role]
        return tuple(roles) or DUTY_ORDER

    def chain(self, steps: Sequence[Step], *, without: frozenset[str] = frozenset()) -> Chain:
        """The school's own people of some steps, in order; whom the hour names come first."""
        roles = [step.role for step in steps if step.role]
        members = [each for each in self.members if each.person not in without]
        links = model.chain(members, self.absences, self.at, roles).links
        return Chain(self.at, tuple(self._reached(link) for link in self._named_first(links)))

    def usual(self) -> Chain:
        """Whom an urgent alert about a pupil would be told to now: what pages call on duty."""
        return self.chain(self.plan.urgent)

    def waits(self, *, urgent: bool) -> datetime | None:
        """Until when the school's plan lets an alert wait; None when it does not."""
        outside = self.plan.outside(self.when) if self.plan.needs_calendar else None
        if urgent or outside is None or outside.mode is not After.WAIT:
            return None
        return plans.next_opening(self.plan, self.calendar, self.at)

    def _named_first(self, links: Sequence[Link]) -> Iterator[Link]:
        """Those named for this part of the time, then the others. Nobody falls out by it."""
        outside = self.plan.outside(self.when) if self.plan.needs_calendar else None
        named = outside.people if outside and outside.mode is After.NAMED else ()
        by_person = {link.person: link for link in links}
        for person in named:
            if link := by_person.pop(person, None):
                yield replace(link, called=f"{link.role.label}, named for this time")
        yield from by_person.values()

    def _reached(self, link: Link) -> Link:
        known = self.reaches.get(link.person)
        if known is None:
            return link
        return replace(
            link,
            text_to=known.phone if known.can_text else "",
            call_to=known.phone if known.can_call else "",
            mail_fails=known.mail_failed_at is not None,
        )


def load(school: SchoolId, at: datetime, members: Sequence[Member] | None = None) -> Team:
    """Read a school's team: three queries, and its calendar when its plan looks at the hour."""
    everybody = tuple(identity.members(school) if members is None else members)
    absences = tuple(repository.absences(school, since=at))
    plan, reaches = read(school)
    calendar = tenancy.calendar(school)[0] if plan.needs_calendar else Calendar()
    return Team(at, everybody, absences, plan, reaches, calendar)


def read(school: SchoolId) -> tuple[Plan, dict[PersonId, Reach]]:
    """The plan in force and how everybody is reached, in one query."""
    plan, reaches = Plan(), {}
    for row in every(rows.DutyRow, school, rows.EVERYTHING, consistent=True):
        if row.sk == rows.PLAN:
            plan = rows.plan_of(row)
        else:
            known = reach.to_reach(row)
            reaches[known.person] = known
    return plan, reaches
