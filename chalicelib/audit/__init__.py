"""Who did what, when: a line for every change and every read, and a hash chain per record."""

from chalicelib.audit import actors, events
from chalicelib.audit.events import Broken, Event, EventRow, Head
from chalicelib.audit.lines import Line, lines, record, viewed

__all__ = [
    "Broken",
    "Event",
    "EventRow",
    "Head",
    "Line",
    "actors",
    "events",
    "lines",
    "record",
    "viewed",
]
