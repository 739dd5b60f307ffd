"""Messages are written with the change they tell of, and say nothing to who reads the table."""

import json
from typing import Any

import pytest

from chalicelib.notifications import due, outbox
from chalicelib.notifications.outbox import State
from chalicelib.storage import transaction
from tests.doubles import FrozenClock
from tests.faults import nemesis
from tests.notifications.post import VALUES, a_message, queue, row_of


def test_a_message_waits_in_the_transaction_of_its_change(school: str, clock: FrozenClock) -> None:
    """A use case that fails tells nobody; one that is committed has its message due at once."""
    with pytest.raises(ZeroDivisionError):
        _add_and_fail(school)
    message = queue(school)

    waiting = list(due.now_due(clock.now()))

    assert [(school, f"message#{message}")] == [(each.tenant, each.sk) for each in waiting]
    assert State.QUEUED == row_of(school, message).state


def _add_and_fail(school: str) -> None:
    with transaction() as tx:
        outbox.add(tx, a_message(school))
        raise ZeroDivisionError


def test_the_address_and_values_are_sealed(school: str, clock: FrozenClock) -> None:
    """Who is told, and what, cannot be read from the table; why somebody is told can."""
    with nemesis() as seen:
        message = queue(school)
    written = seen.bodies[0].decode()
    row = row_of(school, message)

    assert "dsl@oakfield.example" not in written and "Oakfield" not in written
    assert {"address": "dsl@oakfield.example", "values": {**VALUES, "urgent": ""}} == row.unseal()


def test_the_nudge_follows_the_commit(
    school: str, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One message on the queue, ids only; none when the change was refused."""
    sent: list[dict[str, Any]] = []
    monkeypatch.setenv("QUEUE_OUTBOX_URL", "http://127.0.0.1/outbox")
    monkeypatch.setattr(outbox, "_sqs", lambda: _Queue(sent))
    with pytest.raises(ZeroDivisionError):
        _add_and_fail(school)

    message = queue(school)

    assert [{"tenant": school, "message": message}] == [
        json.loads(each["MessageBody"]) for each in sent
    ]


class _Queue:
    def __init__(self, sent: list[dict[str, Any]]) -> None:
        self.send_message = lambda **request: sent.append(request)


def test_a_lost_nudge_loses_nothing(
    school: str, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the queue is down the change stands and the message is due."""
    monkeypatch.setenv("QUEUE_OUTBOX_URL", "http://127.0.0.1/outbox")
    monkeypatch.setattr(outbox, "_sqs", lambda: 1 // 0)

    message = queue(school)

    assert [f"message#{message}"] == [each.sk for each in due.now_due(clock.now())]


def test_a_records_page_finds_who_was_told(school: str, clock: FrozenClock) -> None:
    """Oldest first, and nothing of a record whose id begins alike."""
    first = queue(school, why="dsl", person="p1")
    clock.advance(minutes=1)
    second = queue(school, why="deputy_dsl", template="sign_in_invited")
    queue(school, about="incident/01HZXAB")
    queue(school, about="incident/01HZXABCD")
    queue(school, about="alert/01HZXABC")

    told = outbox.about(school, "incident/01HZXABC")

    assert [(first, "dsl", "p1"), (second, "deputy_dsl", "")] == [
        (each.id, each.why, each.person) for each in told
    ]
    assert [State.QUEUED, State.QUEUED] == [each.state for each in told]
    assert clock.now() == told[1].made_at


def test_every_shard_of_the_due_list_is_swept(school: str, clock: FrozenClock) -> None:
    """Forty messages over sixteen shards: all are listed, none twice, none before its time."""
    messages = {f"message#{queue(school)}" for _ in range(40)}

    early = list(due.now_due(clock.now().replace(year=2025)))
    listed = [each.sk for each in due.now_due(clock.now())]

    assert [] == early
    assert messages == set(listed) and 40 == len(listed)
    assert 16 == len(set(due.SHARDS))
