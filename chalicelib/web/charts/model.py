"""A chart is a picture and the numbers behind it: one is never shown without the other."""

from dataclasses import dataclass

from markupsafe import Markup, escape

from chalicelib.web import words
from chalicelib.web.charts.canvas import FONT

Value = float | None
"""None is a number that exists and is hidden because it is small; it is never drawn to length."""
HIDDEN = "hidden"


@dataclass(frozen=True)
class Series:
    """One set of values, in the order of the chart's labels."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Chart:
    """What `components/charts.html` shows: the picture, what it says in words, and its table."""

    title: str
    description: str
    svg: Markup
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def as_file(self, *, width: int = 720, font: str = "") -> bytes:
        """The picture as an SVG file of a fixed width, in the document's typeface."""
        svg = str(self.svg).replace('width="100%"', f'width="{width}"', 1)
        if font:
            svg = svg.replace(f'font-family="{FONT}"', f'font-family="{escape(font)}"', 1)
        return svg.encode()


def said(value: Value) -> str:
    return HIDDEN if value is None else words.number(value)


def tabled(
    labels: list[str], series: list[Series], first: str
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The columns and rows behind a picture."""
    rows = tuple(
        (label, *(said(each.values[row]) for each in series)) for row, label in enumerate(labels)
    )
    return (first, *(each.name for each in series)), rows
