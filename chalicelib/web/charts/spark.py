"""A word-sized picture of some days: a bar each, read out as one sentence."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from chalicelib.web import words
from chalicelib.web.charts.canvas import FILLS, GRID

_BAR, _GAP, _HEIGHT = 5, 2, 24


def spark(values: Sequence[int], *, what: str) -> Markup:
    """`what` is what a bar counts, such as "events". A day without any keeps a line of its own."""
    most = max(values, default=0)
    width = len(values) * (_BAR + _GAP)
    bars = Markup().join(_bar(place, value, most) for place, value in enumerate(values))
    said = f"{words.number(sum(values))} {what} in {len(values)} days, {words.number(most)} at most"
    return Markup(
        '<svg class="hf-spark" role="img" viewBox="0 0 {w} {h}" width="{w}" height="{h}"'
        ' aria-label="{said}">{bars}</svg>'
    ).format(w=width, h=_HEIGHT, said=escape(said), bars=bars)


def _bar(place: int, value: int, most: int) -> Markup:
    height = max(round(value / most * (_HEIGHT - 2)), 2) if value else 1
    return Markup('<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="{fill}"/>').format(
        x=place * (_BAR + _GAP),
        y=_HEIGHT - height,
        w=_BAR,
        h=height,
        fill=FILLS[0] if value else GRID,
    )
