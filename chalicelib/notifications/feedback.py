"""What became of a message (R36, R37): a mail, as SES tells it, delivered, bounced, complained or
suppressed; a text or a call, as AWS End User Messaging tells it.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib import clock, ids
from chalicelib.errors import Conflict, Unavailable
from chalicelib.notifications import receipts
from chalicelib.notifications.outbox import NOT_REACHED, RANK, MessageRow, State, key
from chalicelib.notifications.sending import Unreached
from chalicelib.storage import get, tenants, transaction

_BY_EVENT = {
    "Delivery": State.DELIVERED,
    "Bounce": State.BOUNCED,
    "Complaint": State.COMPLAINED,
    "Reject": State.FAILED,
    "Rendering Failure": State.FAILED,
}


_TRIES = 5


def take(event: Mapping[str, Any], *, unreached: Unreached) -> State | None:
    """Record one event (the `detail` EventBridge passes); the message's state after it.

    None for an event that is not about a message of ours, which a forged or foreign one is. Taking
    the same event twice changes nothing; a late delivery never hides a bounce. That a message will
    not arrive is passed on once, in the transaction that records it.
    """
    detail = event.get("detail", event)
    state, tenant, message_id = receipts.read(detail) if receipts.is_one(detail) else _mail(detail)
    if state is None or not ids.is_tenant(tenant) or not message_id:
        return None
    with tenants({tenant}):
        for _ in range(_TRIES):
            try:
                return _record(detail, state, tenant, message_id, unreached)
            except Conflict:
                continue  # the sender, or another event of the same mail, was quicker
    raise Unavailable


def _record(
    detail: Mapping[str, Any], state: State, tenant: str, message_id: str, unreached: Unreached
) -> State | None:
    """Raises Conflict when the message changed since it was read."""
    row = get(MessageRow, tenant, key(message_id))
    if row is None:
        return None
    before = State(row.state)
    if RANK[state] <= RANK[before] or (_is_passing(detail) and before is State.DELIVERED):
        return before
    row.state = state
    row.changed_at = clock.stamp(clock.now())
    row.claim = row.due = row.due_at = None
    with transaction() as tx:
        tx.replace(row)
        if state in NOT_REACHED and before not in NOT_REACHED:
            unreached(tx, tenant, row)
    return state


def _mail(detail: Mapping[str, Any]) -> tuple[State | None, str, str]:
    return _state(detail), _tag(detail, "tenant"), _tag(detail, "message")


def _state(detail: Mapping[str, Any]) -> State | None:
    state = _BY_EVENT.get(str(detail.get("eventType", "")))
    bounce = detail.get("bounce", {})
    if state is State.BOUNCED and "Suppress" in str(bounce.get("bounceSubType", "")):
        return State.SUPPRESSED  # SES takes such a mail and never sends it (R37)
    return state


def _is_passing(detail: Mapping[str, Any]) -> bool:
    """A bounce after which SES gave up though the address is good: a full mailbox, a dead server.

    After a delivery it is an automatic answer, such as somebody's holiday message.
    """
    return bool(detail.get("bounce", {}).get("bounceType") == "Transient")


def _tag(detail: Mapping[str, Any], name: str) -> str:
    values = detail.get("mail", {}).get("tags", {}).get(name, [])
    return str(values[0]) if values else ""
