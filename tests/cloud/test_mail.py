"""Mail from the outbox through the deployed sender to its far end, and back as feedback."""

import time

import pytest

from chalicelib.notifications import outbox
from chalicelib.notifications.outbox import Channel, Message, MessageRow, State
from chalicelib.storage import every, tenants, transaction
from infra.local.cloud import LocalCloud
from tests import builders
from tests.cloud.visitor import CloudSite, Post

FATES = {
    "bounce": State.BOUNCED,
    "complain": State.COMPLAINED,
    "suppress": State.SUPPRESSED,
}


def _send(school: str, address: str) -> None:
    """A message as any use case adds it."""
    message = Message(
        tenant=school,
        template="sign_in_requested",
        address=address,
        values={"code": "1234 5678", "path": "/signin/link/x"},
        about="sign-in/test",
        why="asked to sign in",
    )
    with tenants({school}), transaction() as tx:
        outbox.add(tx, message)


def _text(school: str, number: str) -> None:
    message = Message(
        tenant=school,
        template="phone_code",
        address=number,
        values={"code": "123456", "school": "Hilltop"},
        about="phone/test",
        why="asked to prove it",
        channel=Channel.SMS,
    )
    with tenants({school}), transaction() as tx:
        outbox.add(tx, message)


def _states(school: str) -> list[State]:
    with tenants({school}):
        return [State(row.state) for row in every(MessageRow, school, "message#")]


def _until(school: str, states: list[State]) -> list[State]:
    end = time.monotonic() + 30
    while (found := _states(school)) != states and time.monotonic() < end:
        time.sleep(0.1)
    return found


@pytest.mark.parametrize(("press", "state"), FATES.items(), ids=list(FATES))
def test_what_the_far_end_answers_comes_back_to_the_message(
    inside: LocalCloud, visitor: CloudSite, post: Post, press: str, state: State
) -> None:
    """Delivered, until the far end says otherwise: the button goes the whole way round."""
    school = builders.a_school()
    address = f"{press}@far-end.example"
    _send(school, address)
    post.wait_for(address)

    assert [State.DELIVERED] == _until(school, [State.DELIVERED])

    (mail,) = [mail for mail in inside.mailbox.newest_first() if address in mail.to]
    pressed = visitor.request("POST", f"/_local/mail/{mail.id}/{press}")

    assert 303 == pressed.status
    assert [state] == _until(school, [state])


@pytest.mark.parametrize("press", ["bounce", "suppress"])
def test_what_a_phone_answers_comes_back_too(
    inside: LocalCloud, visitor: CloudSite, post: Post, press: str
) -> None:
    """A text's receipt goes by the template's rule to the same queue (R36, R38)."""
    school = builders.a_school()
    number = f"+4477009001{len(press):02d}"
    _text(school, number)
    post.wait_for(number)

    assert [State.DELIVERED] == _until(school, [State.DELIVERED])

    (text,) = [mail for mail in inside.mailbox.newest_first() if number in mail.to]
    pressed = visitor.request("POST", f"/_local/mail/{text.id}/{press}")

    assert 303 == pressed.status
    assert [FATES[press]] == _until(school, [FATES[press]])


def test_a_suppressed_address_gets_nothing_more_and_the_message_says_so(
    inside: LocalCloud, post: Post
) -> None:
    """SES takes such a mail and never sends it (R37): the record must not claim it arrived."""
    school, address = builders.a_school(), "gone@far-end.example"
    _send(school, address)
    (first,) = post.wait_for(address)
    (mail,) = [mail for mail in inside.mailbox.newest_first() if address in mail.to]
    assert [State.DELIVERED] == _until(school, [State.DELIVERED])
    inside.mailbox.answer(mail.id, "suppress")
    assert [State.SUPPRESSED] == _until(school, [State.SUPPRESSED])

    _send(school, address)

    assert [State.SUPPRESSED] * 2 == _until(school, [State.SUPPRESSED] * 2)
    assert first.subject
