"""Two records at once: tied together, merged, parted again, or one split in two (2.22).

Both records are written in one transaction, each with what happened to it, and the figures move
with them: what was merged counts once, and twice again when it is taken apart.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

from chalicelib import clock, ids
from chalicelib.audit import Event
from chalicelib.errors import Conflict, Invalid
from chalicelib.identity.handlers import handler
from chalicelib.ids import SchoolId
from chalicelib.incidents import repository
from chalicelib.incidents.model import acts, ties
from chalicelib.incidents.model.acts import Step
from chalicelib.incidents.model.card import Card
from chalicelib.incidents.model.record import Happened, Incident, NotPossible, Other, Tie
from chalicelib.incidents.service import counting
from chalicelib.incidents.service import wall as walls
from chalicelib.incidents.service.handling import Sight, as_seen, change, event_of
from chalicelib.incidents.service.wall import Reader
from chalicelib.storage import transaction

Both = Callable[[Incident, Incident, datetime], tuple[Step, Step]]


def alike(school: SchoolId, record: Incident, reader: Reader) -> list[Card]:
    """Records that may be of the same matter: a name or a type in common, within a month."""
    mine = {each.name.casefold() for each in record.report.people}
    linked = {each.key for each in record.linked.values()}
    known = {record.id, *(each.id for each in record.others)}
    found = []
    for card in walls.visible(repository.cards(school), reader):
        near = abs((card.on - record.report.first.on).days) <= 31
        shared = any(
            each.name.casefold() in mine or (each.linked and each.linked in linked)
            for each in card.people
        )
        if card.id not in known and near and shared:
            found.append(card)
    return sorted(found, key=lambda card: card.happened, reverse=True)[:8]


def tie(school: SchoolId, record: str, sight: Sight, reference: str, why: str) -> None:
    """Say that two records are related. Raises Invalid at `reference` for one that is not there."""
    other = _named(school, reference, sight)
    _act(
        school,
        record,
        other,
        sight,
        lambda one, two, _: (ties.related(one, two, why), ties.related(two, one, why)),
    )


def untie(school: SchoolId, record: str, sight: Sight, other: str, why: str) -> None:
    _act(
        school,
        record,
        other,
        sight,
        lambda one, two, _: (ties.untied(one, two, why), ties.untied(two, one, why)),
    )


def merge(school: SchoolId, record: str, sight: Sight, reference: str, why: str) -> None:
    """Close a record because another tells of the same incident, and goes on."""
    into = _named(school, reference, sight)
    _act(
        school,
        record,
        into,
        sight,
        lambda one, two, at: ties.merged(one, two, why, by=sight.person, at=at),
    )


def unmerge(school: SchoolId, record: str, sight: Sight, was_in: str, why: str) -> None:
    """Take a merged record apart again: it is open and counts."""
    _act(
        school,
        record,
        was_in,
        sight,
        lambda one, two, _: ties.unmerged(one, two, why),
    )


def split(
    school: SchoolId,
    record: str,
    sight: Sight,
    *,
    new: str,
    people: Collection[str],
    types: Collection[str],
    why: str,
) -> None:
    """Make a record of its own of some people and types of another; `new` is its id."""
    stored = as_seen(school, record, sight)
    if stored is None:
        return
    one, now = stored.incident, clock.now()
    if not types:
        raise Invalid({"types": ["Choose what kind of incident it is"]})
    report = ties.parted(one.report, people, types)
    made, first = acts.submitted(
        report, record=new, reference=ids.reference(), by="", at=one.submitted_at, alert=one.alert
    )
    made, more = acts.acknowledged(made, by=sight.person, at=one.acknowledged_at or now)
    made = replace(
        acts.joined(made, sight.person, sight.name),
        acknowledged_as=one.acknowledged_as if one.acknowledged_at else handler(sight.roles),
        wall=one.wall,
        people_used=one.people_used,
        marks={key: marks for key, marks in one.marks.items() if key in people},
        linked={key: found for key, found in one.linked.items() if key in people},
        others=(Other(one.id, one.reference, Tie.SPLIT_FROM),),
    )
    left = ties.left(one.report, people, types)
    try:
        after, happened = ties.split(one, made, left, why, by=sight.person, at=now)
    except NotPossible as e:
        raise Conflict(str(e)) from e
    from_one = Happened(
        "incident.tied", why, {"says": f"{Tie.SPLIT_FROM.label} {one.reference}", "other": one.id}
    )
    with transaction() as tx:
        repository.add(tx, school, made, _events((*first, *more, from_one), sight, now))
        counting.count(tx, school, None, made)
        after = acts.joined(after, sight.person, sight.name)
        change(tx, school, stored, after, _events(happened, sight, now), by=sight)


def _act(school: SchoolId, record: str, other: str, sight: Sight, act: Both) -> None:
    stored = as_seen(school, record, sight)
    if stored is None:
        return
    second, now = repository.load(school, other), clock.now()
    walls.let_in(second.incident.wall, sight)
    try:
        (one, first), (two, then) = act(stored.incident, second.incident, now)
    except NotPossible as e:
        raise Conflict(str(e)) from e
    one, two = (acts.joined(each, sight.person, sight.name) for each in (one, two))
    with transaction() as tx:
        change(tx, school, stored, one, _events(first, sight, now), by=sight)
        change(tx, school, second, two, _events(then, sight, now), by=sight)


def _events(happened: Collection[Happened], sight: Sight, at: datetime) -> list[Event]:
    return [event_of(each, sight, at) for each in happened]


def _named(school: SchoolId, reference: str, reader: Reader) -> str:
    """The id of the record with a reference, of those the reader may see."""
    wanted = reference.strip().upper()
    cards = walls.visible(repository.cards(school), reader)
    found = next((each.id for each in cards if each.reference == wanted), None)
    if found is None:
        raise Invalid({"reference": ["There is no record with this reference"]})
    return found
