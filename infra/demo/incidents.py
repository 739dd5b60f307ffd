"""Two years of incidents at a school, reported and worked through the real services."""

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from chalicelib import clock, ids
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId
from chalicelib.incidents import repository
from chalicelib.incidents.model.actions import Action, Decision, Taken
from chalicelib.incidents.model.record import Mark, Outcome
from chalicelib.incidents.model.report import (
    AdultInvolved,
    Door,
    Group,
    Involved,
    Occasion,
    Report,
    Where,
)
from chalicelib.incidents.service import handling, submitting
from chalicelib.incidents.service.handling import Sight
from chalicelib.incidents.service.submitting import Reporter
from chalicelib.incidents.types import CURRENT
from infra.demo import casework
from infra.demo.scenarios import SCENARIOS, Scenario
from infra.demo.schools import Child, Opened
from infra.demo.time_travel import Past
from infra.demo.world import Post

_PLACES = {"inside": Where.INSIDE, "outside": Where.OUTSIDE}


def report_one(
    opened: Opened,
    dice: random.Random,
    past: Past,
    at: datetime,
    *,
    scenario: Scenario | None = None,
) -> str:
    """Somebody reports an incident at a moment; gives the record's id."""
    scenario = scenario or _likely(opened, dice)
    children = _children(opened, dice, scenario)
    who, post = dice.choice(_reporters(opened))
    past.go_to(at)
    record = ids.new()
    submitting.submit(
        opened.school,
        _report(scenario, children, f"{post.first} {post.last}", at, dice),
        record=record,
        by=Reporter(who, f"{post.first} {post.last}", opened.plan.name),
    )
    return record


def work_one(
    opened: Opened, dice: random.Random, past: Past, record: str, *, closed: bool = True
) -> None:
    """The DSL, or now and then the deputy, takes it in hand, acts, and closes it days later."""
    deputy = dice.random() < 0.2
    order = (Role.DEPUTY_DSL, Role.DSL) if deputy else (Role.DSL, Role.DEPUTY_DSL)
    who, post = opened.holders(*order)[0]
    name = f"{post.first} {post.last}"

    def act(do: Callable[[Sight], None]) -> None:
        seen = repository.load(opened.school, record).seen
        do(Sight(who, name, seen, ids.new(), frozenset(post.roles)))

    school = opened.school
    scenario = _of(repository.load(school, record).incident.report)
    past.wait(minutes=dice.choice((4, 9, 15, 22, 35, 50, 75, 110, 180, 320)))
    act(lambda sight: handling.acknowledge(school, record, sight))
    past.wait(minutes=dice.choice((20, 45, 90)))
    act(lambda sight: handling.record_actions(school, record, sight, _taken(scenario, name, past)))
    people = repository.load(school, record).incident.report.of_group(Group.CHILD)
    case = casework.Case(opened, record, who, name, act)
    casework.link(case, people)
    if not closed:
        casework.give_task(case, dice)
        return
    if len(people) > 1:
        marks = {
            people[0].key: frozenset({Mark.TARGET}),
            people[1].key: frozenset({Mark.OFFENDER}),
        }
        act(lambda sight: handling.mark_people(school, record, sight, marks))
    casework.add_some(case, dice, repository.load(school, record).incident)
    past.wait(days=dice.choice((1, 2, 3, 5, 8, 13)))
    act(
        lambda sight: handling.close(
            school,
            record,
            sight,
            outcome=_outcome(scenario),
            reasons=scenario.outcome,
            summary=f"{scenario.outcome} {scenario.other}",
        )
    )


def _likely(opened: Opened, dice: random.Random) -> Scenario:
    years = {child.year for child in opened.children}
    fitting = [s for s in SCENARIOS if any(s.years[0] <= year <= s.years[1] for year in years)]
    return dice.choices(fitting, weights=[s.weight for s in fitting])[0]


def _children(opened: Opened, dice: random.Random, scenario: Scenario) -> list[Child]:
    low, high = scenario.years
    fitting = [c for c in opened.children if low <= c.year <= high] or opened.children
    return dice.sample(fitting, min(scenario.children, len(fitting)))


def _reporters(opened: Opened) -> list[tuple[PersonId, Post]]:
    """Anybody who works there may report: mostly staff."""
    reporting = {Role.STAFF, Role.SENIOR_LEADER, Role.OFFICE, Role.HEADTEACHER}
    return [(who, post) for who, post in opened.staff.items() if reporting & set(post.roles)]


def _report(
    scenario: Scenario, children: list[Child], reporter: str, at: datetime, dice: random.Random
) -> Report:
    scenario = scenario.about([child.name.split()[0] for child in children])
    happened: date = (at - timedelta(days=dice.choice((0, 0, 0, 1, 2)))).date()
    known = dice.random() < 0.7
    where = {Where.OUTSIDE} if scenario.outside else {Where.INSIDE}
    if dice.random() < 0.1:
        where = {Where.INSIDE, Where.OUTSIDE}
    return Report(
        edition=CURRENT.edition,
        door=Door.STAFF,
        reporter_name=reporter,
        completed_on=at.date(),
        where=frozenset(where),
        occasions=(Occasion(happened, time(at.hour, 0) if known else None),),
        people=tuple(
            Involved(f"p{n}", Group.CHILD, f"{child.name}, Year {child.year}")
            for n, child in enumerate(children, start=1)
        ),
        types=scenario.types,
        description=scenario.description,
        other_breach="Personal device used when not allowed"
        if "other_breach" in scenario.types
        else "",
        platforms=scenario.platforms,
        evidence=scenario.evidence,
        adult_involved=AdultInvolved.NO if "sexual_images" in scenario.types else None,
    )


def _of(report: Report) -> Scenario:
    scenario = next(each for each in SCENARIOS if each.types == report.types)
    return scenario.about([each.name.split()[0] for each in report.people])


def _taken(scenario: Scenario, by: str, past: Past) -> dict[Action, Taken]:
    """What the record would show a week later: done, or why not."""
    now = clock.london(past.now())
    on, at = now.date(), now.time().replace(second=0, microsecond=0)

    def done(detail: str) -> Taken:
        return Taken(Decision.DONE, on, at, by, detail)

    grave = {"grooming", "sexual_images"} & set(scenario.types)
    taken = {
        Action.PARENTS: done(scenario.parents),
        Action.OTHER: done(scenario.other),
        Action.ADVICE: done("Local authority duty officer, who agreed with the plan.")
        if grave
        else Taken(Decision.NOT_NEEDED, detail="Handled in school."),
    }
    if grave:
        taken[Action.REFERRAL] = done("Taken by the duty social worker; reference kept on file.")
        taken[Action.POLICE] = done("Reported to CEOP with the family.")
    if scenario.platforms and scenario.outside:
        taken[Action.NETWORK] = done("Reported through the app; removed within two days.")
    return taken


def _outcome(scenario: Scenario) -> Outcome:
    if {"grooming", "sexual_images"} & set(scenario.types):
        return Outcome.REFERRED
    return Outcome.SUPPORT if "hate" in scenario.types else Outcome.DEALT_WITH
