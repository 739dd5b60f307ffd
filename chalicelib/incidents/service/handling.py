"""The safeguarding lead's work on a record: each act is one transaction with its events.

Every act says what its page was showing (`Sight.seen`). When the record has moved on since, nothing
is written and Changed tells what happened meanwhile, so that the page can show both and keep what
was typed. A second press of the same button is recognised by its form's id and is success.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib import clock
from chalicelib.audit import Event, actors
from chalicelib.errors import Conflict
from chalicelib.identity.handlers import handler
from chalicelib.ids import PersonId, SchoolId
from chalicelib.incidents import repository
from chalicelib.incidents.model import acts
from chalicelib.incidents.model.actions import Action, Taken
from chalicelib.incidents.model.acts import Marks, Step
from chalicelib.incidents.model.record import Happened, Incident, NotPossible, Outcome
from chalicelib.incidents.model.report import Report
from chalicelib.incidents.model.wall import Circle
from chalicelib.incidents.repository import Stored
from chalicelib.incidents.service import counting, lado, quiet, wall
from chalicelib.incidents.service.submitting import acknowledgement_task
from chalicelib.storage import Transaction, transaction
from chalicelib.tasks import service as tasks

Act = Callable[[Incident, datetime], Step]
Also = Callable[[Transaction, Incident], None]


@dataclass(frozen=True)
class Sight:
    """Who acts, and what they were looking at: `seen` events, on the form with id `form`."""

    person: PersonId
    name: str
    seen: int
    form: str
    roles: frozenset[str] = field(default_factory=frozenset)

    @property
    def actor(self) -> str:
        return actors.person(self.person)


class Changed(Conflict):
    """The record moved on while its page was open; `since` is what happened meanwhile."""

    def __init__(self, stored: Stored, since: tuple[Event, ...]) -> None:
        super().__init__("Somebody else changed this record while you had it open.")
        self.stored = stored
        self.since = since


class _Raced(Conflict):
    """Two people saved at the same moment and this one was second."""


def acknowledge(school: SchoolId, record: str, sight: Sight) -> None:
    act_on(school, record, sight, lambda it, at: acts.acknowledged(it, by=sight.person, at=at))


def record_actions(
    school: SchoolId, record: str, sight: Sight, taken: Mapping[Action, Taken]
) -> None:
    """The nine immediate actions as they are now decided (S215 to S223)."""
    act_on(
        school,
        record,
        sight,
        lambda it, at: acts.actions_recorded(it, taken, by=sight.person, at=at),
    )


def mark_people(school: SchoolId, record: str, sight: Sight, marks: Marks) -> None:
    """Who was target, offender or witness (S227, S262)."""
    act_on(
        school, record, sight, lambda it, at: acts.people_marked(it, marks, by=sight.person, at=at)
    )


def summarise(school: SchoolId, record: str, sight: Sight, summary: str) -> None:
    """The summary of incident, investigation and outcome (S224)."""
    act_on(
        school, record, sight, lambda it, at: acts.summarised(it, summary, by=sight.person, at=at)
    )


def note(school: SchoolId, record: str, sight: Sight, text: str) -> None:
    act_on(school, record, sight, lambda it, at: acts.noted(it, text, by=sight.person, at=at))


def correct(
    school: SchoolId,
    record: str,
    sight: Sight,
    corrected: Callable[[Incident], Report],
    why: str,
) -> None:
    """Put the report right; both versions stay in the chronology, and the figures move.

    `corrected` is asked for the report as it should be, given the record as it is.
    """

    def act(it: Incident, at: datetime) -> Step:
        report = corrected(it)
        circle = (
            wall.circle_for(school, report.types)
            if set(report.types) != set(it.report.types)
            else Circle.ALL
        )
        return acts.corrected(it, report, why, by=sight.person, at=at, circle=circle)

    act_on(school, record, sight, act)


def close(
    school: SchoolId,
    record: str,
    sight: Sight,
    *,
    outcome: Outcome,
    reasons: str,
    summary: str,
) -> None:
    """The end, with outcome and reasons (R-KCSIE 7)."""
    act_on(
        school,
        record,
        sight,
        lambda it, at: acts.closed(
            it, outcome=outcome, reasons=reasons, summary=summary, by=sight.person, at=at
        ),
    )


def reopen(school: SchoolId, record: str, sight: Sight, why: str) -> None:
    act_on(school, record, sight, lambda it, _: acts.reopened(it, why))


def act_on(school: SchoolId, record: str, sight: Sight, act: Act, also: Also | None = None) -> None:
    """Do something to a record in one transaction; `also` adds to it what is written beside.

    Raises Changed when the record moved on since `sight`, Conflict when its state does not allow
    the act, and NotFound behind a wall. Whoever acts is one of those who work on it from then on.
    """
    try:
        _try(school, record, sight, act, also)
    except _Raced:
        # Loading again shows the other's change, or that it was this very form.
        _try(school, record, sight, act, also)


def _try(school: SchoolId, record: str, sight: Sight, act: Act, also: Also | None) -> None:
    stored = as_seen(school, record, sight)
    if stored is None:
        return
    before, now = stored.incident, clock.now()
    try:
        after, happened = act(before, now)
    except NotPossible as e:
        raise Conflict(str(e)) from e
    if not happened:
        return
    after = acts.joined(after, sight.person, sight.name)
    events = [event_of(each, sight, now) for each in happened]
    try:
        write(school, stored, after, events, by=sight, also=also)
    except Conflict as e:
        raise _Raced from e


def as_seen(school: SchoolId, record: str, sight: Sight) -> Stored | None:
    """The record as the page had it; None when this very form was saved already.

    Raises Changed when others changed it since, and NotFound behind a wall.
    """
    stored = repository.load(school, record)
    wall.let_in(stored.incident.wall, sight)
    if stored.seen == sight.seen:
        return stored
    since = _since(school, record, sight.seen)
    if any(event.open.get("form") == sight.form for event in since):
        return None
    raise Changed(stored, since)


def write(
    school: SchoolId,
    stored: Stored,
    after: Incident,
    events: Sequence[Event],
    *,
    by: Sight,
    also: Also | None = None,
) -> None:
    with transaction() as tx:
        change(tx, school, stored, after, events, by=by)
        if also:
            also(tx, after)


def change(
    tx: Transaction,
    school: SchoolId,
    stored: Stored,
    after: Incident,
    events: Sequence[Event],
    *,
    by: Sight,
) -> None:
    """A changed record with everything that follows from it: log, figures, its first task."""
    before = stored.incident
    after = acts.handled(before, after, handler(by.roles))
    repository.save(tx, school, stored, after, events)
    counting.count(tx, school, before, after)
    lado.settle(tx, school, before, after, by.actor)
    quiet.settle(tx, school, stored, by.actor)
    if after.acknowledged_at and not before.acknowledged_at:
        tasks.done(tx, school, acknowledgement_task(after, school), by=by.actor)


def _since(school: SchoolId, record: str, seen: int) -> tuple[Event, ...]:
    return tuple(e for e in repository.history(school, record) if e.number > seen)


def event_of(happened: Happened, sight: Sight, at: datetime) -> Event:
    return Event(
        happened.name,
        at,
        sight.actor,
        why=happened.why,
        open={"form": sight.form},
        private={"who": sight.name, **happened.detail},
    )
