"""Running a record: how serious it is, who may read it, who has it in hand."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from chalicelib import audit, clock, ids
from chalicelib.errors import Invalid
from chalicelib.identity import service as identity
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import Permission
from chalicelib.ids import SchoolId
from chalicelib.incidents import repository
from chalicelib.incidents.model import running
from chalicelib.incidents.model.acts import Step
from chalicelib.incidents.model.card import Card
from chalicelib.incidents.model.parts import Kind, Part
from chalicelib.incidents.model.record import Incident, Status
from chalicelib.incidents.model.severity import Judged, Severity
from chalicelib.incidents.model.wall import Circle
from chalicelib.incidents.service import wall as walls
from chalicelib.incidents.service.handling import Sight, act_on
from chalicelib.incidents.service.parts import task_of
from chalicelib.incidents.service.wall import Reader
from chalicelib.storage import Transaction
from chalicelib.tasks import reminders
from chalicelib.tasks import service as tasks


class Giver(Reader, Protocol):
    """A reader with a name, for the chronology."""

    @property
    def person_name(self) -> str: ...


def handlers(school: SchoolId) -> list[Member]:
    """Everybody at the school who works on incidents, by name."""
    members = identity.members(school)
    return sorted(
        (each for each in members if each.may(Permission.WORK_INCIDENTS)),
        key=lambda each: each.name,
    )


def judge(school: SchoolId, record: str, sight: Sight, severity: Severity, why: str) -> None:
    """Say how serious it is, with the reason (2.20)."""
    judged = Judged(severity, why, sight.name)
    act_on(school, record, sight, lambda it, at: running.judged(it, judged, by=sight.person, at=at))


def restrict(
    school: SchoolId,
    record: str,
    sight: Sight,
    *,
    circle: Circle,
    only: Collection[str],
    why: str,
) -> None:
    """Say who may read it. Whoever the report itself keeps out stays out (2.15)."""
    names = {str(each.person): each.name for each in identity.members(school)}

    def act(it: Incident, at: datetime) -> Step:
        wall = replace(it.wall, only=frozenset(only), circle=circle)
        return running.walled(it, wall, why, names=names, by=sight.person, at=at)

    act_on(school, record, sight, act)


def hand_over(school: SchoolId, record: str, sight: Sight, to: str, why: str) -> None:
    """Give a record to somebody else who may read it, with the tasks its owner had on it (2.19)."""
    taker = next((each for each in handlers(school) if each.person == to), None)
    if taker is None:
        raise Invalid({"to": ["Choose somebody who handles incidents"]})
    before = repository.load(school, record).incident.owner
    theirs = [each for each in repository.parts_of(school, record) if _is_of(each, before)]

    def act(it: Incident, _: datetime) -> Step:
        if not it.wall.lets(taker.person, taker.roles):
            raise Invalid({"to": [f"{taker.name} may not read this record"]})
        return running.handed_over(it, to, taker.name, why)

    def also(tx: Transaction, after: Incident) -> None:
        for each in theirs:
            part = replace(each, values={**each.values, "owner": to}, changed_at=clock.now())
            repository.put_part(tx, school, record, part)
            task = task_of(school, after, part)
            tasks.add(tx, school, task, by=sight.actor)
            reminders.start(tx, school, task)

    act_on(school, record, sight, act, also)


def open_of(school: SchoolId, person: str, *, reader: Reader) -> list[Card]:
    """The open records somebody has in hand, that the reader may see: to be handed over."""
    audit.viewed(school, by=reader.actor, action="incident.log_viewed", about="log/in-hand")
    cards = walls.visible(repository.cards(school), reader)
    return [each for each in cards if each.owner == person and each.status is not Status.CLOSED]


def owners(school: SchoolId, *, reader: Reader) -> dict[str, tuple[str, int]]:
    """Whoever has open records in hand that the reader may see: their name then, and how many."""
    found: dict[str, tuple[str, int]] = {}
    names: dict[str, str] = {}
    for each in walls.visible(repository.cards(school), reader):
        if each.owner and each.status is not Status.CLOSED:
            if each.owner not in names:
                names[each.owner] = repository.load(school, each.id).incident.owner_name
            found[each.owner] = names[each.owner], found.get(each.owner, ("", 0))[1] + 1
    return found


def give(school: SchoolId, record: str, reader: Giver, *, to: str, why: str) -> None:
    """`hand_over`, of a record as it stands now: for many at once, whose pages nobody has open."""
    seen = repository.load(school, record).seen
    sight = Sight(reader.person, reader.person_name, seen, ids.new(), reader.roles)
    hand_over(school, record, sight, to, why)


def _is_of(part: Part, owner: str) -> bool:
    open_task = part.kind is Kind.TASK and part.counts and not part.answer("done_on")
    return open_task and bool(owner) and part.answer("owner") == owner
