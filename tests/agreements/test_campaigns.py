"""Asking: who is written to and who never is, and that nothing is lost or doubled on the way."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from chalicelib import clock as clocks_of_ours
from chalicelib import figures, ids
from chalicelib.agreements import asking, campaigns, overview
from chalicelib.agreements.campaign import Campaign
from chalicelib.agreements.standing import Standing
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.identity.permissions import Role
from chalicelib.journeys.unreached import unreached
from chalicelib.notifications import feedback
from chalicelib.tasks import service as tasks
from tests.agreements.families import (
    Ready,
    a_campaign,
    a_child,
    a_ready_school,
    link_in,
    of_child,
    sign_as_child,
    sign_as_parent,
)
from tests.builders import a_class, a_person, a_school, within
from tests.doubles import FrozenClock, Mailbox
from tests.faults import Death, Fault, at, nemesis
from tests.pages import Site


def standings(ready: Ready) -> dict[str, Standing]:
    with within(ready.school):
        group = overview.of_class(ready.school, ready.class_id, "2026-27")
    assert group is not None
    return {line.family.first_name: line.standing for line in group.lines}


def counted(ready: Ready, measure: figures.Measure) -> int:
    today = clocks_of_ours.today()
    with within(ready.school):
        return figures.totals(ready.school, measure, today, today).n


def started(ready: Ready) -> Campaign:
    """A campaign of which nobody has been asked yet."""
    with within(ready.school):
        return campaigns.start(
            ready.school, ids.new(), "pupil-7-11", [ready.class_id], by=ready.office.id
        )


def bounce(mailbox: Mailbox, address: str) -> None:
    mail = mailbox.to(address)[-1]
    tags = {name: [value] for name, value in mail.tags.items()}
    feedback.take(
        {"eventType": "Bounce", "bounce": {"bounceType": "Permanent"}, "mail": {"tags": tags}},
        unreached=unreached,
    )


def test_only_those_who_may_be_are_written_to(
    store: str, clock: FrozenClock, mailbox: Mailbox
) -> None:
    """6.8: parental responsibility, an address and no bar; a child without is shown as that."""
    ready = a_ready_school()
    a_child(ready, "mum@example.net", given_name="Asha")
    a_child(ready, "uncle@example.net", given_name="Ben", parental_responsibility=False)
    a_child(ready, "barred@example.net", given_name="Cleo", do_not_contact=True)
    a_child(ready, "", given_name="Dan")
    a_child(ready, given_name="Eve")

    a_campaign(ready)

    assert ["mum@example.net"] == [mail.to for mail in mailbox.deliver()]
    assert standings(ready) == {
        "Asha": Standing.SENT,
        **dict.fromkeys(("Ben", "Cleo", "Dan", "Eve"), Standing.NOBODY_TO_ASK),
    }


def test_the_same_campaign_started_twice_is_one(
    store: str, clock: FrozenClock, mailbox: Mailbox
) -> None:
    """A second press carries the same id: nobody is asked twice."""
    ready = a_ready_school()
    a_child(ready, "mum@example.net")
    campaign = ids.new()
    with within(ready.school):
        for _ in range(2):
            campaigns.start(
                ready.school, campaign, "pupil-7-11", [ready.class_id], by=ready.office.id
            )
            campaigns.go_on(ready.school, campaign)

    assert 1 == len(mailbox.deliver())


def test_a_child_is_asked_once_a_year(store: str, clock: FrozenClock, mailbox: Mailbox) -> None:
    """A second campaign leaves out whom the first has asked, whatever the reading age."""
    ready = a_ready_school()
    a_child(ready, "mum@example.net")
    a_campaign(ready)
    a_child(ready, "new@example.net", given_name="Late")

    a_campaign(ready, "pupil-5-7")

    assert ["mum@example.net", "new@example.net"] == sorted(m.to for m in mailbox.deliver())
    with within(ready.school), pytest.raises(Invalid):
        campaigns.start(ready.school, ids.new(), "pupil-7-11", [ready.class_id], by=ready.office.id)


def test_a_vacant_post_stops_the_campaign(store: str, clock: FrozenClock, mailbox: Mailbox) -> None:
    """S116: the agreement names the safeguarding lead, so somebody has to be it."""
    school = a_school()
    office = a_person(school, roles=[Role.OFFICE])
    ready = Ready(school, a_class(school), office, office)
    a_child(ready, "mum@example.net")

    with pytest.raises(Invalid) as refused:
        started(ready)

    assert "Designated safeguarding lead" in str(refused.value.fields)
    assert [] == mailbox.deliver()


def test_what_was_left_unfinished_goes_on_by_itself(
    store: str, clock: FrozenClock, mailbox: Mailbox
) -> None:
    """R31: a process that died in the middle is carried on by the sweep; nobody is left out."""
    ready = a_ready_school()
    for number in range(7):
        a_child(ready, f"parent{number}@example.net", given_name=f"Child{number}")
    campaign = started(ready)
    with within(ready.school):
        campaigns.go_on(ready.school, campaign.id, most=3)
    clock.advance(minutes=2)

    mailbox.deliver()
    mailbox.deliver()

    assert sorted(f"parent{n}@example.net" for n in range(7)) == sorted(m.to for m in mailbox.mails)
    with within(ready.school):
        assert campaigns.found(ready.school, campaign.id).finished


@pytest.mark.parametrize("fault", [Fault.DEATH_BEFORE, Fault.DEATH_AFTER, Fault.DROP_AFTER])
def test_death_at_any_call_loses_and_doubles_nobody(
    store: str, clock: FrozenClock, mailbox: Mailbox, fault: Fault
) -> None:
    """Whichever call to the store is the last, the next press asks exactly the others."""
    ready = a_ready_school()
    addresses = [f"parent{number}@example.net" for number in range(20)]
    for address in addresses:
        a_child(ready, address, given_name=address.partition("@")[0])
    campaign = started(ready)
    with within(ready.school), nemesis() as whole:
        campaigns.go_on(ready.school, campaign.id, most=1)
    assert 5 < len(whole.calls) < 19

    for number in range(len(whole.calls)):
        with within(ready.school), nemesis(at(number, fault)) as watch, suppress(Death):
            campaigns.go_on(ready.school, campaign.id, most=1)
        assert [fault] == watch.struck
    with within(ready.school):
        assert campaigns.go_on(ready.school, campaign.id).finished

    mailbox.deliver()
    assert sorted(addresses) == sorted(mail.to for mail in mailbox.mails)


def test_two_at_once_ask_each_child_once(store: str, clock: FrozenClock, mailbox: Mailbox) -> None:
    """The button and the sweep at the same time: one mail a family, and the count is right."""
    ready = a_ready_school()
    for number in range(12):
        a_child(ready, f"parent{number}@example.net", given_name=f"Child{number}")
    campaign = started(ready)

    def go_on(_: int) -> None:
        with within(ready.school):
            campaigns.go_on(ready.school, campaign.id)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(go_on, range(4)))

    assert 12 == len({mail.to for mail in mailbox.deliver()}) == len(mailbox.mails)
    assert 12 == counted(ready, figures.Measure.AGREEMENTS_SENT)


def test_two_campaigns_at_once_ask_each_child_once(
    store: str, clock: FrozenClock, mailbox: Mailbox
) -> None:
    """Two people who send to the same class at the same moment: a family hears from one of them."""
    ready = a_ready_school()
    for number in range(8):
        a_child(ready, f"parent{number}@example.net", given_name=f"Child{number}")
    both = [started(ready), started(ready)]

    def go_on(campaign: Campaign) -> Campaign:
        with within(ready.school):
            return campaigns.go_on(ready.school, campaign.id)

    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(go_on, both))

    assert all(campaign.finished for campaign in ended)
    assert 8 == len({mail.to for mail in mailbox.deliver()}) == len(mailbox.mails)


def test_sending_again_voids_the_older_link(site: Site, mailbox: Mailbox) -> None:
    """R23: the old link says that there is a newer one; only the newer works."""
    ready = a_ready_school()
    pupil = a_child(ready, "mum@example.net")
    campaign = a_campaign(ready)
    mailbox.deliver()
    with within(ready.school):
        asking.ask_again(ready.school, of_child(ready, campaign, pupil), by=ready.office.id)
    mailbox.deliver()
    old, new = (link_in(mail) for mail in mailbox.to("mum@example.net"))

    assert "This link was replaced by a newer one" == site.get(old, expect=410).heading
    sign_as_child(site, new)
    assert Standing.CHILD_SIGNED is standings(ready)["Asha"]


def test_a_mail_whose_link_was_replaced_before_it_left_is_not_sent(
    store: str, clock: FrozenClock, mailbox: Mailbox
) -> None:
    """Nobody gets a link that does not work: the older message is superseded."""
    ready = a_ready_school()
    pupil = a_child(ready, "mum@example.net")
    campaign = a_campaign(ready)
    with within(ready.school):
        asking.ask_again(ready.school, of_child(ready, campaign, pupil), by=ready.office.id)

    assert 1 == len(mailbox.deliver())


def test_nothing_is_left_to_send_when_all_have_signed(site: Site, mailbox: Mailbox) -> None:
    """Sending again to whoever has signed all they can is refused in words."""
    ready = a_ready_school()
    pupil = a_child(ready, "mum@example.net")
    campaign = a_campaign(ready)
    mailbox.deliver()
    link = link_in(mailbox.to("mum@example.net")[-1])
    sign_as_child(site, link)
    sign_as_parent(site, link)

    with within(ready.school), pytest.raises(Conflict):
        asking.ask_again(ready.school, of_child(ready, campaign, pupil), by=ready.office.id)


def test_withdrawing_ends_every_link_and_frees_the_child(site: Site, mailbox: Mailbox) -> None:
    """The school takes it back: links stop at once, the child can be asked anew."""
    ready = a_ready_school()
    pupil = a_child(ready, "mum@example.net")
    campaign = a_campaign(ready)
    mailbox.deliver()
    with within(ready.school):
        request = of_child(ready, campaign, pupil)
        for _ in range(2):
            asking.withdraw(ready.school, request, reason="Wrong class", by=ready.office.id)
    link = link_in(mailbox.to("mum@example.net")[-1])

    assert "There is nothing to sign here any more" == site.get(link, expect=410).heading
    assert 0 == counted(ready, figures.Measure.AGREEMENTS_SENT)
    a_campaign(ready, "pupil-5-7")
    assert 1 == counted(ready, figures.Measure.AGREEMENTS_SENT)


def test_what_is_complete_is_counted_once(site: Site, mailbox: Mailbox, clock: FrozenClock) -> None:
    """Reports count a child's agreement once, on the day it was sent, however many parents sign."""
    ready = a_ready_school()
    a_child(ready, "mum@example.net", "dad@example.net")
    a_campaign(ready)
    mailbox.deliver()
    mum, dad = (link_in(mailbox.to(f"{who}@example.net")[-1]) for who in ("mum", "dad"))
    sign_as_parent(site, mum)
    assert 0 == counted(ready, figures.Measure.AGREEMENTS_SIGNED)

    sign_as_child(site, dad)
    sign_as_parent(site, dad, name="Dev Patel", relation="father")

    assert 1 == counted(ready, figures.Measure.AGREEMENTS_SIGNED)
    assert 1 == counted(ready, figures.Measure.AGREEMENTS_SENT)


def test_a_bounce_is_shown_and_becomes_somebodys_task(
    store: str, clock: FrozenClock, mailbox: Mailbox
) -> None:
    """R36: an agreement that bounced is not "not signed", it is "not received"."""
    ready = a_ready_school()
    pupil = a_child(ready, "mum@example.net")
    campaign = a_campaign(ready)
    mailbox.deliver()

    bounce(mailbox, "mum@example.net")

    assert Standing.NOT_DELIVERED is standings(ready)["Asha"]
    with within(ready.school):
        [task] = tasks.open_in(ready.school)
        assert Role.OFFICE == task.role
        assert "Asha" not in task.title + task.why
        asking.ask_again(ready.school, of_child(ready, campaign, pupil), by=ready.office.id)
        assert [] == list(tasks.open_in(ready.school))


@pytest.mark.parametrize(
    ("act", "role", "standing"),
    [("decline", Role.ONLINE_SAFETY_LEAD, "declined"), ("not-me", Role.OFFICE, "wrong_person")],
)
def test_a_no_becomes_somebodys_task(
    site: Site, mailbox: Mailbox, act: str, role: Role, standing: str
) -> None:
    """A refusal waits with an owner and a day, without naming the child."""
    ready = a_ready_school()
    a_child(ready, "mum@example.net")
    a_campaign(ready)
    mailbox.deliver()
    link = link_in(mailbox.to("mum@example.net")[-1])
    site.get(f"{link}/decline" if act == "decline" else link)
    site.submit({"reason": "No."} if act == "decline" else {}, action=f"/{act}")

    with within(ready.school):
        [task] = tasks.open_in(ready.school)

    assert role == task.role
    assert "2026-10-08" == task.due_on.isoformat()
    assert "Asha" not in task.title + task.why
    assert Standing(standing) is standings(ready)["Asha"]


def test_another_schools_campaign_is_not_found(store: str, clock: FrozenClock) -> None:
    """R4: a campaign is looked for at one's own school only."""
    ready, other = a_ready_school(), a_ready_school("Elmfield")
    a_child(ready, "mum@example.net")
    campaign = started(ready)

    with within(other.school), pytest.raises(NotFound):
        campaigns.found(other.school, campaign.id)
