"""Who is told, in which minute, by GoAlert's way of testing: the whole engine, a fake far end of
mail, and a clock that is moved (R38, S95, features 4.4 to 4.7).
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from chalicelib.alerts.model import Listing
from chalicelib.alerts.repository import alerts
from chalicelib.alerts.service import working
from chalicelib.alerts.service.sight import Hand
from chalicelib.errors import Invalid
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.journeys.unreached import unreached
from chalicelib.notifications import feedback
from chalicelib.people import duty
from chalicelib.people.plan.rows import DutyRow
from chalicelib.storage import tenants, transaction
from chalicelib.tenancy import settings
from chalicelib.tenancy.model import Choices, Setting
from tests.alerts.senders import Sender, a_source, fortigate, post
from tests.builders import Person, a_person, a_school, a_trust, within
from tests.doubles import FrozenClock, Mail, Text
from tests.pages import Site

TODAY = date(2026, 10, 6)
GAMBLING = (11, "Gambling")


@dataclass
class Town:
    """A school with everybody, its filter, and what was told to whom in which minute."""

    site: Site
    clock: FrozenClock
    school: SchoolId
    sender: Sender
    people: dict[str, Person]
    mails: list[tuple[int, str, str]] = field(default_factory=list)

    def away(self, name: str) -> None:
        with within(self.school):
            duty.set_absence(
                self.school, self.people[name].id, first_on=TODAY, last_on=TODAY, by="system:test"
            )

    def alert(self, body: str = "") -> str:
        post(self.site, self.sender, body or fortigate())
        with within(self.school):
            return alerts.page(self.school, Listing.ALL).alerts[0].id

    def take(self, name: str, alert: str) -> None:
        person = self.people[name]
        with within(self.school):
            working.acknowledge(self.school, alert, by=Hand(person.id, person.name))

    def minutes(self, last: int, *, step: int = 1) -> list[tuple[int, str]]:
        """Let minutes pass, sweeping each: (minute, who was mailed), in order."""
        names = {person.email: name for name, person in self.people.items()}
        start = self.clock.at
        for minute in range(0, last + 1, step):
            self.clock.at = start + timedelta(minutes=minute)
            # Once for what ran out, once for the mails that this wrote: a nudge would send those.
            for mail in [*self.site.mailbox.deliver(), *self.site.mailbox.deliver()]:
                self.mails.append((minute, names[mail.to], mail.subject))
        return [(minute, who) for minute, who, _ in self.mails]


@pytest.fixture
def town(site: Site, clock: FrozenClock) -> Town:
    """DSL, two deputies, head and a trust safeguarding lead; fifteen minutes to acknowledge."""
    trust = a_trust()
    school = a_school(trust=trust)
    roles = {
        "dsl": Role.DSL,
        "deputy": Role.DEPUTY_DSL,
        "second": Role.DEPUTY_DSL,
        "head": Role.HEADTEACHER,
    }
    people = {}
    for name, role in roles.items():
        people[name] = a_person(school, roles=[role], name=name.title())
        clock.advance(seconds=1)
    people["lead"] = a_person(trust, roles=[Role.TRUST_SAFEGUARDING_LEAD])
    clock.at = FrozenClock().at
    return Town(site, clock, school, a_source(school), people)


def test_the_dsl_is_told_and_acknowledges(town: Town) -> None:
    """The plain case: one mail, and silence after it was taken in hand."""
    alert = town.alert()
    town.minutes(3)
    town.take("dsl", alert)

    assert [(0, "dsl")] == town.minutes(60)


def test_nobody_acknowledges(town: Town) -> None:
    """Each after fifteen minutes, then the trust's lead, then from the start."""
    town.alert()

    told = town.minutes(90, step=5)

    assert [
        (0, "dsl"),
        (15, "deputy"),
        (30, "second"),
        (45, "head"),
        (60, "lead"),
        (75, "dsl"),
        (90, "deputy"),
    ] == told


def test_the_dsl_is_away(town: Town) -> None:
    """The deputy at once, not after the DSL's fifteen minutes; and the timeline says why."""
    town.away("dsl")
    alert = town.alert()

    assert [(0, "deputy"), (15, "second")] == town.minutes(20)
    with within(town.school):
        history = alerts.history(town.school, alert)
    assert [[town.people["dsl"].id], []] == [
        event.open["passed"] for event in history if "passed" in event.open
    ]


def test_the_school_chooses_the_minutes(town: Town) -> None:
    """Seven minutes each."""
    _minutes(town.school, 7)
    town.alert()

    assert [(0, "dsl"), (7, "deputy"), (14, "second"), (21, "head")] == town.minutes(21)


def test_urgent_never_waits_longer_than_a_quarter_of_an_hour(town: Town) -> None:
    """A school that gives four hours: high still goes on after fifteen minutes."""
    _minutes(town.school, 240)
    town.alert()

    assert [(0, "dsl"), (15, "deputy"), (30, "second")] == town.minutes(40, step=5)


def test_medium_waits_as_long_as_the_school_says(town: Town) -> None:
    """Blocked extremism at a school that gives four hours."""
    _minutes(town.school, 240)
    town.alert(fortigate(category=(12, "Extremist Groups"), action="blocked"))

    assert [(0, "dsl"), (240, "deputy")] == town.minutes(250, step=10)


def test_low_and_info_wait_in_the_inbox(town: Town) -> None:
    """Blocked gambling and blocked adult content tell nobody by mail."""
    town.alert(fortigate(category=GAMBLING, action="blocked"))
    town.alert(fortigate("other", action="blocked"))

    assert [] == town.minutes(60, step=5)
    with within(town.school):
        assert 2 == len(alerts.page(town.school, Listing.QUIET).alerts)


def test_somebody_else_may_acknowledge(town: Town) -> None:
    """Whoever signs in first stops the telling."""
    alert = town.alert()
    town.minutes(20)
    town.take("head", alert)

    assert [(0, "dsl"), (15, "deputy")] == town.minutes(120, step=5)


def test_leaving_in_between_is_passed_over(town: Town) -> None:
    """Who is away is looked at when their turn comes, not when the alert was raised."""
    town.alert()
    town.minutes(10)
    town.away("deputy")

    assert (5, "second") in town.minutes(5)


def test_a_bounced_mail_tells_the_next_within_a_minute(town: Town) -> None:
    """An address that does not exist is no reason to wait out its time (R37)."""
    alert = town.alert()
    town.minutes(0)
    event = {
        "eventType": "Bounce",
        "bounce": {"bounceType": "Permanent"},
        "mail": {"tags": _tags(town.site.mailbox.mails[-1])},
    }
    feedback.take(event, unreached=unreached)

    assert [(0, "dsl"), (0, "deputy")] == town.minutes(0)
    with within(town.school):
        assert "mail_failed" == alerts.history(town.school, alert)[-1].open["why"]


def test_a_phone_that_cannot_be_reached_tells_the_next_once(town: Town) -> None:
    """R38: a text that does not arrive passes over its bearer within a minute; when that person's
    call is not taken either, nobody more is hurried, because the deputy was told since.
    """
    _phone(town, "dsl")
    alert = town.alert(fortigate(category=(83, "Child Abuse"), action="blocked"))
    town.minutes(0)
    text, call = town.site.mailbox.texts
    _receipt(text, "TEXT_UNREACHABLE")
    assert [(0, "dsl"), (0, "deputy")] == town.minutes(0)

    town.clock.advance(seconds=20)
    _receipt(call, "VOICE_NO_ANSWER")
    assert [(0, "dsl"), (0, "deputy")] == town.minutes(0)
    with within(town.school):
        assert "phone_failed" == alerts.history(town.school, alert)[-1].open["why"]


def test_a_phone_that_rings_leaves_the_chain_as_it_is(town: Town) -> None:
    """A good receipt is noted and hurries nobody."""
    _phone(town, "dsl")
    town.alert(fortigate(category=(83, "Child Abuse"), action="blocked"))
    town.minutes(0)
    for text in town.site.mailbox.texts:
        _receipt(text, "VOICE_COMPLETED" if text.is_call else "TEXT_DELIVERED")

    assert [(0, "dsl"), (5, "deputy")] == town.minutes(5)


def _phone(town: Town, name: str) -> None:
    """A proven phone, for texts and calls."""
    row = DutyRow(town.school, f"duty#reach#{town.people[name].id}", version=1)
    row.data = {"texts": True, "calls": True, "tries": 0, "verified_at": "2026-10-01T09:00:00.000Z"}
    with within(town.school), transaction() as tx:
        row.seal({"phone": "+447700900123"})
        tx.put(row)


def _receipt(text: Text, kind: str) -> None:
    feedback.take({"eventType": kind, "context": text.tags}, unreached=unreached)


def test_the_whole_school_cannot_be_away(town: Town) -> None:
    """An absence that leaves nobody is refused when it is saved (features 4.5)."""
    for name in ("dsl", "deputy", "second"):
        town.away(name)

    with pytest.raises(Invalid):
        town.away("head")


def test_a_school_with_nobody_says_so_and_the_trust_is_told(site: Site, clock: FrozenClock) -> None:
    """No DSL, no deputy, no head yet: the trust's lead is told in the same minute."""
    trust = a_trust()
    school = a_school(trust=trust)
    lead = a_person(trust, roles=[Role.TRUST_SAFEGUARDING_LEAD])
    town = Town(site, clock, school, a_source(school), {"lead": lead})
    town.alert()

    assert [(0, "lead")] == town.minutes(0)


def test_nobody_anywhere_is_said_and_tried_again(site: Site, clock: FrozenClock) -> None:
    """A school alone without anybody: every five minutes until there is somebody."""
    school = a_school()
    town = Town(site, clock, school, a_source(school), {})
    alert = town.alert()
    town.minutes(4)
    town.people["dsl"] = a_person(school, roles=[Role.DSL])

    told = town.minutes(6)

    assert [(1, "dsl")] == told
    with within(school):
        assert "alert.nobody_told" in [event.name for event in alerts.history(school, alert)]


def test_a_repeat_tells_nobody_again(town: Town) -> None:
    """Later hits of the same kind are counted, not mailed."""
    town.alert()
    for second in range(1, 5):
        post(town.site, town.sender, fortigate(after=second))

    assert [(0, "dsl")] == town.minutes(5)


def test_a_lost_nudge_costs_a_minute(town: Town) -> None:
    """The delivery's own clock finds it: nothing depends on the queue."""
    post(town.site, town.sender, fortigate(), parse=False)

    assert [] == town.minutes(0)
    assert [(1, "dsl")] == town.minutes(1)


def test_mails_say_nothing(town: Town) -> None:
    """No child, site, category or severity of a theme: only that there is one, and how urgent."""
    town.away("dsl")
    town.alert(fortigate("canary.pupil", host="canary.example", category=(83, "Child Abuse")))
    town.minutes(60)

    assert len(town.site.mailbox.mails) >= 4
    for mail in town.site.mailbox.mails:
        whole = _everything(mail)
        assert not [word for word in _NEVER if word in whole]
        assert mail.subject.lower().startswith("urgent: ")


def test_the_link_leads_to_the_alert(town: Town) -> None:
    """One link, to the signed-in page."""
    alert = town.alert()
    town.minutes(0)

    [mail] = town.site.mailbox.mails
    assert [f"http://localhost:8000/s/{town.school}/alerts/{alert}"] == mail.links()


@pytest.mark.parametrize("seed", range(12))
def test_a_second_person_is_reached_in_fifteen_minutes(town: Town, seed: int) -> None:
    """R38: in random histories of absence and lost mail a second person knows of it in time."""
    dice = random.Random(seed)
    names = ["dsl", "deputy", "second", "head"]
    for name in dice.sample(names, dice.randint(0, 2)):
        town.away(name)
    _minutes(town.school, dice.choice([5, 15, 60, 240]))
    town.alert(fortigate(category=(83, "Child Abuse"), action="blocked"))

    told = town.minutes(15, step=5)

    assert 2 <= len({who for _, who in told})


_NEVER = ("canary", "Okafor", "Child Abuse", "child abuse", "IWF", "illegal", "adult.example")


def _everything(mail: Mail) -> str:
    return "\n".join([mail.raw.decode(errors="replace"), mail.text, mail.html, mail.subject])


def _tags(mail: Mail) -> dict[str, list[str]]:
    return {name: [value] for name, value in mail.tags.items()}


def _minutes(school: SchoolId, minutes: int) -> None:
    with tenants({school}):
        decided = settings.decided(school)
        settings.change(
            school,
            Choices({Setting.ACKNOWLEDGE_MINUTES: minutes}),
            version=decided.version,
            by="system:test",
        )
