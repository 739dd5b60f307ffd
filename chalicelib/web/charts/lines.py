"""Lines over time, each with its own mark and dash, and a straight line for the trend."""

import itertools
import math
from collections.abc import Sequence

from markupsafe import Markup

from chalicelib.web import words
from chalicelib.web.charts.canvas import (
    FILLS,
    NARROW,
    PAPER,
    SOFT,
    Canvas,
    across,
    element,
    text_width,
)
from chalicelib.web.charts.model import Chart, Series, Value, tabled

_HIGH, _LEFT, _RIGHT, _INSET = 220, 0.1, 0.96, 0.03
_MOST_WRITTEN = 12
_COLOURS = ("#0b4f5a", "#a8482f", "#5a3e85", "#8a5a00")
_DASHES = ("", "7 4", "2 4", "10 3 2 3")
Point = tuple[float, float]
"""A share of the width, and pixels from the top."""


def line(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    unit: str = "",
    first: str = "When",
    trend: bool = False,
) -> Chart:
    """Values over time, oldest first. `trend` adds the least-squares line of the first series."""
    names, drawn = list(labels), list(series)
    canvas = Canvas(about=title + repr(names))
    y = 4.0
    if unit:
        canvas.text(0, y + 10, f"Number of {unit}", fill=SOFT)
        y += 26
    if len(drawn) > 1 or trend:
        y = _legend(canvas, drawn, y, trend=trend)
    frame = _Frame(names, drawn, y + (22 if len(drawn) == 1 else 6))
    frame.draw(canvas, names)
    if trend and drawn:
        _trend(canvas, frame, drawn[0].values)
    for number, each in enumerate(drawn):
        _series(canvas, frame, each, number)
    if len(drawn) == 1 and len(names) <= _MOST_WRITTEN:
        _values(canvas, frame, drawn[0])
    description = _in_words(names, drawn, unit, trend=trend)
    svg = canvas.finish(frame.bottom + 32, title, description)
    return Chart(title, description, svg, *tabled(names, drawn, first))


class _Frame:
    """Where a value of a label stands."""

    def __init__(self, labels: list[str], series: list[Series], top: float) -> None:
        known = [value for each in series for value in each.values if value is not None]
        self.ticks = ticks(max(known, default=0))
        self.bottom = top + _HIGH
        self._step = (_RIGHT - _LEFT - _INSET) / max(len(labels) - 1, 1)

    def at(self, index: float, value: float) -> Point:
        return _LEFT + _INSET + index * self._step, self.bottom - value / self.ticks[-1] * _HIGH

    def draw(self, canvas: Canvas, labels: list[str]) -> None:
        for tick in self.ticks:
            _, y = self.at(0, tick)
            stroke = "#9a9488" if tick == 0 else "#e6dfd3"
            canvas.add("line", x1=across(_LEFT), y1=y, x2="100%", y2=y, stroke=stroke)
            look = {"text_anchor": "end", "fill": SOFT}
            canvas.text(across(_LEFT), y + 5, words.number(tick), dx=-6, **look)
        widest = max((text_width(label) for label in labels), default=0) + 8
        every = max(1, math.ceil(widest / (self._step * NARROW)))
        for index in range(0, len(labels), every):
            x, y = self.at(index, 0)
            held = _held_inside(labels[index], index, len(labels) - 1)
            canvas.text(across(x), y + 22, labels[index], fill=SOFT, **held)


def _held_inside(label: str, index: int, last: int) -> dict[str, str | float]:
    """Where a label stands under its point: a long one at either end must not leave the picture."""
    if text_width(label) / 2 > (1 - _RIGHT) * NARROW + 8:
        if index == last:
            return {"text_anchor": "end", "dx": 10}
        if index == 0:
            return {"text_anchor": "start", "dx": -24}
    return {"text_anchor": "middle"}


def ticks(greatest: float) -> list[int]:
    """Round numbers from 0 to at least `greatest`, about five of them."""
    rough = max(greatest, 4) / 5
    power = 10 ** math.floor(math.log10(rough)) if rough >= 1 else 1
    step = next(power * each for each in (1, 2, 5, 10) if power * each >= rough)
    return list(range(0, math.ceil(max(greatest, 4) / step) * step + 1, step))


def _legend(canvas: Canvas, series: list[Series], y: float, *, trend: bool) -> float:
    names = [each.name for each in series] + (["Trend"] if trend else [])
    for number, name in enumerate(names):
        x, row = number % 2 / 2, y + number // 2 * 24
        if number < len(series):
            look = _stroke(number)
            canvas.mark(across(x), row + 8, element("path", d="M0 0h28", **look))
            canvas.mark(across(x), row + 8, _shape(number, 14))
        else:
            wide = element("path", d="M0 0h28", stroke=FILLS[1], stroke_width=6, opacity=0.55)
            canvas.mark(across(x), row + 8, wide)
        canvas.text(across(x), row + 13, name, dx=36)
    return y + (len(names) + 1) // 2 * 24 + 4


def _stroke(number: int) -> dict[str, str | float]:
    look: dict[str, str | float] = {"stroke": _COLOURS[number % 4], "stroke_width": 2.5}
    if _DASHES[number % 4]:
        look["stroke_dasharray"] = _DASHES[number % 4]
    return look


def _series(canvas: Canvas, frame: _Frame, series: Series, number: int) -> None:
    """The line from each known value to the next; it never bridges a hidden one."""
    points = [None if v is None else frame.at(i, v) for i, v in enumerate(series.values)]
    for start, end in itertools.pairwise(points):
        if start and end:
            _segment(canvas, start, end, **_stroke(number))
    for point in points:
        if point:
            canvas.mark(across(point[0]), point[1], _shape(number))


def _segment(canvas: Canvas, start: Point, end: Point, **look: str | float) -> None:
    canvas.add(
        "line",
        x1=across(start[0]),
        y1=start[1],
        x2=across(end[0]),
        y2=end[1],
        **{"stroke_linecap": "round", **look},
    )


def _values(canvas: Canvas, frame: _Frame, series: Series) -> None:
    """One line alone has room for its numbers."""
    for index, value in enumerate(series.values):
        if value is not None:
            x, y = frame.at(index, value)
            said = words.number(value)
            canvas.text(across(x), y - 11, said, text_anchor="middle", font_weight="bold")


def _shape(number: int, x: float = 0) -> Markup:
    look: dict[str, str | float] = {
        "fill": PAPER,
        "stroke": _COLOURS[number % 4],
        "stroke_width": 2,
    }
    if number % 4 == 0:
        return element("circle", cx=x, cy=0, r=4, **look)
    if number % 4 == 1:
        return element("rect", x=x - 4, y=-4, width=8, height=8, **look)
    if number % 4 == 2:
        return element("path", d=f"M{x} -5l5 9h-10z", **look)
    return element("path", d=f"M{x} -5.5l5.5 5.5-5.5 5.5-5.5-5.5z", **look)


def _trend(canvas: Canvas, frame: _Frame, values: Sequence[Value]) -> None:
    fit = slope(values)
    if fit is None:
        return
    gradient, start = fit
    last, top = len(values) - 1, frame.ticks[-1]
    ends = [frame.at(i, min(max(start + gradient * i, 0), top)) for i in (0, last)]
    _segment(canvas, ends[0], ends[1], stroke=FILLS[1], stroke_width=6, opacity=0.55)


def slope(values: Sequence[Value]) -> tuple[float, float] | None:
    """Gradient and start of the least-squares line; None with fewer than three known values."""
    points = [(index, value) for index, value in enumerate(values) if value is not None]
    if len(points) < 3:
        return None
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    gradient = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    return gradient, mean_y - gradient * mean_x


def _in_words(labels: list[str], series: list[Series], unit: str, *, trend: bool) -> str:
    told = [f"Line chart of {unit or 'numbers'}"]
    if labels:
        told[0] += f" from {labels[0]} to {labels[-1]}"
    for each in series:
        known = [value for value in each.values if value is not None]
        if known:
            told.append(
                f"{each.name}: first {words.number(known[0])}, last {words.number(known[-1])}, "
                f"highest {words.number(max(known))}"
            )
    fit = slope(series[0].values) if trend and series else None
    if fit is not None:
        way = "level" if abs(fit[0]) < 0.05 else "rising" if fit[0] > 0 else "falling"
        told.append(f"The trend is {way}")
    if any(None in each.values for each in series):
        told.append("Small numbers are hidden")
    return ". ".join(told) + "."
