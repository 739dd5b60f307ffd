"""A school shares one record with its trust in a browser, and takes it back (row 5.6)."""

from collections.abc import Callable

from chalicelib import ids
from chalicelib.identity.permissions import Role
from tests.browser.tab import Tab, Way
from tests.builders import Person, a_person, a_school, a_trust, signed_in
from tests.cloud.visitor import CloudSite, Post
from tests.incidents.walk import report


def test_a_record_is_shared_read_and_taken_back(
    browser_for: Callable[[Way], Tab], visitor: CloudSite, post: Post
) -> None:
    """The lead shares at a desk, the trust reads on a telephone without scripts from its mail, the
    lead sees that it was read and ends it, and the trust opens it no more.
    """
    trust = a_trust("Saltings Trust")
    school = a_school("Marlow Hill Primary School", trust=trust)
    teacher, jo = _at(school, Role.STAFF, "Ada Okafor"), _at(school, Role.DSL, "Jo Marsh")
    rosa = _at(trust, Role.TRUST_SAFEGUARDING_LEAD, "Rosa Field")
    record = report(signed_in(visitor, teacher), school)
    lead, reader = browser_for(Way.KEYBOARD), browser_for(Way.NO_SCRIPTS)
    lead.be(jo)
    reader.be(rosa)

    lead.open(f"/s/{school}/incidents/{record}")
    lead.press("Share it with your trust")
    lead.press("Share it")
    lead.sees("Say why they need to read it")
    lead.fill("Why do they need to read it?", "Please advise on the next step.")
    lead.press("Share it")
    lead.sees("Nobody has opened it")

    (mail,) = post.wait_for(rosa.email)
    assert "Alex" not in mail.text
    reader.open(mail.links()[0])
    reader.press("Marlow Hill Primary School")
    reader.sees("Unkind messages about Alex")
    reader.sees("Please advise on the next step.")
    shared = reader.path

    lead.open(f"/s/{school}/incidents/{record}/sharing")
    lead.sees("Rosa Field")
    lead.press("End it now")
    lead.sees("Shared before")
    gone = reader.page.goto(reader.address + shared)
    assert gone and 404 == gone.status


def _at(place: str, role: Role, name: str) -> Person:
    mark = ids.new().lower()
    return a_person(place, roles=[role], name=name, email=f"{mark}@marlow.example")
