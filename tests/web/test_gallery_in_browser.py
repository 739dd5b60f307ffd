"""The component gallery and the public pages in a real browser, with our security policy on."""

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from chalicelib.web import assets, headers
from infra import browser as chromiums
from infra.assets.build import ROOT
from tests.web import gallery

pytestmark = pytest.mark.browser
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = {
    "blank": gallery.blank,
    "problems": gallery.with_problems,
    "home": functools.partial(gallery.public, "home"),
    "help": functools.partial(gallery.public, "help"),
    "privacy": functools.partial(gallery.public, "privacy"),
    "accessibility": functools.partial(gallery.public, "accessibility"),
}


class _Server(http.server.SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        name = self.path.strip("/").partition(".")[0]
        found = assets.read(self.path.removeprefix("/assets/"))
        body, kind = found or (PAGES[name]().encode(), "text/html; charset=utf-8")
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", headers.policy("gallery"))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = chromiums.find()
    assert found, "There is no Chromium: python -m infra.browser installs one"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=chromiums.arguments())
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Any]:
    """Open a page at a width; whatever the browser complained of fails the test."""
    complaints: list[str] = []
    contexts = []

    def go(
        name: str, width: int = 1280, *, scripts: bool = True, policy: bool = True, **as_set: Any
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            bypass_csp=not policy,
            **as_set,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{address}/{name}.html")
        return page

    yield go
    for context in contexts:
        context.close()
    assert [] == complaints


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(opened: Any, name: str, width: int) -> None:
    """No accessibility rule is broken by any component, blank or with problems."""
    page = opened(name, width, policy=False)
    page.evaluate(Path(AXE).read_text())

    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)

    assert [] == [
        (rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found["violations"]
    ]


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_a_small_screen(opened: Any, name: str) -> None:
    """320 pixels, which is also a desk at 400% zoom, needs no sideways scrolling (WCAG 1.4.10)."""
    page = opened(name, 320)

    assert 320 == page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("name", PAGES)
def test_zoom_own_colours_and_no_motion_lose_nothing(opened: Any, name: str) -> None:
    """At 200% zoom, with the colours of the reader's own system and motion off: no sideways
    scrolling, a border around whatever is typed or pressed, and nothing that moves (WCAG 1.4.4,
    1.4.10, 1.4.11, 2.3.3).
    """
    as_set = {"forced_colors": "active", "reduced_motion": "reduce", "device_scale_factor": 2}
    page = opened(name, 640, **as_set)

    found = page.evaluate(
        """() => {
          const seen = [...document.querySelectorAll('body *')].filter(e => e.checkVisibility())
          const style = e => getComputedStyle(e)
          const typed = e => e.matches(
            '.govuk-button, .govuk-input, .govuk-textarea, .govuk-select')
          const bare = e => style(e).borderTopWidth === '0px' && style(e).outlineStyle === 'none'
          const moves = e => [style(e).transitionDuration, style(e).animationDuration]
            .join(', ').split(', ').some(each => parseFloat(each) > 0.01)
          return {
            wide: document.documentElement.scrollWidth,
            bare: seen.filter(e => typed(e) && bare(e)).map(e => e.outerHTML.slice(0, 90)),
            moving: seen.filter(moves).map(e => e.outerHTML.slice(0, 90)),
          }
        }"""
    )

    assert {"wide": 640, "bare": [], "moving": []} == found


def test_the_statement_names_the_engine_that_checks(opened: Any) -> None:
    """The accessibility statement says what the tests here do, with the version they use."""
    page = opened("accessibility", policy=False)
    page.evaluate(Path(AXE).read_text())

    assert f"axe-core {page.evaluate('axe.version')}" in page.inner_text("main")


def test_everything_to_press_is_large_enough(opened: Any) -> None:
    """24 by 24 pixels, links inside sentences apart (WCAG 2.5.8)."""
    page = opened("blank", 390)

    assert [] == page.evaluate(
        """() => [...document.querySelectorAll(
               'button, input, select, summary, .govuk-button, .govuk-back-link, nav a, footer a')]
             .filter(e => e.checkVisibility() && e.type !== 'hidden')
             .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
             .filter(([, box]) => box.height && (box.height < 24 || box.width < 24))
             .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""
    )


def test_an_answer_reveals_its_question_without_scripts(opened: Any) -> None:
    """The style sheet alone does it."""
    page = opened("blank", scripts=False)

    assert not page.locator("#other").is_visible()
    page.locator("#place-3").check()
    assert page.locator("#other").is_visible()


def test_the_menu_is_there_without_scripts_and_folds_with_them(opened: Any) -> None:
    """On a phone the entries fold behind a button, but only where the button works."""
    assert (
        opened("blank", 390, scripts=False)
        .get_by_role("link", name="Alerts", exact=True)
        .is_visible()
    )

    page = opened("blank", 390)
    assert not page.get_by_role("link", name="Alerts", exact=True).is_visible()
    page.get_by_role("button", name="Menu").click()
    assert page.get_by_role("link", name="Alerts", exact=True).is_visible()


def test_the_person_menu_opens_and_closes_by_keyboard(opened: Any) -> None:
    """Enter opens it, Escape closes it and the focus stays on its name."""
    page = opened("blank")
    page.locator(".hf-person__name").focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("button", name="Sign out").is_visible()

    page.keyboard.press("Tab")
    page.keyboard.press("Escape")

    assert not page.get_by_role("button", name="Sign out").is_visible()
    assert page.evaluate("document.activeElement.className") == "hf-person__name"


def test_the_screen_can_be_hidden_and_shown_again(opened: Any) -> None:
    """One press covers the page and its title; one more brings both back (features 10.4)."""
    page = opened("blank")
    page.get_by_role("button", name="Hide screen").click()

    assert "Holdfast" == page.title()
    assert "Show the page again" == page.evaluate(
        "document.elementFromPoint(innerWidth / 2, innerHeight / 2).textContent"
    )

    page.get_by_role("button", name="Show the page again").click()
    assert page.title().startswith("Gallery")


def test_problems_take_the_focus_and_lead_to_their_questions(opened: Any) -> None:
    """The summary is read first, and its links move the focus into the input."""
    page = opened("problems")
    assert "govuk-error-summary" in page.evaluate("document.activeElement.className")

    page.get_by_role("link", name="Date of the incident must be a real date").click()

    assert "on-day" == page.evaluate("document.activeElement.id")


def test_the_focus_is_always_visible(opened: Any) -> None:
    """Every stop of the Tab key changes how its element looks (WCAG 2.4.7, 2.4.13)."""
    page = opened("blank")
    for _ in range(40):
        page.keyboard.press("Tab")
        look = page.evaluate(
            """() => {
                 const e = document.activeElement, label = e.labels?.[0] ?? e
                 const looks = [getComputedStyle(e), getComputedStyle(e, '::after'),
                                getComputedStyle(label, '::before')]
                 return [e.outerHTML.slice(0, 80), looks.some(look => look.boxShadow !== 'none'
                   || (look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0))]
               }"""
        )
        assert look[1], look[0]
