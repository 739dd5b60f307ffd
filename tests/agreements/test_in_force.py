"""Which agreement bound somebody on a day, as an incident asks (S210, 3.24)."""

from datetime import timedelta

from chalicelib import clock as clocks
from chalicelib.agreements import asking
from chalicelib.agreements.standing import in_force
from tests.agreements.families import (
    a_campaign,
    a_child,
    a_ready_school,
    link_in,
    of_child,
    sign_as_child,
    sign_as_parent,
)
from tests.builders import signed_in, within
from tests.doubles import FrozenClock, Mailbox
from tests.pages import Site


def test_the_agreement_in_force_is_the_newest_complete_on_that_day(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """S210: nothing before both have signed, the exact text after, nothing once taken back."""
    ready = a_ready_school()
    child = a_child(ready, "mum@example.net")
    campaign = a_campaign(ready)
    mailbox.deliver()
    link = link_in(mailbox.to("mum@example.net")[-1])
    sign_as_child(site, link)
    first = clocks.today()
    clock.advance(days=2)
    with within(ready.school):
        assert [] == in_force(ready.school, child, clocks.today())
    sign_as_parent(site, link)
    signed = clocks.today()
    clock.advance(days=3)

    with within(ready.school):
        [found] = in_force(ready.school, child, clocks.today())
        before = in_force(ready.school, child, first + timedelta(days=1))
        asking.withdraw(
            ready.school, of_child(ready, campaign, child), reason="Sent twice", by=ready.office.id
        )
        after = in_force(ready.school, child, clocks.today())
        still = in_force(ready.school, child, signed)

    assert [] == before
    assert ("Pupil agreement, ages 7 to 11", 1, signed) == (
        found.name,
        found.version,
        found.signed_on,
    )
    assert {"Asha", "Meera Patel"} == set(found.by)
    assert [] == after
    assert [found] == still


def test_one_person_over_the_years(site: Site, mailbox: Mailbox, clock: FrozenClock) -> None:
    """3.18: what was asked of a child each year, and what is in force today."""
    ready = a_ready_school()
    child = a_child(ready, "mum@example.net")
    for _ in range(2):
        a_campaign(ready)
        mailbox.deliver()
        link = link_in([mail for mail in mailbox.to("mum@example.net") if "/a/" in mail.text][-1])
        sign_as_child(site, link)
        sign_as_parent(site, link)
        mailbox.deliver()
        clock.advance(days=365)

    office = signed_in(site, ready.office)
    shown = office.get(f"/s/{ready.school}/agreements/people/{child}").text

    assert "2026-27" in shown
    assert "2027-28" in shown
    assert "by Asha and Meera Patel" in shown
