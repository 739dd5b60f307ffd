"""A new colleague's induction on one page: theirs, and the office's."""

from chalicelib import clock as time_of
from chalicelib.agreements.rules import service as rules
from chalicelib.agreements.rules.model import RULES, Often
from chalicelib.identity.permissions import Role
from chalicelib.registers import service as registers
from chalicelib.storage import transaction
from tests.agreements.families import a_ready_school, link_in
from tests.builders import BY, a_person, signed_in, within
from tests.doubles import Mailbox
from tests.pages import Site


def test_an_induction_is_followed_to_its_end(site: Site, mailbox: Mailbox) -> None:
    """Not signed, not trained, nothing written down; then each is there (S79, S81, S258, S259)."""
    ready = a_ready_school()
    school = ready.school
    new = a_person(school, roles=[Role.STAFF], name="Nia New")
    office, own = signed_in(site, ready.office), signed_in(site, new)
    with within(school):
        _, version = rules.chosen(school)
        only = {rule.key: Often.ONCE if rule.key == "staff" else Often.OFF for rule in RULES}
        rules.choose(school, only, version=version, by=BY)
        rules.ask_due(school)
    mailbox.deliver()
    here = f"/s/{school}/people/{new.id}/induction"

    member = office.get(f"/s/{school}/people/{new.id}")
    assert here in [each.attributes["href"] for each in member.root.all("a")]
    before, mine = office.get(here), own.get(here)
    assert "They have something to sign before contact with pupils" in before.text
    assert "No induction is written down yet" in before.text
    assert "The link to sign it is in your email." in mine.text
    assert "Not signed" in mine.text and "Begin the record" not in mine.text
    assert here in [
        each.attributes["href"] for each in own.get(f"/s/{school}/training").root.all("a")
    ]

    link = link_in(mailbox.to(new.email)[-1])
    site.get(f"{link}/sign")
    site.submit({"name": "Nia New", "role": "Teacher", "agree": "yes"})
    today = time_of.today().isoformat()
    person = {"id": new.id, "name": new.name}
    with within(school), transaction() as tx:
        for register, values in (
            (
                "training",
                {
                    "person": person,
                    "topic": "induction",
                    "title": "Online safety",
                    "done_on": today,
                },
            ),
            ("inductions", {"who": "Nia N", "member": person, "kind": "staff", "starts_on": today}),
        ):
            registers.add(tx, school, register=register, values=values, by=BY)

    after = office.get(here)
    assert "something to sign" not in after.text
    assert "Signed" in after.text and "Not signed" not in after.text
    assert "Begin the record" not in after.text and "To be done" in after.text


def test_a_colleagues_induction_is_not_everybodys(site: Site) -> None:
    """A teacher sees their own and nobody else's; somebody of another school is not found."""
    school = a_ready_school().school
    teacher, other = a_person(school), a_person(school)
    browser = signed_in(site, teacher)

    browser.get(f"/s/{school}/people/{other.id}/induction", expect=403)
    browser.get(f"/s/{school}/people/{teacher.id}/induction")
    office = signed_in(site, a_person(school, roles=[Role.OFFICE]))
    office.get(f"/s/{school}/people/{a_person(a_ready_school().school).id}/induction", expect=404)
