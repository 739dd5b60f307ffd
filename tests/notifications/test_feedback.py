"""What SES tells of a mail becomes its state, in whatever order and however often (R36, R37)."""

from itertools import permutations
from typing import Any

import pytest

from chalicelib import ids
from chalicelib.notifications import due, feedback
from chalicelib.notifications.outbox import NOT_REACHED, MessageRow, State
from chalicelib.storage import Transaction
from tests.doubles import FrozenClock
from tests.notifications.post import BOUNCES, Post, event, queue, row_of, send

EVENTS: dict[str, tuple[str, dict[str, Any], State | None]] = {
    "delivered": ("Delivery", {}, State.DELIVERED),
    "hard bounce": ("Bounce", BOUNCES["hard"], State.BOUNCED),
    "soft bounce": ("Bounce", BOUNCES["soft"], State.BOUNCED),
    "suppressed": ("Bounce", BOUNCES["suppressed"], State.SUPPRESSED),
    "complaint": ("Complaint", {}, State.COMPLAINED),
    "rejected": ("Reject", {}, State.FAILED),
    "delayed": ("DeliveryDelay", {}, None),
    "sent": ("Send", {}, None),
    "opened": ("Open", {}, None),
}


class Handed:
    """Notes the messages that were handed to a person."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str]] = []

    def __call__(self, _tx: Transaction, tenant: str, row: MessageRow) -> None:
        self.rows.append((tenant, str(row.state)))


def take(school: str, message: str, name: str, handed: Handed) -> State | None:
    kind, more, _ = EVENTS[name]
    return feedback.take(event(kind, school, message, **more), unreached=handed)


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_each_event_has_its_state(school: str, clock: FrozenClock, post: Post, name: str) -> None:
    """Taken twice it changes nothing more, and a person is told at most once."""
    message = queue(school)
    send(school, message)
    handed = Handed()
    expected = EVENTS[name][2]

    for _ in range(2):
        assert expected == take(school, message, name, handed)

    assert (expected or State.SENT) == row_of(school, message).state
    assert ([(school, expected)] if expected in NOT_REACHED else []) == handed.rows


@pytest.mark.parametrize("order", list(permutations(["delivered", "hard bounce", "complaint"])))
def test_the_order_of_events_does_not_matter(
    school: str, clock: FrozenClock, post: Post, order: tuple[str, ...]
) -> None:
    """The worst of them stays, and one person is told once."""
    message = queue(school)
    send(school, message)
    handed = Handed()

    for name in order:
        take(school, message, name, handed)

    assert State.COMPLAINED == row_of(school, message).state
    assert 1 == len(handed.rows)


def test_an_automatic_answer_is_no_bounce(school: str, clock: FrozenClock, post: Post) -> None:
    """SES tells of a holiday message as a soft bounce, after the delivery."""
    message = queue(school)
    send(school, message)
    handed = Handed()
    take(school, message, "delivered", handed)
    take(school, message, "soft bounce", handed)

    assert State.DELIVERED == row_of(school, message).state
    assert [] == handed.rows


def test_an_event_before_the_mark_counts(school: str, clock: FrozenClock, post: Post) -> None:
    """The sender died after handing over; the bounce comes first and stops a second copy."""
    message = queue(school)
    handed = Handed()
    take(school, message, "hard bounce", handed)

    assert State.BOUNCED == row_of(school, message).state
    assert send(school, message) is None
    assert [] == list(due.now_due(clock.now()))
    assert ([(school, "bounced")], []) == (handed.rows, post.taken)


def test_recording_and_handing_over_are_one(school: str, clock: FrozenClock, post: Post) -> None:
    """When telling the person fails nothing is recorded; the queue's next delivery does both."""
    message = queue(school)
    send(school, message)

    def breaks(_tx: Transaction, _tenant: str, _row: MessageRow) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        feedback.take(event("Bounce", school, message, **BOUNCES["hard"]), unreached=breaks)
    handed = Handed()
    take(school, message, "hard bounce", handed)

    assert [(school, "bounced")] == handed.rows


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"tenant": []},
        {"tenant": ["GLOBAL#register"], "message": ["x"]},
        {"tenant": ["../../etc"], "message": ["x"]},
        {"tenant": [ids.tenant()], "message": ["x"]},
        {"tenant": [ids.tenant()]},
        {"tenant": [""], "message": [""]},
    ],
)
def test_an_event_of_somebody_elses_mail_is_left(school: str, tags: dict[str, Any]) -> None:
    """Forged, foreign, or of a message that never was: nothing happens, nothing is retried."""
    handed = Handed()
    detail = {"eventType": "Bounce", "mail": {"tags": tags}, **BOUNCES["hard"]}

    assert feedback.take({"detail": detail}, unreached=handed) is None
    assert [] == handed.rows


def test_an_event_without_its_envelope_is_read_too(
    school: str, clock: FrozenClock, post: Post
) -> None:
    """A configuration set may pass the detail bare."""
    message = queue(school)
    bare = event("Delivery", school, message)["detail"]

    assert State.DELIVERED == feedback.take(bare, unreached=Handed())


PHONE_EVENTS = {
    "TEXT_QUEUED": None,
    "TEXT_PENDING": None,
    "TEXT_SENT": None,
    "TEXT_UNKNOWN": None,
    "TEXT_SUCCESSFUL": State.DELIVERED,
    "TEXT_DELIVERED": State.DELIVERED,
    "TEXT_UNREACHABLE": State.BOUNCED,
    "TEXT_BLOCKED": State.SUPPRESSED,
    "TEXT_INVALID_MESSAGE": State.FAILED,
    "VOICE_INITIATED": None,
    "VOICE_RINGING": None,
    "VOICE_ANSWERED": State.DELIVERED,
    "VOICE_NO_ANSWER": State.BOUNCED,
    "VOICE_BUSY": State.BOUNCED,
}


@pytest.mark.parametrize("kind", sorted(PHONE_EVENTS))
def test_each_receipt_of_a_phone_has_its_state(
    school: str, clock: FrozenClock, post: Post, kind: str
) -> None:
    """R36, R38: taken twice it changes nothing more; one of no message of ours is left alone."""
    message = queue(school)
    send(school, message)
    handed = Handed()
    expected = PHONE_EVENTS[kind]
    detail = {"eventType": kind, "isFinal": True, "context": {"tenant": school, "message": message}}

    for _ in range(2):
        assert expected == feedback.take({"detail": detail}, unreached=handed)
    for foreign in ({}, None, {"tenant": "../x", "message": "y"}, {"tenant": school}):
        assert feedback.take({**detail, "context": foreign}, unreached=handed) is None

    assert (expected or State.SENT) == row_of(school, message).state
    assert ([(school, expected)] if expected in NOT_REACHED else []) == handed.rows
