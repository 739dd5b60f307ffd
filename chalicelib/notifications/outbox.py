"""The outbox: messages are rows written with the change they tell of, and sent afterwards (R31).

A queue nudge makes sending quick; the sweep makes it certain. What is in a message is sealed, and
holds no child's name, no category and no free text (R39): templates say only where to sign in.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib import clock, config, ids
from chalicelib.notifications import due
from chalicelib.storage import Row, Table, Transaction, every, table


class State(StrEnum):
    """What became of a message (R36). Only `delivered` is known to have arrived."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    SUPPRESSED = "suppressed"
    FAILED = "failed"
    SUPERSEDED = "superseded"


class Channel(StrEnum):
    """How a message goes. Stored words; a row without one is mail."""

    EMAIL = "email"
    SMS = "sms"
    VOICE = "voice"


# States after which no other may follow but a worse one: a late "delivered" never hides a bounce.
RANK = {state: rank for rank, state in enumerate(State)}
NOT_REACHED = frozenset({State.BOUNCED, State.COMPLAINED, State.SUPPRESSED, State.FAILED})


class MessageRow(Row):
    class Meta(Table):
        table_name = table("outbox")

    template = UnicodeAttribute()
    channel = UnicodeAttribute(null=True)
    person = UnicodeAttribute(null=True)
    about = UnicodeAttribute()
    why = UnicodeAttribute()
    state = UnicodeAttribute()
    made_at = UnicodeAttribute()
    changed_at = UnicodeAttribute()
    tries = NumberAttribute(default=0)
    claim = UnicodeAttribute(null=True)
    due = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)


@dataclass(frozen=True)
class Message:
    """Something to tell one person. `about` is the record as `kind/id`, `why` the role or reason.

    `address` is a mail address, or a number for a text or a call.
    `values` fill the template `emails/<template>/`; they are plain text without personal data.
    """

    tenant: str
    template: str
    address: str
    values: Mapping[str, str]
    about: str
    why: str
    person: str = ""
    channel: Channel = Channel.EMAIL


@dataclass(frozen=True)
class Sent:
    """A message as a record's page shows it."""

    id: str
    template: str
    person: str
    why: str
    state: State
    made_at: datetime
    changed_at: datetime
    channel: Channel = Channel.EMAIL


def add(tx: Transaction, message: Message) -> str:
    """Put a message into the outbox in this transaction: one write, and a nudge once committed.

    Gives the message's id, which starts with the id of the record it is about, so that a record's
    page finds who was told in one query.
    """
    now = clock.stamp(clock.now())
    message_id = f"{_record(message.about)}-{ids.new()}"
    row = MessageRow(
        message.tenant,
        key(message_id),
        template=message.template,
        channel=None if message.channel is Channel.EMAIL else message.channel,
        person=message.person or None,
        about=message.about,
        why=message.why,
        state=State.QUEUED,
        made_at=now,
        changed_at=now,
        version=0,
        due=due.shard(),
        due_at=now,
    )
    row.seal({"address": message.address, "values": dict(message.values)})
    tx.create(row)
    tx.after(lambda: nudge("outbox", [{"tenant": message.tenant, "message": message_id}]))
    return message_id


def about(tenant: str, record: str) -> list[Sent]:
    """The messages sent about a record (`kind/id`), oldest first."""
    rows = every(MessageRow, tenant, key(f"{_record(record)}-"), consistent=True)
    return [sent(row) for row in rows if row.about == record]


def sent(row: MessageRow) -> Sent:
    return Sent(
        id=row.sk.removeprefix("message#"),
        template=row.template,
        person=row.person or "",
        why=row.why,
        state=State(row.state),
        made_at=clock.parse(row.made_at),
        changed_at=clock.parse(row.changed_at),
        channel=channel_of(row),
    )


def channel_of(row: MessageRow) -> Channel:
    return Channel(row.channel) if row.channel else Channel.EMAIL


def key(message_id: str) -> str:
    return f"message#{message_id}"


def _record(about: str) -> str:
    """The id in `kind/id`."""
    return about.rpartition("/")[2]


def nudge(queue: str, bodies: Iterable[Mapping[str, Any]], *, delay: int = 0) -> None:
    """Say on a work queue that there is work, after `delay` seconds.

    It may be lost: the sweep finds the work anyway.
    """
    address = config.queue_url(queue)
    if not address:
        return
    for body in bodies:
        _sqs().send_message(QueueUrl=address, MessageBody=json.dumps(body), DelaySeconds=delay)


@cache
def _sqs() -> Any:
    import boto3  # a client more than DynamoDB's is not every request's need

    return boto3.client("sqs")
