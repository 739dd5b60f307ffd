"""Drawing in SVG: attributes only, lengths across in per cent, so that one picture fits any width.

Text keeps its size on a phone and on a desk because nothing is scaled; heights are pixels. No
style rule is needed, which a page's security policy would refuse, and the same picture is a file
in a document once its width is fixed.
"""

from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from chalicelib import ids

FONT = "Segoe UI, Roboto, Inter, Helvetica Neue, Arial, sans-serif"
INK, SOFT, TRACK, GRID, PAPER = "#12242b", "#45575e", "#f3eee5", "#ddd4c5", "#ffffff"
# Neighbours differ in lightness, so that they are told apart in grey and by every kind of sight.
FILLS = ("#0b4f5a", "#f0b43c", "#4fa3a0", "#5a3e85", "#c9dedb", "#a8482f")
ON_FILLS = (PAPER, INK, INK, PAPER, INK, PAPER)
TEXT, LINE = 14, 18
NARROW = 320  # the least width a picture is read at; what must fit is measured against it
_CHARACTER = 7.4  # mean width of one at this size
Length = str | float


def across(share: float) -> str:
    """A share of the width, from 0 to 1."""
    return f"{share * 100:.2f}".rstrip("0").rstrip(".") + "%"


class Canvas:
    """One picture being drawn; `finish` wraps it with its title and description."""

    def __init__(self, *, about: str) -> None:
        self.id = f"c{ids.digest(about)[:10]}"
        self._parts: list[Markup] = []
        self._textures: set[int] = set()

    def add(self, name: str, **attributes: Length) -> None:
        self._parts.append(element(name, **attributes))

    def text(self, x: Length, y: float, said: str, **more: Length) -> None:
        look: dict[str, Length] = {"fill": INK, **more}
        self._parts.append(element("text", escape(said), x=x, y=y, **look))

    def bar(self, x: Length, y: float, width: Length, height: float, series: int) -> None:
        """A filled bar; some series also get a texture over their colour."""
        number = series % len(FILLS)
        box: dict[str, Length] = {"x": x, "y": y, "width": width, "height": height}
        self.add("rect", fill=FILLS[number], **box)
        if number in _TEXTURES:
            self._textures.add(number)
            self.add("rect", fill=f"url(#{self.id}-t{number})", **box)

    def withheld(self, x: Length, y: float, width: Length, height: float) -> None:
        """The place of a number that is hidden because it is small: outlined, of no length."""
        look: dict[str, Length] = {"fill": PAPER, "stroke": SOFT, "stroke_dasharray": "3 3"}
        self.add("rect", x=x, y=y, width=width, height=height, **look)

    def mark(self, x: Length, y: float, drawn: Markup) -> None:
        """A small drawing around a point."""
        self._parts.append(element("svg", drawn, x=x, y=y, overflow="visible"))

    def legend(self, names: Sequence[str], y: float) -> float:
        """Name the series, two in a row; gives the y below them."""
        for number, name in enumerate(names):
            share = number % 2 / 2
            row = y + number // 2 * 24
            self.bar(across(share), row, 16, 16, number)
            self.text(across(share), row + 13, name, dx=24)
        return y + (len(names) + 1) // 2 * 24 + 8

    def finish(self, height: float, title: str, description: str) -> Markup:
        head = element("title", escape(title), id=f"{self.id}-title")
        head += element("desc", escape(description), id=f"{self.id}-desc")
        if self._textures:
            tile: dict[str, Length] = {"width": 8, "height": 8, "patternUnits": "userSpaceOnUse"}
            patterns = Markup("").join(
                element("pattern", _TEXTURES[n], id=f"{self.id}-t{n}", **tile)
                for n in sorted(self._textures)
            )
            head += element("defs", patterns)
        return element(
            "svg",
            head + Markup("").join(self._parts),
            xmlns="http://www.w3.org/2000/svg",
            width="100%",
            height=round(height),
            role="img",
            aria_labelledby=f"{self.id}-title {self.id}-desc",
            font_family=FONT,
            font_size=TEXT,
        )


_CAMEL = {"patternUnits"}


def element(name: str, inside: Markup | None = None, /, **attributes: Length) -> Markup:
    """One element; `stroke_width` becomes `stroke-width`, numbers are kept short."""
    said = Markup("").join(
        Markup(' {}="{}"').format(key if key in _CAMEL else key.replace("_", "-"), _short(value))
        for key, value in attributes.items()
    )
    if not inside:
        return Markup("<{}{}/>").format(name, said)
    return Markup("<{}{}>{}</{}>").format(name, said, inside, name)


def _short(value: Length) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def _stripes(path: str, stroke: str) -> Markup:
    return element("path", d=path, stroke=stroke, stroke_width=1.4, fill="none")


_TEXTURES = {
    1: _stripes("M-2 2l4-4M0 8l8-8M6 10l4-4", "#b07d1f"),
    3: _stripes("M-2 6l4 4M0 0l8 8M6-2l4 4", "#8f78b3"),
    4: element("circle", cx=4, cy=4, r=1.3, fill="#4d7f7c"),
    5: _stripes("M0 4h8", "#d99a86"),
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
