"""A stored delivery becomes alerts: read, grouped, judged and routed (R29, R31).

Safe to run any number of times, at once and after any death: every event is written together with
its mark and with how far the delivery has come. A delivery of many events is dealt with in
several transactions, each whole.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib import clock, figures, ids
from chalicelib.alerts import model, parse, senders
from chalicelib.alerts.facts import FilterEvent
from chalicelib.alerts.formats.body import TooLarge
from chalicelib.alerts.model import Alert
from chalicelib.alerts.repository import alerts, deliveries, sources
from chalicelib.alerts.repository.alerts import Latest
from chalicelib.alerts.senders import Delivery, Hit, Source
from chalicelib.alerts.service import routing
from chalicelib.alerts.service.receiving import CLOCK
from chalicelib.alerts.times import TimeBasis
from chalicelib.audit import Event, actors
from chalicelib.errors import Conflict, NotFound
from chalicelib.figures import Measure
from chalicelib.ids import SchoolId
from chalicelib.notifications import clocks
from chalicelib.observability import count
from chalicelib.storage import Transaction, tenants, transaction

_TRIES = 8
_MOST_NEW = 5  # alerts in one transaction: each is some fifteen writes
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
    events = _events(delivery, body)
    source = _source(school, delivery)
    begun = delivery.done
    while not delivery.finished:
        delivery = _with_retries(school, source, delivery, events)
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
    school: SchoolId, source: Source, delivery: Delivery, events: Sequence[FilterEvent]
) -> Delivery:
    """One transaction's worth of events. Another delivery of the same pupil may be at work."""
    for attempt in range(_TRIES):
        try:
            return _some(school, source, delivery, events)
        except Conflict:
            fresh = deliveries.load(school, delivery.id)
            if fresh is None or attempt == _TRIES - 1:
                raise
            if fresh[0].finished or fresh[0].done != delivery.done:
                return fresh[0]
    raise Conflict


@dataclass
class _Batch:
    """What one transaction changes: each alert once, whatever number of events touch it."""

    school: SchoolId
    source: Source
    delivery: Delivery
    now: datetime
    known: dict[str, Latest] = field(default_factory=dict)
    changed: dict[str, Alert] = field(default_factory=dict)
    new: dict[str, Alert] = field(default_factory=dict)
    marks: dict[str, FilterEvent] = field(default_factory=dict)
    done: int = 0

    @property
    def is_full(self) -> bool:
        touched = len(self.new) * 16 + len(self.changed) + len(self.marks)
        return len(self.new) >= _MOST_NEW or touched >= _MOST_EVENTS

    def take(self, number: int, event: FilterEvent) -> None:
        """Add one event to the alert it belongs to, or make one."""
        group = alerts.group_key(self.school, model.identity(self.school, self.source.id, event))
        hit = Hit(self.delivery.id, number)
        alert = self._current(group)
        if alert is not None and model.takes_in(alert, event):
            after = model.with_event(alert, event, hit)
            (self.new if group in self.new else self.changed)[group] = after
            return
        if group in self.new or group in self.changed:
            raise _NeedsItsOwn  # a break-out from an alert of this very transaction
        self.new[group] = model.raised(
            event,
            hit,
            alert_id=ids.new(),
            reference=ids.reference(),
            source=self.source,
            at=self.now,
        )

    def _current(self, group: str) -> Alert | None:
        if group in self.new:
            return self.new[group]
        if group in self.changed:
            return self.changed[group]
        if group not in self.known:
            self.known[group] = alerts.latest(self.school, group)
        before = self.known[group].stored
        return before.alert if before else None


class _NeedsItsOwn(Exception):
    """The event starts a new alert of an identity this transaction already writes."""


def _some(
    school: SchoolId, source: Source, delivery: Delivery, events: Sequence[FilterEvent]
) -> Delivery:
    """Deal with as many of the events that are left as one transaction holds."""
    batch = _Batch(school, source, delivery, clock.now(), done=delivery.done)
    upcoming = list(enumerate(events))[delivery.done : delivery.done + _MOST_EVENTS]
    marks = {number: _mark(source, delivery, number, event) for number, event in upcoming}
    seen = deliveries.all_seen(school, marks.values(), now=batch.now)
    for number, event in upcoming:
        if batch.is_full:
            break
        if marks[number] not in seen and event.is_filter_event:
            try:
                batch.take(number, event)
            except _NeedsItsOwn:
                break
            batch.marks[marks[number]] = event
        seen.add(marks[number])
        batch.done = number + 1
    return _write(batch, finished=batch.done >= len(events))


def _mark(source: Source, delivery: Delivery, number: int, event: FilterEvent) -> str:
    """What makes an event the same event: its source and all of its text.

    An event without any clock of its own is only ever the same within one delivery's retries.
    """
    content = hashlib.sha256(f"{event.facts.event_id}\n{event.raw}".encode()).hexdigest()
    if event.time_basis is TimeBasis.RECEIVED:
        return f"{source.id}#event#{content}#{delivery.id}#{number}"
    return f"{source.id}#event#{content}"


def _write(batch: _Batch, *, finished: bool) -> Delivery:
    school, delivery, now = batch.school, batch.delivery, batch.now
    steps = dict(_steps(batch))
    with transaction() as tx:
        deliveries.advance(tx, school, delivery, done=batch.done, finished=finished)
        for mark in batch.marks:
            deliveries.mark(tx, school, mark, delivery=delivery.id, content="", at=now)
        for group, alert in batch.changed.items():
            before = batch.known[group].stored
            assert before is not None  # noqa: S101  # only what was read is changed
            alerts.save(tx, school, before, alert)
        for group, alert in batch.new.items():
            _raise(tx, batch, group, alert, steps.get(group))
        if finished:
            clocks.stop(tx, school, kind=CLOCK, id=delivery.id)
    return senders.moved_on(delivery, done=batch.done, finished=finished)


def _steps(batch: _Batch) -> Iterator[tuple[str, routing.Step]]:
    """Who is told of each new alert: the rota is read once, and only if somebody is to be told."""
    notified = {group: alert for group, alert in batch.new.items() if alert.notified}
    if not notified:
        return
    known = routing.on_duty(batch.school, batch.now)
    for group, alert in notified.items():
        yield group, routing.first(alert, known, batch.now)


def _raise(
    tx: Transaction, batch: _Batch, group: str, alert: Alert, step: routing.Step | None
) -> None:
    school = batch.school
    happened = [_raised_event(batch.source, alert)]
    if step:
        alert = step.alert
        happened.append(step.happened)
    alerts.add(tx, school, alert, happened)
    alerts.point(tx, school, group, batch.known[group], alert.id, at=batch.now)
    figures.count(
        tx,
        school,
        Measure.ALERTS,
        {"theme": alert.theme_id, "severity": alert.severity},
        clock.london(alert.first_at).date(),
    )
    if step:
        routing.send(tx, school, step)
    tx.after(lambda: count("AlertRaised"))


def _raised_event(source: Source, alert: Alert) -> Event:
    return Event(
        "alert.raised",
        alert.raised_at,
        actors.source(source.id),
        open={"severity": alert.severity.value, "assurance": alert.assurance.value},
        private={"source": source.name},
    )
