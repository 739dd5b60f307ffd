"""Rows to models and back. Every function takes the school; nothing else reads this table."""

from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib.errors import Conflict
from chalicelib.storage import Transaction, transaction


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
