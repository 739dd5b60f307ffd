"""Clocks run out once, unless they are stopped; the sweep reaches every one of them (R31, R38)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import clock as real_clock
from chalicelib.errors import Unavailable
from chalicelib.notifications import clocks, due, sweep
from chalicelib.storage import Refused, guard, tenants, transaction
from tests.doubles import FrozenClock
from tests.notifications.post import Post, Weather, nobody_minds, queue, row_of
from tests.storage.conftest import a_tenant


class Ran:
    """A handler that stops its clock, and can fail first."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, datetime]] = []
        self.fails = 0
        self.scopes: list[Any] = []

    def __call__(self, tenant: str, record: str, now: datetime) -> None:
        self.calls.append((tenant, record, now))
        self.scopes.append(guard.current())
        if self.fails:
            self.fails -= 1
            raise ZeroDivisionError
        stop(tenant, record)


def start(school: str, record: str = "a1", *, kind: str = "alert.escalate", at: datetime) -> None:
    with transaction() as tx:
        clocks.start(tx, school, kind=kind, id=record, due_at=at)


def stop(school: str, record: str = "a1", *, kind: str = "alert.escalate") -> None:
    with transaction() as tx:
        clocks.stop(tx, school, kind=kind, id=record)


def swept(ran: Any, *, entitled: Any = lambda _tenant, _row: True) -> int:
    """As app.py does it, from outside any tenant."""
    mark = guard._scope.set(None)
    try:
        return sweep.sweep({"alert.escalate": ran}, entitled=entitled, unreached=nobody_minds)
    finally:
        guard._scope.reset(mark)


def test_a_clock_runs_out_at_its_time_and_not_before(school: str, clock: FrozenClock) -> None:
    """To the millisecond; once it is stopped it is gone."""
    ran = Ran()
    start(school, at=clock.now() + timedelta(minutes=30))

    clock.advance(minutes=29, seconds=59, milliseconds=999)
    swept(ran)
    assert [] == ran.calls
    clock.advance(milliseconds=1)
    for _ in range(2):
        swept(ran)

    assert [(school, "a1", clock.now())] == ran.calls
    assert clocks.running(school, kind="alert.escalate", id="a1") is None


def test_a_stopped_clock_never_runs_out(school: str, clock: FrozenClock) -> None:
    """Stopping one that does not run is no error."""
    ran = Ran()
    start(school, at=clock.now())
    stop(school)
    stop(school)

    clock.advance(days=30)
    swept(ran)

    assert [] == ran.calls


def test_a_clock_set_again_runs_out_at_its_new_time(school: str, clock: FrozenClock) -> None:
    """There is one clock of a kind for a record."""
    ran = Ran()
    start(school, at=clock.now())
    later = clock.now() + timedelta(hours=1)
    start(school, at=later)

    swept(ran)
    assert [] == ran.calls
    assert later == clocks.running(school, kind="alert.escalate", id="a1")
    clock.advance(hours=1)
    swept(ran)

    assert 1 == len(ran.calls)


def test_a_clock_stopped_as_the_sweep_begins_does_not_run(
    school: str, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of what is due follows a moment later than the table; the table decides."""
    ran = Ran()
    start(school, at=clock.now())
    listed = {name: due.of_shard(name, clock.now()) for name in due.SHARDS}
    monkeypatch.setattr(due, "of_shard", lambda name, _now: listed[name])

    stop(school)
    swept(ran)
    start(school, at=clock.now() + timedelta(minutes=5))
    swept(ran)

    assert [] == ran.calls


def test_a_handler_works_in_its_own_school_alone(school: str, clock: FrozenClock) -> None:
    """The sweep holds the due list; what it calls holds one school."""
    ran = Ran()
    start(school, at=clock.now())

    swept(ran)

    assert [guard.Scope(frozenset({school}))] == ran.scopes


def test_a_handler_that_fails_is_called_again_ever_later(school: str, clock: FrozenClock) -> None:
    """After a minute, two, four … an hour at most, until it succeeds."""
    ran = Ran()
    ran.fails = 9
    start(school, at=clock.now())
    waits = []
    while ran.fails:
        swept(ran)
        again = clocks.running(school, kind="alert.escalate", id="a1")
        assert again is not None
        waits.append((again - clock.now()).total_seconds() / 60)
        clock.at = again
    swept(ran)

    assert [1, 2, 4, 8, 16, 32, 60, 60, 60] == waits
    assert 10 == len(ran.calls)
    assert clocks.running(school, kind="alert.escalate", id="a1") is None


def test_a_handler_that_moved_its_clock_and_failed_keeps_its_own_time(
    school: str, clock: FrozenClock
) -> None:
    """Putting off does not undo what the handler committed."""
    later = clock.now() + timedelta(minutes=45)

    def moves_and_fails(tenant: str, record: str, _now: datetime) -> None:
        start(tenant, record, at=later)
        raise ZeroDivisionError

    start(school, at=clock.now())
    swept(moves_and_fails)

    running = clocks.running(school, kind="alert.escalate", id="a1")
    assert running is not None and running >= clock.now() + timedelta(minutes=1)


def test_a_handler_that_stopped_its_clock_and_failed_is_not_called_again(
    school: str, clock: FrozenClock
) -> None:
    """There is nothing to put off; what it committed stands."""
    calls: list[str] = []

    def stops_and_fails(tenant: str, record: str, _now: datetime) -> None:
        calls.append(record)
        stop(tenant, record)
        raise ZeroDivisionError

    start(school, at=clock.now())
    for _ in range(3):
        swept(stops_and_fails)
        clock.advance(hours=2)

    assert ["a1"] == calls


def test_a_failure_is_told_without_its_words(
    school: str, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    """The kind of row and the type of error, for whoever runs Holdfast; no text (R44)."""

    def fails(_tenant: str, _record: str, _now: datetime) -> None:
        raise ValueError("no such pupil: Zebedee")

    start(school, at=clock.now())
    with caplog.at_level("ERROR"):
        swept(fails)

    [told] = caplog.records
    assert ("due work failed", "ValueError", "clock") == (
        told.message,
        told.error_type,  # type: ignore[attr-defined]
        told.kind,  # type: ignore[attr-defined]
    )
    assert "Zebedee" not in str(told.__dict__)


def test_one_failure_never_stops_the_next(school: str, clock: FrozenClock, post: Post) -> None:
    """Clocks of other schools, clocks of no known kind, and messages, all in one sweep."""
    others = [a_tenant() for _ in range(5)]
    done: list[str] = []

    def fails_for_one(tenant: str, record: str, _now: datetime) -> None:
        if tenant == school:
            raise ZeroDivisionError
        done.append(tenant)
        stop(tenant, record)

    for tenant in (school, *others):
        with tenants({tenant}):
            start(tenant, at=clock.now())
    start(school, "x", kind="nobody.knows", at=clock.now())
    message = queue(school)

    looked_at = swept(fails_for_one)

    assert 8 == looked_at
    assert sorted(others) == sorted(done)
    assert "sent" == row_of(school, message).state


def test_what_can_wait_comes_last_and_stops_in_time(
    school: str, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R38: an escalation is never behind records that are destroyed; what does not fit into this
    sweep is the next one's.
    """
    done: list[str] = []
    passed = 0.0

    def slow(tenant: str, record: str, _now: datetime) -> None:
        nonlocal passed
        passed += 8.0
        done.append(record)
        stop(tenant, record, kind="slow.work")

    def quick(tenant: str, record: str, _now: datetime) -> None:
        done.append(record)
        stop(tenant, record)

    monkeypatch.setattr("chalicelib.notifications.sweep.time.monotonic", lambda: passed)
    for number in range(8):
        start(school, f"slow{number}", kind="slow.work", at=clock.now() - timedelta(hours=1))
        start(school, f"quick{number}", at=clock.now())

    def once() -> None:
        mark = guard._scope.set(None)
        handlers = {"slow.work": slow, "alert.escalate": quick}
        try:
            sweep.sweep(
                handlers,
                entitled=lambda _tenant, _row: True,
                unreached=nobody_minds,
                patient={"slow.work"},
            )
        finally:
            guard._scope.reset(mark)

    once()
    assert {f"quick{number}" for number in range(8)} == set(done[:8])
    assert 11 == len(done)
    for _ in range(2):
        once()
    assert 16 == len(set(done))


def test_a_shard_that_cannot_be_read_does_not_hide_the_others(
    school: str, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the others list is done; the rest is a minute late."""
    ran = Ran()
    for number in range(30):
        start(school, f"a{number}", at=clock.now())
    real, bad = due.of_shard, due.SHARDS[3]
    hidden = len(real(bad, clock.now()))

    def sometimes(name: str, now: datetime) -> list[due.Due]:
        if name == bad:
            raise Unavailable
        return real(name, now)

    monkeypatch.setattr(due, "of_shard", sometimes)
    swept(ran)
    monkeypatch.setattr(due, "of_shard", real)
    assert 30 - hidden == len(ran.calls)
    swept(ran)

    assert 30 == len({record for _, record, _ in ran.calls})


@pytest.mark.parametrize("missed", [1, 5, 48])
def test_missed_ticks_end_in_the_same_state(
    school: str, clock: FrozenClock, post: Post, missed: int
) -> None:
    """However many minutes the sweep did not run, one makes up for all (R34)."""
    ran = Ran()
    message = queue(school)
    post.weather = Weather.BROKEN
    swept(ran)
    for minute in range(3):
        start(school, f"a{minute}", at=clock.now() + timedelta(minutes=minute))
    post.weather = Weather.FINE

    clock.advance(minutes=max(missed, 3))
    swept(ran)

    assert {"a0", "a1", "a2"} == {record for _, record, _ in ran.calls}
    assert "sent" == row_of(school, message).state
    assert [] == list(due.now_due(clock.now()))


def test_the_list_of_what_is_due_is_nobodys_to_change(school: str, clock: FrozenClock) -> None:
    """The sweep reads it; only a school's own row puts something on it."""
    with tenants((), read_only=True, global_holder="sweep"), pytest.raises(Refused):
        start(school, at=clock.now())


def test_a_clocks_key_holds_its_kind_and_record() -> None:
    """Records may have marks of their own in their ids."""
    sk = clocks.key("agreement.remind", "c1#p2")

    assert ("agreement.remind", "c1#p2") == clocks.parts(sk)
    assert real_clock.stamp(real_clock.parse("2026-10-06T09:00:00.000Z")).endswith("Z")
