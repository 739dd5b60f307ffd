"""Lines over time, each with its own mark and dash, and a straight line for the trend."""

from collections.abc import Sequence

from chalicelib.web import words
from chalicelib.web.charts.canvas import (
    FILLS,
    INK,
    PAPER,
    SOFT,
    Canvas,
    text_width,
    ticks,
    wrapped,
)
from chalicelib.web.charts.model import Chart, Series, Value, tabled

WIDTH, _LEFT, _TOP, _HIGH = 720, 44, 20, 240
_COLOURS = ("#0b4f5a", "#a8482f", "#5a3e85", "#8a5a00")
_DASHES = ("", "7 4", "2 4", "10 3 2 3")
Point = tuple[float, float]


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
    canvas = Canvas(WIDTH, about=title + repr(names))
    right = WIDTH - max((text_width(each.name) for each in drawn), default=0) - 28
    frame = _Frame(names, drawn, min(right, WIDTH - 90))
    frame.draw(canvas, names, unit)
    if trend and drawn:
        _trend(canvas, frame, drawn[0].values)
    for number, each in enumerate(drawn):
        _series(canvas, frame, each, number)
    _end_names(canvas, frame, drawn)
    description = _in_words(names, drawn, unit, trend=trend)
    svg = canvas.finish(_TOP + _HIGH + 66, title, description)
    return Chart(title, description, svg, *tabled(names, drawn, first))


class _Frame:
    """Where a value of a label stands."""

    def __init__(self, labels: list[str], series: list[Series], right: float) -> None:
        known = [value for each in series for value in each.values if value is not None]
        self.ticks = ticks(max(known, default=0))
        self.right = right
        self.step = (right - _LEFT - 20) / max(len(labels) - 1, 1)

    def at(self, index: float, value: float) -> Point:
        y = _TOP + _HIGH - value / self.ticks[-1] * _HIGH
        return _LEFT + 10 + index * self.step, y

    def draw(self, canvas: Canvas, labels: list[str], unit: str) -> None:
        for tick in self.ticks:
            _, y = self.at(0, tick)
            canvas.line(_LEFT, y, self.right, y, stroke="#9a9488" if tick == 0 else "#e6dfd3")
            canvas.text(_LEFT - 8, y + 5, words.number(tick), anchor="end", fill=SOFT)
        every = max(1, -(-56 * len(labels) // int(self.right - _LEFT)))
        for index in range(0, len(labels), every):
            x, y = self.at(index, 0)
            for row, text in enumerate(wrapped(labels[index], self.step * every - 4, most=2)):
                canvas.text(x, y + 20 + row * 16, text, anchor="middle", fill=SOFT)
        if unit:
            canvas.text(0, 11, unit, fill=SOFT)


def _series(canvas: Canvas, frame: _Frame, series: Series, number: int) -> None:
    colour = _COLOURS[number % len(_COLOURS)]
    dash = _DASHES[number % len(_DASHES)]
    for run in _runs(frame, series.values):
        canvas.add(
            "polyline",
            points=" ".join(f"{x:.1f},{y:.1f}" for x, y in run),
            fill="none",
            stroke=colour,
            stroke_width=2.5,
            stroke_linejoin="round",
            **({"stroke_dasharray": dash} if dash else {}),
        )
        for point in run:
            _mark(canvas, point, number, colour)


def _runs(frame: _Frame, values: Sequence[Value]) -> list[list[Point]]:
    """The stretches without a hidden value: a line never bridges one."""
    runs: list[list[Point]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(frame.at(index, value))
    return [run for run in runs if run]


def _mark(canvas: Canvas, point: Point, number: int, colour: str) -> None:
    x, y = point
    look: dict[str, str | float] = {"fill": PAPER, "stroke": colour, "stroke_width": 2}
    shape = number % 4
    if shape == 0:
        canvas.add("circle", cx=x, cy=y, r=4, **look)
    elif shape == 1:
        canvas.add("rect", x=x - 4, y=y - 4, width=8, height=8, **look)
    elif shape == 2:
        canvas.add("path", d=f"M{x:.1f} {y - 5:.1f}l5 9h-10z", **look)
    else:
        canvas.add("path", d=f"M{x:.1f} {y - 5.5:.1f}l5.5 5.5-5.5 5.5-5.5-5.5z", **look)


def _end_names(canvas: Canvas, frame: _Frame, series: list[Series]) -> None:
    """Each line named where it ends, pushed apart where two end close together."""
    ends = []
    for number, each in enumerate(series):
        last = next((v for v in reversed(each.values) if v is not None), 0.0)
        ends.append((frame.at(0, last)[1], number, each.name))
    y_free = 0.0
    for y, number, name in sorted(ends):
        y_free = max(y, y_free)
        colour = _COLOURS[number % len(_COLOURS)]
        canvas.text(frame.right + 6, y_free + 5, name, fill=colour, font_weight="bold")
        y_free += 18


def _trend(canvas: Canvas, frame: _Frame, values: Sequence[Value]) -> None:
    fit = slope(values)
    if fit is None:
        return
    gradient, start = fit
    last = len(values) - 1
    top = frame.ticks[-1]
    first_y, last_y = (min(max(start + gradient * i, 0), top) for i in (0, last))
    (x1, y1), (x2, y2) = frame.at(0, first_y), frame.at(last, last_y)
    canvas.add("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=FILLS[1], stroke_width=6, opacity=0.55)
    canvas.text(x1 + 4, y1 - 10, "trend", fill=INK, font_style="italic")


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
