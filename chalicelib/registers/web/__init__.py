"""The registers' pages. Those with a path of their own come before those with a slot."""

from chalicelib.registers.web import (
    approved,
    at_school,
    at_trust,
    calendars,
    entries,
    index,
    lists,
    phones,
    policies,
    sheets,
    signing,
    steps,
    tables,
    training,
    year,
)
from chalicelib.registers.web.blueprint import pages

BLUEPRINTS = (
    pages,
    approved.pages,
    phones.pages,
    policies.pages,
    tables.pages,
    training.pages,
    year.pages,
)

__all__ = [
    "BLUEPRINTS",
    "at_school",
    "at_trust",
    "calendars",
    "entries",
    "index",
    "lists",
    "sheets",
    "signing",
    "steps",
]
