"""Asking for one event, answering for it, the list for its day, and exceptions (7.8, S67, S315)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from chalicelib import audit, clock, ids
from chalicelib.agreements import round_tasks, rounds, subjects
from chalicelib.agreements.campaign import Round
from chalicelib.agreements.consents import service as consents
from chalicelib.agreements.consents.model import Choices, Consent, Holds
from chalicelib.agreements.consents.repository import Kept, of_everybody
from chalicelib.agreements.consents.service import Said
from chalicelib.agreements.occasions import repository, tasks
from chalicelib.agreements.occasions.model import Allowed, Occasion
from chalicelib.agreements.repository import retried
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
NOBODY = "There is nobody to write to: correct the address first, or enter their answer."
MAIL = "agreement_event_asked"


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


def lines(
    school: SchoolId, occasion: Occasion, names: Mapping[str, str] | None = None
) -> list[Line]:
    """Every child who takes part, by name; `names` are those of the classes, if they are read."""
    known = of_everybody(school)
    found = subjects.of_groups(school, Audience.PUPILS, occasion.groups, names)
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


def to_ask(
    school: SchoolId, occasion: Occasion, taking: Sequence[Subject] | None = None
) -> list[rounds.Signs]:
    """The adults who were not written to about this event, one for each address; `taking` are those
    who take part, if they are read.
    """
    had = {pair for each in occasion.rounds for pair in rounds.people_of(school, each)}
    found = taking
    if found is None:
        found = subjects.of_groups(school, Audience.PUPILS, occasion.groups)
    return [signs for signs in rounds.adults_of(found) if not set(signs.items()) <= had]


def ask(school: SchoolId, occasion_id: str, round_id: str, *, by: str) -> Round | None:
    """Write to every parent once: one mail with a link to this question alone (S57).

    A second press goes on with the first, whenever it comes. Raises Conflict once the event is
    over, and before the school is live.
    """
    return _write(school, occasion_id, round_id, to_ask, by=by)


def see_to(
    school: SchoolId, occasion_id: str, task_id: str, round_id: str, *, again: bool, by: str
) -> None:
    """Somebody who was not reached is seen to: they are written to `again`, or need no more mail.

    A second press changes nothing. Raises Conflict as `ask` does.
    """

    def write(them: round_tasks.Them, done: Callable[[Transaction], None]) -> None:
        def to_whom(school: SchoolId, occasion: Occasion) -> list[rounds.Signs]:
            return them(subjects.of_groups(school, Audience.PUPILS, occasion.groups))

        _write(school, occasion_id, round_id, to_whom, by=by, also=done)

    about = tasks.about_of(occasion_id)
    round_tasks.see_to(school, about, task_id, write=write if again else None, nobody=NOBODY, by=by)


def _write(
    school: SchoolId,
    occasion_id: str,
    round_id: str,
    to_whom: Callable[[SchoolId, Occasion], list[rounds.Signs]],
    *,
    by: str,
    also: Callable[[Transaction], None] | None = None,
) -> Round | None:
    """Start a round of mail once, and go on with it; None when there is nobody to write to."""

    def start(tx: Transaction) -> None:
        occasion = find(school, occasion_id)
        if occasion.is_over(clock.today()):
            raise Conflict(OVER)
        if round_id in occasion.rounds or not (adults := to_whom(school, occasion)):
            return
        about = f"event/{occasion.id}"
        asked = Round(round_id, MAIL, Purpose.EVENT, about, occasion.links_until)
        rounds.start(tx, school, asked, adults)
        repository.save(tx, school, replace(occasion, rounds=(*occasion.rounds, round_id)))
        _note(tx, school, occasion, ASKED, by)
        if also:
            also(tx)

    retried(start)
    if round_id in find(school, occasion_id).rounds:
        return rounds.go_on(school, round_id)
    return None


def answer(school: SchoolId, occasion: Occasion, who: str, said: Said) -> None:
    """A parent's answer for one child. Raises Conflict once the event is over."""
    if occasion.is_over(clock.today()):
        raise Conflict(OVER)
    wanted = {kind: yes for kind, yes in said.says.items() if kind in occasion.channels}

    def file(tx: Transaction) -> None:
        consents.answer_for(tx, school, who, occasion.id, replace(said, says=wanted))
        if said.how != "link":
            about = tasks.about_of(occasion.id)
            round_tasks.close(tx, school, about, who, said.contact, by=said.by)

    retried(file)


def allow(school: SchoolId, occasion_id: str, one: Allowed) -> None:
    """Record an exception; the same one again changes nothing. Raises Conflict once the event is
    over.
    """

    def note(tx: Transaction) -> None:
        occasion = find(school, occasion_id)
        after = occasion.allowing(one)
        if after == occasion:
            return
        if occasion.is_over(clock.today()):
            raise Conflict(OVER)
        repository.save(tx, school, after)
        _note(tx, school, occasion, ALLOWED, one.by)

    retried(note)


def call_off(school: SchoolId, occasion_id: str, *, by: str) -> None:
    """It does not take place: what was said for it holds no more. Twice changes nothing."""

    def note(tx: Transaction) -> None:
        occasion = find(school, occasion_id)
        if not occasion.called_off:
            repository.save(tx, school, replace(occasion, called_off=True))
            _note(tx, school, occasion, CALLED_OFF, by)

    retried(note)
    round_tasks.close_all(school, tasks.about_of(occasion_id), by=by)


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
