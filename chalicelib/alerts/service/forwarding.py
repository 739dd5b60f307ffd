"""One source for a whole trust: each event goes to the school that a rule names (4.1, S94).

A trust's delivery is divided: every school gets a delivery of its own, under the same id, with its
own events and nothing of another school's. From there on it is that school's, like any other. What
no rule matches waits at the trust. Safe to run again at any moment: each delivery is made once.
"""

from collections import defaultdict
from datetime import timedelta

from chalicelib import clock, ids
from chalicelib.alerts import matching, parse
from chalicelib.alerts.facts import Kind
from chalicelib.alerts.formats import pieces
from chalicelib.alerts.formats.body import TooLarge
from chalicelib.alerts.formats.envelope import split
from chalicelib.alerts.formats.pieces import Piece
from chalicelib.alerts.repository import deliveries, sources, trusts
from chalicelib.alerts.repository.trusts import Unmatched
from chalicelib.alerts.senders import Delivery, Source
from chalicelib.alerts.service import receiving
from chalicelib.audit import actors
from chalicelib.errors import Conflict
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.notifications import clocks
from chalicelib.storage import Transaction, tenants, transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task
from chalicelib.tenancy import directory

_AT_ONCE = 20  # waiting events in one transaction


def forward(trust: str, source: Source, delivery: Delivery, body: bytes) -> int:
    """Divide a trust's delivery among its schools; gives how many events it had."""
    found = _pieces(body, delivery.content_type)
    rules = trusts.rules(trust, source.id)
    known = {school.id for school in directory.schools_of(ids.TrustId(trust))}
    given: dict[SchoolId, list[Piece]] = defaultdict(list)
    waiting: list[Piece] = []
    for piece in found:
        facts = parse.facts_of(piece)
        school = matching.school_of(facts, rules)
        if school in known:
            given[school].append(piece)
        elif facts.kind is not Kind.NOT_A_FILTER_EVENT:
            waiting.append(piece)
    for school, theirs in given.items():
        hand_over(trust, school, source, delivery, theirs)
    for start in range(0, len(waiting), _AT_ONCE):
        _let_wait(trust, source, delivery, waiting[start : start + _AT_ONCE], start)
    with transaction() as tx:
        deliveries.advance(tx, trust, delivery, done=len(found), finished=True)
        clocks.stop(tx, trust, kind=receiving.CLOCK, id=delivery.id)
    return len(found)


def hand_over(
    trust: str,
    school: SchoolId,
    source: Source,
    delivery: Delivery,
    theirs: list[Piece],
    *,
    was_waiting: str = "",
) -> None:
    """Make a school's own delivery of these events, and its own view of the trust's source.

    One that was waiting at the trust stops waiting in the same transaction.
    """
    own = Delivery(delivery.id, source.id, delivery.received_at, pieces.CONTENT_TYPE, delivery.zone)
    with tenants({trust, school}):
        mirrored = sources.is_there(school, source.id)
        try:
            with transaction() as tx:
                if not mirrored:
                    sources.mirror(tx, school, source)
                deliveries.add(tx, school, own, pieces.packed(theirs))
                receiving.get_parsed(tx, school, own)
                if was_waiting:
                    trusts.forget(tx, ids.TrustId(trust), was_waiting)
        except Conflict:
            return  # made before, by a run that died afterwards, or by one beside this
        sources.note_heard(school, source, clock.now(), unreadable=0)


def _pieces(body: bytes, content_type: str) -> list[Piece]:
    try:
        return split(body, content_type)
    except TooLarge:  # the gate took it under other limits
        return []


def _let_wait(
    trust: str, source: Source, delivery: Delivery, waiting: list[Piece], start: int
) -> None:
    with transaction() as tx:
        for number, piece in enumerate(waiting, start=start):
            event = Unmatched(
                f"{delivery.id}-{number:04d}",
                source.id,
                delivery.received_at,
                delivery.zone,
                piece,
            )
            trusts.wait(tx, trust, event)
        _ask(tx, trust, source)


def _ask(tx: Transaction, trust: str, source: Source) -> None:
    """One task for all that waits, whatever comes meanwhile."""
    task = Task(
        id="alerts-unmatched",
        kind="alert.unmatched",
        title="Say which school these alerts belong to",
        why="An alert of the trust's filter matched none of its rules, so no school has it yet.",
        link=f"/t/{trust}/alerts/unmatched",
        about=f"source/{source.id}",
        due_on=clock.london(clock.now() + timedelta(days=1)).date(),
        role=Role.TRUST_ADMINISTRATOR,
    )
    tasks.add(tx, trust, task, by=actors.source(source.id))
