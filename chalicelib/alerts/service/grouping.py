"""Events become alerts: each joins the alert it belongs to or starts one, in one transaction (R31).

Whose an event was is asked of the roster when its alert is raised; who is told, of the duty plan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib import clock, ids
from chalicelib.alerts import model, themes
from chalicelib.alerts.facts import Facts, FilterEvent
from chalicelib.alerts.model import Alert
from chalicelib.alerts.repository import alerts, deliveries, history
from chalicelib.alerts.repository.alerts import Latest
from chalicelib.alerts.senders import Delivery, Hit, Source
from chalicelib.alerts.service import (
    counting,
    digest,
    mapping,
    routing,
    sending,
    storms,
    telling,
    trial,
)
from chalicelib.alerts.service.ground import Ground, group_of
from chalicelib.alerts.service.receiving import CLOCK
from chalicelib.alerts.service.routing import Duty
from chalicelib.alerts.service.storms import Storm
from chalicelib.alerts.times import TimeBasis
from chalicelib.alerts.traffic import Fate
from chalicelib.audit import Event, actors
from chalicelib.identity import service as identity
from chalicelib.ids import SchoolId
from chalicelib.notifications import clocks
from chalicelib.observability import count
from chalicelib.people.accounts.model import Asked, Match
from chalicelib.people.accounts.service import Roster
from chalicelib.storage import Transaction, transaction

_MOST_NEW = 4  # alerts in one transaction: each is some twenty writes
_MOST_EVENTS = 60


class NeedsItsOwn(Exception):
    """The event starts a new alert of an identity this transaction already writes."""


@dataclass
class Batch:
    """What one transaction changes: each alert once, whatever number of events touch it."""

    school: SchoolId
    source: Source
    delivery: Delivery
    ground: Ground
    now: datetime
    is_trial: bool = False
    known: dict[str, Latest] = field(default_factory=dict)
    changed: dict[str, Alert] = field(default_factory=dict)
    new: dict[str, Alert] = field(default_factory=dict)
    marks: dict[str, FilterEvent] = field(default_factory=dict)
    unknown: dict[str, tuple[str, str]] = field(default_factory=dict)
    fates: dict[Fate, int] = field(default_factory=dict)
    done: int = 0

    @property
    def is_full(self) -> bool:
        touched = len(self.new) * 20 + len(self.changed) + len(self.marks) + len(self.unknown)
        return len(self.new) >= _MOST_NEW or touched >= _MOST_EVENTS + 20

    def meets(self, fate: Fate) -> None:
        """Count what became of an event: the technician sees every one of them somewhere."""
        self.fates[fate] = self.fates.get(fate, 0) + 1

    def take(self, number: int, event: FilterEvent) -> None:
        """Add one event to the alert it belongs to, or make one."""
        at_once = self.ground.plan.at_once
        event = self._quietened(event)
        group = alerts.group_key(self.school, model.identity(self.school, self.source.id, event))
        hit = Hit(self.delivery.id, number)
        alert = self._current(group)
        if alert is not None and model.takes_in(alert, event, at_once):
            after = model.with_event(alert, event, hit)
            (self.new if group in self.new else self.changed)[group] = after
            self.meets(Fate.JOINED)
            return
        if group in self.new or group in self.changed:
            raise NeedsItsOwn  # a break-out from an alert of this very transaction
        raised = model.raised(
            event,
            hit,
            alert_id=ids.new(),
            reference=ids.reference(),
            source=self.source,
            at=self.now,
            at_once=at_once,
        )
        if self.is_trial:
            self.new[group] = trial.marked(raised)
            return
        self.new[group] = raised
        noise = not raised.notified and event.severity in at_once
        self.meets(Fate.SUPPRESSED if noise else Fate.RAISED)
        self.unknown.update(mapping.unknown_in(self.school, event.facts, self.ground.changes))

    def _quietened(self, event: FilterEvent) -> FilterEvent:
        """What a page loads from a site of noise counts as a part of a page, not as one."""
        if event.facts.host and themes.is_noise(event.facts.host, self.ground.noise):
            return replace(event, facts=replace(event.facts, is_page=False))
        return event

    def arrived(self, events: Sequence[FilterEvent]) -> None:
        """Count the delivery itself: what could not be read, and how late it came."""
        self.meets(Fate.DELIVERIES)
        for event in events:
            if event.unreadable:
                self.meets(Fate.UNREADABLE)
            if event.time_basis is not TimeBasis.RECEIVED:
                late = max((self.delivery.received_at - event.occurred_at).total_seconds(), 0)
                self.fates[Fate.LAG] = self.fates.get(Fate.LAG, 0) + int(late)
                self.meets(Fate.LATE)

    def _current(self, group: str) -> Alert | None:
        if group in self.new:
            return self.new[group]
        if group in self.changed:
            return self.changed[group]
        if group not in self.known:
            self.known[group] = alerts.latest(self.school, group)
        before = self.known[group].stored
        return before.alert if before else None


# --- whose, and who is told -----------------------------------------------------------------------


@dataclass(frozen=True)
class _Raising:
    """New alerts as they will be written: whose they are, who is told, and what calms a storm."""

    alerts: Mapping[str, Alert]
    steps: Mapping[str, routing.Step]
    duty: Duty | None = None
    storm: Storm | None = None


def _raising(batch: Batch) -> _Raising:
    if not batch.new:
        return _Raising({}, {})
    members = tuple(identity.members(batch.school))
    groups = list(batch.new)
    matches = Roster(batch.school, members).whose([asked(batch.new[g].facts) for g in groups])
    found = {
        group: _of(batch.new[group], match, batch.ground.staff_groups)
        for group, match in zip(groups, matches, strict=True)
    }
    told = {group: alert for group, alert in found.items() if alert.notified}
    if not told:
        return _Raising(found, {})
    ground = batch.ground
    duty = routing.with_team(batch.school, batch.now, ground.school, ground.minutes, members)
    steps = {group: routing.first(alert, duty, batch.now) for group, alert in told.items()}
    storm = storms.load(
        batch.school, batch.source.id, batch.now, more=len(told), limit=batch.ground.plan.storm
    )
    return _Raising(found, steps, duty, storm)


def asked(facts: Facts) -> Asked:
    """What the filter said of whose it was, as the roster is asked."""
    return Asked(
        user=facts.user or "",
        domain=facts.user_domain or "",
        devices=tuple(each for each in (facts.device, facts.client_mac) if each),
        addresses=(facts.client_ip,) if facts.client_ip else (),
    )


def _of(alert: Alert, match: Match, staff_groups: frozenset[str]) -> Alert:
    """The alert with its person. The filter's own staff group counts where the school says so."""
    return replace(
        alert,
        subject=match.subject,
        matched_by=match.by,
        shared=match.shared,
        staff_group=match.subject is None and group_of(alert.facts.group or "") in staff_groups,
    )


# --- writing --------------------------------------------------------------------------------------


def write(batch: Batch, *, finished: bool) -> Delivery:
    """Commit a batch; gives the delivery as far as it has come. Raises Conflict."""
    school, delivery, now = batch.school, batch.delivery, batch.now
    raising = _raising(batch)
    digest_due = digest.due(school, batch.ground.plan, raising.alerts.values(), now)
    with transaction() as tx:
        deliveries.advance(tx, school, delivery, done=batch.done, finished=finished)
        for mark in batch.marks:
            deliveries.mark(tx, school, mark, delivery=delivery.id, content="", at=now)
        for group, alert in batch.changed.items():
            before = batch.known[group].stored
            assert before is not None  # noqa: S101  # only what was read is changed
            alerts.save(tx, school, before, alert)
            counting.count(tx, school, before.alert, alert)
        for group in batch.new:
            _raise(tx, batch, raising, group)
        if raising.storm:
            storms.save(tx, school, raising.storm)
        mapping.count_unknown(tx, school, batch.unknown, now)
        sending.count(tx, school, batch.source.id, clock.london(now).date(), batch.fates)
        if digest_due:
            clocks.start(tx, school, kind=digest.CLOCK, id=school, due_at=digest_due)
        if finished:
            clocks.stop(tx, school, kind=CLOCK, id=delivery.id)
    return replace(delivery, done=batch.done, finished=finished)


def _raise(tx: Transaction, batch: Batch, raising: _Raising, group: str) -> None:
    school, alert, step = batch.school, raising.alerts[group], raising.steps.get(group)
    happened = [_raised_event(batch.source, alert)]
    if step:
        alert = step.alert
        happened.append(step.happened)
    alerts.add(tx, school, alert, happened)
    alerts.point(tx, school, group, batch.known[group], alert.id, at=batch.now)
    history.add(tx, school, alert)
    if alert.is_test:
        trial.expect(tx, school, alert.id, batch.now)
    counting.count(tx, school, None, alert)
    if step and raising.duty:
        telling.send(tx, raising.duty, step, storm=raising.storm)
    tx.after(lambda: count("AlertRaised"))


def _raised_event(source: Source, alert: Alert) -> Event:
    by = {"matched": alert.matched_by.value} if alert.matched_by else {}
    return Event(
        "alert.raised",
        alert.raised_at,
        actors.source(source.id),
        open={"severity": alert.severity.value, "assurance": alert.assurance.value, **by},
        private={"source": source.name},
    )
