"""Asking for one event, answering for it, the list for its day, and exceptions (7.8, S67, S315)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib import audit, clock, ids
from chalicelib.agreements import rounds, subjects
from chalicelib.agreements.campaign import Round
from chalicelib.agreements.consents import service as consents
from chalicelib.agreements.consents.model import Choices, Consent, Holds
from chalicelib.agreements.consents.repository import Kept, of_everybody
from chalicelib.agreements.consents.service import Said
from chalicelib.agreements.occasions import repository
from chalicelib.agreements.occasions.model import Allowed, Occasion
from chalicelib.agreements.repository.links import Purpose
from chalicelib.agreements.subjects import Audience, Subject
from chalicelib.errors import Conflict, NotFound
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction, transaction

ADDED = "image_event.added"
ASKED = "image_event.parents_asked"
ALLOWED = "image_event.exception_allowed"
CALLED_OFF = "image_event.called_off"
OVER = "This event is over, so nothing can be changed any more."
RACED = "Somebody else has just changed this event. Look at it as it is now, then try again."


@dataclass(frozen=True)
class Line:
    """One child at an event, with what may be done there. Never a reason (S60)."""

    subject: Subject
    choices: Choices
    occasion: Occasion

    def holds(self, kind: Consent) -> Holds:
        """Once the event is over nothing holds that was said for it."""
        if self.occasion.is_over(clock.today()):
            return Holds.PROTECTED if self.choices.protected else Holds.NO
        return self.choices.holds_at(
            self.occasion.id, kind, self.subject.deciders, asks=self.occasion.asks
        )

    @property
    def nowhere(self) -> bool:
        """Whether the child is in no picture at all."""
        return all(self.holds(kind) is not Holds.YES for kind in self.occasion.channels)


def add(school: SchoolId, occasion: Occasion) -> Occasion:
    """Note an event. A second press of the button gives the first."""
    try:
        with transaction() as tx:
            repository.save(tx, school, occasion)
            _note(tx, school, occasion, ADDED, occasion.by)
    except Conflict:
        return find(school, occasion.id)
    return replace(occasion, version=0)


def find(school: SchoolId, occasion_id: str) -> Occasion:
    """Raises NotFound."""
    found = repository.load(school, occasion_id) if ids.is_record(occasion_id) else None
    if found is None:
        raise NotFound
    return found


def all_of(school: SchoolId) -> tuple[list[Occasion], list[Occasion]]:
    """What is to come, the next first; and what is over, the latest first."""
    today, found = clock.today(), list(repository.every_one(school))
    ahead = [one for one in found if not one.is_over(today)]
    over = [one for one in found if one.is_over(today)]
    return (
        sorted(ahead, key=lambda one: one.first_on),
        sorted(over, key=lambda one: one.first_on, reverse=True),
    )


def of_child(school: SchoolId, child: Subject) -> list[Occasion]:
    """The events ahead that a child takes part in."""
    return [one for one in all_of(school)[0] if one.concerns(child.groups)]


def lines(school: SchoolId, occasion: Occasion) -> list[Line]:
    """Every child who takes part, by name."""
    known = of_everybody(school)
    found = subjects.of_groups(school, Audience.PUPILS, occasion.groups)
    return [
        Line(one, known.get(one.id, Kept(Choices(one.id))).choices, occasion)
        for one in sorted(found, key=lambda one: one.name)
    ]


def line(school: SchoolId, occasion: Occasion, who: str) -> Line:
    """One child at an event. Raises NotFound for one who takes no part in it."""
    one = consents.line(school, who)
    if not occasion.concerns(one.subject.groups):
        raise NotFound
    return Line(one.subject, one.choices, occasion)


def to_ask(school: SchoolId, occasion: Occasion) -> list[rounds.Signs]:
    """The adults who were not written to about this event, one for each address."""
    had = {pair for each in occasion.rounds for pair in rounds.people_of(school, each)}
    found = subjects.of_groups(school, Audience.PUPILS, occasion.groups)
    return [signs for signs in rounds.adults_of(found) if not set(signs.items()) <= had]


def ask(school: SchoolId, occasion_id: str, round_id: str, *, by: str) -> Round | None:
    """Write to every parent once: one mail with their own link to their choices (S57).

    A second press goes on with the first. Raises Conflict once the event is over.
    """
    occasion = find(school, occasion_id)
    if occasion.is_over(clock.today()):
        raise Conflict(OVER)
    if round_id in occasion.rounds:
        return rounds.go_on(school, round_id)
    if not (adults := to_ask(school, occasion)):
        return None
    asked = Round(
        round_id,
        "agreement_event_asked",
        Purpose.CHOICES,
        f"event/{occasion.id}",
        clock.now() + consents.ALWAYS,
        step=f"/events/{occasion.id}",
    )
    with transaction() as tx:
        rounds.start(tx, school, asked, adults)
        after = replace(occasion, rounds=(*occasion.rounds, round_id))
        repository.save(tx, school, after, error=Conflict(RACED))
        _note(tx, school, occasion, ASKED, by)
    return rounds.go_on(school, round_id)


def answer(school: SchoolId, occasion: Occasion, who: str, said: Said) -> None:
    """A parent's answer for one child. Raises Conflict once the event is over."""
    if occasion.is_over(clock.today()):
        raise Conflict(OVER)
    wanted = {kind: yes for kind, yes in said.says.items() if kind in occasion.channels}
    with transaction() as tx:
        consents.answer_for(tx, school, who, occasion.id, replace(said, says=wanted))


def allow(school: SchoolId, occasion_id: str, one: Allowed) -> None:
    """Record an exception. Raises Conflict once the event is over, or when it just changed."""
    occasion = find(school, occasion_id)
    after = occasion.allowing(one)
    if after == occasion:
        return
    if occasion.is_over(clock.today()):
        raise Conflict(OVER)
    with transaction() as tx:
        repository.save(tx, school, after, error=Conflict(RACED))
        _note(tx, school, occasion, ALLOWED, one.by)


def call_off(school: SchoolId, occasion_id: str, *, by: str) -> None:
    """It does not take place: what was said for it holds no more. Twice changes nothing."""
    occasion = find(school, occasion_id)
    if occasion.called_off:
        return
    with transaction() as tx:
        repository.save(tx, school, replace(occasion, called_off=True), error=Conflict(RACED))
        _note(tx, school, occasion, CALLED_OFF, by)


def told(school: SchoolId, occasion: Occasion) -> list[Round]:
    return [rounds.find(school, each) for each in occasion.rounds]


def counts(found: Sequence[Line]) -> tuple[int, int]:
    """How many children may be in every picture, and how many in none."""
    everywhere = sum(
        all(one.holds(kind) is Holds.YES for kind in one.occasion.channels) for one in found
    )
    return everywhere, sum(one.nowhere for one in found)


def _note(tx: Transaction, school: SchoolId, one: Occasion, action: str, by: str) -> None:
    audit.record(tx, school, by=by, action=action, about=f"event/{one.id}")
