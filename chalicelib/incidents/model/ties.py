"""Records that belong together (2.22): related, the same incident twice, or two in one.

Merging closes the record that was one too many: it stays to be read and counts for nothing, until
somebody says that it was an incident of its own after all. Splitting takes people and types out
of one report into a new one. Both records tell of it.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from chalicelib.incidents.model.acts import Step, in_hand
from chalicelib.incidents.model.record import (
    Happened,
    Incident,
    NotPossible,
    Other,
    Outcome,
    Status,
    Tie,
)
from chalicelib.incidents.model.report import Involved, Report


def related(one: Incident, other: Incident, why: str, *, tie: Tie = Tie.RELATED) -> Step:
    """One side of two records being tied; the other side is the same with `tie` the other way."""
    if one.id == other.id:
        raise NotPossible("This is the same record.")
    if any(each.id == other.id for each in one.others):
        raise NotPossible("The two are tied to each other already.")
    after = replace(one, others=(*one.others, Other(other.id, other.reference, tie)))
    return after, (_said("incident.tied", why, f"{tie.label} {other.reference}", other),)


def untied(one: Incident, other: Incident, why: str) -> Step:
    """One side of two related records no longer being so."""
    if not any(each.id == other.id and each.tie is Tie.RELATED for each in one.others):
        raise NotPossible("The two are not related records.")
    after = replace(one, others=_without(one, other))
    return after, (_said("incident.untied", why, f"Not related to {other.reference}", other),)


def merged(one: Incident, into: Incident, why: str, *, by: str, at: datetime) -> tuple[Step, Step]:
    """One record closed because another tells of the same incident: first its step, then theirs.

    What the one says that the other does not, people and types, the other takes over.
    """
    if one.id == into.id:
        raise NotPossible("This is the same record.")
    if not into.is_open or not one.is_open:
        raise NotPossible("Both records must be open to be merged.")
    if one.tied(Tie.MERGED_FROM):
        raise NotPossible("Other records were merged into this one: merge the other way round.")
    held, happened = in_hand(one, by=by, at=at)
    gone = replace(
        held,
        status=Status.CLOSED,
        outcome=Outcome.DUPLICATE,
        reasons=why,
        summary=one.summary or f"The same incident as {into.reference}.",
        closed_at=at,
        others=(*_without(one, into), Other(into.id, into.reference, Tie.MERGED_INTO)),
    )
    first = (
        gone,
        (*happened, _said("incident.merged", why, f"The same as {into.reference}", into)),
    )
    kept, more = in_hand(into, by=by, at=at)
    took = replace(
        _with_people_of(kept, one),
        others=(*_without(into, one), Other(one.id, one.reference, Tie.MERGED_FROM)),
    )
    says = f"Also reported as {one.reference}. What it said:\n{one.report.description}"
    return first, (took, (*more, _said("incident.took_in", why, says, one)))


def unmerged(one: Incident, was_in: Incident, why: str) -> tuple[Step, Step]:
    """A merged record on its own again: it counts, and is open."""
    if not any(each.id == was_in.id and each.tie is Tie.MERGED_INTO for each in one.others):
        raise NotPossible("This record was not merged into that one.")
    tied = Other(was_in.id, was_in.reference, Tie.RELATED)
    after = replace(
        one,
        status=Status.IN_PROGRESS,
        outcome=None,
        reasons="",
        closed_at=None,
        others=(*_without(one, was_in), tied),
    )
    back = replace(
        was_in, others=(*_without(was_in, one), Other(one.id, one.reference, Tie.RELATED))
    )
    says = f"{one.reference} is an incident of its own after all"
    return (
        (after, (_said("incident.unmerged", why, f"Not the same as {was_in.reference}", was_in),)),
        (back, (_said("incident.unmerged", why, says, one),)),
    )


def parted(report: Report, people: Collection[str], types: Collection[str]) -> Report:
    """What the new record says: the same report, of these people and types alone."""
    return replace(
        report,
        people=tuple(each for each in report.people if each.key in people),
        types=tuple(each for each in report.types if each in types),
    )


def left(report: Report, people: Collection[str], types: Collection[str]) -> Report:
    """What stays: everybody and every type that did not move. A type may stay as well as go."""
    remaining = tuple(each for each in report.types if each not in types)
    return replace(
        report,
        people=tuple(each for each in report.people if each.key not in people),
        types=remaining or report.types,
    )


def split(one: Incident, new: Incident, after: Report, why: str, *, by: str, at: datetime) -> Step:
    """The record that a part was taken out of. Marks and links of whoever left go with them."""
    held, happened = in_hand(one, by=by, at=at)
    known = {each.key for each in after.people}
    changed = replace(
        held,
        report=after,
        marks={key: marks for key, marks in held.marks.items() if key in known},
        linked={key: found for key, found in held.linked.items() if key in known},
        others=(*one.others, Other(new.id, new.reference, Tie.SPLIT_INTO)),
    )
    says = f"Part of it is {new.reference} now"
    return changed, (*happened, _said("incident.split", why, says, new))


def _with_people_of(kept: Incident, one: Incident) -> Incident:
    """The record with the people and types that only the other one named, under new keys."""
    named = {(each.group, each.name) for each in kept.report.people}
    used, people = kept.people_used, list(kept.report.people)
    marks, linked = dict(kept.marks), dict(kept.linked)
    for each in one.report.people:
        if (each.group, each.name) in named:
            continue
        used += 1
        key = f"p{used}"
        people.append(Involved(key, each.group, each.name))
        if each.key in one.marks:
            marks[key] = one.marks[each.key]
        if each.key in one.linked:
            linked[key] = one.linked[each.key]
    types = tuple(dict.fromkeys((*kept.report.types, *one.report.types)))
    report = replace(kept.report, people=tuple(people), types=types)
    return replace(kept, report=report, people_used=used, marks=marks, linked=linked)


def _without(one: Incident, other: Incident) -> tuple[Other, ...]:
    return tuple(each for each in one.others if each.id != other.id)


def _said(name: str, why: str, says: str, other: Incident) -> Happened:
    return Happened(name, why, {"says": says, "other": other.id, "reference": other.reference})
