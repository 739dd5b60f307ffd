"""Rows to models and back. Every function takes the school; nothing else reads this table."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chalicelib.errors import Conflict, Unavailable
from chalicelib.storage import Transaction, transaction

_TRIES = 12


class Raced(Conflict):
    """Somebody else's change of the same thing came first: look again."""


@contextmanager
def turn() -> Iterator[Transaction]:
    """A transaction about something that was read: raises Raced when it is no longer as it was."""
    try:
        with transaction() as tx:
            yield tx
    except Conflict as e:
        raise Raced from e


def retried(act: Callable[[Transaction], None]) -> None:
    """Do something in a transaction, afresh as often as somebody else came first.

    `act` reads what it is about itself, and its own Conflict is a no. Raises Unavailable when
    others never cease to come first.
    """
    for _ in range(_TRIES):
        said_no: Conflict | None = None
        try:
            with transaction() as tx:
                try:
                    act(tx)
                except Conflict as e:
                    said_no = e
                    raise
        except Conflict as e:
            if e is said_no:
                raise
            continue
        return
    raise Unavailable
