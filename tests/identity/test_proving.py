"""What cannot be taken back asks for a fresh sign-in (R16)."""

import re

from chalicelib.identity.permissions import Role
from tests.builders import a_person, a_school, signed_in
from tests.doubles import FrozenClock
from tests.pages import Site


def confirmed(browser: Site, path: str) -> str:
    """Ask for a code, enter it; gives where that leads."""
    assert path.startswith("/signin/again")
    browser.get(path)
    browser.submit(button="Email me a code")
    (mail,) = browser.mailbox.deliver()
    code = re.search(r"\d{4} \d{4}", mail.text)
    assert code
    browser.get("/signin/check")
    return browser.submit({"code": code[0]}).location


def test_a_role_is_given_only_after_a_fresh_sign_in(site: Site, clock: FrozenClock) -> None:
    """What was pressed is kept, sent again after the code, and done once; no password, no loss."""
    school = a_school()
    browser = signed_in(site, a_person(school, roles=[Role.HEADTEACHER]))
    other = a_person(school, roles=[Role.STAFF], name="Ola Other")
    clock.advance(minutes=14)
    shown = browser.get(f"/s/{school}/people/{other.id}")
    browser.submit({"roles": ["staff", "governor"]}, page=shown, action="/roles")
    clock.advance(minutes=14)
    browser.get(f"/s/{school}/people/{other.id}")

    asked = browser.submit({"roles": ["staff", "technician"]}, action="/roles")
    before = roles_of(browser, school, "Ola Other")
    kept = browser.get(confirmed(browser, asked.location))
    form = next(each for each in kept.forms() if "unfinished" in each.attributes["action"])
    held = [(each.attributes["name"], each.attributes["value"]) for each in form.all("input")]
    sent = {name: [value for key, value in held if key == name] for name, _ in held}
    onward = browser.submit(page=kept, button="Continue", expect=307)
    browser.post(onward.location, sent)

    assert "Staff and Governor" == before
    assert "Staff and Technician" == roles_of(browser, school, "Ola Other")


def roles_of(browser: Site, school: str, name: str) -> str:
    """What the list of people says of somebody."""
    rows = browser.get(f"/s/{school}/people").root.all("tr")
    (cells,) = [row.all("td") for row in rows if name in row.text]
    return cells[0].text


def test_a_page_that_needs_a_fresh_sign_in_comes_back_to_itself(
    site: Site, clock: FrozenClock
) -> None:
    """And asks no more for a quarter of an hour. The old session is of no more use."""
    school = a_school()
    browser = signed_in(site, a_person(school, roles=[Role.HEADTEACHER]))
    clock.advance(minutes=20)
    browser.get(f"/s/{school}/people")
    before = dict(browser.cookies)
    asked = browser.get(f"/s/{school}/people/new", expect=303).location

    assert f"/s/{school}/people/new" == confirmed(browser, asked)
    browser.get(f"/s/{school}/people/new")
    old = browser.another()
    old.cookies = before
    old.get(f"/s/{school}/people", expect=303)
    clock.advance(minutes=15)
    browser.get(f"/s/{school}/people/new", expect=303)


def test_whoever_may_not_do_it_is_not_asked_for_a_code(site: Site, clock: FrozenClock) -> None:
    """A refusal comes before the question."""
    school = a_school()
    browser = signed_in(site, a_person(school, roles=[Role.STAFF]))
    clock.advance(minutes=20)

    browser.get(f"/s/{school}/people/new", expect=403)
