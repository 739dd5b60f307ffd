"""Bursts share a mail and hide nobody; the low ones are summed up (4.9, 4.16, alerts.md 7)."""

from datetime import UTC, datetime

import pytest

from chalicelib.alerts.model import Listing
from chalicelib.alerts.repository import alerts
from chalicelib.alerts.service import watching
from chalicelib.alerts.traffic import Fate
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.people.plan import service
from chalicelib.people.plan.model import Digest, Plan
from chalicelib.tenancy import settings
from chalicelib.tenancy.model import Choices, Setting
from tests.alerts.senders import Sender, a_source, fortigate, post
from tests.builders import BY, Person, a_person, a_school, within
from tests.doubles import FrozenClock
from tests.pages import Site

CSAM = (83, "Child Abuse")
GAMBLING = (11, "Gambling")


@pytest.fixture
def school(store: str) -> SchoolId:
    return a_school()


@pytest.fixture
def dsl(school: SchoolId) -> Person:
    return a_person(school, roles=[Role.DSL])


@pytest.fixture
def sender(school: SchoolId, clock: FrozenClock) -> Sender:
    return a_source(school)


def plan(school: SchoolId, **given: object) -> None:
    with within(school):
        version = service.current(school).version
        service.save(school, Plan(says="Ring home.", **given), version=version, by=BY)  # type: ignore[arg-type]


def all_of(school: SchoolId, listing: Listing = Listing.ALL) -> list[alerts.Alert]:
    with within(school):
        return list(alerts.page(school, listing, limit=100).alerts)


def test_a_storm_shares_a_mail_and_hides_no_pupil(
    site: Site, school: SchoolId, dsl: Person, sender: Sender, clock: FrozenClock
) -> None:
    """Past five in ten minutes: one mail for the rest; every pupil is in the inbox and was told of;
    a critical alert is mailed on its own all the same.
    """
    deputy = a_person(school, roles=[Role.DEPUTY_DSL])
    plan(school, storm=5)
    post(site, sender, "\n".join(fortigate(f"pupil{n}", after=n) for n in range(20)))
    post(site, sender, fortigate("worst", category=CSAM, action="blocked", after=30))
    mails = site.mailbox.deliver()
    clock.advance(minutes=15)
    later = [*site.mailbox.deliver(), *site.mailbox.deliver()]

    storms = [mail for mail in mails if "Many alerts at once" in mail.subject]
    singly = [mail for mail in mails if mail not in storms]
    found = all_of(school, Listing.WAITING)
    assert [dsl.email] == [mail.to for mail in storms]
    assert 4 <= len(singly) <= 6
    assert 1 == sum("critical" in mail.subject for mail in singly)
    assert {f"pupil{n}" for n in range(20)} | {"worst"} == {each.facts.user for each in found}
    assert all(dsl.id in each.route.ever for each in found)
    to_deputy = [mail for mail in later if mail.to == deputy.email]
    assert len(to_deputy) >= 2
    assert all(deputy.id in each.route.ever for each in all_of(school, Listing.WAITING))


def test_the_low_ones_are_summed_up_in_the_morning(
    site: Site, school: SchoolId, dsl: Person, sender: Sender, clock: FrozenClock
) -> None:
    """One mail with numbers alone; none when nothing is left or the school wants none."""
    for pupil in ("a", "b"):
        post(site, sender, fortigate(pupil, category=GAMBLING, action="blocked"))
    clock.at = datetime(2026, 10, 7, 6, 59, tzinfo=UTC)
    early = site.mailbox.deliver()
    clock.at = datetime(2026, 10, 7, 7, 1, tzinfo=UTC)
    mails = [*site.mailbox.deliver(), *site.mailbox.deliver()]
    plan(school, digest=Digest.NEVER)
    post(site, sender, fortigate("c", category=GAMBLING, action="blocked", after=23 * 3600))
    clock.advance(days=3)

    assert [] == early
    assert [(dsl.email, "2 low-level alerts waiting")] == [(m.to, m.subject[:26]) for m in mails]
    assert "gambl" not in mails[0].text.lower()
    assert [] == site.mailbox.deliver()


def test_a_school_chooses_what_is_told_at_once(
    site: Site, school: SchoolId, dsl: Person, sender: Sender
) -> None:
    """Low too, if it wants; critical always, even when nothing is ticked."""
    plan(school, at_once=frozenset({"critical", "low"}))
    post(site, sender, fortigate("a", category=GAMBLING))
    post(site, sender, fortigate("b"))
    post(site, sender, fortigate("c", category=CSAM, action="blocked"))

    subjects = sorted(mail.subject.split(" at ")[0] for mail in site.mailbox.deliver())
    assert ["New low-priority alert", "Urgent: new critical-priority alert"] == subjects


def test_noise_tells_nobody_and_is_counted(
    site: Site, school: SchoolId, dsl: Person, sender: Sender
) -> None:
    """Alerts.md section 7: shared lists of adverts and telemetry, and the school's own; a critical
    theme is told from there too, and what was kept quiet is seen among the low ones.
    """
    with within(school):
        settings.change(
            school,
            Choices({Setting.NOISE_SITES: ("ads.example",)}),
            version=settings.decided(school).version,
            by=BY,
        )
    for number, host in enumerate(("px.ads.example", "x.doubleclick.net", "myads.example")):
        post(site, sender, fortigate(f"p{number}", host=host))
    post(site, sender, fortigate("worst", host="ads.example", category=CSAM, action="blocked"))
    mails = site.mailbox.deliver()

    assert 2 == len(mails)
    assert {"px.ads.example", "x.doubleclick.net"} == {
        each.facts.host for each in all_of(school, Listing.QUIET)
    }
    with within(school):
        [health] = watching.health(school)
    assert 2 == health.today.of(Fate.SUPPRESSED)
