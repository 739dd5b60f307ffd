"""R38 whatever happens to people and mail: outage histories drawn at random, played to the end.

Every critical alert reaches a second human within fifteen simulated minutes, and afterwards every
message is accounted for. `HOLDFAST_HISTORIES=2000` plays as many as the issue asks; CI plays fewer.
"""

import os
import random
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

from chalicelib.alerts.model import Listing
from chalicelib.alerts.repository import alerts
from chalicelib.clock import london
from chalicelib.errors import Invalid
from chalicelib.identity.permissions import Role, permissions_of
from chalicelib.ids import SchoolId
from chalicelib.journeys.unreached import unreached
from chalicelib.notifications import feedback, outbox
from chalicelib.notifications.outbox import State
from chalicelib.people import duty, staffing
from chalicelib.people.plan import reach, service
from chalicelib.people.plan.model import After, Outside, Plan
from chalicelib.people.plan.rows import DutyRow
from chalicelib.storage import transaction
from tests.alerts.senders import a_source, fortigate, post
from tests.builders import BY, Person, a_person, a_school, a_trust, within
from tests.conftest import nothing_due
from tests.doubles import FrozenClock, Mail, Text
from tests.pages import Site

HISTORIES = int(os.environ.get("HOLDFAST_HISTORIES", "50"))
AT_ONCE = 50  # schools that share a minute, as they do on the real clock: one sweep is for all
CRITICAL = (83, "Child Abuse")
IN_TIME = 15
ROLES = (Role.DSL, Role.DEPUTY_DSL, Role.DEPUTY_DSL, Role.HEADTEACHER)
_numbers = count(100_000)


@dataclass
class History:
    """One school, what befalls it, and who was reached in which minute."""

    dice: random.Random
    school: SchoolId
    people: list[Person]
    mail_down: range
    dead: frozenset[str]
    phones: dict[str, Person]
    leaver: Person | None
    leaves_in: int
    reached: dict[str, int] = field(default_factory=dict)

    def comes(self, minute: int) -> None:
        """What befalls the school by this minute: somebody's roles end in the middle of it, unless
        it would be left without anybody.
        """
        if self.leaver is None or minute < self.leaves_in:
            return
        leaver, self.leaver = self.leaver, None
        with suppress(Invalid), within(self.school, leaver.id):
            staffing.change_roles(
                self.school, leaver.id, [Role.STAFF], by=BY, own=permissions_of([Role.HEADTEACHER])
            )

    def gets(self, mail: Mail, minute: int) -> None:
        """A good mailbox takes it; a dead one bounces."""
        if mail.to in self.dead:
            event = {"eventType": "Bounce", "bounce": {"bounceType": "Permanent"}}
        else:
            event = {"eventType": "Delivery"}
            self.reached.setdefault(mail.to, minute)
        tags = {name: [value] for name, value in mail.tags.items()}
        feedback.take({**event, "mail": {"tags": tags}}, unreached=unreached)

    def rings(self, text: Text, minute: int) -> None:
        """A phone that is on has it; one that is off gives the network's receipt for that."""
        kind = "VOICE" if text.is_call else "TEXT"
        if text.to in self.dead:
            event = f"{kind}_NO_ANSWER" if text.is_call else f"{kind}_UNREACHABLE"
        else:
            event = f"{kind}_COMPLETED" if text.is_call else f"{kind}_DELIVERED"
            self.reached.setdefault(self.phones[text.to].email, minute)
        feedback.take({"eventType": event, "context": text.tags}, unreached=unreached)

    @property
    def second_at(self) -> int | None:
        """The minute in which a second human knew, by mail or by phone."""
        minutes = sorted(self.reached.values())
        return minutes[1] if len(minutes) > 1 else None


def a_history(seed: int, today: date) -> History:
    """At most all but two of those who could be told are away, gone or without mail.

    A phone may be the only thing of theirs that works, or be off.
    """
    dice = random.Random(seed)
    trust = a_trust()
    school = a_school(trust=trust)
    people = [a_person(school, roles=[role]) for role in ROLES]
    a_person(trust, roles=[Role.TRUST_SAFEGUARDING_LEAD])
    out = dice.sample(people, dice.randint(0, 2))
    dead = {each.email for each in out if dice.random() < 0.6}
    for person in out:
        if person.email not in dead:
            with within(school):
                duty.set_absence(school, person.id, first_on=today, last_on=today, by=BY)
    phones = {}
    for person in people:
        if dice.random() < 0.3:
            phones[_phone(school, person)] = person
    dead |= {phone for phone in phones if dice.random() < 0.4}
    if dice.random() < 0.5:
        _plan(school, dice, people)
    begins = dice.randint(0, 6)
    return History(
        dice,
        school,
        people,
        mail_down=range(begins, begins + dice.randint(0, 6)),
        dead=frozenset(dead),
        phones=phones,
        leaver=dice.choice(people[:3]) if dice.random() < 0.3 else None,
        leaves_in=dice.randint(1, 10),
    )


def _phone(school: SchoolId, person: Person) -> str:
    """A proven phone, for texts and calls; its number."""
    number = f"+447700{next(_numbers)}"
    row = DutyRow(school, f"duty#reach#{person.id}", version=1)
    row.data = {"texts": True, "calls": True, "tries": 0, "verified_at": "2026-10-01T09:00:00.000Z"}
    with within(school), transaction() as tx:
        row.seal({"phone": number})
        tx.put(row)
    return number


def _plan(school: SchoolId, dice: random.Random, people: list[Person]) -> None:
    """Closed hours in any of their three ways: critical is told in each."""
    outside = [Outside(), Outside(After.WAIT), Outside(After.NAMED, (dice.choice(people).id,))]
    plan = Plan(says="Ring home.", evenings=dice.choice(outside), holidays=dice.choice(outside))
    with within(school), suppress(Invalid):
        service.save(school, plan, version=0, by=BY)


def play(site: Site, clock: FrozenClock, seeds: Sequence[int]) -> list[History]:
    """Histories that begin in the same minute. The sweep comes every minute, or is late by one or
    two; what happens in a school happens to it alone.
    """
    nothing_due()  # those played before would go on telling
    dice = random.Random(seeds[0])
    clock.at = start = FrozenClock().at + timedelta(hours=dice.randint(0, 24 * 40))
    played = [a_history(seed, london(start).date()) for seed in seeds]
    for each in played:
        post(site, a_source(each.school), fortigate(category=CRITICAL, action="blocked"))
    by_mail = {person.email: each for each in played for person in each.people}
    by_phone = {phone: each for each in played for phone in each.phones}
    by_school: dict[str, History] = {each.school: each for each in played}
    minute = 0

    def is_down(address: str) -> bool:
        return address in by_mail and minute in by_mail[address].mail_down

    site.mailbox.down_for = is_down
    while minute <= IN_TIME:
        clock.at = start + timedelta(minutes=minute)
        for each in played:
            each.comes(minute)
        for _ in range(2):  # what ran out, then what that wrote: a nudge would send it at once
            texts = len(site.mailbox.texts)
            for mail in site.mailbox.deliver():
                by_school[mail.tags["tenant"]].gets(mail, minute)
            for text in site.mailbox.texts[texts:]:
                by_phone[text.to].rings(text, minute)
        minute += (
            1 if minute in (0, IN_TIME) else min(dice.choice((1, 1, 1, 2, 3)), IN_TIME - minute)
        )
    return played


def test_a_second_human_knows_within_a_quarter_of_an_hour(
    site: Site, clock: FrozenClock, record_property: Callable[[str, object], None]
) -> None:
    """Absences, people leaving, dead mailboxes, only a phone, mail down for minutes, a late sweep,
    any hour of term or not.
    """
    late: list[tuple[int, dict[str, int]]] = []
    unaccounted = 0
    worst = 0
    for first in range(0, HISTORIES, AT_ONCE):
        seeds = range(first, min(first + AT_ONCE, HISTORIES))
        for seed, history in zip(seeds, play(site, clock, seeds), strict=True):
            if history.second_at is None or history.second_at > IN_TIME:
                late.append((seed, history.reached))
            else:
                worst = max(worst, history.second_at)
            unaccounted += _unaccounted(history)
        sys.stdout.write(f"\n{seeds.stop} of {HISTORIES}: {len(late)} late, {unaccounted} lost")
        sys.stdout.flush()

    figure = (
        f"outage histories: {HISTORIES} played, {len(late)} late, slowest second human after "
        f"{worst} minutes, {unaccounted} messages unaccounted for"
    )
    record_property("figure", figure)
    sys.stdout.write(f"\n{figure}")
    assert not late
    assert 0 == unaccounted


def _unaccounted(history: History) -> int:
    """Messages of the alert that are neither known to have come, nor failed, nor still tried."""
    known = {State.DELIVERED, *outbox.NOT_REACHED, State.SUPERSEDED, State.QUEUED}
    with within(history.school):
        [alert] = alerts.page(history.school, Listing.ALL).alerts
        sent = outbox.about(history.school, f"alert/{alert.id}")
        told = [e for e in alerts.history(history.school, alert.id) if e.open.get("to")]
    assert told
    return sum(each.state not in known for each in sent)


def test_when_mail_is_down_the_phone_still_rings(
    site: Site, clock: FrozenClock, store: str
) -> None:
    """All mail fails for the whole quarter of an hour: the second has a text by five past."""
    school = a_school()
    people = [a_person(school, roles=[role]) for role in ROLES[:2]]
    phones = [_phone(school, person) for person in people]
    site.mailbox.failing = True
    post(site, a_source(school), fortigate(category=CRITICAL, action="blocked"))
    for _ in range(6):
        site.mailbox.deliver()
        clock.advance(minutes=1)
    site.mailbox.deliver()

    assert [] == site.mailbox.mails
    assert phones == list(dict.fromkeys(text.to for text in site.mailbox.texts))
    with within(school):
        assert reach.of(school, people[0].id).can_text
