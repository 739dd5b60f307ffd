"""The directory's rows about duty: the plan, its versions, and how each person can be reached.

| key | what it is |
|---|---|
| `duty#plan` | the plan in force |
| `duty#reach#<person>` | how somebody is reached: phone, proven or not, mail failing or not |
| `duty-plan#<number>` | a version of the plan |
"""

from collections.abc import Mapping
from datetime import time
from typing import Any

from pynamodb.attributes import JSONAttribute

from chalicelib import clock
from chalicelib.ids import PersonId
from chalicelib.people.plan.model import After, Digest, Outside, Plan, Step
from chalicelib.storage import Row, Table, table

PLAN = "duty#plan"
EVERYTHING = "duty#"
REACH = "duty#reach#"
VERSIONS = "duty-plan#"


class DutyRow(Row):
    """Ids and choices are open; phone numbers and what the school wrote are sealed."""

    class Meta(Table):
        table_name = table("directory")

    data = JSONAttribute()


def put_into(row: DutyRow, plan: Plan) -> DutyRow:
    row.data = {
        "urgent": list(plan.urgent),
        "usual": list(plan.usual),
        "staff": list(plan.staff),
        "first": dict(plan.first),
        "at_once": sorted(plan.at_once),
        "digest": plan.digest,
        "opens": f"{plan.opens:%H:%M}",
        "closes": f"{plan.closes:%H:%M}",
        "evenings": [plan.evenings.mode, *plan.evenings.people],
        "holidays": [plan.holidays.mode, *plan.holidays.people],
        "idle_hours": plan.idle_hours,
        "storm": plan.storm,
        "number": plan.version,
        "by": plan.by,
        "at": clock.stamp(plan.at) if plan.at else "",
    }
    row.seal({"says": plan.says})
    return row


def plan_of(row: DutyRow) -> Plan:
    data: Mapping[str, Any] = row.data
    return Plan(
        urgent=_steps(data["urgent"]),
        usual=_steps(data["usual"]),
        staff=_steps(data["staff"]),
        first={theme: Step(step) for theme, step in data["first"].items()},
        at_once=frozenset(data["at_once"]),
        digest=Digest(data["digest"]),
        opens=time.fromisoformat(data["opens"]),
        closes=time.fromisoformat(data["closes"]),
        evenings=_outside(data["evenings"]),
        holidays=_outside(data["holidays"]),
        says=row.unseal()["says"],
        idle_hours=int(data["idle_hours"]),
        storm=int(data["storm"]),
        version=int(data["number"]),
        by=data["by"],
        at=clock.parse(data["at"]) if data["at"] else None,
    )


def _steps(stored: list[str]) -> tuple[Step, ...]:
    return tuple(Step(each) for each in stored)


def _outside(stored: list[str]) -> Outside:
    mode, *people = stored
    return Outside(After(mode), tuple(PersonId(each) for each in people))
