"""Rows to models and back. Every function takes the school; nothing else reads this table."""

from chalicelib.errors import Conflict


class Raced(Conflict):
    """Somebody else's change of the same thing came first: look again."""
