"""An event at which pictures are taken, and who was allowed what there beforehand (7.8, S67, S315).

Either parents are asked for this event by itself, or what they say otherwise holds. Whatever was
said for an event ends with its last day.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from chalicelib import clock
from chalicelib.agreements.consents.model import Consent

_LINKS_LAST = timedelta(days=28)


@dataclass(frozen=True)
class Allowed:
    """An exception that the head or a senior leader made beforehand, with who and why (S67, S140).

    It is about who may take pictures; it never overrides what a parent has said.
    """

    id: str
    who: str
    what: str
    why: str
    by: str
    by_name: str
    at: datetime


@dataclass(frozen=True)
class Occasion:
    """One event. Dates are London's; `groups` are classes, years or the whole school."""

    id: str
    name: str
    first_on: date
    last_on: date
    groups: tuple[str, ...]
    channels: tuple[Consent, ...]
    asks: bool
    by: str
    rounds: tuple[str, ...] = ()
    allowed: tuple[Allowed, ...] = ()
    called_off: bool = False
    version: int = -1

    def is_over(self, today: date) -> bool:
        """Whether its permissions have ended: after its last day, or once it is called off."""
        return self.called_off or today > self.last_on

    @property
    def links_until(self) -> datetime:
        """When the links with which parents are asked stop: four weeks after its last day (R20)."""
        return datetime.combine(self.last_on + _LINKS_LAST, time.max, clock.LONDON).astimezone(UTC)

    def concerns(self, groups: frozenset[str]) -> bool:
        """Whether somebody of these groups takes part."""
        return bool(groups & set(self.groups))

    def allowing(self, one: Allowed) -> "Occasion":
        """With one exception more; the same sent twice is there once."""
        if any(one.id == each.id for each in self.allowed):
            return self
        return replace(self, allowed=(*self.allowed, one))
