"""Naming the child before the agreement is shown, where a school asks for that (R23)."""

from chalicelib import ids
from chalicelib.agreements import campaigns, naming, signing
from chalicelib.agreements.repository.confirmations import MOST
from chalicelib.identity.permissions import Role
from chalicelib.storage import every
from chalicelib.tasks.rows import TaskRow
from chalicelib.tenancy import settings
from chalicelib.tenancy.model import Choices, Setting
from tests.agreements.families import (
    PARENT,
    Ready,
    a_campaign,
    a_child,
    a_ready_school,
    link_in,
    sign_as_child,
    sign_as_parent,
    signatures_of,
)
from tests.builders import a_contact, within
from tests.doubles import FrozenClock, Mailbox
from tests.pages import Site


def a_careful_school() -> Ready:
    """One that has switched the question on."""
    ready = a_ready_school()
    with within(ready.school):
        version = settings.decided(ready.school).version
        choices = Choices({Setting.CONFIRM_CHILD: True})
        settings.change(ready.school, choices, version=version, by="person:x")
    return ready


def a_link(ready: Ready, mailbox: Mailbox, *, given_name: str = "Asha") -> str:
    a_child(ready, "mum@example.net", given_name=given_name)
    a_campaign(ready)
    mailbox.deliver()
    return link_in(mailbox.to("mum@example.net")[-1])


def test_a_child_is_named_before_anything_is_shown_or_signed(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """R23: first name and class until the family name is typed, on every page of the link; then the
    whole name, for this link on any device; the evidence says what was confirmed.
    """
    ready = a_careful_school()
    link = a_link(ready, mailbox)
    for page in ("/child", "/parent", "/decline"):
        assert site.get(f"{link}{page}", expect=303).location.endswith("/name")
    asked = site.follow(site.get(link, expect=303))
    assert "Oakfield Primary School, Asha, Oak class" in asked.text
    assert "Patel" not in asked.body

    named = site.follow(site.submit({"family_name": "  PATEL "}, action="/name"))

    assert "You have confirmed that this is about Asha Patel." in named.text
    other = site.another()
    assert "Asha Patel" in other.get(link).text
    sign_as_child(other, link)
    sign_as_parent(other, link)
    assert {"The child's family name"} == {one.confirmed for one in signatures_of(ready)}


def test_a_contact_of_no_known_relationship_names_the_child_too(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """R23: what the school wrote down of a contact does not decide; a grown-up's own agreement asks
    for no child.
    """
    ready = a_careful_school()
    child = a_child(ready)
    a_contact(ready.school, child, email="mum@example.net", relationship="")
    a_campaign(ready)
    with within(ready.school):
        own = campaigns.start(ready.school, ids.new(), "staff", ["office"], by=ready.office.id)
        campaigns.go_on(ready.school, own.id)
    mailbox.deliver()

    assert site.get(link_in(mailbox.to("mum@example.net")[-1]), expect=303).location.endswith(
        "/name"
    )
    assert 200 == site.get(link_in(mailbox.to(ready.office.email)[-1])).status


def test_tries_are_few_and_tell_nothing(site: Site, mailbox: Mailbox, clock: FrozenClock) -> None:
    """R23: every wrong try reads the same, the sixth is refused though it is right, the school gets
    a task, and a new link begins anew.
    """
    ready = a_careful_school()
    link = a_link(ready, mailbox)
    site.follow(site.get(link, expect=303))
    told = set()
    for number in range(MOST):
        told |= set(
            site.submit({"family_name": f"Smith{number}"}, action="/name", expect=422).problems()
        )
        site.get(f"{link}/name")
    shut = site.get(f"{link}/name")
    assert {"That is not the name we have. Check the spelling, or ask the school"} >= told
    assert "This link is shut" in shut.text
    assert not [form for form in shut.forms() if form.attributes["action"].endswith("/name")]
    with within(ready.school):
        digest = ids.digest(link.removeprefix("/a/"))
        assert not naming.confirm(signing.visit(ready.school, digest), "Patel")
        [task] = list(every(TaskRow, ready.school, "task#"))
    assert Role.OFFICE == task.role
    assert [] == signatures_of(ready)
    assert 303 == site.another().get(f"{link}/parent", expect=None).status
    assert "not for me" in shut.text


def test_a_post_without_the_name_signs_nothing(
    site: Site, mailbox: Mailbox, clock: FrozenClock
) -> None:
    """R23: neither the page nor the service signs for a child who was not named."""
    ready = a_careful_school()
    link = a_link(ready, mailbox)
    site.follow(site.get(link, expect=303))
    token = (
        site.last.root.all("input", name="csrf_token")[0].attributes["value"] if site.last else ""
    )

    answer = site.post(f"{link}/parent", {**PARENT, "csrf_token": token}, expect=303)

    assert answer.location.endswith("/name")
    assert [] == signatures_of(ready)


def test_names_are_compared_as_people_mean_them() -> None:
    """Accents, hyphens and apostrophes do not matter; another name never passes."""
    assert naming.plain("O\u2019Brien-Núñez") == naming.plain("obrien nunez")
    assert naming.plain("Łęcka") == naming.plain("łęcka")
    assert naming.plain("Patel") != naming.plain("Pate")
    assert "" == naming.plain("- '")
