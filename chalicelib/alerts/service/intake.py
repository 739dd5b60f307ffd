"""A stored delivery becomes alerts: read, grouped, judged and routed (R29, R31).

Safe to run any number of times, at once and after any death: every event is written together with
its mark and with how far the delivery has come. A delivery of many events is dealt with in
several transactions, each whole.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from chalicelib import clock
from chalicelib.alerts import parse
from chalicelib.alerts.facts import FilterEvent
from chalicelib.alerts.formats.body import TooLarge
from chalicelib.alerts.repository import deliveries, sources
from chalicelib.alerts.senders import Delivery, Keeper, Source
from chalicelib.alerts.service import forwarding, grouping, mapping, trial
from chalicelib.alerts.service.ground import Ground
from chalicelib.alerts.service.ground import load as load_ground
from chalicelib.alerts.service.grouping import Batch, NeedsItsOwn
from chalicelib.alerts.service.receiving import CLOCK
from chalicelib.alerts.times import TimeBasis
from chalicelib.alerts.traffic import Fate
from chalicelib.errors import Conflict, NotFound
from chalicelib.ids import SchoolId
from chalicelib.notifications import clocks
from chalicelib.storage import tenants, transaction

_TRIES = 8
_MOST_EVENTS = 60


def parse_delivery(tenant: str, delivery_id: str) -> int:
    """Turn a stored delivery into alerts; gives how many events were dealt with now."""
    with tenants({tenant}):
        return _parse(SchoolId(tenant), delivery_id)


def parse_overdue(tenant: str, delivery_id: str, _now: datetime) -> None:
    """The clock of a delivery whose nudge was lost, or whose reader died."""
    _parse(SchoolId(tenant), delivery_id)


def _parse(school: SchoolId, delivery_id: str) -> int:
    stored = deliveries.load(school, delivery_id)
    if stored is None or stored[0].finished:
        with transaction() as tx:
            clocks.stop(tx, school, kind=CLOCK, id=delivery_id)
        return 0
    delivery, body = stored
    source = _source(school, delivery)
    if source.keeper is Keeper.TRUST:
        return forwarding.forward(school, source, delivery, body)
    events = _events(delivery, body)
    begun = delivery.done
    ground = load_ground(school)
    while not delivery.finished:
        delivery = _with_retries(school, source, delivery, events, ground)
    return delivery.done - begun


def _events(delivery: Delivery, body: bytes) -> Sequence[FilterEvent]:
    try:
        return parse.read_body(
            body,
            received_at=delivery.received_at,
            zone=delivery.zone,
            content_type=delivery.content_type,
        ).events
    except TooLarge:  # the gate took it under other limits
        return ()


def _source(school: SchoolId, delivery: Delivery) -> Source:
    try:
        return sources.load(school, delivery.source)
    except NotFound:  # a source is never deleted; a restored table may lack it
        raise Conflict from None


def _with_retries(
    school: SchoolId,
    source: Source,
    delivery: Delivery,
    events: Sequence[FilterEvent],
    ground: Ground,
) -> Delivery:
    """One transaction's worth of events. Another delivery of the same pupil may be at work."""
    for attempt in range(_TRIES):
        try:
            return _some(school, source, delivery, events, ground)
        except Conflict:
            fresh = deliveries.load(school, delivery.id)
            if fresh is None or attempt == _TRIES - 1:
                raise
            if fresh[0].finished or fresh[0].done != delivery.done:
                return fresh[0]
    raise Conflict


def _some(
    school: SchoolId,
    source: Source,
    delivery: Delivery,
    events: Sequence[FilterEvent],
    ground: Ground,
) -> Delivery:
    """Deal with as many of the events that are left as one transaction holds."""
    batch = Batch(school, source, delivery, ground, clock.now(), done=delivery.done)
    batch.is_trial = trial.is_one(school, delivery)
    upcoming = list(enumerate(events))[delivery.done : delivery.done + _MOST_EVENTS]
    marks = {number: _mark(source, delivery, number, event) for number, event in upcoming}
    seen = deliveries.all_seen(school, marks.values(), now=batch.now)
    for number, event in upcoming:
        if batch.is_full:
            break
        if marks[number] in seen:
            batch.meets(Fate.REPEATED)
        elif not event.is_filter_event:
            batch.meets(Fate.NOT_FILTER)
        else:
            try:
                batch.take(number, mapping.judged(event, ground.changes))
            except NeedsItsOwn:
                break
            batch.marks[marks[number]] = event
        seen.add(marks[number])
        batch.done = number + 1
    if not delivery.done:
        batch.arrived(events)
    return grouping.write(batch, finished=batch.done >= len(events))


def _mark(source: Source, delivery: Delivery, number: int, event: FilterEvent) -> str:
    """What makes an event the same event: its source and all of its text.

    An event without any clock of its own is only ever the same within one delivery's retries.
    """
    content = hashlib.sha256(f"{event.facts.event_id}\n{event.raw}".encode()).hexdigest()
    if event.time_basis is TimeBasis.RECEIVED:
        return f"{source.id}#event#{content}#{delivery.id}#{number}"
    return f"{source.id}#event#{content}"
