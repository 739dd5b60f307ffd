"""The demo's own clock: history is made by the real services, each at the time it tells of."""

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

from chalicelib import clock, ids
from chalicelib.notifications import clocks, outbox
from chalicelib.notifications.outbox import Message, MessageRow, State
from chalicelib.storage import Transaction
from chalicelib.tenancy import calendar

_real_now = clock.now
_real_add = outbox.add
_real_nudge = outbox.nudge
_real_start = clocks.start


class Past:
    """Where in time the loader is. `mailed` holds what was told last, for the links in it."""

    def __init__(self) -> None:
        self.at = _real_now()
        self.mailed: list[Message] = []

    def now(self) -> datetime:
        return self.at

    def go_to(self, at: datetime) -> None:
        self.at = at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)

    def wait(self, **by: float) -> None:
        self.at += timedelta(**by)

    def links(self, template: str) -> list[str]:
        """The paths in mails of this template since the last time of asking."""
        found = [each.values["path"] for each in self.mailed if each.template == template]
        self.mailed.clear()
        return found


@contextmanager
def in_the_past(past: Past) -> Iterator[None]:
    """Let the services believe the loader's time, and take mail of the past for delivered.

    Nobody is mailed today about what happened two years ago, and no queue is woken for it: the
    loader does itself what the nudges would set off.
    """

    def delivered(tx: Transaction, message: Message) -> str:
        past.mailed.append(message)
        message_id = f"{message.about.rpartition('/')[2]}-{ids.new()}"
        now = clock.stamp(past.now())
        row = MessageRow(
            message.tenant,
            outbox.key(message_id),
            template=message.template,
            person=message.person or None,
            about=message.about,
            why=message.why,
            state=State.DELIVERED,
            made_at=now,
            changed_at=now,
            version=0,
        )
        row.seal({"address": message.address, "values": _without_links(message.values)})
        tx.create(row)
        return message_id

    clock.now, outbox.add, outbox.nudge = past.now, delivered, _not_now
    clocks.start = _start_later
    try:
        yield
    finally:
        _as_always()


@contextmanager
def at_last(past: Past) -> Iterator[None]:
    """The present: mail is really sent from here on, at the loader's time still."""
    _as_always()
    clock.now = past.now
    try:
        yield
    finally:
        _as_always()


def _as_always() -> None:
    clock.now, outbox.add, outbox.nudge = _real_now, _real_add, _real_nudge
    clocks.start = _real_start


def _start_later(tx: Transaction, tenant: str, *, kind: str, id: str, due_at: datetime) -> None:  # noqa: A002
    """The loader stops each clock it starts long before the real sweep may look at it."""
    due = max(due_at, _real_now() + timedelta(hours=1))
    _real_start(tx, tenant, kind=kind, id=id, due_at=due)


def _not_now(*_asked: object, **_more: object) -> None:
    return


def school_moments(dice: random.Random, many: int, first: date, last: date) -> list[datetime]:
    """So many moments on school days between two dates, in order, in the hours of a school day."""
    days = [
        first + timedelta(days=n)
        for n in range((last - first).days + 1)
        if _is_school_day(first + timedelta(days=n))
    ]
    moments = []
    for _ in range(many if days else 0):
        at = time(dice.choice((8, 9, 10, 11, 12, 12, 13, 14, 15)), dice.randrange(60))
        moments.append(datetime.combine(dice.choice(days), at, clock.LONDON))
    return sorted(moments)


def _is_school_day(day: date) -> bool:
    if not calendar.is_working_day(day):
        return False
    terms = calendar.usual_terms(calendar.academic_year(day))
    return any(
        term.first_on <= day <= term.last_on and not any(day in off for off in term.breaks)
        for term in terms
    )


def _without_links(values: Mapping[str, str]) -> dict[str, str]:
    """A delivered mail's link is not kept in the demo: nobody needs it again."""
    return {name: value for name, value in values.items() if name != "path"}
