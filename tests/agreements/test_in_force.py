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
from tests.builders import within
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
