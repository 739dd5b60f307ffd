"""Saving a duty plan: never one that leaves nobody to tell, or nothing for closed hours."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib import audit, clock
from chalicelib.errors import Conflict, Invalid
from chalicelib.identity import service as identity
from chalicelib.identity.model import Member
from chalicelib.ids import SchoolId
from chalicelib.people import model as people
from chalicelib.people import repository
from chalicelib.people.plan import model, rows
from chalicelib.people.plan.model import Plan, Step
from chalicelib.people.plan.rows import DutyRow
from chalicelib.people.team import Team
from chalicelib.storage import every, get, transaction


def current(school: SchoolId) -> Plan:
    row = get(DutyRow, school, rows.PLAN)
    return rows.plan_of(row) if row else Plan()


def versions(school: SchoolId) -> list[Plan]:
    """Every version, newest first."""
    found = every(DutyRow, school, rows.VERSIONS, newest_first=True)
    return [rows.plan_of(row) for row in found]


def save(school: SchoolId, plan: Plan, *, version: int, by: str) -> None:
    """Replace the plan. Raises Invalid by field, and Conflict when somebody else saved first.

    Absences and plans go one at a time, since each decides on what the others left.
    """
    turn = identity.turn(school)
    members = identity.members(school)
    problems = model.problems(plan, live(members), [each.person for each in members])
    order = Team(clock.now(), tuple(members), plan=plan).order
    absences = repository.absences(school, since=clock.now())
    if "urgent" not in problems and people.first_gap(
        members, absences, from_at=clock.now(), order=order
    ):
        problems["urgent"] = ["Everybody in it is away at the same time: ask somebody to cover"]
    if problems:
        raise Invalid(problems)
    row = get(DutyRow, school, rows.PLAN)
    if (int(row.data["number"]) if row else 0) != version:
        raise Conflict
    new = replace(plan, version=version + 1, by=by, at=clock.now())
    now = rows.put_into(row or DutyRow(school, rows.PLAN), new)
    kept = rows.put_into(DutyRow(school, f"{rows.VERSIONS}{new.version:06d}"), new)
    with transaction() as tx:
        identity.take_turn(tx, turn)
        if row is None:
            now.version = 1
            tx.create(now)
        else:
            tx.replace(now)
        tx.create(kept)
        audit.record(tx, school, by=by, action="duty_plan.changed", about=f"plan/{new.version}")


def start_with(school: SchoolId, plan: Plan, *, by: str) -> None:
    """Give a school that has no plan yet another school's; whom it reaches is asked at going live.

    Raises Conflict when it has one meanwhile.
    """
    new = replace(plan, version=1, by=by, at=clock.now())
    now = rows.put_into(DutyRow(school, rows.PLAN), new)
    now.version = 1
    kept = rows.put_into(DutyRow(school, f"{rows.VERSIONS}{new.version:06d}"), new)
    with transaction() as tx:
        tx.create(now)
        tx.create(kept)
        audit.record(tx, school, by=by, action="duty_plan.changed", about=f"plan/{new.version}")


def live(members: Sequence[Member]) -> list[Step]:
    """The steps that somebody at the school can take."""
    held = {role for each in members for role in each.roles}
    return [step for step in Step if step.role in held]
