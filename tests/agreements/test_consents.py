"""Consents: given by channel, changed at any time, the stricter rule where two people differ."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import clock as clocks
from chalicelib.agreements.consents import service as consents
from chalicelib.agreements.consents.model import IMAGES, Choices, Consent, Holds
from chalicelib.agreements.subjects import Audience
from chalicelib.identity.permissions import Role
from tests.agreements.families import (
    Ready,
    a_campaign,
    a_child,
    a_ready_school,
    link_in,
    signatures_of,
)
from tests.builders import a_person, signed_in, within
from tests.doubles import FrozenClock, Mail, Mailbox
from tests.pages import Site

YES = dict.fromkeys((kind.value for kind in Consent), "yes")
WHO = {"name": "Meera Patel", "relation": "mother", "agree": "yes"}


def lasting_link(mail: Mail) -> str:
    [link] = [link for link in mail.links() if "/c/" in link]
    return urlsplit(link).path


def answer(site: Site, mailbox: Mailbox, email: str, **said: str) -> str:
    """Answer what was asked by mail; gives the link that keeps working."""
    link = link_in([mail for mail in mailbox.to(email) if "/a/" in mail.text][-1])
    site.get(f"{link}/parent")
    site.submit({**YES, **WHO, **said})
    mailbox.deliver()
    return lasting_link(mailbox.to(email)[-1])


def holds(ready: Ready, who: str) -> dict[str, Holds]:
    with within(ready.school):
        line = consents.line(ready.school, who)
    return {kind.value: line.holds(kind) for kind in line.kinds}


def test_a_parent_says_yes_or_no_to_each_and_changes_it_at_any_time(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """S29, S56, S57, S291, S292, S293: by channel, in writing, changed later, history kept."""
    ready = a_ready_school()
    child = a_child(ready, "mum@example.net")
    assert {Holds.NOT_ASKED} == set(holds(ready, child).values())
    a_campaign(ready, "consents")
    mailbox.deliver()

    link = answer(site, mailbox, "mum@example.net", press="no")

    assert Holds.NO is holds(ready, child)["press"]
    assert Holds.YES is holds(ready, child)["website"]
    [signature] = signatures_of(ready)
    assert "I say no to: Photographs: press." in signature.statement
    clock.advance(days=800)
    site.get(link)
    site.submit({"website": "no"})
    assert "Your choices are kept." in site.get(f"{link}?told=kept").text
    assert Holds.NO is holds(ready, child)["website"]
    office = signed_in(site, ready.office)
    shown = office.get(f"/s/{ready.school}/consents/{child}").text
    assert 2 == shown.count("Photographs: website: ")
    with within(ready.school):
        events = consents.events_of(ready.school, child)
    assert ["yes", "no"] == [event.open["says"]["website"] for event in events]


def test_two_parents_who_disagree_are_a_no_until_the_school_settles_it(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """3.15, S57: shown as a conflict; settled with a reason; open again once either changes."""
    ready = a_ready_school()
    child = a_child(ready, "mum@example.net", "dad@example.net")
    a_campaign(ready, "consents")
    mailbox.deliver()
    answer(site, mailbox, "mum@example.net")
    dads = answer(site, mailbox, "dad@example.net", social="no")
    assert Holds.CONFLICT is holds(ready, child)["social"]
    office = signed_in(site, ready.office)
    assert "Parents disagree: no" in office.get(f"/s/{ready.school}/consents").text

    office.get(f"/s/{ready.school}/consents/{child}")
    office.submit({"yes": "yes", "why": "Both agree now, by telephone."}, button="Settle it")

    assert Holds.YES is holds(ready, child)["social"]
    site.get(dads)
    site.submit({"social": "yes"})
    site.get(dads)
    site.submit({"social": "no"})
    assert Holds.CONFLICT is holds(ready, child)["social"]


def test_the_do_not_publish_list_protects_its_reason(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """S60, S304: everybody who may publish sees that; only safeguarding leads see why."""
    ready = a_ready_school()
    child = a_child(ready, "mum@example.net")
    a_campaign(ready, "consents")
    mailbox.deliver()
    answer(site, mailbox, "mum@example.net")
    dsl = signed_in(site, ready.dsl)
    page = f"/s/{ready.school}/consents/{child}"
    dsl.get(page)

    dsl.submit({"why": "A court order."}, button="Put on the list")

    assert all(holds(ready, child)[kind.value] is Holds.PROTECTED for kind in IMAGES)
    assert "A court order." in dsl.get(page).text
    office, teacher = (
        signed_in(site, one)
        for one in (ready.office, a_person(ready.school, roles=[Role.STAFF], name="Tess"))
    )
    assert "A court order." not in office.get(page).text
    seen = teacher.get(f"/s/{ready.school}/do-not-publish").text
    assert "Asha Patel" in seen
    assert "Nowhere at all" in seen
    assert "court" not in seen
    governor = signed_in(site, a_person(ready.school, roles=[Role.GOVERNOR], name="Guy"))
    assert 403 == governor.get(f"/s/{ready.school}/do-not-publish", expect=403).status


def test_paper_answers_and_staff_pictures(site: Site, mailbox: Mailbox, clock: FrozenClock) -> None:
    """3.16, S63: the office enters what came on paper; staff answer for themselves at induction."""
    ready = a_ready_school()
    child = a_child(ready, "mum@example.net")
    office = signed_in(site, ready.office)
    office.get(f"/s/{ready.school}/consents/{child}")
    office.submit(YES, button="Enter it")
    assert Holds.YES is holds(ready, child)["work"]
    with within(ready.school):
        [event] = consents.events_of(ready.school, child)
        staff = consents.lines(ready.school, Audience.ADULTS)
    assert ("paper", ready.office.actor) == (event.open["how"], event.by)
    assert all(one.kinds == IMAGES for one in staff)


@given(
    said=st.lists(st.tuples(st.sampled_from(["mum", "dad", "gone"]), st.booleans()), max_size=8),
    protected=st.booleans(),
)
def test_a_yes_needs_everybody_who_decides(said: list[tuple[str, bool]], protected: bool) -> None:
    """The stricter rule, whatever was answered in whatever order, by whoever may decide now."""
    choices = Choices("asha", protected=protected)
    for who, yes in said:
        choices = choices.answered(who, {Consent.PRESS: yes}, clocks.now(), "link")

    found = choices.holds(Consent.PRESS, {"mum", "dad"})

    last = {who: yes for who, yes in said if who != "gone"}
    assert (found is Holds.YES) == (bool(last) and all(last.values()) and not protected)


@pytest.mark.parametrize("token", ["copy", "sign"])
def test_no_other_link_changes_a_choice(
    site: Site, mailbox: Mailbox, clock: FrozenClock, token: str
) -> None:
    """R20: a link of another purpose is none here."""
    ready = a_ready_school()
    a_child(ready, "mum@example.net")
    a_campaign(ready, "consents")
    mailbox.deliver()
    link = link_in(mailbox.to("mum@example.net")[-1])
    lasting = answer(site, mailbox, "mum@example.net")
    secret = link.partition("/a/")[2] if token == "sign" else lasting.partition("/c/")[2]
    wrong = f"/c/{secret}" if token == "sign" else f"/a/{secret}"

    assert "This link does not work" == site.another().get(wrong, expect=404).heading
