"""The pages of incidents."""

from chalicelib.incidents.web import (
    case,
    community,
    concerns,
    exporting,
    held,
    log,
    own,
    people,
    poster,
    procedures,
    record,
    reporting,
    running,
    sanctions,
    searching,
    transferring,
    working,
)
from chalicelib.incidents.web.blueprint import pages

__all__ = [
    "case",
    "community",
    "concerns",
    "exporting",
    "held",
    "log",
    "own",
    "pages",
    "people",
    "poster",
    "procedures",
    "record",
    "reporting",
    "running",
    "sanctions",
    "searching",
    "transferring",
    "working",
]
