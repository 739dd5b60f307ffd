"""Answers that came without a link, and a class that signs on one tablet."""

from chalicelib.agreements import evidence
from chalicelib.agreements.model import Party
from chalicelib.identity.permissions import Role
from tests.agreements.families import (
    CHILD,
    a_campaign,
    a_child,
    a_ready_school,
    signatures_of,
)
from tests.builders import a_contact, a_person, signed_in
from tests.doubles import FrozenClock, Mailbox
from tests.pages import Site


def test_the_office_enters_a_paper_answer_with_its_own_name(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """3.16, S163: the signed slip that came back counts, and says who entered it."""
    ready = a_ready_school()
    child = a_child(ready)
    contact = a_contact(ready.school, child, email="", name="Paula Paper")
    campaign = a_campaign(ready)
    office = signed_in(site, ready.office)
    page = f"/s/{ready.school}/agreements/{campaign}/pupils/{child}"
    office.get(f"{page}/enter")
    paper = {"how": "paper", "answer": "signed", "relation": "mother"}

    office.submit({**paper, "who": f"parent:{contact}", "name": "P. Paper"})

    [signature] = signatures_of(ready)
    assert (evidence.ON_PAPER, "Olive Office") == (signature.method, signature.recorded_by)
    assert "Parent has signed" in office.get(page).text
    office.get(f"{page}/enter")
    again = office.submit({**paper, "who": f"parent:{contact}", "name": "P. Paper"}, expect=409)
    assert ["They have signed already, or the request was withdrawn"] == again.problems()


def test_a_spoken_no_reaches_the_right_person(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """3.10, 3.16: a refusal by telephone is a refusal, with its reason and a task."""
    ready = a_ready_school()
    child = a_child(ready, "mum@example.net")
    campaign = a_campaign(ready)
    office = signed_in(site, ready.office)
    page = f"/s/{ready.school}/agreements/{campaign}/pupils/{child}"
    shown = office.get(f"{page}/enter")
    who = next(
        each.attributes["value"]
        for each in shown.root.all("input", name="who")
        if each.attributes["value"].startswith("parent:")
    )

    office.submit(
        {"who": who, "how": "spoken", "answer": "declined", "name": "M. Patel", "reason": "Later"}
    )

    assert "Declined" in office.get(page).text
    assert [] == signatures_of(ready)


def test_a_class_signs_on_one_tablet_with_its_teacher(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """S255, S245, S164: pupils write it with their teacher and sign in the room, one by one."""
    ready = a_ready_school()
    for name in ("Asha", "Ravi"):
        a_child(ready, f"{name.lower()}@example.net", given_name=name)
    a_campaign(ready, "class")
    assert 0 == len(mailbox.deliver())  # it is signed in the room
    teacher = signed_in(site, a_person(ready.school, roles=[Role.STAFF], name="Tess Teacher"))
    room = f"/s/{ready.school}/agreements/room/{ready.class_id}"
    for name in ("Asha", "Ravi"):
        shown = teacher.get(room)
        [link] = [
            each.attributes["href"] for each in shown.root.all("a") if f"{name} Patel" == each.text
        ]
        teacher.get(link)
        rules = [str(number) for number in range(1, 6)]

        teacher.submit({**CHILD, "name": name, "rules": rules})

    assert "Every child of this class who was asked has signed." in teacher.get(room).text
    found = signatures_of(ready)
    assert {(Party.CHILD, evidence.IN_ROOM, "Tess Teacher", 5)} == {
        (one.party, one.method, one.recorded_by, one.ticked) for one in found
    }


def test_a_child_ticks_every_rule(site: Site, mailbox: Mailbox, clock: FrozenClock) -> None:
    """S164: one rule left out is told, and nothing is signed."""
    ready = a_ready_school()
    a_child(ready, "mum@example.net")
    a_campaign(ready, "class")
    mailbox.deliver()
    teacher = signed_in(site, a_person(ready.school, roles=[Role.STAFF], name="Tess Teacher"))
    shown = teacher.get(f"/s/{ready.school}/agreements/room/{ready.class_id}")
    [link] = [each.attributes["href"] for each in shown.root.all("a") if "Asha" in each.text]
    teacher.get(link)

    told = teacher.submit({**CHILD, "rules": ["1", "2", "4"]}, expect=422)

    assert ["Tick every rule when you have read it"] == told.problems()
    assert [] == signatures_of(ready)
