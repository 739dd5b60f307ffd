"""What became of the mails that carried the links, as the outbox has it (R36)."""

from collections.abc import Sequence

from chalicelib.ids import SchoolId
from chalicelib.notifications.outbox import MessageRow, State, key
from chalicelib.storage import Key, every, get, together


def state_of(school: SchoolId, message: str) -> str:
    """The state of one mail; empty when nothing is known of it."""
    row = get(MessageRow, school, key(message)) if message else None
    return row.state if row else ""


def of_campaign(school: SchoolId, campaign: str) -> dict[str, State]:
    """The states of a campaign's mails by their ids, in one query: ids start with its own."""
    rows = every(MessageRow, school, key(f"{campaign}-"))
    return {row.sk.removeprefix(key("")): State(row.state) for row in rows}


def of(school: SchoolId, messages: Sequence[str]) -> dict[str, State]:
    """The states of some mails by their ids, in one read."""
    wanted = [message for message in messages if message]
    rows = together(*(Key(MessageRow, school, key(message)) for message in wanted))
    found = zip(wanted, rows, strict=True)
    return {message: State(row.state) for message, row in found if isinstance(row, MessageRow)}
