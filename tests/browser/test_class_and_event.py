"""A class writes its agreement and signs it; a parent answers for a play, another is not theirs."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib import clock, ids
from chalicelib.identity.permissions import Role
from tests.agreements.families import Ready, a_child, a_ready_school
from tests.browser.tab import Tab, Way, ways
from tests.browser.test_agreement import tick_rules
from tests.builders import a_person
from tests.cloud.visitor import Post


def a_class_of_one() -> tuple[Ready, str, str]:
    """A child with a parent and somebody whose address is not theirs any more."""
    ready, mark = a_ready_school(), ids.new().lower()
    mum, wrong = f"meera.{mark}@example.net", f"wrong.{mark}@example.net"
    a_child(ready, mum, wrong)
    return ready, mum, wrong


def _link(post: Post, address: str, number: int, end: str) -> str:
    mail = post.wait_for(address, number)[-1]
    [link] = [each for each in mail.links() if each.endswith(end)]
    return link


@pytest.mark.parametrize("way", ways(Way.KEYBOARD))
def test_a_class_writes_signs_and_a_parent_reads(
    browser_for: Callable[[Way], Tab], post: Post, way: Way
) -> None:
    """S255, S245, 3.4: begun with the suggestions, a rule of their own, signed on one tablet."""
    ready, mum, _ = a_class_of_one()
    teacher, family = browser_for(way), browser_for(way)
    teacher.be(a_person(ready.school, roles=[Role.STAFF], name="Tess Teacher"))
    teacher.open(f"/s/{ready.school}/class-agreements")
    teacher.press("Oak class")
    teacher.press("Begin with the suggestions")
    teacher.press("Add the rule")
    teacher.sees("There is a problem")
    teacher.fill("A rule in our own words", "We wait for our turn.")
    teacher.press("Add the rule")
    teacher.sees("We wait for our turn.")
    teacher.press("The class signs it now")
    teacher.press("Sign in class")
    teacher.press("Asha Patel")
    tick_rules(teacher, 6)
    teacher.fill("Type your name", "Asha")
    teacher.choose("A grown-up helped me")
    teacher.tick("I am Asha, and I agree")
    teacher.press("Sign")
    teacher.open(f"/s/{ready.school}/class-agreements/{ready.class_id}")
    teacher.sees("Signed by all")
    teacher.press("Send it to 2 parents and carers")
    teacher.sees("Signed, sent to parents")

    family.open(_link(post, mum, 1, "/class"))

    family.reads("Our class agreement")
    family.sees("We wait for our turn.")
    family.sees("1 of 1 children of the class have signed it.")


@pytest.mark.parametrize("way", ways(Way.NO_SCRIPTS))
def test_a_parent_answers_for_a_play(
    browser_for: Callable[[Way], Tab], post: Post, way: Way
) -> None:
    """S57, S60, R23, 7.8: asked by a link of its own, answered and changed; whoever has the mail by
    mistake says so; the office sees both on the list for the day.
    """
    ready, mum, wrong = a_class_of_one()
    day = clock.today() + timedelta(days=20)
    office, family, other = (browser_for(way) for _ in range(3))
    office.be(ready.office)
    office.open(f"/s/{ready.school}/events")
    office.press("Add an event")
    office.press("Add the event")
    office.sees("There is a problem")
    office.fill("Name of the event", "Winter play")
    for part, number in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        office.fill(part, str(number), of="On which day?")
    office.tick("Oak class")
    office.tick("Photographs: website")
    office.choose("Ask parents for this event")
    office.press("Add the event")
    office.press("Ask 2 parents and carers")
    office.sees("No answer: no")

    family.open(_link(post, mum, 1, "/event"))
    family.reads("Winter play: Asha")
    family.press("Keep my answer")
    family.sees("There is a problem")
    family.choose("Yes", of="Photographs on the website")
    family.press("Keep my answer")
    family.sees("Your answer for this event is kept.")
    other.open(_link(post, wrong, 1, "/event"))
    other.unfold("This is not for me")
    other.press("This is not for me")
    other.reads("Thank you for telling us")

    office.open(office.path)
    office.sees("A mail went to the wrong person")
    office.press("It is seen to")
    assert "wrong person" not in office.text
    office.sees("Yes")
