"""A browser tab that one person uses, with a mouse and a keyboard or with the keyboard alone.

Every page it comes to is inspected, and whatever the browser complains of is kept: an error in the
console, something that the security policy refused, a script that failed.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Download, Locator, Page, expect

from chalicelib.identity import sessions
from chalicelib.identity.model import PlaceKind
from chalicelib.storage import tenants, transaction
from tests.browser.checks import Inspector
from tests.builders import Person
from tests.cloud.visitor import Post

PATIENCE = 20_000  # milliseconds a page may take: a cold start on a busy machine
MOST_STOPS = 250  # of the Tab key
_REFUSED = "addEventListener('securitypolicyviolation', e => console.error(e.blockedURI, e.type))"
_EXPECTED = re.compile(r"the server responded with a status of (409|422)")


class Way(StrEnum):
    """How a person uses the browser."""

    DESKTOP = "desktop"
    PHONE = "phone"
    KEYBOARD = "keyboard"
    NO_SCRIPTS = "no scripts"

    @property
    def width(self) -> int:
        return 390 if self in (Way.PHONE, Way.NO_SCRIPTS) else 1280


def ways(*quick: Way, without: tuple[Way, ...] = ()) -> list[Any]:
    """Every way to use a browser, for `parametrize`: those that are not quick are the long form's.

    Each story is told in the ways that its people use most; between them the stories of one run
    cover all ways, and each page is inspected in each width by the walk through every page.
    """
    return [
        way if way in quick else pytest.param(way, marks=pytest.mark.long)
        for way in Way
        if way not in without
    ]


@dataclass
class Tab:
    """What a person does, in the words that they see on the page."""

    page: Page
    address: str
    way: Way
    post: Post
    mirror: Page | None = None
    complaints: list[str] = field(default_factory=list)
    seen: set[str] | None = None  # pages inspected already, by way and heading; None: none is

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.set_default_navigation_timeout(PATIENCE)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self._inspector = Inspector(self.page, self.mirror)

    # --- going somewhere ------------------------------------------------------------------------

    def open(self, path: str) -> None:
        """Type an address, or press a link in a mail."""
        self.page.goto(path if path.startswith("http") else self.address + path)
        self.look()

    def press(self, name: str, *, nth: int = 0) -> None:
        """Press a button or a link that leads to another page, and look at that."""
        with self._another_page():
            self._press(self._named(name).nth(nth))
        self.look()

    def menu(self, name: str) -> None:
        """Choose an entry of the menu, which is folded on a phone with scripts."""
        entry = self.page.get_by_role("navigation", name="Menu").get_by_role("link", name=name)
        if not entry.is_visible():
            self._press(self.page.get_by_role("button", name="Menu"))
        with self._another_page():
            self._press(entry)
        self.look()

    def account(self, name: str) -> None:
        """Choose an entry of the menu under one's own name, and look at the page."""
        menu = self.page.locator("details[data-menu]")
        self._press(menu.locator("summary"))
        with self._another_page():
            self._press(
                menu.get_by_role("link", name=name).or_(menu.get_by_role("button", name=name))
            )
        self.look()

    def is_shut_out(self, name: str) -> None:
        """Press something of the page that is open, and find nothing behind it."""
        with self.page.expect_navigation() as answered:
            self._press(self._named(name).first)
        assert answered.value and 404 == answered.value.status
        expect(self.page.locator("h1")).to_have_text("Page not found")
        self.complaints.clear()  # the browser says that it was a 404

    def unfold(self, name: str) -> None:
        """Open what is folded on this page, and look at it."""
        self._press(self.page.locator("main summary", has_text=name).first)
        self.look()

    def download(self, name: str) -> bytes:
        """The file behind a link."""
        with self.page.expect_download() as coming:
            self._press(self._named(name).first)
        got: Download = coming.value
        return got.path().read_bytes()

    def look(self) -> None:
        """Inspect the page that is shown."""
        heading = self.page.locator("h1").first.inner_text()
        found = [] if self._is_known(heading) else self._inspector.problems()
        problems = [*found, *self.complaints]
        self.complaints.clear()

        said = "\n  ".join([f"{self.page.url} {heading!r} ({self.way})", *problems])
        assert [] == problems, said

    # --- filling in -----------------------------------------------------------------------------

    def fill(self, label: str, text: str, *, of: str = "") -> None:
        """Type into the box with this label, whether or not it says that it is optional."""
        asked = re.compile(rf"^{re.escape(label)}( \(optional\))?$")
        box = self._within(of).get_by_label(asked).first
        if self.way is Way.KEYBOARD:
            self._reach(box)
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(text)
        else:
            box.fill(text)

    def tick(self, label: str) -> None:
        self._mark(self.page.get_by_role("checkbox", name=label))

    def choose(self, label: str, *, of: str = "", exact: bool = False) -> None:
        """Choose one of several answers, to the question `of` where labels repeat."""
        self._mark(self._within(of).get_by_role("radio", name=label, exact=exact))

    # --- reading --------------------------------------------------------------------------------

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text, timeout=PATIENCE)

    def reads(self, heading: str) -> None:
        expect(self.page.locator("h1")).to_contain_text(heading, timeout=PATIENCE)

    def waits_for(self, name: str) -> None:
        """Stay on a page that fetches itself until it has this button or link."""
        expect(self._named(name).first).to_be_visible(timeout=2 * PATIENCE)
        self.look()

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.address)

    # --- signing in -----------------------------------------------------------------------------

    def sign_in(self, person: Person) -> None:
        """From the sign-in page, with the code that comes by mail."""
        before = len(self.post.to(person.email))
        self.fill("Your work email address", person.email)
        self.press("Email me a link and a code")
        mail = self.post.wait_for(person.email, before + 1)[-1]
        code = re.search(r"\b\d{4} ?\d{4}\b", mail.text)
        assert code, mail.text
        self.fill("Code", code[0])
        self.press("Sign in")

    def be(self, person: Person) -> None:
        """Be signed in already, as somebody is who signed in this morning."""
        places = ((str(person.place), PlaceKind.of(person.roles).path(person.place)),)
        with tenants({person.id}), transaction() as tx:
            cookie = sessions.start(tx, person.id, device="Tests", places=places)
        kept: Any = {"name": sessions.COOKIE, "value": cookie, "url": "https://localhost"}
        self.page.context.add_cookies([{**kept, "httpOnly": True}])

    def close(self) -> None:
        for page in filter(None, (self.page, self.mirror)):
            page.context.close()

    # --- parts ----------------------------------------------------------------------------------

    def _is_known(self, heading: str) -> bool:
        """Whether such a page, refused or not, was inspected in this story; now it is."""
        if self.seen is None:
            return False
        which = f"{self.way} {heading}, {self.page.locator('.govuk-error-summary').count()} refused"
        known = which in self.seen
        self.seen.add(which)
        return known

    def _within(self, group: str) -> Locator:
        main = self.page.locator("main")
        return main.get_by_role("group", name=group) if group else main

    def _named(self, name: str) -> Locator:
        main = self.page.locator("main")
        return main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name))

    def _press(self, what: Locator) -> None:
        if self.way is Way.KEYBOARD:
            self._reach(what)
            self.page.keyboard.press("Enter")
        else:
            what.click()

    def _mark(self, answer: Locator) -> None:
        if self.way is not Way.KEYBOARD:
            answer.check()
            return
        if answer.get_attribute("type") == "radio":
            self._reach_group(answer)
        else:
            self._reach(answer)
        if not answer.is_checked():
            self.page.keyboard.press("Space")
        expect(answer).to_be_checked()

    def _reach(self, what: Locator) -> None:
        """Press Tab until it has the focus, from wherever the focus is."""
        wanted = what.element_handle()
        for _ in range(MOST_STOPS):
            if self.page.evaluate("wanted => document.activeElement === wanted", wanted):
                return
            self.page.keyboard.press("Tab")
        message = f"Tab never reaches {what} on {self.page.url}"
        raise AssertionError(message)

    def _reach_group(self, answer: Locator) -> None:
        """Tab stops at a group of answers once; the arrows go through them."""
        wanted = answer.element_handle()
        for _ in range(MOST_STOPS):
            where = self.page.evaluate(
                """wanted => document.activeElement === wanted ? "here"
                     : document.activeElement.name === wanted.name ? "group" : "elsewhere" """,
                wanted,
            )
            if where == "here":
                return
            self.page.keyboard.press("ArrowDown" if where == "group" else "Tab")
        message = f"The keyboard never reaches {answer} on {self.page.url}"
        raise AssertionError(message)

    @contextmanager
    def _another_page(self) -> Iterator[None]:
        with self.page.expect_navigation():
            yield

    def _heard(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning") and not _EXPECTED.search(said.text):
            self.complaints.append(f"console {said.type}: {said.text}")


def tab_of(browser: Browser, address: str, way: Way, post: Post) -> Tab:
    """A new browser, empty of cookies, of somebody who uses it this way."""
    scripts = way is not Way.NO_SCRIPTS
    page = _blank(browser, way, scripts=scripts)
    page.context.add_init_script(_REFUSED)
    return Tab(page, address, way, post, None if scripts else _blank(browser, way, scripts=True))


def _blank(browser: Browser, way: Way, *, scripts: bool) -> Page:
    return browser.new_context(
        viewport={"width": way.width, "height": 844 if way.width < 600 else 900},
        has_touch=way.width < 600,
        java_script_enabled=scripts,
        locale="en-GB",
        timezone_id="Europe/London",
    ).new_page()
