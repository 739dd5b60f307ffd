"""Whoever at a demonstration school keeps its registers, and the day on which they do it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from chalicelib import clock
from chalicelib.identity.permissions import Role
from chalicelib.registers import service as registers
from chalicelib.registers.repository import entries
from chalicelib.registers.service import acting
from chalicelib.registers.service.acting import Taken
from chalicelib.registers.service.hands import Hand
from chalicelib.storage import transaction
from infra.demo.schools import Opened
from infra.demo.time_travel import Past
from infra.demo.world import Post

R = Role


@dataclass
class Office:
    """Whoever at the school keeps the registers, and the day they do it."""

    opened: Opened
    past: Past
    last: date

    def on(self, days_ago: int, hour: int = 10) -> str:
        """Go to a day before the last; gives it as an answer has it."""
        day = self.last - timedelta(days=days_ago)
        self.past.go_to(datetime.combine(day, time(hour, 5), clock.LONDON))
        return day.isoformat()

    def ahead(self, days: int) -> str:
        return (self.last + timedelta(days=days)).isoformat()

    def who(self, *roles: Role) -> tuple[str, Post]:
        person, post = self.opened.holders(*roles, R.HEADTEACHER)[0]
        return str(person), post

    def named(self, *roles: Role) -> dict[str, str]:
        person, post = self.who(*roles)
        return {"id": person, "name": f"{post.first} {post.last}"}

    def everybody(self) -> Iterable[dict[str, str]]:
        for person, post in self.opened.staff.items():
            yield {"id": str(person), "name": f"{post.first} {post.last}"}

    def add(self, register: str, by: Role = R.STAFF, **answers: Any) -> str:
        person, _ = self.who(by)
        with transaction() as tx:
            return registers.add(
                tx, self.opened.school, register=register, values=answers, by=f"person:{person}"
            )

    def take(
        self,
        register: str,
        entry: str,
        step: str,
        *by: Role,
        outcome: str = "",
        why: str = "",
        **answers: Any,
    ) -> None:
        person, post = self.who(*by)
        stored = entries.load(self.opened.school, register, entry)
        hand = Hand(
            self.opened.school,
            type(next(iter(self.opened.staff)))(person),
            f"{post.first} {post.last}",
            frozenset(post.roles),
        )
        taken = Taken(step, stored.head.number, answers, outcome, why)
        acting.take(hand, register, entry, taken)
