"""R-RET 2, R51: what is destroyed is exactly what the model says, whatever people decide and
however the clock moves. `pytest -m long` plays a thousand histories.
"""

import random
import sys
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from chalicelib import clock as time
from chalicelib.identity.permissions import Role, permissions_of
from chalicelib.ids import SchoolId
from chalicelib.incidents.rows import FoundRow
from chalicelib.journeys import retained
from chalicelib.registers.rows import EntryRow
from chalicelib.retention import repository
from chalicelib.retention.model import Act
from chalicelib.retention.service import deciding
from tests.builders import Person, a_person, a_school, within
from tests.doubles import FrozenClock
from tests.pages import Site
from tests.retention import build

STEPS = 10
TOGETHER = 25


@dataclass(frozen=True)
class Reviewer:
    """Somebody at the queue, as an access guard gives them."""

    who: Person

    @property
    def person(self) -> str:
        return self.who.id

    @property
    def person_name(self) -> str:
        return self.who.name

    @property
    def actor(self) -> str:
        return self.who.actor

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(self.who.roles)

    def may(self, permission: str) -> bool:
        return permission in permissions_of(self.who.roles)


@dataclass
class Told:
    """One record, and what the model says of it: written without looking at the application."""

    id: str
    kind: str
    due: date
    open_again: bool = False
    alive: bool = True
    held: bool = False
    until: date | None = None
    proposed_by: str = ""
    confirmed: bool = False
    queued: bool = False
    happened: list[str] = field(default_factory=list)

    @property
    def review(self) -> str:
        return f"{self.kind}-{self.id}"

    def morning(self, today: date) -> None:
        if self.alive and not self.open_again and self.due <= today:
            self.queued = True

    def sweep(self, *, stopped: bool) -> None:
        if self.alive and self.confirmed and not stopped:
            if self.open_again:
                self._forget(queued=False)
            else:
                self.alive = self.queued = False

    def act(self, act: Act, by: str, today: date, until: date, *, stopped: bool) -> None:
        """What an act of somebody makes of it; most are not possible, and change nothing."""
        self.happened.append(f"{today} {act} by {by[-4:]}")
        if not self.queued:
            return
        state = self._state(today)
        proposes = act is Act.DESTROY and state == "waiting" and not stopped
        confirms = act is Act.CONFIRM and state == "proposed" and not stopped
        if self.open_again and (proposes or (confirms and by != self.proposed_by)):
            self._forget(queued=False)
        elif proposes:
            self._forget()
            self.proposed_by = by
        elif confirms and by != self.proposed_by:
            self.confirmed = True
        elif act is Act.HOLD and state in ("waiting", "proposed", "extended", "confirmed"):
            self._forget()
            self.held = True
        elif act is Act.EXTEND and state in ("waiting", "proposed", "held", "extended"):
            self._forget()
            self.until = until
        elif act is Act.BACK and state in ("proposed", "held", "extended", "confirmed"):
            self._forget()

    def _state(self, today: date) -> str:
        if self.confirmed:
            return "confirmed"
        if self.held:
            return "held"
        if self.until and self.until > today:
            return "extended"
        return "proposed" if self.proposed_by else "waiting"

    def _forget(self, *, queued: bool = True) -> None:
        self.held, self.until, self.proposed_by, self.confirmed = False, None, "", False
        self.queued = queued


@pytest.mark.parametrize(
    "histories", [30, pytest.param(1000, marks=pytest.mark.long)], ids=["30", "1000"]
)
def test_only_what_two_people_confirmed_is_gone(
    site: Site, clock: FrozenClock, histories: int
) -> None:
    """0 early, 0 late by more than a day, holds respected, and nothing of what is gone is left."""
    destroyed = kept = 0
    for first in range(0, histories, TOGETHER):
        number = min(TOGETHER, histories - first)
        gone = _play(site, clock, random.Random(first), number)
        destroyed, kept = destroyed + gone, kept + number - gone
    sys.stdout.write(f"\n{histories} histories: {destroyed} destroyed, {kept} kept, 0 otherwise")
    assert destroyed
    assert kept


def _play(site: Site, clock: FrozenClock, dice: random.Random, number: int) -> int:
    clock.at = FrozenClock().at
    school = a_school()
    people = [
        Reviewer(a_person(school, roles=[role])) for role in (Role.HEADTEACHER, Role.DSL, Role.DSL)
    ]
    with within(school):
        told = [_a_record(school, dice) for _ in range(number)]
    stopped = False
    for _ in range(STEPS):
        clock.advance(days=dice.choice((1, 1, 2, 30, 200)))
        today = time.today()
        with within(school):
            retained.morning(school)
            for each in told:
                each.morning(today)
            _check(school, told)
            if dice.random() < 0.15:
                stopped = not stopped
                if stopped:
                    deciding.stop_everything(school, reader=people[0], why="An inquiry")
                else:
                    deciding.go_on(school, reader=people[0])
            for each in told:
                _befalls(school, each, dice, people, stopped=stopped)
        site.mailbox.deliver()
        for each in told:
            each.sweep(stopped=stopped)
    with within(school):
        _check(school, told)
        left = build.rows_that_say(school, FoundRow, EntryRow)
    for each in told:
        assert each.alive == any(each.id in sk for sk in left)
    return sum(not each.alive for each in told)


def _a_record(school: SchoolId, dice: random.Random) -> Told:
    """An incident kept six years or an entry kept as long as its register says."""
    ago = timedelta(days=dice.randint(-400, 200))
    if dice.random() < 0.5:
        at = time.now() - timedelta(days=6 * 365) - ago
        record = build.a_closed_incident(school, at, types=("gambling",))
        return Told(record, "incident", _years(at.date(), 6))
    at = time.now() - timedelta(days=7 * 365) - ago
    return Told(build.a_closed_entry(school, at, "audits"), "entry", _years(at.date(), 7))


def _years(day: date, number: int) -> date:
    leap = day.month == 2 and day.day == 29
    return day.replace(year=day.year + number, day=28 if leap else day.day)


def _befalls(
    school: SchoolId, told: Told, dice: random.Random, people: list[Reviewer], *, stopped: bool
) -> None:
    if told.kind == "incident" and told.alive and not told.open_again and dice.random() < 0.03:
        build.reopen(school, told.id)
        told.open_again = True
    if dice.random() < 0.6:
        act = dice.choice((*Act, *(Act.DESTROY, Act.CONFIRM) * 3))
        who = dice.choice(people)
        until = time.today() + timedelta(days=dice.choice((20, 300)))
        deciding.decide(
            school,
            retained.KINDS,
            [told.review],
            act,
            reader=who,
            why="It is time",
            until=until,
        )
        told.act(act, who.actor, time.today(), until, stopped=stopped)


def _check(school: SchoolId, told: list[Told]) -> None:
    """The application and the model agree about every record, and about the queue."""
    queued = {each.review.id for each in repository.all_of(school)}
    for each in told:
        there = retained.KINDS[each.kind].is_there(school, each.id)
        assert each.alive == there, (time.today(), each)
        assert each.queued == (each.review in queued), (time.today(), each)
    gone = sum(not each.alive for each in told)
    certificates, _ = repository.certificates(school)
    assert min(gone, 50) == len(certificates)
