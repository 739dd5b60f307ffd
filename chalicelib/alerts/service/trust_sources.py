"""A trust's sources: rules that say whose an event is, and events that wait for an answer (4.1)."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib import audit, ids
from chalicelib.alerts import matching, parse
from chalicelib.alerts.facts import Facts
from chalicelib.alerts.matching import Rule, RuleField
from chalicelib.alerts.repository import sources as stored
from chalicelib.alerts.repository import trusts
from chalicelib.alerts.senders import Delivery
from chalicelib.alerts.service import forwarding
from chalicelib.errors import Conflict, NotFound
from chalicelib.ids import SchoolId, TrustId
from chalicelib.storage import transaction
from chalicelib.tasks import service as tasks
from chalicelib.tenancy import directory

MOST_RULES = 500


@dataclass(frozen=True)
class Waiting:
    """An event that no rule matched, as the trust sees it: where it was, never who or what."""

    id: str
    source: str
    received_at: datetime
    facts: Facts

    @property
    def where(self) -> list[tuple[RuleField, str]]:
        """What a rule could look at."""
        return [
            (field, value)
            for field in RuleField
            for value in matching.said_of(self.facts, field)[:1]
        ]


def rules(trust: TrustId, source: str) -> tuple[Rule, ...]:
    return trusts.rules(trust, source)


def add_rule(
    trust: TrustId, source: str, field: RuleField, value: str, school: SchoolId, *, by: str
) -> None:
    """Add a rule behind the others. Raises NotFound for a school of another trust."""
    _own(trust, school)
    stored.load(trust, source)
    before = trusts.rules(trust, source)
    if len(before) >= MOST_RULES:
        raise Conflict("This source has 500 rules, which is the most it can have.")
    rule = Rule(ids.new(), field, value.strip(), school)
    _save(trust, source, before, (*before, rule), "source.rule_added", by)


def drop_rule(trust: TrustId, source: str, rule: str, *, by: str) -> None:
    """Take a rule away; what it gave to a school stays there."""
    before = trusts.rules(trust, source)
    after = tuple(each for each in before if each.id != rule)
    if after != before:
        _save(trust, source, before, after, "source.rule_dropped", by)


def waiting(trust: TrustId) -> list[Waiting]:
    """The newest events that wait, up to fifty."""
    return [_waiting(trusts.of_row(row)) for row in trusts.waiting(trust).items]


def load_waiting(trust: TrustId, event: str) -> Waiting:
    """Raises NotFound when it was given to a school already."""
    return _waiting(trusts.unmatched(trust, event))


def assign(trust: TrustId, event: str, school: SchoolId, *, by: str) -> None:
    """Give a waiting event to a school, where it becomes an alert. Twice is once."""
    _own(trust, school)
    found = trusts.unmatched(trust, event)
    source = stored.load(trust, found.source)
    delivery = Delivery(ids.new(), source.id, found.received_at, "", found.zone)
    forwarding.hand_over(trust, school, source, delivery, [found.piece], was_waiting=event)
    with transaction() as tx:
        audit.record(tx, trust, by=by, action="alert.assigned", about=f"source/{source.id}")
    _settle(trust, by)


def _settle(trust: TrustId, by: str) -> None:
    """The trust's task is done when nothing waits."""
    task = tasks.find_open(trust, "alerts-unmatched")
    if task is None or trusts.waiting(trust, limit=1).items:
        return
    with transaction() as tx:
        tasks.done(tx, trust, task, by=by)


def _own(trust: TrustId, school: SchoolId) -> None:
    if school not in {each.id for each in directory.schools_of(trust)}:
        raise NotFound


def _save(
    trust: TrustId,
    source: str,
    before: tuple[Rule, ...],
    after: tuple[Rule, ...],
    action: str,
    by: str,
) -> None:
    with transaction() as tx:
        trusts.save_rules(tx, trust, source, after, before=len(before))
        audit.record(tx, trust, by=by, action=action, about=f"source/{source}")


def _waiting(event: trusts.Unmatched) -> Waiting:
    return Waiting(event.id, event.source, event.received_at, parse.facts_of(event.piece))
