"""Random lives of schools and trusts: access is what a plain model says, and nobody is left alone.

Invite, accept, let an invitation lapse, move, leave, shut out, let back, a last day that passes, a
school that joins or leaves a trust (R5, R19). After each step the access of everybody is asked of
the very guards that pages use.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest

from chalicelib import clock as clocks
from chalicelib.errors import Conflict, Invalid, NotFound, SignInNeeded
from chalicelib.identity import access, invitations, sessions
from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Permission, Role
from chalicelib.ids import PersonId, SchoolId, TrustId
from chalicelib.people import staffing
from chalicelib.storage import tenants, transaction
from chalicelib.tenancy import directory, moving
from chalicelib.web.context import Visit, visiting
from chalicelib.web.http import Request, Values
from tests.builders import BY, a_school, a_trust
from tests.doubles import FrozenClock, Mailbox

_ALL = frozenset(Permission)
_ROLES = (Role.HEADTEACHER, Role.DSL, Role.DEPUTY_DSL, Role.STAFF, Role.OFFICE)
_NEEDED = (Role.HEADTEACHER, Role.DSL)


@dataclass(frozen=True)
class Known:
    """Somebody at the school, as the model has them."""

    person: PersonId
    roles: frozenset[Role]
    accepted: bool = False
    invited_on: date = date.min
    ends_on: date | None = None
    shut: bool = False

    def gets_in(self, today: date) -> bool:
        ended = self.ends_on is not None and today > self.ends_on
        return self.accepted and not self.shut and not ended

    def lasts(self, today: date) -> bool:
        return self.gets_in(today) and self.ends_on is None


@dataclass
class Life:
    """One school with its people and two trusts, beside the plain model of it."""

    dice: random.Random
    clock: FrozenClock
    school: SchoolId
    trusts: tuple[TrustId, TrustId]
    people: dict[PersonId, Known] = field(default_factory=dict)
    cookies: dict[PersonId, str] = field(default_factory=dict)
    trust: TrustId | None = None
    steps: int = 0
    refused: int = 0

    @property
    def today(self) -> date:
        return clocks.today()

    def covered(self, people: dict[PersonId, Known] | None = None) -> set[Role]:
        everybody = (self.people if people is None else people).values()
        held = {role for each in everybody if each.lasts(self.today) for role in each.roles}
        return {role for role in _NEEDED if role in held}

    def anybody(self) -> Known | None:
        return self.dice.choice(list(self.people.values())) if self.people else None

    def tries(self, after: dict[PersonId, Known], do: Callable[[], object]) -> None:
        """Do it, when the model lets it; else it must be refused and change nothing."""
        lost = self.covered() - self.covered(after)
        try:
            do()
        except Invalid:
            assert lost, "refused although nothing would be lost"
            self.refused += 1
        else:
            assert not lost, f"left without {lost}"
            self.people = after

    # --- what can happen ---

    def begin(self) -> None:
        """Three schools of four have a head and a lead from the start."""
        for role in _NEEDED if self.dice.random() < 0.75 else ():
            email = f"{role}.{self.school}@example.sch.uk"
            made = identity.add_member(self.school, name="A", email=email, roles={role}, by=BY)
            self.people[made] = Known(made, frozenset({role}), accepted=True)
            with tenants({made}), transaction() as tx:
                self.cookies[made] = sessions.start(tx, made, device="Tests")

    def invite(self) -> None:
        roles = frozenset(self.dice.sample(_ROLES, self.dice.randint(1, 2)))
        number = self.steps
        made = identity.invite(
            self.school,
            name=f"Person {number}",
            email=f"p{number}.{self.school}@example.sch.uk",
            roles=roles,
            by=BY,
            place_name="A school",
        )
        self.people[made] = Known(made, roles, invited_on=self.today)
        with tenants({made}), transaction() as tx:
            self.cookies[made] = sessions.start(tx, made, device="Tests")

    def accept(self) -> None:
        waiting = [each for each in self.people.values() if not each.accepted]
        if not waiting:
            return
        each = self.dice.choice(waiting)
        with tenants({self.school}):
            member = identity.member(self.school, each.person)
            over = member.invited_until is not None and clocks.now() >= member.invited_until
            try:
                invitations.accept(self.school, member.invitation)
            except Conflict:
                assert over
                invitations.send_again(self.school, each.person, place_name="A school", by=BY)
            else:
                assert not over
                self.people[each.person] = replace(each, accepted=True)

    def move(self) -> None:
        if (each := self.anybody()) is None:
            return
        roles = frozenset(self.dice.sample(_ROLES, self.dice.randint(1, 3)))
        after = {**self.people, each.person: replace(each, roles=roles)}
        self.tries(after, lambda: identity.set_roles(self.school, each.person, roles, by=BY))

    def leave(self) -> None:
        if (each := self.anybody()) is None:
            return
        after = {key: value for key, value in self.people.items() if key != each.person}
        self.tries(after, lambda: identity.leave(self.school, each.person, by=BY))

    def end(self) -> None:
        if (each := self.anybody()) is None:
            return
        last = self.dice.choice((None, self.today, self.today + timedelta(days=4)))
        after = {**self.people, each.person: replace(each, ends_on=last)}

        def set_end() -> None:
            with tenants({self.school}):
                staffing.set_end(self.school, each.person, last, by=BY, own=_ALL)

        self.tries(after, set_end)

    def shut(self) -> None:
        if (each := self.anybody()) is None:
            return
        after = {**self.people, each.person: replace(each, shut=True)}
        now = clocks.now()
        self.tries(
            after,
            lambda: identity.change(
                self.school,
                each.person,
                lambda it: replace(it, disabled_at=now),
                action="member.disabled",
                by=BY,
            ),
        )

    def back(self) -> None:
        if (each := self.anybody()) is None:
            return
        with tenants({self.school}):
            staffing.let_back(self.school, each.person, by=BY, own=_ALL)
        self.people[each.person] = replace(each, shut=False, ends_on=None)

    def days_pass(self) -> None:
        self.clock.advance(days=self.dice.choice((1, 2, 4)))
        for person in self.people:
            with tenants({person}), transaction() as tx:
                self.cookies[person] = sessions.start(tx, person, device="Tests")

    def trust_moves(self) -> None:
        if self.trust is None:
            to = self.dice.choice(self.trusts)
            with tenants({self.school, to}), transaction() as tx:
                moving.join(self.school, to, by=BY, tx=tx)
            self.trust = to
            return
        moving.ask_to_leave(self.school, self.trust, side="school", by="person:one")
        moving.leave(self.school, self.trust, side="trust", by="person:two")
        self.trust = None

    # --- what must hold ---

    def check(self) -> None:
        for person, cookie in self.cookies.items():
            known = self.people.get(person)
            may = known is not None and known.gets_in(self.today)
            assert may == self._gets_in(cookie), (known, self.today)
        with tenants({self.school}):
            inside = {each.person: each.roles for each in identity.members(self.school)}
            assert directory.school(self.school).trust == self.trust
        wanted = {p: each.roles for p, each in self.people.items() if each.gets_in(self.today)}
        assert wanted == inside
        for trust in self.trusts:
            with tenants({trust}):
                listed = {each.id for each in directory.schools_of(trust)}
            assert (self.school in listed) == (trust == self.trust)

    def _gets_in(self, cookie: str) -> bool:
        """Whether the guard of a page lets them in now, with the session they have."""
        path = f"/s/{self.school}"
        headers = {"cookie": f"{sessions.COOKIE}={cookie}"}
        request = Request(
            "GET", path, "/s/{school}", {"school": self.school}, Values([]), headers, b"", ""
        )
        guard = access.school(Permission.OPEN_SCHOOL)
        with visiting(Visit(request, "")):
            try:
                with guard.enter(request):
                    return True
            except (NotFound, SignInNeeded):
                return False


_ACTS = (
    Life.invite,
    Life.invite,
    Life.accept,
    Life.accept,
    Life.move,
    Life.leave,
    Life.end,
    Life.shut,
    Life.back,
    Life.days_pass,
    Life.trust_moves,
)


def _live(number: int, trusts: tuple[TrustId, TrustId], clock: FrozenClock) -> tuple[int, int]:
    """One history; gives its steps, and how many were refused lest the school be left alone."""
    life = Life(random.Random(number), clock, a_school(), trusts)
    life.begin()
    covered = life.covered()
    for _ in range(12):
        life.steps += 1
        life.dice.choice(_ACTS)(life)
        assert covered <= life.covered(), "a school lost what it had"
        covered = life.covered()
    life.check()
    return life.steps, life.refused


def _many(number: int, clock: FrozenClock) -> tuple[int, int]:
    trusts, steps, refused = (a_trust(), a_trust()), 0, 0
    for each in range(number):
        done, no = _live(each, trusts, clock)
        steps, refused = steps + done, refused + no
        if each % 50 == 49:
            trusts = a_trust(), a_trust()
    return steps, refused


@pytest.fixture
def histories(store: str, clock: FrozenClock, mailbox: Mailbox) -> FrozenClock:
    return clock


def test_access_is_what_the_model_says_in_every_history(histories: FrozenClock) -> None:
    """R5, R19: 60 random histories, none ends in a school without administrator or lead."""
    steps, refused = _many(60, histories)
    assert 720 == steps
    assert refused > 30


@pytest.mark.long
def test_access_is_what_the_model_says_in_two_thousand_histories(histories: FrozenClock) -> None:
    """The long form of the same."""
    steps, refused = _many(2000, histories)
    assert 24_000 == steps
    assert refused > 1000
