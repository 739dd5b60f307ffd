"""The pages of incidents."""

from chalicelib.incidents.web import (
    case,
    community,
    concerns,
    exporting,
    held,
    log,
    own,
    poster,
    procedures,
    record,
    reporting,
    running,
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
    "poster",
    "procedures",
    "record",
    "reporting",
    "running",
    "searching",
    "transferring",
    "working",
]
