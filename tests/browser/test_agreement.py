"""Thread 2 in a browser: the office sends, a family signs on a phone, the office sees it signed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from chalicelib import ids
from tests.agreements.families import a_child, a_ready_school, link_in
from tests.browser.tab import Tab, Way, ways
from tests.cloud.visitor import Post


def _send(office: Tab) -> None:
    """Choose the agreement and the class, look, and send."""
    office.menu("Agreements")
    office.press("Send an agreement")
    office.press("Continue")
    office.sees("There is a problem")
    office.choose("Pupil agreement, ages 7 to 11")
    office.tick("Oak class")
    office.press("Continue")
    office.reads("Check before you send")
    office.press("Send 1 email")


def tick_rules(family: Tab, number: int) -> None:
    """Each rule by itself: with scripts the next one comes when one is ticked."""
    for rule in range(1, number + 1):
        name = f"(rule {rule})"
        expect(family.page.get_by_role("checkbox", name=name)).to_be_visible()
        family.tick(name)


def _sign(family: Tab, link: str) -> None:
    """The child, then the parent, as the mail asks."""
    family.open(link)
    family.reads("An agreement for Asha and you")
    family.press("Asha reads the rules and signs")
    family.press("Sign")
    family.sees("There is a problem")
    tick_rules(family, 19)
    family.fill("Type your name", "Asha")
    family.choose("A grown-up helped me")
    family.tick("I am Asha, and I agree")
    family.press("Sign")
    family.sees("Asha has signed. Now it is your turn.")
    family.press("You read your part and sign")
    family.fill("Your full name", "Meera Patel")
    family.choose("Mother", exact=True)
    family.tick("I am a parent or carer of Asha")
    family.press("Sign")
    family.reads("Thank you. It is signed.")


@pytest.mark.parametrize("way", ways(Way.PHONE, Way.NO_SCRIPTS))
def test_an_agreement_from_campaign_to_signature(
    browser_for: Callable[[Way], Tab], post: Post, way: Way
) -> None:
    """Campaign, mail, child, parent, copy, overview; and a used link says that it is done."""
    ready, address = a_ready_school(), f"meera.{ids.new().lower()}@example.net"
    a_child(ready, address)
    office, family = browser_for(way), browser_for(way)
    office.be(ready.office)
    office.open(f"/s/{ready.school}")

    _send(office)
    link = link_in(post.wait_for(address)[0])
    _sign(family, link)

    copy = post.wait_for(address, 2)[1]
    family.open(link_in(copy))
    family.sees("Meera Patel")
    office.menu("Agreements")
    office.sees("1 of 1")
    office.press("Oak class")
    office.sees("Complete")
    again = browser_for(way)
    again.open(link)
    again.reads("Thank you. It is signed.")
    again.open(f"{link}/parent")
    again.reads("Thank you. It is signed.")
