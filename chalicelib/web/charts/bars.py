"""Bars: one a label, several side by side, or several in a row that add up."""

from collections.abc import Sequence

from chalicelib.web import words
from chalicelib.web.charts.canvas import (
    INSIDE,
    SOFT,
    Canvas,
    short,
    text_width,
    ticks,
    wrapped,
)
from chalicelib.web.charts.model import Chart, Series, Value, said, tabled

WIDTH = 720
_LABELS, _RIGHT, _AXIS = 210, 64, 28


def bars(
    title: str, values: Sequence[tuple[str, Value]], *, unit: str = "", first: str = "Kind"
) -> Chart:
    """One horizontal bar for each label, in the order given."""
    series = [Series(unit.capitalize() or "Number", tuple(value for _, value in values))]
    return _drawn(title, [label for label, _ in values], series, unit, first, stacked=False)


def grouped(
    title: str, labels: Sequence[str], series: Sequence[Series], *, unit: str = "", first: str = ""
) -> Chart:
    """Several bars for each label, to compare them."""
    return _drawn(title, list(labels), list(series), unit, first, stacked=False)


def stacked(
    title: str, labels: Sequence[str], series: Sequence[Series], *, unit: str = "", first: str = ""
) -> Chart:
    """One bar for each label, made of its parts, with the total at its end."""
    return _drawn(title, list(labels), list(series), unit, first, stacked=True)


def _drawn(
    title: str, labels: list[str], series: list[Series], unit: str, first: str, *, stacked: bool
) -> Chart:
    canvas = Canvas(WIDTH, about=title + repr(labels))
    top = canvas.legend([each.name for each in series], 0, 4) if len(series) > 1 else 6.0
    thick = 26 if stacked or len(series) == 1 else max(12, 30 - 4 * len(series))
    group = thick if stacked else thick * len(series) + 2 * (len(series) - 1)
    bottoms = _bottoms(labels, top, group)
    scale = _Scale(_longest(series, stacked=stacked))
    bottom = bottoms[-1] if bottoms else top
    scale.draw(canvas, top, bottom, unit)
    start = top
    for row, label in enumerate(labels):
        middle = (start + bottoms[row]) / 2
        _label(canvas, label, middle)
        values = [each.values[row] for each in series]
        draw = _stack if stacked else _side_by_side
        draw(canvas, scale, values, middle - group / 2, thick)
        start = bottoms[row]
    return Chart(
        title,
        _in_words(labels, series, unit),
        canvas.finish(bottom + _AXIS + 18, title, _in_words(labels, series, unit)),
        *tabled(labels, series, first or " "),
    )


def _bottoms(labels: list[str], top: float, group: float) -> list[float]:
    """Where each label's row ends: rows grow with their label's lines."""
    bottoms: list[float] = []
    for label in labels:
        lines = len(wrapped(label, _LABELS - 16))
        top += max(group + 14, lines * 17 + 12)
        bottoms.append(top)
    return bottoms


class _Scale:
    """Numbers into lengths."""

    def __init__(self, greatest: float) -> None:
        self.ticks = ticks(greatest)
        self.unit = (WIDTH - _LABELS - _RIGHT) / self.ticks[-1]

    def length(self, value: float) -> float:
        return value * self.unit

    def draw(self, canvas: Canvas, top: float, bottom: float, unit: str) -> None:
        for tick in self.ticks:
            x = _LABELS + self.length(tick)
            canvas.line(x, top, x, bottom, stroke="#9a9488" if tick == 0 else "#e6dfd3")
            canvas.text(x, bottom + 20, words.number(tick), anchor="middle", fill=SOFT)
        if unit:
            canvas.text(WIDTH, bottom + 40, unit, anchor="end", fill=SOFT)


def _label(canvas: Canvas, label: str, middle: float) -> None:
    lines = wrapped(label, _LABELS - 16)
    y = middle + 5 - (len(lines) - 1) * 8.5
    for number, line in enumerate(lines):
        canvas.text(_LABELS - 12, y + number * 17, line, anchor="end")


def _side_by_side(
    canvas: Canvas, scale: _Scale, values: list[Value], y: float, thick: float
) -> None:
    for number, value in enumerate(values):
        top = y + number * (thick + 2)
        if value is None:
            canvas.withheld(_LABELS, top + 2, 14, thick - 4)
            end = _LABELS + 14.0
        else:
            end = _LABELS + scale.length(value)
            if value:
                canvas.bar(_LABELS, top, scale.length(value), thick, number)
        canvas.text(end + 7, top + thick / 2 + 5, said(value), font_weight="bold")


def _stack(canvas: Canvas, scale: _Scale, values: list[Value], y: float, thick: float) -> None:
    x, some_hidden = float(_LABELS), False
    for number, value in enumerate(values):
        if value is None:
            some_hidden = True
            canvas.withheld(x, y + 3, 12, thick - 6)
            x += 14
            continue
        width = scale.length(value)
        if value:
            canvas.bar(x, y, max(width - 1.5, 1), thick, number)
            _inside(canvas, x + width / 2, y + thick / 2, value, width, number)
        x += width
    total = sum(value for value in values if value is not None)
    canvas.text(
        x + 7,
        y + thick / 2 + 5,
        f"{words.number(total)}+" if some_hidden else words.number(total),
        font_weight="bold",
    )


def _inside(canvas: Canvas, x: float, y: float, value: float, width: float, series: int) -> None:
    """A part's number, where its part has room for it."""
    text = words.number(value)
    needed = text_width(text) + 10
    if width < needed:
        return
    colour = INSIDE[series % len(INSIDE)]
    canvas.text(x, y + 5, text, anchor="middle", fill=colour, font_weight="bold")


def _longest(series: list[Series], *, stacked: bool) -> float:
    rows = zip(*(each.values for each in series), strict=True)
    known = [[value for value in row if value is not None] for row in rows]
    return max((sum(row) if stacked else max(row) for row in known if row), default=0)


def _in_words(labels: list[str], series: list[Series], unit: str) -> str:
    """What a person who cannot see the picture should know first."""
    told = []
    for each in series:
        known = [(v, label) for v, label in zip(each.values, labels, strict=True) if v is not None]
        if not known:
            continue
        value, label = max(known, key=lambda pair: pair[0])
        told.append(f"{each.name}: most in {label}, {short(float(value))}")
    kind = f"Bar chart of {unit or 'numbers'} for {words.counted(len(labels), 'row')}."
    hidden = " Small numbers are hidden." if any(None in each.values for each in series) else ""
    return f"{kind} {'; '.join(told)}.{hidden}" if told else kind + hidden
