"""Sending: claimed, handed over, marked; nothing lost by a death at any step (R31, R36)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib import clock as real_clock
from chalicelib.notifications import due, sending
from chalicelib.notifications.outbox import MessageRow, State
from chalicelib.storage import Transaction, tenants
from tests.doubles import FrozenClock
from tests.faults import Death
from tests.notifications.post import Post, Weather, mime, queue, row_of, send
from tests.storage.notes import NoteRow


def is_due(clock: FrozenClock) -> list[str]:
    return [each.sk for each in due.now_due(clock.now())]


def test_a_message_is_sent_and_marked(school: str, clock: FrozenClock, post: Post) -> None:
    """To its address, with the tags that bring its feedback back; then nothing is due."""
    message = queue(school)

    clock.advance(seconds=5)
    state = send(school, message)
    row = row_of(school, message)

    assert State.SENT == state == row.state
    assert real_clock.stamp(clock.now()) == row.changed_at
    assert ["dsl@oakfield.example"] == post.taken[0]["Destination"]["ToAddresses"]
    assert [
        {"Name": "tenant", "Value": school},
        {"Name": "message", "Value": message},
    ] == post.taken[0]["EmailTags"]
    assert [] == is_due(clock)
    assert (row.claim, row.due, row.due_at) == (None, None, None)


def test_feedback_is_asked_for_where_there_is_any(
    school: str, clock: FrozenClock, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the configuration set that the environment names; without one, none is named."""
    send(school, queue(school))
    monkeypatch.setenv("MAIL_CONFIGURATION_SET", "holdfast-test")
    send(school, queue(school))

    assert [None, "holdfast-test"] == [each.get("ConfigurationSetName") for each in post.taken]


def test_a_message_put_off_is_nobodys(school: str, clock: FrozenClock, post: Post) -> None:
    """Whoever comes first after that may send it; the failure is told without the address (R44)."""
    message = queue(school)
    post.weather = Weather.BROKEN
    send(school, message)
    row = row_of(school, message)

    assert (None, 1, State.QUEUED) == (row.claim, row.tries, row.state)


def test_sending_again_does_nothing(school: str, clock: FrozenClock, post: Post) -> None:
    """A queue delivers its nudge twice, and the sweep comes along as well."""
    message = queue(school)
    send(school, message)

    assert send(school, message) is None
    assert send(school, "never-was") is None
    assert 1 == len(post.taken)


def test_senders_at_once_send_once(school: str, clock: FrozenClock, post: Post) -> None:
    """Eight of them: one claims the message."""
    message = queue(school)

    def sender(_number: int) -> object:
        with tenants({school}):
            return send(school, message)

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(sender, range(8)))

    assert 1 == len(post.taken)
    assert 1 == results.count(State.SENT)


@pytest.mark.parametrize("weather", [Weather.DEATH_BEFORE, Weather.DEATH_AFTER])
def test_a_sender_that_dies_loses_nothing(
    school: str, clock: FrozenClock, post: Post, weather: Weather
) -> None:
    """Its claim lapses after two minutes; a copy sent twice is the same mail to its reader."""
    message = queue(school)
    post.weather = weather
    with pytest.raises(Death):
        send(school, message)
    post.weather = Weather.FINE

    clock.advance(seconds=119)
    assert [] == is_due(clock)
    assert send(school, message) is None
    clock.advance(seconds=1)
    assert [f"message#{message}"] == is_due(clock)
    assert State.SENT == send(school, message)

    copies = [mime(each) for each in post.copies_of(message)]
    assert (1 if weather is Weather.DEATH_BEFORE else 2) == len(copies)
    assert 1 == len({copy["Message-ID"] for copy in copies})


def test_who_may_no_longer_be_told_is_not_told(school: str, clock: FrozenClock, post: Post) -> None:
    """Somebody who left between the change and the sending (R19)."""
    message = queue(school, person="leaver")
    asked: list[tuple[str, str]] = []

    def left(tenant: str, row: MessageRow) -> bool:
        asked.append((tenant, str(row.person)))
        return False

    state = send(school, message, entitled=left)

    assert State.SUPERSEDED == state == row_of(school, message).state
    assert [(school, "leaver")] == asked
    assert ([], []) == (post.taken, is_due(clock))


def test_a_check_that_fails_is_tried_again(school: str, clock: FrozenClock, post: Post) -> None:
    """Not knowing whether somebody may be told is no reason to forget them."""
    message = queue(school)

    def fails(_tenant: str, _row: MessageRow) -> bool:
        raise ConnectionError

    state = send(school, message, entitled=fails)

    assert (State.QUEUED, 1) == (state, row_of(school, message).tries)
    assert [] == post.taken


def test_tries_come_ever_later_and_end_with_somebody_told(
    school: str, clock: FrozenClock, post: Post
) -> None:
    """A minute, two, four … up to four hours; after fourteen it is handed to a person, once."""
    message = queue(school)
    post.weather = Weather.BROKEN
    handed_over: list[str] = []
    waits: list[timedelta] = []

    def hand_over(_tx: Transaction, _tenant: str, row: MessageRow) -> None:
        handed_over.append(str(row.state))

    while (state := send(school, message, unreached=hand_over)) is State.QUEUED:
        again = real_clock.parse(str(row_of(school, message).due_at))
        waits.append(again - clock.now())
        assert [] == is_due(clock)
        clock.at = again
        assert [f"message#{message}"] == is_due(clock)

    minutes = [wait.total_seconds() / 60 for wait in waits]
    assert [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240, 240, 240] == minutes
    assert State.FAILED == state == row_of(school, message).state
    assert ["failed"] == handed_over
    assert [] == is_due(clock)


def test_giving_up_and_handing_over_are_one(school: str, clock: FrozenClock, post: Post) -> None:
    """What the handler writes and the message's fate stand or fall together."""
    message = queue(school)
    row = row_of(school, message)
    row.tries = sending.MOST_TRIES - 1
    sending._saved(row)
    post.weather = Weather.BROKEN

    def breaks(tx: Transaction, tenant: str, _row: MessageRow) -> None:
        tx.create(NoteRow(tenant, "task#1"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        send(school, message, unreached=breaks)
    assert State.QUEUED == row_of(school, message).state

    clock.advance(minutes=2)
    state = send(
        school, message, unreached=lambda tx, tenant, _row: tx.create(NoteRow(tenant, "task#1"))
    )

    assert State.FAILED == state == row_of(school, message).state


def test_handing_over_ends_within_the_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every try at its longest, together, is shorter than the claim."""
    config = sending._ses.__wrapped__().meta.config  # type: ignore[attr-defined]
    tries = config.retries["total_max_attempts"]

    longest = tries * (config.connect_timeout + config.read_timeout) + 40  # and botocore's waits

    assert timedelta(seconds=longest) < sending.LEASE


def test_a_message_nobody_can_open_is_handed_to_somebody(
    school: str, clock: FrozenClock, post: Post
) -> None:
    """Its seal is broken: it can never be sent, and is not forgotten either."""
    message = queue(school)
    row = row_of(school, message)
    row.sealed = b"\x01\x01\x00" + bytes(40)
    row.tries = sending.MOST_TRIES - 1
    sending._saved(row)
    told: list[str] = []

    state = send(school, message, unreached=lambda _tx, _tenant, row: told.append(row.sk))

    assert (State.FAILED, [f"message#{message}"]) == (state, told)
