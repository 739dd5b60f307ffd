"""A child's file for their next school, its five days, and its receipt (R-KCSIE 6)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from chalicelib.ids import PersonId
from chalicelib.tenancy import calendar

DAYS = 5


class State(StrEnum):
    """Stored words."""

    SENT = "sent"
    RECEIVED = "received"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return _LABELS[self][0]

    @property
    def colour(self) -> str:
        return _LABELS[self][1]


_LABELS = {
    State.SENT: ("Waiting for the receipt", "amber"),
    State.RECEIVED: ("Received", "green"),
    State.CANCELLED: ("Cancelled", "grey"),
}


@dataclass(frozen=True)
class Going:
    """What goes where: as it was asked for."""

    child: str
    records: tuple[str, ...]
    school: str
    contact: str
    email: str
    first_on: date
    why: str


@dataclass(frozen=True)
class Receipt:
    """Who says that the file came; `how` is by the link, or as the sender wrote it down."""

    name: str
    role: str
    how: str


@dataclass(frozen=True)
class Transfer:
    id: str
    reference: str
    state: State
    going: Going
    job: str
    by: PersonId
    by_name: str
    sent_at: datetime
    due_on: date
    received_at: datetime | None = None
    receipt: Receipt | None = None
    why_cancelled: str = ""
    version: int = 0
    link: str = ""

    def is_overdue(self, today: date) -> bool:
        return self.state is State.SENT and self.due_on < today


def due(first_on: date) -> date:
    """The last working day within five days of the child's first at the new school: in-year or at
    the start of a term alike. A weekend or bank holiday makes it sooner, never later.
    """
    day = first_on + timedelta(days=DAYS)
    while not calendar.is_working_day(day) and day > first_on:
        day -= timedelta(days=1)
    return day
