"""Times that may be missing, as rows hold them."""

from datetime import datetime

from chalicelib import clock


def stamp(at: datetime | None) -> str | None:
    return clock.stamp(at) if at else None


def instant(text: str | None) -> datetime | None:
    return clock.parse(text) if text else None
