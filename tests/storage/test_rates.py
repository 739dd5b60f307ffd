"""Rate limits count tries in windows, whoever's tenant is in force (R10, R17)."""

from datetime import timedelta

import pytest

from chalicelib import ids
from chalicelib.errors import TooMany
from chalicelib.storage import guard, rates, tenants
from tests.doubles import FrozenClock
from tests.faults import Fault, first, nemesis

HOUR = timedelta(hours=1)


def test_tries_past_the_limit_are_refused_until_the_window_ends(
    store: str, clock: FrozenClock
) -> None:
    """Three pass, the fourth is told how long to wait; in the next hour it passes again."""
    somebody = ids.new()
    for _ in range(3):
        rates.hit("sign-in", somebody, limit=3, per=HOUR)

    clock.advance(minutes=20)
    with pytest.raises(TooMany) as refused:
        rates.hit("sign-in", somebody, limit=3, per=HOUR)
    clock.advance(seconds=refused.value.retry_after)
    rates.hit("sign-in", somebody, limit=3, per=HOUR)

    assert 40 * 60 == refused.value.retry_after


def test_one_persons_tries_are_not_anothers(store: str, clock: FrozenClock) -> None:
    """Nor are tries of one thing tries of another."""
    one, another = ids.new(), ids.new()
    rates.hit("sign-in", one, limit=1, per=HOUR)

    rates.hit("sign-in", another, limit=1, per=HOUR)
    rates.hit("code", one, limit=1, per=HOUR)

    with pytest.raises(TooMany):
        rates.hit("sign-in", one, limit=1, per=HOUR)


def test_counting_leaves_the_scope_as_it_was(store: str, clock: FrozenClock) -> None:
    """A count in the middle of a school's work neither widens nor ends what it may touch."""
    tenant = ids.tenant()
    with tenants({tenant}, read_only=True):
        before = guard.current()
        rates.over("hook", ids.new(), limit=1, per=HOUR)

        assert before == guard.current()


def test_a_lost_reply_errs_towards_refusing(store: str, clock: FrozenClock) -> None:
    """The count may be one too high, never too low (R32's one exception)."""
    somebody = ids.new()
    with nemesis(first("UpdateItem", Fault.DROP_AFTER)):
        assert rates.over("code", somebody, limit=2, per=HOUR) is None

    assert rates.over("code", somebody, limit=2, per=HOUR) is not None


def test_who_tried_is_not_kept(store: str, clock: FrozenClock) -> None:
    """An address is counted under its digest."""
    with nemesis() as seen:
        rates.hit("sign-in", "asha@school.example", limit=5, per=HOUR)

    assert ["UpdateItem"] == seen.calls
    assert b"asha" not in seen.bodies[0]
