"""Who signs what besides one family: several children at once, adults, people from outside."""

from dataclasses import replace

import pytest

from chalicelib import clock as clocks
from chalicelib import ids
from chalicelib.agreements import asking, campaigns, library, overview
from chalicelib.agreements.model import RequestId
from chalicelib.agreements.standing import in_force
from chalicelib.agreements.subjects import Audience, outside
from chalicelib.agreements.subjects.model import OutsideKind, Outsider
from chalicelib.identity.permissions import Role
from tests.agreements.families import (
    CHILD,
    PARENT,
    Ready,
    a_campaign,
    a_ready_school,
    link_in,
    of_child,
    signatures_of,
)
from tests.builders import BY, a_contact, a_person, a_pupil, signed_in, within
from tests.doubles import FrozenClock, Mailbox
from tests.pages import Site


def an_outsider(ready: Ready, kind: OutsideKind, email: str = "peri@example.org") -> Outsider:
    with within(ready.school):
        one = Outsider(ids.new(), kind, "Percy Piano", email, "Piano for All")
        return outside.add(ready.school, one, by=BY)


def test_one_mail_asks_a_parent_for_all_their_children(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """10.2, S83: one mail for each address, one agreement for each child, signed in one visit."""
    ready = a_ready_school()
    children = [
        a_pupil(ready.school, ready.class_id, given_name=name, family_name="Patel")
        for name in ("Asha", "Ravi")
    ]
    a_contact(ready.school, *children, email="family@example.net")
    a_contact(ready.school, *children, email="family@example.net", relationship="Father")
    campaign = a_campaign(ready)

    [mail] = mailbox.deliver()

    assert "2 children" in mail.text
    link = link_in(mail)
    shown = site.get(link)
    assert "Agreements for your children and you" == shown.heading
    assert "Asha" in shown.text
    assert "Ravi" in shown.text
    for number, name in enumerate(("Asha", "Ravi"), 1):
        site.get(f"{link}/child?who={number}")
        site.submit({**CHILD, "name": name})
        site.get(f"{link}/parent?who={number}")
        site.submit(PARENT)
    assert "Thank you. It is signed." == site.get(link).heading
    assert 4 == len(signatures_of(ready))
    with within(ready.school):
        group = overview.of_campaign(ready.school, "2026-27", campaign, Audience.PUPILS)
    assert 2 == group.complete


def test_a_new_link_replaces_the_old_one_for_every_child(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """R23: sending again for one child asks for all who are not done; the old link is void."""
    ready = a_ready_school()
    children = [
        a_pupil(ready.school, ready.class_id, given_name=name, family_name="Patel")
        for name in ("Asha", "Ravi")
    ]
    contact = a_contact(ready.school, *children, email="family@example.net")
    campaign = a_campaign(ready)
    old = link_in(mailbox.deliver()[-1])

    with within(ready.school):
        sent = asking.ask_again(
            ready.school,
            of_child(ready, campaign, children[1]),
            contact=contact,
            by=ready.office.id,
        )

    assert 1 == sent
    [again] = mailbox.deliver()
    assert "This link was replaced by a newer one" == site.get(old, expect=410).heading
    assert "Agreements for your children and you" == site.get(link_in(again)).heading


KINDS = {
    "staff": OutsideKind.ORGANISATION,
    "peripatetic": OutsideKind.PERIPATETIC,
    "technician": OutsideKind.TECHNICAL_SUPPORT,
    "community": OutsideKind.COMMUNITY_USER,
    "hirer": OutsideKind.HIRER,
    "photographer": OutsideKind.PHOTOGRAPHER,
    "guest": OutsideKind.GUEST,
    "visitor": OutsideKind.VISITOR,
}


@pytest.mark.parametrize("key", KINDS)
def test_adults_sign_for_themselves(
    site: Site, mailbox: Mailbox, clock: FrozenClock, key: str
) -> None:
    """S8, S80 to S82, S115, S131, S132, S137, S248, S274, S281, S296: name, role and date, a copy
    kept; a visitor only confirms (S82), and the evidence says so.
    """
    ready = a_ready_school()
    person = an_outsider(ready, KINDS[key])
    with within(ready.school):
        campaign = campaigns.start(
            ready.school, ids.new(), key, [KINDS[key].value], by=ready.office.id
        )
        campaigns.go_on(ready.school, campaign.id)
    [mail] = mailbox.deliver()
    assert library.title(key) in mail.text
    link = link_in(mail)
    assert library.title(key) == site.get(link).heading
    site.get(f"{link}/sign")

    if library.entry(key).confirm:
        site.submit({"agree": "yes"})
    else:
        site.submit({"name": "Percy Piano", "role": "Piano teacher", "agree": "yes"})

    assert "Thank you. It is signed." == site.get(link).heading
    [signature] = signatures_of(ready)
    assert library.entry(key).confirm == ("without a signature" in signature.method)
    assert "Percy Piano" == signature.name
    [copy] = [mail for mail in mailbox.deliver() if mail.subject.startswith("Your copy")]
    assert "Percy Piano" in site.another().get(link_in(copy)).text
    with within(ready.school):
        [found] = in_force(ready.school, person.id, clocks.today())
    assert library.title(key) == found.name


def test_the_office_asks_all_staff_and_sees_who_has_signed(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """S79, S115, S117: one press for everybody with an account; each shows by role."""
    ready = a_ready_school()
    teacher = a_person(ready.school, roles=[Role.STAFF], name="Tess Teacher")
    office = signed_in(site, ready.office)
    office.get(f"/s/{ready.school}/agreements/new?who=adults")
    shown = office.submit({"template": "staff", "classes": ["everybody"]}, expect=200)
    assert "Tess Teacher" not in shown.text
    assert "4" in shown.text

    office.submit(page=shown)

    mailbox.deliver()
    link = link_in(mailbox.to(teacher.email)[-1])
    site.get(f"{link}/sign")
    site.submit({"name": "Tess Teacher", "role": "Year 4 teacher", "agree": "yes"})
    with within(ready.school):
        groups = overview.of_adults(ready.school, "2026-27", "staff")
    assert 1 == sum(group.complete for group in groups)
    assert 4 == sum(group.total for group in groups)


def test_a_pasted_list_reaches_those_the_school_knows_and_nobody_else(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """10.2, 3.14: addresses that nobody here has are told back and not written to."""
    ready = a_ready_school()
    asha = a_pupil(ready.school, ready.class_id, given_name="Asha", family_name="Patel")
    a_contact(ready.school, asha, email="mum@example.net")
    ravi = a_pupil(ready.school, ready.class_id, given_name="Ravi", family_name="Rao")
    a_contact(ready.school, ravi, email="dad@example.net")
    office = signed_in(site, ready.office)
    office.get(f"/s/{ready.school}/agreements/new")
    people = "Name,Email\nAsha Patel,mum@example.net\nNobody,stranger@example.com"

    shown = office.submit({"template": "pupil", "people": people}, expect=200)

    assert "Nobody,stranger@example.com" in shown.text
    office.submit(page=shown)
    assert ["mum@example.net"] == [mail.to for mail in mailbox.deliver()]


def test_each_child_gets_the_reading_age_of_their_year(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """S144 to S162 in three reading ages: one campaign to the whole school, each child theirs."""
    ready = a_ready_school()
    pupils = {year: a_pupil(ready.school, ready.class_id, year_group=year) for year in (1, 5, 9)}
    for pupil in pupils.values():
        a_contact(ready.school, pupil)

    campaign = a_campaign(replace(ready, class_id="all"), "pupil")

    with within(ready.school):
        keys = [
            asking.found(ready.school, RequestId("2026-27", campaign, pupil)).request.template
            for pupil in pupils.values()
        ]
    assert ["pupil-5-7", "pupil-7-11", "pupil-11-18"] == keys
