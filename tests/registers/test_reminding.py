"""Reminders over random histories: each exactly once, never of what is done (S286).

A history adds an entry, takes steps, puts dates right and lets time pass, in any order; the sweep
comes when it comes, now and then twice at once, now and then weeks late.
"""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib import clock as time_of
from chalicelib.errors import AppError
from chalicelib.ids import SchoolId
from chalicelib.notifications import clocks, outbox
from chalicelib.registers import loader
from chalicelib.registers import service as registers
from chalicelib.registers.model import dues
from chalicelib.registers.model.definition import ADD, Definition, Type
from chalicelib.registers.repository import entries
from chalicelib.registers.service import acting, effects, hands, reminding
from chalicelib.registers.service.acting import Taken
from chalicelib.storage import tenants, transaction
from chalicelib.tasks import service as tasks
from chalicelib.tenancy import service as tenancy
from tests.doubles import FrozenClock
from tests.registers.play import Player, School

# Those with the most clocks: hours and days, pauses and extensions, dates set anew at each review.
REGISTERS = ("unfilter_requests", "subject_access", "data_breaches", "social_messages", "policies")


class History:
    """One entry and what may happen to it."""

    def __init__(self, school: School, clock: FrozenClock, seed: int) -> None:
        self.school = SchoolId(str(school.id))
        self.clock = clock
        self.chance = random.Random(seed)
        known = [key for key in REGISTERS if key in loader.shipped()]
        self.definition: Definition = loader.shipped()[self.chance.choice(known)]
        self.player = Player(self.definition, school)
        self.hands = list(school.hands())
        first = self.player.answers(ADD, {}, {})
        with tenants({self.school}), transaction() as tx:
            self.id = registers.add(
                tx, self.school, register=self.definition.key, values=first, by="system:test"
            )

    @property
    def stored(self) -> entries.Stored:
        found = entries.find(self.school, self.id)
        assert found
        return found

    def step(self) -> None:
        """Take any step that anybody may take now."""
        stored = self.stored
        possible = [
            (hand, step)
            for step in self.definition.steps
            for hand in self.hands
            if hands.may_take(hand, self.definition, stored.entry, step)
        ]
        if not possible:
            return
        hand, step = self.chance.choice(possible)
        outcome = self.chance.choice(step.outcomes).key if step.outcomes else ""
        answers = self.player.answers(step.key, stored.entry.answers, {})
        taken = Taken(step.key, stored.head.number, answers, outcome, "Because")
        try:
            acting.take(hand, self.definition.key, self.id, taken)
        except AppError:
            return  # something that must be true is not

    def correct(self) -> None:
        """Move a date that was given."""
        stored = self.stored
        dates = [
            f.key
            for f in self.definition.fields
            if f.type is Type.DATE and f.key in stored.entry.answers
        ]
        hand = next(h for h in self.hands if hands.may_correct(h, self.definition, stored.entry))
        if dates:
            day = time_of.today() + timedelta(days=self.chance.randrange(0, 60))
            key = self.chance.choice(dates)
            acting.correct(
                hand,
                self.definition.key,
                self.id,
                {key: day.isoformat()},
                why="Wrong day",
                seen=stored.head.number,
            )

    def wait(self) -> None:
        self.clock.advance(hours=self.chance.choice((3, 20, 24, 24, 30, 50, 90, 300)))

    def sweep(self) -> None:
        """As the sweep does, sometimes twice, and once more when nothing is due."""
        before = {each.mark for each in self.due_now()} - self.stored.entry.marks
        for _ in range(self.chance.choice((1, 1, 2))):
            at = clocks.running(self.school, kind=effects.CLOCK, id=self.id)
            if at is not None and at <= time_of.now():
                reminding.remind(self.school, self.id, time_of.now())
            else:
                assert not before or self.stored.entry.marks >= before, "the clock was lost"
        assert self.stored.entry.marks >= before

    def due_now(self) -> list[dues.Reminder]:
        calendar = tenancy.calendar_of(self.school)
        found = dues.reminders(self.definition, self.stored.entry, calendar)
        return [each for each in found if each.at <= time_of.now()]

    def check(self) -> None:
        """Each reminder once, in its time; as many mails as reminders and recipients; and a task
        for each clock that runs, and no other.
        """
        happened = entries.history(self.school, self.id)
        marks = [str(e.open["reminder"]) for e in happened if e.name == "entry.reminded"]
        assert len(set(marks)) == len(marks), "reminded twice"
        mails = [
            each
            for each in outbox.about(self.school, f"entry/{self.id}")
            if each.template == "task_reminded"
        ]
        reminded = [e for e in happened if e.name == "entry.reminded"]
        assert len(reminded) <= len(mails) <= len(self.hands) * len(reminded)
        assert {each.made_at for each in mails} == {each.at for each in reminded}
        running = {task for each in self.stored.entry.running.values() for task in each.tasks}
        is_open = {
            task.id for task in tasks.open_in(self.school) if task.about == f"entry/{self.id}"
        }
        assert running == is_open


def play(school: School, clock: FrozenClock, seed: int) -> int:
    started = clock.now()
    history = History(school, clock, seed)
    doings: list[Callable[[], None]] = [
        history.step,
        history.correct,
        history.wait,
        history.sweep,
    ]
    with tenants({history.school}):
        for _ in range(14):
            history.chance.choices(doings, (1, 1, 5, 4))[0]()
        history.sweep()
        history.check()
        sent = sum(e.name == "entry.reminded" for e in entries.history(school.id, history.id))
    clock.advance(seconds=-(clock.now() - started).total_seconds())
    return sent


@pytest.fixture(scope="module")
def school(engine: str) -> School:
    return School()


def test_each_reminder_is_sent_once(school: School, store: str, clock: FrozenClock) -> None:
    """Over 50 histories."""
    assert 20 < sum(play(school, clock, seed) for seed in range(50))


@pytest.mark.long
def test_each_reminder_is_sent_once_a_thousand_times(
    school: School, store: str, clock: FrozenClock
) -> None:
    """Over 1,000 histories."""
    assert 300 < sum(play(school, clock, seed) for seed in range(1000))
