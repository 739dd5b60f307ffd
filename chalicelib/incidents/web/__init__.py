"""The pages of incidents."""

from chalicelib.incidents.web import (
    community,
    held,
    log,
    own,
    poster,
    record,
    reporting,
    searching,
    working,
)
from chalicelib.incidents.web.blueprint import pages

__all__ = [
    "community",
    "held",
    "log",
    "own",
    "pages",
    "poster",
    "record",
    "reporting",
    "searching",
    "working",
]
