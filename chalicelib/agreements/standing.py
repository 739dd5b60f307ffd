"""How an agreement stands for the school: what people did, else how far the mail got.

`in_force` is what other features ask: which version had somebody agreed to on a day (3.24).

A link that was opened may have been opened by a mail scanner: it is never shown as somebody having
read anything (R21).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from chalicelib import clock
from chalicelib.agreements import library
from chalicelib.agreements.evidence import Signature
from chalicelib.agreements.model import Request, State
from chalicelib.agreements.repository import campaigns, requests, signatures
from chalicelib.ids import SchoolId
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
    IN_ROOM = "in_room"
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
    Standing.COMPLETE: ("Complete", "green", "Nothing"),
    Standing.CHILD_SIGNED: ("Child has signed", "teal", _WAIT),
    Standing.PARENT_SIGNED: ("Parent has signed", "teal", _WAIT),
    Standing.OPENED: ("Link opened", "blue", _WAIT),
    Standing.DELIVERED: ("Delivered", "blue", _WAIT),
    Standing.SENT: ("Sent", "blue", _WAIT),
    Standing.SENDING: ("Being sent", "grey", "It goes out within minutes"),
    Standing.IN_ROOM: ("Signs in class", "blue", "The class signs in the room with its teacher"),
    Standing.NOT_ASKED: ("Not asked yet", "grey", "Send it"),
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
    if not request.asked:
        return Standing.IN_ROOM
    fates = {mails.get(asked.message, MailState.QUEUED) for asked in request.asked}
    if fates <= NOT_REACHED:
        return Standing.NOT_DELIVERED
    if any(asked.contact in opened for asked in request.asked):
        return Standing.OPENED
    if MailState.DELIVERED in fates:
        return Standing.DELIVERED
    return Standing.SENT if MailState.SENT in fates else Standing.SENDING


@dataclass(frozen=True)
class InForce:
    """An agreement that somebody was bound by on a day: `by` are the names as they were typed."""

    name: str
    version: int
    signed_on: date
    by: tuple[str, ...]
    text_sha256: str
    year: str
    link: str


def in_force(school: SchoolId, who: str, on: date) -> list[InForce]:
    """Which agreements a pupil or anybody else had signed, and not had taken back, by a day (S210).

    One of each kind: the newest that was complete by then. An agreement of an earlier school year
    stands until a newer one is signed; `year` says which year it was made for.
    """
    newest: dict[str, InForce] = {}
    for request_id in campaigns.asked_of(school, who):
        record = requests.request(school, request_id)
        if record is None:
            continue
        request = record.request
        signed = signatures.all_of(school, request_id)
        complete_on = _complete_on(request, signed)
        taken_back = request.withdrawn_at and clock.london(request.withdrawn_at).date() <= on
        if complete_on is None or complete_on > on or taken_back:
            continue
        newest[library.kind(request.template)] = InForce(
            name=library.titles()[request.template],
            version=signed[0].template_version,
            signed_on=complete_on,
            by=tuple(one.name for one in signed),
            text_sha256=signed[-1].text_sha256,
            year=request_id.year,
            link=f"/s/{school}/agreements/{request_id.campaign}/pupils/{who}",
        )
    return sorted(newest.values(), key=lambda one: one.name)


def _complete_on(request: Request, signed: Sequence[Signature]) -> date | None:
    """The day of the first signature of the last party that signed."""
    first: dict[str, datetime] = {}
    for one in sorted(signed, key=lambda one: one.at):
        first.setdefault(one.party, one.at)
    return clock.london(max(first.values())).date() if first and request.complete else None
