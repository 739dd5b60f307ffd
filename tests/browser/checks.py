"""What must hold of every page that is shown: no rule of axe broken, nothing sideways, light."""

import re
from functools import cache
from typing import Any

from playwright.sync_api import CDPSession, Page

from infra.assets.build import ROOT

HEAVIEST = 300_000  # bytes a page may have, its style sheet and scripts apart
NARROW = 320  # pixels: a small phone, or a desk at 400% zoom (WCAG 1.4.10)
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """
  async (where, options) => (await axe.run(where, {...options, resultTypes: ["violations"]}))
    .violations.map(
      rule => `${rule.id}: ${rule.nodes.map(node => node.html.slice(0, 160)).join(" | ")}`)
"""
_FOUND = f"({_RUN})(document, {{runOnly: %s, rules: {{'color-contrast': {{enabled: false}}}}}})"
# Colours cost more than all the other rules. Whatever stands in the same elements of the same
# classes and states has the same colours: of each such chain the first to be met is looked at.
_LEGIBLE = f"""
  (async known => {{
    const met = new Map(known.map(each => [each, null]))
    const said = e => [e.tagName, ...[...e.attributes].filter(
        a => /^(class|aria-.*|type|open|disabled|checked|data-.*)$/.test(a.name)
      ).map(a => `${{a.name}}=${{a.name.startsWith("aria-l") || a.name.startsWith("aria-d") ||
        a.name === "aria-controls" ? "" : a.value}}`)].join(" ")
    const hash = text => {{
      let made = 0
      for (let at = 0; at < text.length; at++) made = (made * 31 + text.charCodeAt(at)) | 0
      return made
    }}
    const chains = new Map([[document.documentElement, ""]])
    for (const e of document.querySelectorAll("*")) {{
      const chain = (chains.get(e.parentElement) ?? "") + ">" + said(e)
      chains.set(e, chain)
      const shows = e.matches("input, select, textarea") ||
        [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())
      if (!shows || !e.checkVisibility()) continue
      const is = hash(chain)
      if (!met.has(is)) met.set(is, e)
    }}
    const fresh = [...met].filter(([, e]) => e)
    const where = {{include: fresh.map(([, e]) => [e])}}
    const broken = fresh.length
      ? await ({_RUN})(where, {{runOnly: ["color-contrast"]}}) : []
    return [fresh.map(([is]) => is), broken]
  }})(%s)
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


_legible: dict[int, set[int]] = {}  # what was found legible, by the width of the screen


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
        found = [*self._evaluate(_FOUND % _TAGS), *self._illegible()]
        return [f"axe {each}" for each in found]

    def _illegible(self) -> list[str]:
        size = self._page.viewport_size
        known = _legible.setdefault(size["width"] if size else 0, set())
        fresh, broken = self._evaluate(_LEGIBLE % sorted(known))
        known.update([] if broken else fresh)
        said: list[str] = broken
        return said

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
