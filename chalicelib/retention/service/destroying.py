"""Destroying what two people confirmed: the sweep's alone, taken up again after a death (R31).

That it has begun is written down first, under the version that was confirmed. From then on it is
gone on with to the end, whatever of the record is left: nothing that is half gone is given back.
"""

from datetime import datetime, timedelta

from chalicelib import audit, clock
from chalicelib.errors import Conflict
from chalicelib.ids import SchoolId
from chalicelib.notifications import clocks
from chalicelib.observability import count
from chalicelib.retention import repository
from chalicelib.retention.kinds import Kind, Kinds, Outcome
from chalicelib.retention.model import Ended, Review, State
from chalicelib.retention.repository import Stored
from chalicelib.retention.service.deciding import CLOCK
from chalicelib.retention.service.looking import SYSTEM
from chalicelib.storage import transaction

_HOLD_LASTS = timedelta(hours=12)  # until it is looked at again whether it does
_NEXT_PASS = timedelta(minutes=1)


def destroy(kinds: Kinds, tenant: str, review_id: str, now: datetime) -> None:
    """Carry out what two people confirmed, and leave the certificate; a large record in passes.

    What has changed since, is not over any more, or is kept longer by now, is not destroyed: it
    waits for review again. A hold on everything makes it wait, even half-way.
    """
    school = SchoolId(tenant)
    stored = repository.find(school, review_id)
    if stored is None or stored.review.state not in {State.CONFIRMED, State.DESTROYING}:
        with transaction() as tx:
            clocks.stop(tx, school, kind=CLOCK, id=review_id)
        return
    if repository.stopped(school) is not None:
        _again(school, review_id, now + _HOLD_LASTS)
        return
    kind = kinds[stored.review.ended.kind]
    if stored.review.state is State.CONFIRMED and not _begin(school, kind, stored, now):
        return
    if begun := repository.find(school, review_id):
        _go_on(school, kind, begun, now)


def _begin(school: SchoolId, kind: Kind, stored: Stored, now: datetime) -> bool:
    """Write down that it begins, if it is still what was confirmed."""
    found = _as_it_is(school, kind, stored.review.ended)
    if found is None or found.due_on > clock.london(now).date():
        _give_back(school, stored, None)
        return False
    if found.fingerprint != stored.review.ended.fingerprint:
        _give_back(school, stored, found)
        return False
    try:
        with transaction() as tx:
            repository.save(tx, school, stored, stored.review.destroying(found))
    except Conflict:  # held or taken back at this moment, or begun by another sweep
        return False
    return True


def _go_on(school: SchoolId, kind: Kind, stored: Stored, now: datetime) -> None:
    ended = stored.review.ended
    match kind.destroy(school, ended.record, ended.fingerprint):
        case Outcome.GONE:
            _certify(school, stored, now)
        case Outcome.MORE:
            _again(school, stored.review.id, now + _NEXT_PASS)
        case Outcome.CHANGED:
            _give_back(school, stored, _as_it_is(school, kind, ended))


def _as_it_is(school: SchoolId, kind: Kind, ended: Ended) -> Ended | None:
    periods = repository.periods(school).periods
    return kind.find(school, [ended.record], periods).get(ended.record)


def _again(school: SchoolId, review_id: str, at: datetime) -> None:
    with transaction() as tx:
        clocks.start(tx, school, kind=CLOCK, id=review_id, due_at=at)


def _give_back(school: SchoolId, stored: Stored, found: Ended | None) -> None:
    """It is not as it was confirmed: out of the queue, or there anew as it is now."""
    with transaction() as tx:
        if found is None:
            repository.drop(tx, school, stored)
        else:
            repository.save(tx, school, stored, Review(found))
        clocks.stop(tx, school, kind=CLOCK, id=stored.review.id)
        audit.record(
            tx, school, by=SYSTEM, action="retention.changed", about=f"retention/{stored.review.id}"
        )


def _certify(school: SchoolId, stored: Stored, now: datetime) -> None:
    review = stored.review
    certificate = review.certificate(repository.certificate_id(now, review.id), now)
    with transaction() as tx:
        repository.certify(tx, school, certificate)
        repository.drop(tx, school, stored)
        clocks.stop(tx, school, kind=CLOCK, id=review.id)
        audit.record(
            tx,
            school,
            by=SYSTEM,
            action="record.destroyed",
            about=f"retention/{review.id}",
            event_hash=review.ended.fingerprint,
        )
    count("RecordDestroyed")
