"""Telling people: an outbox in the use case's own transaction, sending, and what became of it."""

from chalicelib.notifications import clocks, outbox
from chalicelib.notifications.outbox import Message, State

__all__ = ["Message", "State", "clocks", "outbox"]
