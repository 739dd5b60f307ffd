"""A heat map: rows against columns, darker for more, the number in every cell."""

from collections.abc import Sequence

from chalicelib.web import words
from chalicelib.web.charts.canvas import (
    GRID,
    INK,
    LINE,
    NARROW,
    PAPER,
    SOFT,
    Canvas,
    across,
    wrapped,
)
from chalicelib.web.charts.model import Chart, Series, Value, tabled

_LABELS, _ROW = 0.3, 40
# One hue, light to dark: read the same in grey. White is nothing at all.
_STEPS = ("#ffffff", "#e3f0ee", "#b9d9d6", "#7cb6b4", "#529d9d", "#0b4f5a")


def heat(
    title: str,
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[Value]],
    *,
    unit: str = "",
    first: str = " ",
) -> Chart:
    """`values` holds a sequence for each row, with a value for each column."""
    canvas = Canvas(about=title + repr((list(rows), list(columns))))
    wide = (1 - _LABELS) / max(len(columns), 1)
    y = _heads(canvas, columns, wide, unit)
    greatest = max((value for row in values for value in row if value is not None), default=0)
    for name, line in zip(rows, values, strict=True):
        label = wrapped(name, _LABELS * NARROW, most=2)
        top = y + _ROW / 2 + 5 - LINE / 2 * (len(label) - 1)
        for number, text in enumerate(label):
            canvas.text(0, top + LINE * number, text)
        for column, value in enumerate(line):
            _cell(canvas, _LABELS + column * wide, y, wide, value, greatest)
        y += _ROW
    description = _in_words(rows, columns, values, unit)
    series = [Series(name, tuple(row[n] for row in values)) for n, name in enumerate(columns)]
    svg = canvas.finish(y + 4, title, description)
    return Chart(title, description, svg, *tabled(list(rows), series, first))


def _heads(canvas: Canvas, columns: Sequence[str], wide: float, unit: str) -> float:
    y = 4.0
    if unit:
        canvas.text(0, y + 10, f"Number of {unit}", fill=SOFT)
        y += 26
    heads = [wrapped(column, wide * NARROW) for column in columns]
    lines = max((len(head) for head in heads), default=1)
    for index, head in enumerate(heads):
        x = across(_LABELS + (index + 0.5) * wide)
        for number, text in enumerate(head):
            row = y + 13 + LINE * (lines - len(head) + number)
            canvas.text(x, row, text, text_anchor="middle", fill=SOFT)
    return y + LINE * lines + 6


def _cell(canvas: Canvas, x: float, y: float, wide: float, value: Value, greatest: float) -> None:
    step = 0 if not value else 1 + min(int(value / greatest * 4.999), 4)
    box: dict[str, str | float] = {
        "x": across(x + 0.003),
        "y": y + 1,
        "width": across(wide - 0.006),
        "height": _ROW - 3,
    }
    if value is None:
        canvas.add("rect", fill=PAPER, stroke=SOFT, stroke_dasharray="3 3", **box)
    else:
        canvas.add("rect", fill=_STEPS[step], stroke=GRID, rx=4, **box)
    canvas.text(
        across(x + wide / 2),
        y + _ROW / 2 + 4,
        "\u2013" if value is None else words.number(value),
        text_anchor="middle",
        fill=PAPER if step >= 5 else INK,
        font_weight="bold",
    )


def _in_words(
    rows: Sequence[str], columns: Sequence[str], values: Sequence[Sequence[Value]], unit: str
) -> str:
    told = (
        f"Heat map of {unit or 'numbers'}: {words.counted(len(rows), 'row')}, "
        f"{words.counted(len(columns), 'column')}."
    )
    known = [
        (value, row, column)
        for row, line in zip(rows, values, strict=True)
        for column, value in zip(columns, line, strict=True)
        if value is not None
    ]
    if known:
        value, row, column = max(known, key=lambda each: each[0])
        told += f" Highest: {row}, {column}, {words.number(value)}."
    if any(None in line for line in values):
        told += " Small numbers are hidden."
    return told
