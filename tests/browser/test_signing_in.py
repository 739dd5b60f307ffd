"""Passkeys in a real browser, with its virtual authenticator; Microsoft and Google beside them."""

import re
from collections.abc import Callable

from infra.local.cloud import LocalCloud
from tests.browser.tab import Tab, Way
from tests.builders import a_person, a_school

Opener = Callable[[Way], Tab]
PLATFORM = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_authenticator(tab: Tab) -> Tab:
    """A device that has a lock, and opens it when it is asked to."""
    session = tab.page.context.new_cdp_session(tab.page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": PLATFORM})
    return tab


def test_a_passkey_is_made_signs_in_and_confirms(browser_for: Opener, inside: LocalCloud) -> None:
    """R12, end to end: made after a code from the mail, then in without an address, then again."""
    assert inside
    person = a_person(a_school())
    tab = with_authenticator(browser_for(Way.DESKTOP))
    tab.open("/signin")
    tab.sign_in(person)
    tab.open("/account")
    tab.press("Set up a passkey")
    tab.fill("Name of the passkey", "Work laptop")
    tab.page.get_by_role("button", name="Make the passkey").click()
    tab.page.wait_for_url("**/account")
    tab.look()
    tab.press("Make a set of codes")
    tab.page.context.clear_cookies()
    tab.open("/signin")
    tab.page.get_by_role("button", name="Sign in with a passkey").click()
    tab.page.wait_for_url(re.compile(r"/(s/\w+|places)$"))
    tab.open("/account")
    tab.sees("You signed in here with a passkey")
    tab.open("/signin/again?next=/account")
    tab.page.get_by_role("button", name="Confirm with a passkey").click()
    tab.page.wait_for_url("**/account")


def test_without_scripts_the_page_says_what_to_do_instead(browser_for: Opener) -> None:
    """And mail is one press away."""
    tab = browser_for(Way.NO_SCRIPTS)
    tab.open("/signin")
    tab.press("Sign in with a passkey")
    tab.sees("Passkeys need scripts")
    tab.press("Use another way to sign in")
    tab.reads("Sign in")


def test_the_way_to_microsoft_is_a_link_that_the_security_policy_lets_through(
    browser_for: Opener, inside: LocalCloud
) -> None:
    """To the local one's own page, which lists who there is (R11)."""
    assert inside
    tab = browser_for(Way.DESKTOP)
    tab.open("/signin")
    tab.page.get_by_role("button", name="Sign in with Microsoft").click()
    tab.page.wait_for_url("**/_local/with/microsoft/authorize**")
    assert "on this machine" in tab.page.locator("h1").inner_text()
