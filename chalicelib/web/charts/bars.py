"""Bars: one a label, several side by side, or several in a row that add up.

Every value is written at its bar, so there is no axis to read off.
"""

from collections.abc import Callable, Sequence

from chalicelib.web import words
from chalicelib.web.charts.canvas import (
    FILLS,
    LINE,
    NARROW,
    ON_FILLS,
    SOFT,
    TRACK,
    Canvas,
    across,
    text_width,
    wrapped,
)
from chalicelib.web.charts.model import Chart, Series, Value, said, tabled

_LONGEST = 0.82  # the share of the width that the greatest value takes; its number follows
_THICK, _THIN, _BETWEEN = 20, 17, 14
_BASELINE = 13  # from a line's top
Draw = Callable[[Canvas, "_Scale", list[Value], float], float]


def bars(
    title: str, values: Sequence[tuple[str, Value]], *, unit: str = "", first: str = "Kind"
) -> Chart:
    """One bar for each label, in the order given."""
    series = [Series(unit.capitalize() or "Number", tuple(value for _, value in values))]
    labels = [label for label, _ in values]
    return _chart(title, labels, series, unit, first, _greatest(series), _side_by_side)


def grouped(
    title: str, labels: Sequence[str], series: Sequence[Series], *, unit: str = "", first: str = ""
) -> Chart:
    """Several bars for each label, to compare them."""
    drawn = list(series)
    return _chart(title, list(labels), drawn, unit, first, _greatest(drawn), _side_by_side)


def stacked(
    title: str, labels: Sequence[str], series: Sequence[Series], *, unit: str = "", first: str = ""
) -> Chart:
    """One bar for each label, made of its parts, with the total at its end."""
    drawn = list(series)
    return _chart(title, list(labels), drawn, unit, first, _greatest_sum(drawn), _in_a_row)


def _chart(
    title: str,
    labels: list[str],
    series: list[Series],
    unit: str,
    first: str,
    greatest: float,
    draw: Draw,
) -> Chart:
    canvas = Canvas(about=title + repr(labels))
    y = 4.0
    if unit:
        canvas.text(0, y + 10, f"Number of {unit}", fill=SOFT)
        y += 26
    if len(series) > 1:
        y = canvas.legend([each.name for each in series], y)
    scale = _Scale(greatest)
    for row, label in enumerate(labels):
        for line in wrapped(label, NARROW):
            canvas.text(0, y + _BASELINE, line)
            y += LINE
        y = draw(canvas, scale, [each.values[row] for each in series], y + 4) + _BETWEEN
    description = _in_words(labels, series, unit)
    svg = canvas.finish(max(y - _BETWEEN + 4, 24), title, description)
    return Chart(title, description, svg, *tabled(labels, series, first or " "))


class _Scale:
    """Numbers into shares of the width."""

    def __init__(self, greatest: float) -> None:
        self._unit = _LONGEST / (greatest or 1)

    def share(self, value: float) -> float:
        return value * self._unit


def _side_by_side(canvas: Canvas, scale: _Scale, values: list[Value], y: float) -> float:
    thick = _THICK if len(values) == 1 else _THIN
    for number, value in enumerate(values):
        canvas.add("rect", x=0, y=y, width=across(_LONGEST), height=thick, fill=TRACK)
        share = 0.0 if value is None else scale.share(value)
        if value is None:
            canvas.withheld(1, y + 1, 16, thick - 2)
        elif value:
            canvas.bar(0, y, across(share), thick, number)
        canvas.text(
            across(share),
            y + thick / 2 + 5,
            said(value),
            dx=24 if value is None else 7,
            font_weight="bold",
        )
        y += thick + 3
    return y - 3


def _in_a_row(canvas: Canvas, scale: _Scale, values: list[Value], y: float) -> float:
    share = 0.0
    for number, value in enumerate(values):
        if value:
            wide = scale.share(value)
            canvas.bar(across(share), y, across(max(wide - 0.003, 0.002)), _THICK, number)
            _inside(canvas, share + wide / 2, y, value, wide, number)
            share += wide
    total = words.number(sum(value for value in values if value is not None))
    text = f"{total}, others hidden" if None in values else total
    if share * NARROW + text_width(text) + 8 > NARROW:  # no room behind the bar: below it
        canvas.text(0, y + _THICK + 2 + _BASELINE, text, font_weight="bold")
        return y + _THICK + 2 + LINE
    canvas.text(across(share), y + _THICK / 2 + 5, text, dx=7, font_weight="bold")
    return y + _THICK


def _inside(
    canvas: Canvas, middle: float, y: float, value: float, wide: float, series: int
) -> None:
    """A part's number, where its part has room for it; a halo keeps textures off the digits."""
    text = words.number(value)
    if wide * NARROW < text_width(text) + 4:
        return
    number = series % len(FILLS)
    canvas.text(
        across(middle),
        y + _THICK / 2 + 5,
        text,
        fill=ON_FILLS[number],
        text_anchor="middle",
        font_weight="bold",
        stroke=FILLS[number],
        stroke_width=4,
        stroke_linejoin="round",
        paint_order="stroke",
    )


def _greatest(series: list[Series]) -> float:
    return max((value for each in series for value in each.values if value is not None), default=0)


def _greatest_sum(series: list[Series]) -> float:
    rows = zip(*(each.values for each in series), strict=True)
    return max((sum(value for value in row if value is not None) for row in rows), default=0)


def _in_words(labels: list[str], series: list[Series], unit: str) -> str:
    """What a person who cannot see the picture should know first."""
    told = [f"Bar chart of {unit or 'numbers'}, {words.counted(len(labels), 'row')}"]
    for each in series:
        known = [(v, label) for v, label in zip(each.values, labels, strict=True) if v is not None]
        if known:
            value, label = max(known, key=lambda pair: pair[0])
            told.append(f"{each.name}: most for {label}, {words.number(value)}")
    if any(None in each.values for each in series):
        told.append("Small numbers are hidden")
    return ". ".join(told) + "."
