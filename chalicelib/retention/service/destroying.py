"""Destroying what two people confirmed: the sweep's alone, taken up again after a death (R31)."""

from datetime import datetime, timedelta

from chalicelib import audit, clock
from chalicelib.ids import SchoolId
from chalicelib.notifications import clocks
from chalicelib.observability import count
from chalicelib.retention import repository
from chalicelib.retention.kinds import Kinds
from chalicelib.retention.model import Ended, Periods, Review, State
from chalicelib.retention.repository import Stored
from chalicelib.retention.service.deciding import CLOCK
from chalicelib.retention.service.looking import SYSTEM
from chalicelib.storage import transaction


def destroy(kinds: Kinds, tenant: str, review_id: str, now: datetime) -> None:
    """Carry out what two people confirmed, and leave the certificate.

    What has changed since, is not over any more, or is kept longer by now, is not destroyed: it
    waits for review again. A hold on everything makes it wait.
    """
    school = SchoolId(tenant)
    stored = repository.find(school, review_id)
    if stored is None or stored.review.state is not State.CONFIRMED:
        with transaction() as tx:
            clocks.stop(tx, school, kind=CLOCK, id=review_id)
        return
    if repository.stopped(school) is not None:
        with transaction() as tx:
            clocks.start(tx, school, kind=CLOCK, id=review_id, due_at=now + timedelta(hours=12))
        return
    review = stored.review
    kind = kinds[review.ended.kind]
    if kind.is_there(school, review.ended.record):
        found = kind.find(school, review.ended.record, _periods(school))
        if found is None or found.due_on > clock.london(now).date():
            _give_back(school, stored, None)
            return
        if found.fingerprint != review.ended.fingerprint:
            _give_back(school, stored, found)
            return
    if not kind.destroy(school, review.ended.record, review.ended.fingerprint):
        _give_back(school, stored, kind.find(school, review.ended.record, _periods(school)))
        return
    _certify(school, stored, now)


def _periods(school: SchoolId) -> Periods:
    return repository.periods(school).periods


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
