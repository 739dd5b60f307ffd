"""The local authority's designated officer is asked about an allegation within one working day
(R-REF 1, S347), and what was decided about that is written down with its reason.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from chalicelib.clock import london

MORNING, EVENING = time(9), time(17)


class Asked(StrEnum):
    """Whether the officer was asked. Stored words."""

    CONTACTED = "contacted"
    NOT_NEEDED = "not_needed"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def hint(self) -> str:
        return _HINTS[self]


_LABELS = {
    Asked.CONTACTED: "Yes, the designated officer was contacted",
    Asked.NOT_NEEDED: "No, it does not meet the harm threshold",
}
_HINTS = {
    Asked.CONTACTED: "Within one working day, before anybody at school looks into it",
    Asked.NOT_NEEDED: "If in doubt, contact them: they advise on this too",
}


@dataclass(frozen=True, slots=True)
class Lado:
    """What was decided. `on`, `at` and `whom` are there once the officer was contacted."""

    asked: Asked
    on: date | None = None
    at: time | None = None
    whom: str = ""
    reference: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """By when the officer is to be asked: the end of the working day after the report came."""

    on: date
    school_open: bool

    @property
    def at(self) -> datetime:
        """The instant, as London's wall clocks have it."""
        return datetime.combine(self.on, EVENING)

    @property
    def first_reminder(self) -> datetime:
        return datetime.combine(self.on, MORNING)


def due(
    submitted_at: datetime,
    *,
    next_working_day: Callable[[date], date],
    is_school_day: Callable[[date], bool],
) -> Due:
    """A week-end or bank holiday puts it off, a school holiday does not: the officer is at work."""
    on = next_working_day(london(submitted_at).date())
    return Due(on, is_school_day(on))


def facts(lado: Lado | None) -> str:
    """The decision in one line, as the chronology keeps it."""
    if lado is None:
        return ""
    if lado.asked is Asked.NOT_NEEDED:
        return f"Not contacted: {lado.advice}"
    day = f"{lado.on.day} {lado.on:%B %Y}" if lado.on else ""
    when = f"{day} at {lado.at:%H:%M}" if lado.at else day
    said = f"Contacted {lado.whom} on {when}"
    said += f", reference {lado.reference}" if lado.reference else ""
    return f"{said}. {lado.advice}" if lado.advice else said
