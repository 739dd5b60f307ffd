"""A campaign to a whole school whose sender dies in the middle, again and again."""

import random
from contextlib import suppress

import pytest

from chalicelib import ids
from chalicelib.agreements import campaigns
from tests.agreements.families import a_ready_school
from tests.builders import a_contact, a_pupil, within
from tests.doubles import FrozenClock, Mailbox
from tests.faults import Death, Fault, at, nemesis

DEATHS = [Fault.DEATH_BEFORE, Fault.DEATH_AFTER]


@pytest.mark.parametrize(
    "families", [40, pytest.param(2000, marks=pytest.mark.long)], ids=["short", "2000"]
)
def test_a_campaign_of_many_families_that_dies_again_and_again(
    store: str, clock: FrozenClock, mailbox: Mailbox, families: int
) -> None:
    """R31, S256: every family one mail, siblings together, however often whoever sends dies; and
    how far it is can be seen at every moment.
    """
    ready = a_ready_school()
    for number in range(families):
        children = [
            a_pupil(ready.school, ready.class_id, given_name=f"Child{number}{name}")
            for name in "ab"[: 1 + number % 2]
        ]
        a_contact(ready.school, *children, email=f"family{number}@example.net")
    with within(ready.school):
        campaign = campaigns.start(ready.school, ids.new(), "pupil", ["all"], by=ready.office.id)
    dice, seen, alive = random.Random(families), [], False

    while not alive:
        fault = at(dice.randrange(40, 600), dice.choice(DEATHS))
        with within(ready.school), suppress(Death), nemesis(fault):
            campaigns.go_on(ready.school, campaign.id, most=200)
        with within(ready.school):
            found = campaigns.found(ready.school, campaign.id)
        seen.append(found.done)
        alive = found.finished

    mailbox.deliver()
    assert families == len(mailbox.mails)
    assert families == len({mail.to for mail in mailbox.mails})
    assert sorted(seen) == seen
    assert families + families // 2 == campaign.total == seen[-1]
