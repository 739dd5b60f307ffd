"""The registers' pages. Those with a path of their own come before those with a slot."""

from chalicelib.registers.web import entries, index, lists, phones, steps, tables
from chalicelib.registers.web.blueprint import pages

BLUEPRINTS = (pages, phones.pages, tables.pages)

__all__ = ["BLUEPRINTS", "entries", "index", "lists", "steps"]
