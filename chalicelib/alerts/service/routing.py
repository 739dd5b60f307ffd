"""Who is told of an alert, and who next when nobody answers (S95, S20, S121, R38, 4.4 to 4.8).

The school's plan says which roles are asked in which order; those who are away, or whom no message
reaches, are passed over at once, and the alert's own timeline says so. Whoever it is about is not
in its chain at all. Until somebody signs in and acknowledges it, the telling goes on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from chalicelib.alerts.model import Alert, wait
from chalicelib.alerts.service import outside
from chalicelib.audit import Event, actors
from chalicelib.identity.model import Member
from chalicelib.ids import SchoolId
from chalicelib.observability import count, logger
from chalicelib.people import team
from chalicelib.people.model import Link
from chalicelib.people.plan.model import Step as PlanStep
from chalicelib.people.team import Team
from chalicelib.tenancy import directory, settings
from chalicelib.tenancy.model import School

CLOCK = "alert.escalate"
TOLD, ESCALATED = "alert.told", "alert.escalated"
TELLINGS = frozenset({TOLD, ESCALATED})
ROUTER = actors.system("route")
ROUNDS = 3  # after these everybody has been told three times; then once an hour
SLOWLY = timedelta(hours=1)
_SOON = timedelta(minutes=5)


@dataclass(frozen=True)
class Duty:
    """What routing decides on, read once for all alerts of a delivery.

    Those outside the school are read only when their turn comes.
    """

    school: School
    team: Team
    minutes: int

    @cached_property
    def trust(self) -> tuple[Link, ...]:
        return outside.leads(self.school)

    @cached_property
    def contact(self) -> tuple[Link, ...]:
        return outside.duty_contact(self.school)

    def stages(self, alert: Alert) -> Iterator[tuple[Link, ...]]:
        """Who is told at the same time, stage after stage, for one alert."""
        without = frozenset({alert.subject.id}) if alert.about_staff and alert.subject else None
        steps = self.team.plan.steps(
            urgent=alert.is_urgent, theme=alert.theme_id, about_staff=alert.about_staff
        )
        seen: set[str] = set()
        for inside in _runs(steps):
            if inside[0] is PlanStep.TRUST:
                yield self.trust
            elif inside[0] is PlanStep.DUTY:
                yield self.contact
            else:
                for link in self.team.chain(inside, without=without or frozenset()).links:
                    if link.person not in seen:
                        seen.add(link.person)
                        yield (link,)


def _runs(steps: Sequence[PlanStep]) -> Iterator[tuple[PlanStep, ...]]:
    """The steps, those within the school that follow each other together."""
    run: list[PlanStep] = []
    for step in steps:
        if step.role is not None:
            run.append(step)
            continue
        if run:
            yield tuple(run)
            run = []
        yield (step,)
    if run:
        yield tuple(run)


@dataclass(frozen=True)
class Step:
    """One telling: the alert afterwards, what its timeline says, who is written to, and when it
    goes on. `template` names the mail; nobody is written to while an alert waits.
    """

    alert: Alert
    happened: Event
    again_at: datetime
    links: tuple[Link, ...] = ()
    template: str = ""
    minutes: int = field(default=0)


def on_duty(school: SchoolId, now: datetime, members: Sequence[Member] | None = None) -> Duty:
    """Who could be told now."""
    minutes = settings.read(school).acknowledge_minutes
    return with_team(school, now, directory.school(school), minutes, members)


def with_team(
    school: SchoolId,
    now: datetime,
    known: School,
    minutes: int,
    members: Sequence[Member] | None = None,
) -> Duty:
    """The same for whoever has read the school and its minutes already."""
    return Duty(known, team.load(school, now, members), minutes)


def first(alert: Alert, known: Duty, now: datetime) -> Step:
    """The first telling, when the alert is raised: at once, or at the time the plan says."""
    until = known.team.waits(urgent=alert.is_urgent)
    if until is not None and not alert.is_test:
        event = _event("alert.waits", now, alert, why="closed", until=until)
        return Step(alert, event, until)
    return _step(alert, known, now, why="raised")


def next_step(alert: Alert, known: Duty, now: datetime, *, why: str) -> Step:
    """The next telling of an alert that nobody acknowledged."""
    return _step(alert, known, now, why=why)


def _step(alert: Alert, known: Duty, now: datetime, *, why: str) -> Step:
    links, passed = _next(alert, known)
    if links:
        return _tell(alert, known, links, passed, now, why=why)
    if alert.route.told:
        return _start_over(alert, known, now)
    return _nobody(alert, passed, now)


def _next(alert: Alert, known: Duty) -> tuple[tuple[Link, ...], list[Link]]:
    """Those to tell now, and those passed over before them since the last who was told.

    Whom only a dead mailbox stands against is still better than nobody.
    """
    told = set(alert.route.told)
    passed: list[Link] = []
    spare: tuple[tuple[Link, ...], list[Link]] | None = None
    for stage in known.stages(alert):
        fresh = [link for link in stage if link.person not in told]
        if stage and not fresh:
            passed = []
            continue
        reached = tuple(link for link in fresh if link.is_reached)
        if reached:
            return reached, passed
        here = tuple(link for link in fresh if link.is_here)
        if here and spare is None:
            spare = here, list(passed)
        passed += fresh
    return spare or ((), passed)


def _tell(
    alert: Alert,
    known: Duty,
    links: tuple[Link, ...],
    passed: Sequence[Link],
    now: datetime,
    *,
    why: str,
) -> Step:
    is_first = why in {"raised", "opened"}
    name = TOLD if is_first else ESCALATED
    template = "alert_raised" if is_first else "alert_escalated"
    if all(outside.is_outside(link) for link in links):
        template = "alert_escalated_trust"
    again_in = wait(alert, known.minutes)
    return Step(
        alert=replace(alert, route=alert.route.and_told(*(link.person for link in links))),
        happened=_event(name, now, alert, to=links, passed=passed, why=why),
        again_at=now + again_in,
        links=links,
        template=template,
        minutes=int(again_in.total_seconds() // 60),
    )


def _start_over(alert: Alert, known: Duty, now: datetime) -> Step:
    """All have been told and nobody answered: from the top, and less often after three rounds."""
    again = replace(alert, route=alert.route.again())
    step = _step(again, known, now, why="round")
    slowly = max(SLOWLY, wait(alert, known.minutes))
    return replace(step, again_at=now + slowly) if again.route.round > ROUNDS else step


def _nobody(alert: Alert, passed: Sequence[Link], now: datetime) -> Step:
    """A school without anybody to tell: said on the alert, and tried again soon."""
    logger.error("nobody to tell of an alert", alert=alert.id)
    count("AlertWithNobodyToTell")
    event = _event("alert.nobody_told", now, alert, passed=passed, why="nobody")
    return Step(alert, event, now + _SOON)


def _event(
    name: str,
    now: datetime,
    alert: Alert,
    *,
    why: str,
    to: Sequence[Link] = (),
    passed: Sequence[Link] = (),
    until: datetime | None = None,
) -> Event:
    """Ids in the open part, names in the sealed one."""
    return Event(
        name,
        now,
        ROUTER,
        open={
            "to": [link.person for link in to],
            "passed": [link.person for link in passed],
            "why": why,
            "round": alert.route.round,
            **({"until": until.isoformat()} if until else {}),
        },
        private={
            "to": [[link.person, link.name, link.title] for link in to],
            "passed": [
                [link.person, link.name, link.title, "" if link.is_here else "away"]
                for link in passed
            ],
        },
    )
