"""The ledger of messages under every kind of weather (R36): none lost, none unaccounted for.

A state machine adds messages, sends them while SES fails in each of its ways and senders die, lets
feedback come late, early, twice, and moves the clock; in the end the weather clears.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from chalicelib.notifications import feedback, outbox, sweep
from chalicelib.notifications.outbox import NOT_REACHED, MessageRow, State
from chalicelib.storage import Row, Transaction, every, guard, tenants
from tests.doubles import FrozenClock
from tests.faults import Death
from tests.notifications.post import TAKEN, Post, Weather, event, mime, queue, send, tags
from tests.storage.conftest import a_tenant
from tests.storage.notes import NoteRow

FEEDBACK = {
    "delivered": ("Delivery", {}),
    "hard": ("Bounce", {"bounce": {"bounceType": "Permanent", "bounceSubType": "General"}}),
    "soft": ("Bounce", {"bounce": {"bounceType": "Transient", "bounceSubType": "General"}}),
    "suppressed": ("Bounce", {"bounce": {"bounceSubType": "OnAccountSuppressionList"}}),
    "complaint": ("Complaint", {}),
}


class Ledger(RuleBasedStateMachine):
    """One school's messages; `clock` and `post` are the test's."""

    clock: ClassVar[FrozenClock]
    post: ClassVar[Post]
    messages = Bundle("messages")

    def __init__(self) -> None:
        super().__init__()
        self.school = a_tenant()
        self.leavers: set[str] = set()
        self.windows: Counter[str] = Counter()
        self.known: list[str] = []
        self.post.taken.clear()
        self.post.weather = Weather.FINE

    def within(self, do: Callable[[], Any]) -> Any:
        """Do something for the school; a death of the process ends it there."""
        with tenants({self.school}):
            try:
                return do()
            except Death:
                return None

    def entitled(self, _tenant: str, row: MessageRow) -> bool:
        return row.sk.removeprefix("message#") not in self.leavers

    def hand_over(self, tx: Transaction, tenant: str, row: MessageRow) -> None:
        tx.create(NoteRow(tenant, f"task#{row.sk}"))  # a second one would be refused

    @rule(target=messages)
    def change(self) -> str:
        message: str = self.within(lambda: queue(self.school))
        self.known.append(message)
        return message

    @rule(message=messages, weather=st.sampled_from(Weather))
    def nudge(self, message: str, weather: Weather) -> None:
        self.in_weather(
            weather,
            lambda: send(self.school, message, entitled=self.entitled, unreached=self.hand_over),
        )

    @rule(weather=st.sampled_from(Weather))
    def sweep(self, weather: Weather) -> None:
        self.in_weather(weather, self.swept)

    def in_weather(self, weather: Weather, do: Callable[[], Any]) -> None:
        before = len(self.post.taken)
        self.post.weather = weather
        self.within(do)
        self.post.weather = Weather.FINE
        if weather in TAKEN and weather is not Weather.FINE:
            # Taken, and not known to be: the one window in which a second copy may follow.
            self.windows.update(tags(each)["message"] for each in self.post.taken[before:])

    def swept(self) -> None:
        mark = guard._scope.set(None)
        try:
            sweep.sweep({}, entitled=self.entitled, unreached=self.hand_over)
        finally:
            guard._scope.reset(mark)

    @rule(minutes=st.sampled_from([1, 2, 3, 30, 300]))
    def time_passes(self, minutes: int) -> None:
        self.clock.advance(minutes=minutes)

    @rule(message=messages)
    def person_leaves(self, message: str) -> None:
        self.leavers.add(message)

    @rule(message=messages, what=st.sampled_from(sorted(FEEDBACK)), times=st.integers(1, 2))
    def feedback_comes(self, message: str, what: str, times: int) -> None:
        if not self.post.copies_of(message):
            return
        kind, more = FEEDBACK[what]
        for _ in range(times):
            self.within(
                lambda: feedback.take(
                    event(kind, self.school, message, **more), unreached=self.hand_over
                )
            )

    @rule(message=consumes(messages))
    def nobody_asks_again(self, message: str) -> None:
        """Some messages are left to the sweep alone."""

    @invariant()
    def every_message_is_accounted_for(self) -> None:
        """It waits where the sweep finds it, or its fate is known and, if bad, somebody's task."""
        tasks = {row.sk for row in self.rows(NoteRow, "task#")}
        for row in self.rows(MessageRow, "message#"):
            waits = bool(row.due and row.due_at)
            assert waits == (row.state == State.QUEUED), (row.state, row.due)
            assert (State(row.state) in NOT_REACHED) == (f"task#{row.sk}" in tasks), row.state

    @invariant()
    def no_copy_without_a_window(self) -> None:
        for message in self.known:
            assert len(self.post.copies_of(message)) <= 1 + self.windows[message]

    def rows(self, kind: type[Row], prefix: str) -> list[Any]:
        return list(self.within(lambda: list(every(kind, self.school, prefix, consistent=True))))

    def teardown(self) -> None:
        """The weather clears: within a day and a half nothing waits, and nobody was forgotten."""
        for _ in range(12):
            rows = self.rows(MessageRow, "message#")
            if not any(row.state == State.QUEUED for row in rows):
                break
            self.clock.advance(hours=4)
            self.swept()

        assert len(self.known) == len(rows)
        for row in rows:
            copies = self.post.copies_of(row.sk.removeprefix("message#"))
            assert row.state != State.QUEUED
            assert copies or row.state in (State.SUPERSEDED, State.FAILED)
            assert len({mime(copy)["Message-ID"] for copy in copies}) <= 1
        self.every_message_is_accounted_for()


@pytest.fixture
def ledger(clock: FrozenClock, post: Post) -> type[Ledger]:
    Ledger.clock, Ledger.post = clock, post
    return Ledger


QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def test_no_message_is_lost_in_any_weather(ledger: type[Ledger]) -> None:
    """Short form: forty histories."""
    run_state_machine_as_test(
        ledger,
        settings=settings(
            max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=QUIET
        ),
    )


@pytest.mark.long
def test_no_message_is_lost_in_five_thousand_histories(ledger: type[Ledger]) -> None:
    """R36's own figure."""
    run_state_machine_as_test(
        ledger,
        settings=settings(
            max_examples=5000, stateful_step_count=25, deadline=None, suppress_health_check=QUIET
        ),
    )


def test_the_outbox_has_no_state_without_a_rank() -> None:
    """Feedback compares states: each must have its place."""
    assert set(State) == set(outbox.RANK)
