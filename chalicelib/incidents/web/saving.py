"""Saving work on a record. Each page says what it was showing; if the record moved on meanwhile,
it is shown again with what happened since and everything that was typed.
"""

from collections.abc import Callable
from typing import Protocol, cast

from chalicelib import ids
from chalicelib.errors import NotFound
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.incidents import service
from chalicelib.incidents.forms.handling import RecordForm
from chalicelib.incidents.service import Sight
from chalicelib.incidents.web import chronology, paths
from chalicelib.incidents.web.chronology import Moment
from chalicelib.web import Response, redirect

WORK = school(Permission.WORK_INCIDENTS)
Save = Callable[[Sight], None]


class Shown(Protocol):
    """Shows the page again: with its problems, or with what happened meanwhile."""

    def __call__(self, *, status: int, since: tuple[Moment, ...] = ()) -> Response: ...


def save(staff: SchoolAccess, form: RecordForm, act: Save, show: Shown, *, then: str) -> Response:
    """Save and go on, or show the page again with what stands in the way."""
    if form.problems:
        return show(status=422)
    try:
        act(sight(staff, form))
    except service.Changed as changed:
        form.look_again(changed.stored.seen)
        return show(status=409, since=chronology.moments(changed.since))
    return redirect(then)


def sight(staff: SchoolAccess, form: RecordForm) -> Sight:
    return Sight(
        staff.person,
        staff.person_name,
        seen=form.seen_events,
        form=cast(str, form.once.data),
        roles=staff.roles,
    )


def record_id(incident: str) -> str:
    """Raises NotFound for what cannot be a record's id."""
    if not ids.is_record(incident):
        raise NotFound
    return incident


def back(staff: SchoolAccess, incident: str, done: str, anchor: str = "") -> str:
    mark = f"#{anchor}" if anchor else ""
    return f"{paths.record(staff.school, incident)}?done={done}{mark}"
