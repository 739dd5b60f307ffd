"""Who is told of what, and when nobody is at school (S95, S20, S121, R38, R-DFE 8).

Themes and severities are words of the alerts' own lists; nothing here knows what they mean.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from chalicelib import clock
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId
from chalicelib.tenancy.calendar import Calendar, is_working_day

OPENS: Final = time(8)  # S98, S162: contact hours are 8am to 5:30pm
CLOSES: Final = time(17, 30)


class Step(StrEnum):
    """One step of a chain: everybody of a role, one after another. Stored words."""

    DSL = "dsl"
    DEPUTIES = "deputy_dsl"
    ONLINE = "online_safety_lead"
    HEAD = "headteacher"
    LEADERS = "senior_leader"
    TRUST = "trust"
    DUTY = "duty_contact"

    @property
    def role(self) -> Role | None:
        """The school role that takes this step; None for those outside the school."""
        return None if self in _OUTSIDE else Role(self.value)

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def may_open_alerts(self) -> bool:
        """Senior leaders are told to find somebody; the page itself is not theirs to open."""
        return self not in {Step.LEADERS, *_OUTSIDE}


_OUTSIDE = frozenset({Step.TRUST, Step.DUTY})
_LABELS = {
    Step.DSL: "Designated safeguarding lead",
    Step.DEPUTIES: "Deputy safeguarding leads",
    Step.ONLINE: "Online safety lead",
    Step.HEAD: "Headteacher",
    Step.LEADERS: "Senior leaders",
    Step.TRUST: "Trust safeguarding leads",
    Step.DUTY: "The trust's duty contact",
}

USUAL: Final = (Step.DSL, Step.DEPUTIES, Step.HEAD, Step.TRUST, Step.DUTY)
# Alerts about staff: never to the pupil team before the headteacher and the trust (S403 to S405).
ABOUT_STAFF: Final = (Step.HEAD, Step.TRUST, Step.DUTY, Step.DSL)


class After(StrEnum):
    """What happens to alerts outside school hours. Stored words."""

    SAME = "same"
    NAMED = "named"
    WAIT = "wait"

    @property
    def label(self) -> str:
        return _AFTER[self][0]

    @property
    def hint(self) -> str:
        return _AFTER[self][1]


_AFTER = {
    After.SAME: ("The same people are told at any hour", "They have agreed to look at any time"),
    After.NAMED: ("These people are told first", "Then the others in the usual order"),
    After.WAIT: (
        "Only critical and high alerts are passed on",
        "The others wait for the next school morning",
    ),
}


class Digest(StrEnum):
    """How often the low ones are summed up in one mail. Stored words."""

    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"

    @property
    def label(self) -> str:
        return {
            "daily": "Every school morning",
            "weekly": "On the first school morning of each week",
            "never": "Never: we look through the inbox ourselves",
        }[self]


class When(StrEnum):
    """What part of a school's time a moment is in."""

    SCHOOL = "school"
    EVENING = "evening"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Outside:
    """What happens in one part of the time outside school hours."""

    mode: After = After.SAME
    people: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """One version of a school's plan. A school that has saved none works by the defaults."""

    urgent: tuple[Step, ...] = USUAL
    usual: tuple[Step, ...] = USUAL
    staff: tuple[Step, ...] = ABOUT_STAFF
    first: Mapping[str, Step] = field(default_factory=lambda: MappingProxyType({}))
    at_once: frozenset[str] = frozenset({"critical", "high", "medium"})
    digest: Digest = Digest.DAILY
    opens: time = OPENS
    closes: time = CLOSES
    evenings: Outside = Outside()
    holidays: Outside = Outside()
    says: str = ""
    idle_hours: int = 24
    storm: int = 30
    version: int = 0
    by: str = ""
    at: datetime | None = None

    @property
    def has_out_of_hours(self) -> bool:
        """Whether the school has decided what happens outside its hours (R-DFE 8)."""
        return bool(self.version and self.says)

    @property
    def needs_calendar(self) -> bool:
        return not (self.evenings.mode is After.SAME and self.holidays.mode is After.SAME)

    def steps(self, *, urgent: bool, theme: str, about_staff: bool) -> tuple[Step, ...]:
        """The steps for one alert, in order."""
        if about_staff:
            return self.staff
        steps = self.urgent if urgent else self.usual
        ahead = self.first.get(theme)
        return (ahead, *(each for each in steps if each is not ahead)) if ahead else steps

    def outside(self, when: When) -> Outside | None:
        """What holds at a part of the time; None in school hours."""
        if when is When.SCHOOL:
            return None
        return self.evenings if when is When.EVENING else self.holidays


def when(plan: Plan, calendar: Calendar, at: datetime) -> When:
    """What part of the school's time a moment is in: half-terms and bank holidays are holidays."""
    local = clock.london(at)
    if calendar.is_school_day(local.date()):
        inside = plan.opens <= local.time().replace(tzinfo=None) < plan.closes
        return When.SCHOOL if inside else When.EVENING
    around = [_school_week(calendar, local.date() + timedelta(days=days)) for days in (-2, 2)]
    weekend = local.weekday() >= 5 and all(around)
    return When.EVENING if weekend else When.HOLIDAY


def _school_week(calendar: Calendar, day: date) -> bool:
    """Whether pupils are in at any time of the working week nearest to a day."""
    monday = day - timedelta(days=day.weekday())
    return any(calendar.is_school_day(monday + timedelta(days=n)) for n in range(5))


def next_opening(plan: Plan, calendar: Calendar, at: datetime) -> datetime:
    """The first moment after `at` at which a school day begins."""
    local = clock.london(at)
    day = local.date()
    if not (calendar.is_school_day(day) and local.time().replace(tzinfo=None) < plan.opens):
        day = calendar.next_school_day(day)
    return datetime.combine(day, plan.opens, clock.LONDON).astimezone(at.tzinfo)


def school_minutes(
    plan: Plan, calendar: Calendar, start: datetime, end: datetime, *, most: int = 40
) -> int:
    """How many minutes of school hours lie between two moments; days past `most` count no more."""
    total = timedelta()
    day = clock.london(start).date()
    for _ in range(most):
        if day > clock.london(end).date():
            break
        if is_working_day(day) and calendar.is_school_day(day):
            opens = datetime.combine(day, plan.opens, clock.LONDON)
            closes = datetime.combine(day, plan.closes, clock.LONDON)
            total += max(min(end, closes) - max(start, opens), timedelta())
        day += timedelta(days=1)
    return int(total.total_seconds() // 60)


def day_minutes(plan: Plan) -> int:
    """How long the school is open on a school day."""
    opens, closes = (each.hour * 60 + each.minute for each in (plan.opens, plan.closes))
    return closes - opens


def problems(plan: Plan, live: Sequence[Step], members: Sequence[PersonId]) -> dict[str, list[str]]:
    """What speaks against saving a plan, by field. `live` are the steps that somebody can take.

    A school with nobody to tell, or without a plan for the time it is closed, cannot be saved.
    """
    found: dict[str, list[str]] = {}
    chains = {"urgent": plan.urgent, "usual": plan.usual, "staff": plan.staff}
    for name, steps in chains.items():
        here = [step for step in steps if step in live and step.may_open_alerts]
        if not here:
            found[name] = ["Nobody could be told: choose somebody who works at your school"]
    if not plan.says.strip():
        found["says"] = ["Say what happens outside school hours: a school cannot go without a plan"]
    for name, outside in (("evenings", plan.evenings), ("holidays", plan.holidays)):
        if outside.mode is After.NAMED and not set(outside.people) & set(members):
            found[f"{name}_people"] = ["Choose at least one person"]
    if day_minutes(plan) < 60:
        found["closes"] = ["The school must be open for at least an hour"]
    return found
