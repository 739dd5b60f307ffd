"""Drawing in SVG: elements with presentation attributes only, so that no style rule is needed.

The same picture stands in a page, where the content security policy refuses inline styles, and as
a file in a document.
"""

import math
from collections.abc import Iterator

from markupsafe import Markup, escape

from chalicelib import ids

FONT = "Segoe UI, Roboto, Inter, Helvetica Neue, Arial, sans-serif"
INK, SOFT, GRID, PAPER = "#12242b", "#45575e", "#ddd4c5", "#ffffff"
# Neighbours differ in lightness, so that they are told apart in grey and by every kind of sight.
FILLS = ("#0b4f5a", "#f0b43c", "#4fa3a0", "#5a3e85", "#c9dedb", "#a8482f")
INSIDE = (PAPER, INK, INK, PAPER, INK, PAPER)
TEXT = 14
_CHARACTER = 7.3  # mean width of one at this size


class Canvas:
    """One picture being drawn; `finish` wraps it with its title and description."""

    def __init__(self, width: int, *, about: str) -> None:
        self.width = width
        self.id = f"c{ids.digest(about)[:10]}"
        self._parts: list[Markup] = []
        self._patterns: set[int] = set()

    def add(self, name: str, **attributes: str | float) -> None:
        self._parts.append(element(name, **attributes))

    def text(
        self, x: float, y: float, said: str, *, anchor: str = "start", **more: str | float
    ) -> None:
        look: dict[str, str | float] = {"text_anchor": anchor, "fill": INK, **more}
        self._parts.append(element("text", escape(said), x=x, y=y, **look))

    def line(self, x1: float, y1: float, x2: float, y2: float, stroke: str = GRID) -> None:
        self.add("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke)

    def bar(self, x: float, y: float, width: float, height: float, series: int) -> None:
        """A filled bar; later series also get a texture over their colour."""
        box: dict[str, str | float] = {"x": x, "y": y, "width": width, "height": height}
        self.add("rect", fill=FILLS[series % len(FILLS)], **box)
        if series % len(FILLS) in _TEXTURES:
            self._patterns.add(series % len(FILLS))
            self.add("rect", fill=f"url(#{self.id}-t{series % len(FILLS)})", **box)

    def withheld(self, x: float, y: float, width: float, height: float) -> None:
        """The place of a number that is hidden because it is small: outlined, of no length."""
        self.add(
            "rect",
            x=x,
            y=y,
            width=width,
            height=height,
            fill=PAPER,
            stroke=SOFT,
            stroke_dasharray="3 3",
        )

    def legend(self, names: list[str], x: float, y: float) -> float:
        """Name the series in a row, wrapping; gives the y below it."""
        left = x
        for number, name in enumerate(names):
            needed = 26 + text_width(name) + 20
            if left + needed > self.width and left > x:
                left, y = x, y + 24
            self.bar(left, y, 16, 16, number)
            self.text(left + 24, y + 13, name)
            left += needed
        return y + 32

    def finish(self, height: float, title: str, description: str) -> Markup:
        head = element("title", escape(title), id=f"{self.id}-title")
        head += element("desc", escape(description), id=f"{self.id}-desc")
        if self._patterns:
            textures = Markup("").join(
                element("pattern", _TEXTURES[n], id=f"{self.id}-t{n}", **_TILE)
                for n in sorted(self._patterns)
            )
            head += element("defs", textures)
        return element(
            "svg",
            head + Markup("").join(self._parts),
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {self.width} {round(height)}",
            width=self.width,
            height=round(height),
            role="img",
            aria_labelledby=f"{self.id}-title {self.id}-desc",
            font_family=FONT,
            font_size=TEXT,
        )


_TILE: dict[str, str | float] = {"width": 8, "height": 8, "patternUnits": "userSpaceOnUse"}
_CAMEL = {"patternUnits", "viewBox"}


def element(name: str, inside: Markup | None = None, /, **attributes: str | float) -> Markup:
    """One element; `stroke_width` becomes `stroke-width`, numbers are kept short."""
    said = Markup("").join(
        Markup(' {}="{}"').format(key if key in _CAMEL else key.replace("_", "-"), short(value))
        for key, value in attributes.items()
    )
    if not inside:
        return Markup("<{}{}/>").format(name, said)
    return Markup("<{}{}>{}</{}>").format(name, said, inside, name)


def short(value: str | float) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def _lines(path: str, stroke: str) -> Markup:
    return element("path", d=path, stroke=stroke, stroke_width=1.4, fill="none")


_TEXTURES = {
    1: _lines("M-2 2l4-4M0 8l8-8M6 10l4-4", "#a8741a"),
    3: _lines("M-2 6l4 4M0 0l8 8M6-2l4 4", "#8f78b3"),
    4: element("circle", cx=4, cy=4, r=1.3, fill="#4d7f7c"),
    5: _lines("M0 4h8", "#d99a86"),
}


def text_width(said: str) -> float:
    return len(said) * _CHARACTER


def wrapped(said: str, width: float, most: int = 3) -> list[str]:
    """The text in at most `most` lines of about this width; the rest is cut with an ellipsis."""
    room = max(int(width / _CHARACTER), 4)
    lines = list(_wrapping(said, room))
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1][: room - 1] + "\u2026"]
    return lines


def _wrapping(said: str, room: int) -> Iterator[str]:
    line = ""
    for word in said.split():
        if line and len(line) + 1 + len(word) > room:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    if line:
        yield line


def ticks(greatest: float) -> list[int]:
    """Round numbers from 0 to at least `greatest`, four to six of them."""
    greatest = max(greatest, 4)
    rough = greatest / 5
    power: float = 10 ** math.floor(math.log10(rough)) if rough >= 1 else 1
    step = next(int(power * each) for each in (1, 2, 5, 10) if power * each >= rough)
    return list(range(0, math.ceil(greatest / step) * step + 1, step))
