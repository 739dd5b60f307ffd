"""How a school stands at a moment: counts of work, and nobody (R-GOV 1). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.ids import SchoolId
from chalicelib.tenancy.calendar import Calendar


class Count(StrEnum):
    """What is counted. Stored words."""

    ALERTS_WAITING = "alerts_waiting"
    ALERTS_LATE = "alerts_late"
    CASES_OPEN = "cases_open"
    CASES_LATE = "cases_late"
    REGISTERS_LATE = "registers_late"
    REGISTERS_SOON = "registers_soon"
    TASKS_LATE = "tasks_late"
    FEEDS = "feeds"
    FEEDS_SILENT = "feeds_silent"
    LEADS = "leads"
    DEPUTIES = "deputies"
    OUT_OF_HOURS = "out_of_hours"


@dataclass(frozen=True)
class State:
    """A school's counts at `at` (UTC), and the terms that its trust's schedules go by then."""

    school: SchoolId
    at: datetime
    counts: Mapping[str, int] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)

    def n(self, count: Count) -> int:
        return self.counts.get(count, 0)
