"""What the school adds to a record besides the nine actions: one part for each thing done.

A referral, a talk with a parent, a site that was checked, a device locked away: each is a part
with its own questions. What was asked and answered is kept in words as it was shown, so that an
part of today reads the same in ten years; a change or a strike keeps what stood before (2.16).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.incidents.model.acts import Step, in_hand
from chalicelib.incidents.model.record import Happened, Incident, NotPossible


class Kind(StrEnum):
    """Stored words: never rename one."""

    TASK = "task"
    REFERRAL = "referral"
    FAMILY = "family"
    SUPPORT = "support"
    INVESTIGATORS = "investigators"
    CHECKED = "checked"
    DEVICE = "device"
    CUSTODY = "custody"
    SHOWN = "shown"
    STEP = "step"
    SANCTION = "sanction"
    LISTED = "listed"
    DEBRIEF = "debrief"
    PRIVATE = "private"

    @property
    def is_private(self) -> bool:
        """Read by those who work on the record alone (2.17)."""
        return self is Kind.PRIVATE


MOST_PARTS = 500  # of one record; a case that long wants a second record


@dataclass(frozen=True, slots=True)
class Said:
    """One question and its answer, in the words they were shown in."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Part:
    """One thing added to a record. `values` are the form's own, to open it again for a change."""

    id: str
    kind: Kind
    title: str
    said: tuple[Said, ...]
    at: datetime
    by: str
    who: str
    values: Mapping[str, Any] = field(default_factory=dict)
    changed_at: datetime | None = None
    struck: str = ""

    @property
    def counts(self) -> bool:
        return not self.struck

    def answer(self, name: str) -> str:
        """A value as text; empty when it was not given."""
        value = self.values.get(name)
        return "" if value is None else str(value)


def added(incident: Incident, part: Part, *, by: str, at: datetime) -> Step:
    """A new part. A note of the team is taken down on a closed record too, which stays closed."""
    held, happened = _held(incident, part, by=by, at=at)
    changes = [] if part.kind.is_private else _changes((), part.said)
    return held, (*happened, _happened("incident.part_added", part, changes))


def changed(
    incident: Incident, before: Part, after: Part, why: str, *, by: str, at: datetime
) -> Step:
    """A part put right or carried on; both versions stand in the chronology."""
    _live(before)
    held, happened = _held(incident, after, by=by, at=at)
    changes = _changes(before.said, after.said)
    if not changes and before.values == after.values:
        return incident, ()
    return held, (*happened, _happened("incident.part_changed", after, changes, why))


def struck(incident: Incident, part: Part, why: str, *, by: str, at: datetime) -> Step:
    """A part that should not have been made: it stays, struck out, with the reason."""
    _live(part)
    held, happened = _held(incident, part, by=by, at=at)
    return held, (*happened, _happened("incident.part_struck", part, [], why))


def as_struck(part: Part, why: str, at: datetime) -> Part:
    return replace(part, struck=why, changed_at=at)


def _held(incident: Incident, part: Part, *, by: str, at: datetime) -> Step:
    if part.kind.is_private and not incident.is_open:
        return incident, ()
    return in_hand(incident, by=by, at=at)


def _live(part: Part) -> None:
    if part.struck:
        raise NotPossible("This part was struck out. Add a new one instead.")


def _happened(name: str, part: Part, changes: list[dict[str, str]], why: str = "") -> Happened:
    detail = {"kind": part.kind, "part": part.id, "changes": changes}
    return Happened(name, why, detail | {"title": "" if part.kind.is_private else part.title})


def _changes(before: tuple[Said, ...], after: tuple[Said, ...]) -> list[dict[str, str]]:
    old = {each.question: each.answer for each in before}
    new = {each.question: each.answer for each in after}
    return [
        {"question": name, "before": old.get(name, ""), "after": new.get(name, "")}
        for name in dict.fromkeys((*new, *old))
        if old.get(name, "") != new.get(name, "")
    ]
