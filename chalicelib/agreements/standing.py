"""How one child's agreement stands for the school: what people did, else how far the mail got.

A link that was opened may have been opened by a mail scanner: it is never shown as somebody having
read anything (R21).
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from chalicelib.agreements.model import Request, State
from chalicelib.notifications import State as MailState
from chalicelib.notifications.outbox import NOT_REACHED


class Standing(StrEnum):
    """One word for a list; `label`, `colour` and `advice` are what a page shows."""

    COMPLETE = "complete"
    CHILD_SIGNED = "child_signed"
    PARENT_SIGNED = "parent_signed"
    OPENED = "opened"
    DELIVERED = "delivered"
    SENT = "sent"
    SENDING = "sending"
    NOT_ASKED = "not_asked"
    NOT_DELIVERED = "not_delivered"
    NOBODY_TO_ASK = "nobody_to_ask"
    WRONG_PERSON = "wrong_person"
    DECLINED = "declined"
    DISAGREED = "disagreed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return _SHOWN[self][0]

    @property
    def colour(self) -> str:
        return _SHOWN[self][1]

    @property
    def advice(self) -> str:
        """What the school should do now."""
        return _SHOWN[self][2]

    @property
    def needs_attention(self) -> bool:
        """Whether it will not come right by waiting."""
        return self in _STUCK


_WAIT = "Wait for the family"
_STUCK = frozenset(
    {
        Standing.NOT_DELIVERED,
        Standing.NOBODY_TO_ASK,
        Standing.WRONG_PERSON,
        Standing.DECLINED,
        Standing.DISAGREED,
        Standing.EXPIRED,
    }
)
_SHOWN = {
    Standing.COMPLETE: ("Signed by both", "green", "Nothing"),
    Standing.CHILD_SIGNED: ("Child has signed", "teal", _WAIT),
    Standing.PARENT_SIGNED: ("Parent has signed", "teal", _WAIT),
    Standing.OPENED: ("Link opened", "blue", _WAIT),
    Standing.DELIVERED: ("Delivered", "blue", _WAIT),
    Standing.SENT: ("Sent", "blue", _WAIT),
    Standing.SENDING: ("Being sent", "grey", "It goes out within minutes"),
    Standing.NOT_ASKED: ("Not asked yet", "grey", "Send the agreement to the class"),
    Standing.NOT_DELIVERED: (
        "Not delivered",
        "red",
        "The mail came back. Check the address with the family, correct it, then send again.",
    ),
    Standing.NOBODY_TO_ASK: (
        "Nobody to ask",
        "red",
        "Nobody may be written to. Add or correct a contact, then send.",
    ),
    Standing.WRONG_PERSON: (
        "Wrong person",
        "red",
        "Whoever got the link says it is not for them. Check the address, then send again.",
    ),
    Standing.DECLINED: (
        "Declined",
        "amber",
        "Read the reason and talk with the parent. Send again if they agree to sign.",
    ),
    Standing.DISAGREED: (
        "Parents disagree",
        "amber",
        "One has signed and one has declined. Talk with both.",
    ),
    Standing.EXPIRED: ("Link ran out", "amber", "The link was not used in time. Send a new one."),
    Standing.WITHDRAWN: ("Withdrawn", "grey", "Nothing"),
}

_BY_STATE = {
    State.COMPLETE: Standing.COMPLETE,
    State.CHILD_SIGNED: Standing.CHILD_SIGNED,
    State.PARENT_SIGNED: Standing.PARENT_SIGNED,
    State.DECLINED: Standing.DECLINED,
    State.DISAGREED: Standing.DISAGREED,
    State.WRONG_PERSON: Standing.WRONG_PERSON,
    State.EXPIRED: Standing.EXPIRED,
    State.WITHDRAWN: Standing.WITHDRAWN,
    State.NOBODY_TO_ASK: Standing.NOBODY_TO_ASK,
}


def standing(
    request: Request, mails: Mapping[str, MailState], opened: frozenset[str], at: datetime
) -> Standing:
    """Where a request stands: `mails` are states by message, `opened` contacts of opened links."""
    state = request.state(at)
    if state in _BY_STATE:
        return _BY_STATE[state]
    fates = {mails.get(asked.message, MailState.QUEUED) for asked in request.asked}
    if fates <= NOT_REACHED:
        return Standing.NOT_DELIVERED
    if any(asked.contact in opened for asked in request.asked):
        return Standing.OPENED
    if MailState.DELIVERED in fates:
        return Standing.DELIVERED
    return Standing.SENT if MailState.SENT in fates else Standing.SENDING
