"""The pages of incidents."""

from chalicelib.incidents.web import log, own, record, reporting, working
from chalicelib.incidents.web.blueprint import pages

__all__ = ["log", "own", "pages", "record", "reporting", "working"]
