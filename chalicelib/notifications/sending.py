"""Sending what is in the outbox, so that nothing is lost and nothing doubled.

A sender first claims a message under a condition, then hands it to SES, then marks it sent. A
claim lapses after two minutes: a sender that was killed loses nothing. Only a death between SES's
answer and the mark sends twice, and both copies carry the same Message-ID.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from chalicelib import clock, config, ids
from chalicelib.errors import Conflict
from chalicelib.notifications import mail, phone
from chalicelib.notifications.outbox import Channel, MessageRow, State, channel_of, key
from chalicelib.observability import count, failure, logger
from chalicelib.storage import Transaction, get, tenants, transaction

LEASE = timedelta(minutes=2)
MOST_TRIES = 14
LONGEST_WAIT = timedelta(hours=4)

# Told (tenant, message row) and answers whether that person may still be told.
Entitled = Callable[[str, MessageRow], bool]
# Told of a message that will never arrive, inside the tenant's scope. What it writes goes into the
# transaction that records the message's fate, so neither can be without the other.
Unreached = Callable[[Transaction, str, MessageRow], None]


def send(tenant: str, message_id: str, *, entitled: Entitled, unreached: Unreached) -> State | None:
    """Send one message if it is due; gives its state, or None when there was nothing to do.

    Safe to call twice at once: one of them claims it.
    """
    with tenants({tenant}):
        row = get(MessageRow, tenant, key(message_id))
        if row is None or row.state != State.QUEUED or not _claimed(row):
            return None
        try:
            wanted = entitled(tenant, row)
            if wanted:
                _hand_over(row)
        except Exception as e:  # noqa: BLE001  # whatever SES or a template does, the message stays
            return _try_later(row, e, unreached)
        return _finish(row, State.SENT if wanted else State.SUPERSEDED)


def _claimed(row: MessageRow) -> bool:
    """Take the message for two minutes, unless another sender holds it."""
    now = clock.now()
    if row.claim and row.due_at and row.due_at > clock.stamp(now):
        return False
    row.claim = ids.new()
    row.due_at = clock.stamp(now + LEASE)
    return _saved(row)


def _saved(row: MessageRow, also: Callable[[Transaction], None] = lambda _tx: None) -> bool:
    try:
        with transaction() as tx:
            tx.replace(row)
            also(tx)
    except Conflict:
        return False
    return True


def _hand_over(row: MessageRow) -> None:
    private = row.unseal()
    channel = channel_of(row)
    if channel is not Channel.EMAIL:
        phone.hand_over(row, private, channel)
        return
    message_id = row.sk.removeprefix("message#")
    built = mail.build(
        template=row.template,
        to=private["address"],
        values=private["values"],
        reference=message_id,
    )
    request: dict[str, Any] = {
        "FromEmailAddress": str(built["From"]),
        "Destination": {"ToAddresses": [str(built["To"])]},
        "Content": {"Raw": {"Data": built.as_bytes()}},
        # They come back with every event of this mail: no look-up of ids is ever needed.
        "EmailTags": [
            {"Name": "tenant", "Value": row.tenant},
            {"Name": "message", "Value": message_id},
        ],
    }
    if config.mail_configuration_set():
        request["ConfigurationSetName"] = config.mail_configuration_set()
    _ses().send_email(**request)


def _finish(
    row: MessageRow, state: State, also: Callable[[Transaction], None] = lambda _tx: None
) -> State:
    row.state = state
    row.changed_at = clock.stamp(clock.now())
    row.claim = row.due = row.due_at = None
    if not _saved(row, also):
        logger.warning("message changed while it was sent", outbox_row=row.sk)
    return state


def _try_later(row: MessageRow, error: Exception, unreached: Unreached) -> State:
    failure("message not handed over", error, outbox_row=row.sk, template=row.template)
    count("MessageNotHandedOver")
    row.tries = int(row.tries or 0) + 1
    if row.tries >= MOST_TRIES:
        return _finish(row, State.FAILED, lambda tx: unreached(tx, row.tenant, row))
    row.claim = None
    row.due_at = clock.stamp(_next_try(clock.now(), int(row.tries)))
    _saved(row)
    return State.QUEUED


def _next_try(now: datetime, tries: int) -> datetime:
    """After a minute, two, four … up to four hours: about a day in all."""
    return now + min(timedelta(minutes=2 ** (tries - 1)), LONGEST_WAIT)


@cache
def _ses() -> Any:
    import boto3
    from botocore.config import Config

    # Handing over ends well within the lease, or another sender would start beside it.
    patience = Config(connect_timeout=3, read_timeout=15, retries={"total_max_attempts": 3})
    return boto3.client("sesv2", config=patience)
