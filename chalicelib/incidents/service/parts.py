"""Adding to a record: referrals, families, the investigation, devices, procedures, sanctions.

Each is one transaction with its event. What a part shows to be done settles that immediate action
too; a task in it becomes a task of its owner; a policy to be looked at becomes a task of the head.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from chalicelib import clock
from chalicelib.errors import Conflict, NotFound
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.incidents import repository
from chalicelib.incidents.model import parts
from chalicelib.incidents.model.acts import Step
from chalicelib.incidents.model.parts import MOST_PARTS, Kind, Part, Said
from chalicelib.incidents.model.record import Incident
from chalicelib.incidents.model.settling import settled
from chalicelib.incidents.service.handling import Sight, act_on
from chalicelib.storage import Transaction
from chalicelib.tasks import reminders
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task

POLICY_REVIEW = "policy.review"
TASK = "incident.task"


@dataclass(frozen=True)
class Draft:
    """A part as a form has it: `id` was minted when the form was first shown."""

    id: str
    kind: Kind
    title: str
    said: tuple[Said, ...]
    values: Mapping[str, Any]


def add(school: SchoolId, record: str, sight: Sight, draft: Draft) -> None:
    """Put a part on a record. Raises as `act_on` does."""
    now = clock.now()
    part = Part(
        draft.id, draft.kind, draft.title, draft.said, now, sight.actor, sight.name, draft.values
    )
    if len(repository.parts_of(school, record)) >= MOST_PARTS:
        raise Conflict("This record is full. Open a second one and link the two.")

    def also(tx: Transaction, after: Incident) -> None:
        repository.put_part(tx, school, record, part)
        _follow(tx, school, after, None, part, by=sight.actor)

    act_on(
        school,
        record,
        sight,
        lambda it, at: _both(it, part, parts.added(it, part, by=sight.person, at=at), sight, at),
        also,
    )


def change(school: SchoolId, record: str, sight: Sight, draft: Draft, why: str) -> None:
    """Put a part right, or carry it on; both versions stay. Raises as `add` does."""
    before = _part(school, record, draft.id)
    after = replace(
        before,
        title=draft.title,
        said=draft.said,
        values=draft.values,
        changed_at=clock.now(),
    )

    def also(tx: Transaction, incident: Incident) -> None:
        repository.put_part(tx, school, record, after)
        _follow(tx, school, incident, before, after, by=sight.actor)

    act_on(
        school,
        record,
        sight,
        lambda it, at: _both(
            it, after, parts.changed(it, before, after, why, by=sight.person, at=at), sight, at
        ),
        also,
    )


def strike(school: SchoolId, record: str, sight: Sight, part_id: str, why: str) -> None:
    """Strike a part out, with the reason; it stays to be read."""
    before = _part(school, record, part_id)

    def also(tx: Transaction, incident: Incident) -> None:
        after = parts.as_struck(before, why, clock.now())
        repository.put_part(tx, school, record, after)
        _follow(tx, school, incident, before, after, by=sight.actor)

    act_on(
        school,
        record,
        sight,
        lambda it, at: parts.struck(it, before, why, by=sight.person, at=at),
        also,
    )


def _both(incident: Incident, part: Part, step: Step, sight: Sight, at: Any) -> Step:
    """What happened to the part, and what it settles of the nine actions."""
    after, happened = step
    if not happened:
        return incident, ()
    after, more = settled(after, part, by=sight.person, at=at)
    return after, (*happened, *more)


def _part(school: SchoolId, record: str, part_id: str) -> Part:
    found = next((p for p in repository.parts_of(school, record) if p.id == part_id), None)
    if found is None:
        raise NotFound
    return found


def _follow(
    tx: Transaction,
    school: SchoolId,
    incident: Incident,
    before: Part | None,
    after: Part,
    *,
    by: str,
) -> None:
    """The tasks that a part opens or closes."""
    if after.kind is Kind.TASK:
        _move_task(tx, school, incident, before, after, by=by)
    if after.kind is Kind.DEBRIEF:
        flagged = bool(after.values.get("policy")) and after.counts
        was = bool(before and before.values.get("policy") and before.counts)
        if flagged and not was:
            tasks.add(tx, school, review_of(school, incident, after), by=by)
        if was and not flagged:
            tasks.done(tx, school, review_of(school, incident, after), by=by)


def _move_task(
    tx: Transaction,
    school: SchoolId,
    incident: Incident,
    before: Part | None,
    after: Part,
    *,
    by: str,
) -> None:
    was_open = before is not None and _is_open(before)
    if _is_open(after):
        task = task_of(school, incident, after)
        tasks.add(tx, school, task, by=by)
        reminders.start(tx, school, task)
    elif was_open:
        task = task_of(school, incident, after)
        tasks.done(tx, school, task, by=by)


def _is_open(part: Part) -> bool:
    return part.counts and not part.answer("done_on")


def task_of(school: SchoolId, incident: Incident, part: Part) -> Task:
    """What its owner is asked; what it is about in words stands on the record alone."""
    return Task(
        id=f"incident-task-{part.id}",
        kind=TASK,
        title=f"Do what was agreed on incident {incident.reference}",
        why="Those who work on the incident gave you this. The record says what it is.",
        link=f"/s/{school}/incidents/{incident.id}/file/tasks",
        about=f"incident/{incident.id}",
        due_on=date.fromisoformat(part.answer("due_on")),
        owner=part.answer("owner"),
    )


def review_of(school: SchoolId, incident: Incident, part: Part) -> Task:
    """The headteacher's task, from a debrief that flags a policy."""
    return Task(
        id=f"policy-review-{part.id}",
        kind=POLICY_REVIEW,
        title=f"Review a policy: lessons of incident {incident.reference}",
        why="The debrief of this incident found that a policy should be looked at again.",
        link=f"/s/{school}/incidents/{incident.id}/parts/{part.id}/policy",
        about=f"incident/{incident.id}",
        due_on=clock.today() + timedelta(weeks=4),
        role=Role.HEADTEACHER,
    )
