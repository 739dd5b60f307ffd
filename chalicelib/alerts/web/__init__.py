"""The pages of alerts, and the door for senders."""

from chalicelib.alerts.hooks import pages as hooks
from chalicelib.alerts.web import (
    health,
    inbox,
    mails,
    plan,
    sources,
    tester,
    themes,
    trust,
    working,
)
from chalicelib.alerts.web.blueprint import pages

BLUEPRINTS = (hooks, pages)

__all__ = [
    "BLUEPRINTS",
    "health",
    "inbox",
    "mails",
    "plan",
    "sources",
    "tester",
    "themes",
    "trust",
    "working",
]
