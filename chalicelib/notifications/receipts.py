"""What became of a text or a call, as AWS End User Messaging tells it on the bus (R36, R38).

Only states that a message ends in are taken: queued, sent and ringing say nothing yet. Carriers
may take up to 72 hours, so nothing waits for a receipt: a good one is noted, and a bad one hurries.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.notifications.outbox import State

# Carriers of some countries confirm only that they took a text: AWS uses both words for it.
_BY_EVENT = {
    "TEXT_DELIVERED": State.DELIVERED,
    "TEXT_SUCCESSFUL": State.DELIVERED,
    "TEXT_INVALID": State.BOUNCED,
    "TEXT_INVALID_MESSAGE": State.FAILED,
    "TEXT_UNREACHABLE": State.BOUNCED,
    "TEXT_CARRIER_UNREACHABLE": State.BOUNCED,
    "TEXT_TTL_EXPIRED": State.BOUNCED,
    "TEXT_BLOCKED": State.SUPPRESSED,
    "TEXT_CARRIER_BLOCKED": State.SUPPRESSED,
    "TEXT_SPAM": State.SUPPRESSED,
    "TEXT_PROTECT_BLOCKED": State.SUPPRESSED,
    "VOICE_ANSWERED": State.DELIVERED,
    "VOICE_COMPLETED": State.DELIVERED,
    "VOICE_BUSY": State.BOUNCED,
    "VOICE_NO_ANSWER": State.BOUNCED,
    "VOICE_FAILED": State.BOUNCED,
    "VOICE_TTL_EXPIRED": State.BOUNCED,
}


def is_one(detail: Mapping[str, Any]) -> bool:
    """Whether an event is about a text or a call."""
    return str(detail.get("eventType", "")).startswith(("TEXT_", "VOICE_"))


def read(detail: Mapping[str, Any]) -> tuple[State | None, str, str]:
    """(state, tenant, message) of the event's detail; no state for one that is not the end yet.

    Tenant and message are what was sent along as its context, empty for a message not of ours.
    """
    context = detail.get("context")
    said = context if isinstance(context, Mapping) else {}
    state = _BY_EVENT.get(str(detail.get("eventType", "")))
    return state, str(said.get("tenant", "")), str(said.get("message", ""))
