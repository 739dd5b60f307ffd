"""Silence is noticed, and a test goes from end to end (S240, S247, R-DFE 6, 4.13, 4.17)."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.alerts import silence
from chalicelib.alerts.repository import alerts, watches
from chalicelib.alerts.service import watching
from chalicelib.alerts.silence import Limit, Watch
from chalicelib.alerts.traffic import Day, Fate
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.journeys import mornings
from tests.alerts.senders import Sender, a_source, fortigate, post
from tests.builders import Person, a_person, a_school, signed_in, within
from tests.doubles import FrozenClock
from tests.pages import Site


@pytest.fixture
def school(store: str) -> SchoolId:
    return a_school()


@pytest.fixture
def dsl(school: SchoolId) -> Person:
    return a_person(school, roles=[Role.DSL], name="Asha Patel")


@pytest.fixture
def technician(school: SchoolId) -> Person:
    return a_person(school, roles=[Role.TECHNICIAN], name="Tim Wire")


@pytest.fixture
def sender(school: SchoolId, clock: FrozenClock) -> Sender:
    return a_source(school, name="Main firewall")


def _morning(school: SchoolId) -> None:
    """What `plan_day` does at this school alone: other tests' schools have sources too."""
    with within(school):
        mornings.SCHOOLS["sources"](school)


def stopped(site: Site, clock: FrozenClock, at: datetime) -> list[tuple[datetime, str]]:
    """Sweep every ninety minutes until then: who was told that alerts have stopped, and when."""
    found: list[tuple[datetime, str]] = []
    while clock.at < at:
        clock.advance(minutes=90)
        mails = [*site.mailbox.deliver(), *site.mailbox.deliver()]
        found += [(clock.at, mail.to) for mail in mails if "have stopped" in mail.subject]
    return found


def test_nothing_in_a_school_day_is_told_once_a_day(
    site: Site,
    school: SchoolId,
    sender: Sender,
    dsl: Person,
    technician: Person,
    clock: FrozenClock,
) -> None:
    """Heard on Thursday at ten: on Friday at ten a school day is over. The week-end is silent."""
    clock.at = datetime(2026, 10, 8, 9, 0, tzinfo=UTC)
    post(site, sender, fortigate())
    site.mailbox.deliver()
    _morning(school)

    told = stopped(site, clock, datetime(2026, 10, 12, 6, 0, tzinfo=UTC))

    assert {dsl.email, technician.email} == {to for _, to in told}
    assert {datetime(2026, 10, 9, 9, 0, tzinfo=UTC)} == {at for at, _ in told}
    with within(school):
        assert watches.of(school, sender.id).silent_since
    at_monday = stopped(site, clock, datetime(2026, 10, 12, 16, 0, tzinfo=UTC))
    assert 2 == len(at_monday)


def test_being_heard_again_ends_it(
    site: Site, school: SchoolId, sender: Sender, dsl: Person, clock: FrozenClock
) -> None:
    """The page says so, and no more mails go."""
    _morning(school)
    stopped(site, clock, clock.at + timedelta(days=1, hours=2))
    post(site, sender, fortigate(after=26 * 3600))

    assert [] == stopped(site, clock, clock.at + timedelta(hours=6))
    with within(school):
        [health] = watching.health(school)
    assert health.watch.silent_since is None


def test_a_busy_source_is_missed_sooner() -> None:
    """Learned: two hours of school for one that is busy every day; else a school day, or as set."""
    busy = [Day(datetime(2026, 10, n, tzinfo=UTC).date(), {Fate.RAISED: 40}) for n in range(1, 11)]

    assert 120 == silence.minutes(Watch(), busy, 570)
    assert 570 == silence.minutes(Watch(), [*busy[:-1], None], 570)
    assert 570 == silence.minutes(Watch(), busy[:5], 570)
    assert 60 == silence.minutes(Watch(Limit.HOUR), busy, 570)
    assert silence.minutes(Watch(Limit.NEVER), busy, 570) is None


def test_the_page_counts_what_came_and_what_became_of_it(
    site: Site, school: SchoolId, sender: Sender, technician: Person
) -> None:
    """Section 7: what was suppressed is seen, what could not be read, what was sent again."""
    post(site, sender, fortigate(url="/banner.png"))
    post(site, sender, "\n".join(fortigate(f"p{n}", after=n) for n in range(3)))
    post(site, sender, f"{fortigate('p0', after=0)}\n{fortigate('p0', after=9)}")
    post(site, sender, b"\x00 nothing to read")

    text = signed_in(site, technician).get(f"/s/{school}/alerts/health").text

    assert "4 new alerts, 1 joined one that was there" in text
    assert "1 noise (pictures, scripts)" in text
    assert "1 sent again" in text
    assert "in 20 days" in text.partition("Could not be read")[2][:40]


def test_a_limit_is_set(site: Site, school: SchoolId, sender: Sender, technician: Person) -> None:
    """The technician says how long; a question left empty is asked again."""
    desk = signed_in(site, technician)
    desk.get(f"/s/{school}/alerts/health/{sender.id}")
    shown = desk.follow(desk.submit({"limit": "hour"}))

    assert "1 hour of school" in shown.text


def test_a_test_alert_goes_from_end_to_end(
    site: Site,
    school: SchoolId,
    sender: Sender,
    dsl: Person,
    technician: Person,
    clock: FrozenClock,
) -> None:
    """Button, delivery, mail, acknowledgement, and a check in the register; not in the figures."""
    from chalicelib import figures

    desk, at_dsl = signed_in(site, technician), signed_in(site, dsl)
    desk.get(f"/s/{school}/alerts/health")
    desk.submit(action="/test")
    clock.advance(minutes=1)
    site.mailbox.deliver()
    site.mailbox.deliver()
    [mail] = site.mailbox.mails
    at_dsl.get(mail.links()[0].removeprefix("http://localhost:8000"))
    at_dsl.submit(action="/acknowledge")
    site.mailbox.deliver()

    assert (dsl.email, "New test-priority alert") == (mail.to, mail.subject[:23])
    register = at_dsl.get(f"/s/{school}/registers/filtering_checks").text
    assert "test alert" in register.lower()
    assert "It worked" in register
    with within(school):
        assert 0 == figures.totals(school, "alerts", clock.at.date(), clock.at.date()).n


def test_a_test_that_nobody_takes_is_a_check_that_failed(
    site: Site, school: SchoolId, sender: Sender, dsl: Person, clock: FrozenClock
) -> None:
    """An hour on it stands in the register as failed, and the telling has gone on meanwhile."""
    desk = signed_in(site, dsl)
    desk.get(f"/s/{school}/alerts/health")
    desk.submit(action="/test")
    for _ in range(62):
        clock.advance(minutes=1)
        site.mailbox.deliver()
    desk.cookies.update(signed_in(site, dsl).cookies)

    assert "It did not work" in desk.get(f"/s/{school}/registers/filtering_checks").text


def test_no_sender_can_call_its_alert_a_test(
    site: Site, school: SchoolId, sender: Sender, dsl: Person
) -> None:
    """The content type of a test from outside is an ordinary alert, counted and told as one."""
    body = '{"user": "jo", "url": "http://guns.example/", "category": "Weapons"}'
    headers = sender.headers(body.encode()) | {
        "Content-Type": "application/vnd.holdfast.trial+json"
    }
    post(site, sender, body, headers=headers)

    with within(school):
        [alert] = alerts.page(school, alerts.Listing.ALL).alerts
    assert not alert.is_test
