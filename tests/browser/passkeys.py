"""What somebody does with a passkey, in Chromium with its virtual authenticator."""

import re

from tests.browser.tab import Tab

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


def make_passkey(tab: Tab, name: str) -> None:
    """From the page of how one signs in, by the device's own question."""
    tab.press("Set up a passkey")
    tab.fill("Name of the passkey", name)
    tab.page.get_by_role("button", name="Make the passkey").click()
    tab.page.wait_for_url("**/account")
    tab.look()


def use_passkey(tab: Tab) -> None:
    """From the sign-in page, without an address."""
    tab.page.get_by_role("button", name="Sign in with a passkey").click()
    tab.page.wait_for_url(re.compile(r"/(s/\w+|places)$"))
