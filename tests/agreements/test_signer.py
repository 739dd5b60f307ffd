"""The pages behind an emailed link, as a family uses them."""

import pytest

from tests.agreements.families import (
    a_link,
    a_ready_school,
    link_in,
    sign_as_child,
    sign_as_parent,
)
from tests.doubles import Mailbox
from tests.pages import Site


@pytest.mark.parametrize("parent_first", [True, False])
def test_child_and_parent_sign_in_either_order(
    site: Site, mailbox: Mailbox, *, parent_first: bool
) -> None:
    """S83: from the mail to both signatures, and the signing adult gets a copy (S117)."""
    link = a_link(a_ready_school(), mailbox)
    assert "An agreement for Asha and you" == site.get(link).heading
    steps = [sign_as_parent, sign_as_child]

    for step in steps if parent_first else reversed(steps):
        step(site, link)
        page = site.get(link)

    assert "Thank you. It is signed." == page.heading
    [copy] = [m for m in mailbox.deliver() if m.subject.startswith("Your copy")]
    shown = site.another().get(link_in(copy)).text
    assert "Meera Patel" in shown
    assert "I am a parent or carer of Asha in Oak class" in shown
