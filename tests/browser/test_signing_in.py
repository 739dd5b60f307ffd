"""Passkeys in a real browser, with its virtual authenticator; Microsoft and Google beside them."""

from collections.abc import Callable

from infra.local.cloud import LocalCloud
from tests.browser.passkeys import make_passkey, use_passkey, with_authenticator
from tests.browser.tab import Tab, Way
from tests.builders import a_person, a_school

Opener = Callable[[Way], Tab]


def test_a_passkey_is_made_signs_in_and_confirms(browser_for: Opener, inside: LocalCloud) -> None:
    """R12, end to end: made after a code from the mail, then in without an address, then again."""
    assert inside
    person = a_person(a_school())
    tab = with_authenticator(browser_for(Way.DESKTOP))
    tab.open("/signin")
    tab.sign_in(person)
    tab.open("/account")
    make_passkey(tab, "Work laptop")
    tab.press("Make a set of codes")
    tab.page.context.clear_cookies()
    tab.open("/signin")
    use_passkey(tab)
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
