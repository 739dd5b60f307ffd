"""What must hold of every page that is shown: no rule of axe broken, nothing sideways, light."""

import re
from functools import cache
from typing import Any

from playwright.sync_api import CDPSession, Page

from infra.assets.build import ROOT

HEAVIEST = 300_000  # bytes a page may have, its style sheet and scripts apart
NARROW = 320  # pixels: a small phone, or a desk at 400% zoom (WCAG 1.4.10)
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_FOUND = """
  axe.run(document, {runOnly: %s, resultTypes: ["violations"]}).then(found => found.violations.map(
    rule => `${rule.id}: ${rule.nodes.map(node => node.html.slice(0, 160)).join(" | ")}`))
"""
_WIDER = """
  (() => {
    const widest = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= widest) return []
    return [...document.querySelectorAll("body *")]
      .filter(e => e.checkVisibility() && e.getBoundingClientRect().right > widest + 1)
      .slice(0, 5).map(e => e.outerHTML.slice(0, 160))
      .concat(`page ${document.documentElement.scrollWidth} wide, screen ${widest}`)
  })()
"""


@cache
def _axe() -> str:
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


class Inspector:
    """Looks at pages through the developer tools, so that the security policy stays in force.

    axe is a script itself: where scripts are off, `mirror` is a page where they are on, which is
    shown the same document without its own.
    """

    def __init__(self, page: Page, mirror: Page | None = None) -> None:
        self._page = page
        self._mirror = mirror
        self._tools: CDPSession = page.context.new_cdp_session(page)

    def problems(self) -> list[str]:
        """Everything wrong with the page as it is now, in words."""
        return [*self._broken_rules(), *self._sideways(), *self._too_heavy()]

    def _broken_rules(self) -> list[str]:
        if self._mirror:
            _reflect(self._page, self._mirror)
            return Inspector(self._mirror)._broken_rules()
        self._evaluate(f"if (!window.axe) {{ {_axe()} }}")
        return [f"axe {each}" for each in self._evaluate(_FOUND % _TAGS)]

    def _sideways(self) -> list[str]:
        found = [f"sideways {each}" for each in self._evaluate(_WIDER)]
        size = self._page.viewport_size
        if size and size["width"] < 600:
            self._page.set_viewport_size({"width": NARROW, "height": size["height"]})
            found += [f"sideways at {NARROW} {each}" for each in self._evaluate(_WIDER)]
            self._page.set_viewport_size(size)
        return found

    def _too_heavy(self) -> list[str]:
        weight = self._evaluate("performance.getEntriesByType('navigation')[0].decodedBodySize")
        return [f"{weight} bytes"] if weight > HEAVIEST else []

    def _evaluate(self, script: str) -> Any:
        asked = {"expression": script, "awaitPromise": True, "returnByValue": True}
        answer = self._tools.send("Runtime.evaluate", asked)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")


def _reflect(page: Page, mirror: Page) -> None:
    """Show one page's document in another as it stands."""
    address, scripts = page.url.partition("#")[0], re.compile(r"<script\b.*?</script>", re.DOTALL)
    document = scripts.sub("", page.content())
    mirror.route(address, lambda asked: asked.fulfill(body=document, content_type="text/html"))
    mirror.goto(address)
    mirror.unroute_all()
