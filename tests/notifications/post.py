"""The far end of mail, which can fail in every way SES does, and the messages the tests send."""

import email
import email.policy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from chalicelib.notifications import outbox, sending
from chalicelib.notifications.outbox import Message, MessageRow
from chalicelib.storage import Transaction, transaction
from tests.faults import Death

VALUES = {"school": "Oakfield Primary", "reference": "K7M-4QXT", "path": "/s/x/incidents/1"}


class Weather(StrEnum):
    """What becomes of the next mail handed over."""

    FINE = "taken"
    THROTTLED = "throttled"
    BROKEN = "not taken, an error"
    TAKEN_AND_BROKEN = "taken, and an error all the same"
    DEATH_BEFORE = "the sender dies before it is handed over"
    DEATH_AFTER = "the sender dies after it is handed over"


TAKEN = {Weather.FINE, Weather.TAKEN_AND_BROKEN, Weather.DEATH_AFTER}


@dataclass
class Post:
    """Stands where SES does."""

    weather: Weather = Weather.FINE
    taken: list[dict[str, Any]] = field(default_factory=list)

    def send_email(self, **request: Any) -> dict[str, str]:
        if self.weather is Weather.DEATH_BEFORE:
            raise Death
        if self.weather in TAKEN:
            self.taken.append(request)
        if self.weather is Weather.DEATH_AFTER:
            raise Death
        if self.weather is not Weather.FINE:
            raise ConnectionError(self.weather)
        return {"MessageId": f"ses-{len(self.taken)}"}

    def copies_of(self, message_id: str) -> list[dict[str, Any]]:
        return [each for each in self.taken if tags(each)["message"] == message_id]


def tags(request: Mapping[str, Any]) -> dict[str, str]:
    return {tag["Name"]: tag["Value"] for tag in request["EmailTags"]}


def mime(request: Mapping[str, Any]) -> Any:
    raw = request["Content"]["Raw"]["Data"]
    return email.message_from_bytes(raw, policy=email.policy.default)


def a_message(school: str, **more: Any) -> Message:
    given = {
        "tenant": school,
        "template": "incident_submitted",
        "address": "dsl@oakfield.example",
        "values": {**VALUES, "urgent": ""},
        "about": "incident/01HZXABC",
        "why": "dsl",
    }
    return Message(**{**given, **more})


def queue(school: str, **more: Any) -> str:
    """Put a message into the outbox; gives its id."""
    with transaction() as tx:
        return outbox.add(tx, a_message(school, **more))


def nobody_minds(_tx: Transaction, _tenant: str, _row: MessageRow) -> None:
    """For tests in which no message is given up."""


def send(
    school: str,
    message: str,
    *,
    entitled: Callable[[str, MessageRow], bool] = lambda _tenant, _row: True,
    unreached: sending.Unreached = nobody_minds,
) -> Any:
    return sending.send(school, message, entitled=entitled, unreached=unreached)


def row_of(school: str, message: str) -> MessageRow:
    from chalicelib.storage import get

    row = get(MessageRow, school, outbox.key(message))
    assert row is not None
    return row


def event(kind: str, school: str, message: str, **more: Any) -> dict[str, Any]:
    """An SES event as EventBridge passes it."""
    return {
        "detail-type": f"Email {kind}",
        "detail": {
            "eventType": kind,
            "mail": {"tags": {"tenant": [school], "message": [message]}},
            **more,
        },
    }


BOUNCES = {
    "hard": {"bounce": {"bounceType": "Permanent", "bounceSubType": "General"}},
    "soft": {"bounce": {"bounceType": "Transient", "bounceSubType": "MailboxFull"}},
    "suppressed": {
        "bounce": {"bounceType": "Permanent", "bounceSubType": "OnAccountSuppressionList"}
    },
}
