"""A heat map: rows against columns, darker for more, the number in every cell."""

from collections.abc import Sequence

from chalicelib.web import words
from chalicelib.web.charts.canvas import GRID, INK, PAPER, SOFT, Canvas, wrapped
from chalicelib.web.charts.model import Chart, Series, Value, said, tabled

WIDTH, _LABELS, _ROW = 720, 190, 36
# One hue, light to dark: read the same in grey.
_STEPS = ("#ffffff", "#e3f0ee", "#b9d9d6", "#7cb6b4", "#3a8587", "#0b4f5a")


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
    canvas = Canvas(WIDTH, about=title + repr((list(rows), list(columns))))
    wide = (WIDTH - _LABELS) / max(len(columns), 1)
    heads = [wrapped(column, wide - 6, most=3) for column in columns]
    top = 10 + 17 * max((len(lines) for lines in heads), default=1)
    for index, lines in enumerate(heads):
        x = _LABELS + (index + 0.5) * wide
        for number, text in enumerate(lines):
            y = top - 8 - 17 * (len(lines) - 1 - number)
            canvas.text(x, y, text, anchor="middle", fill=SOFT)
    known = [value for row in values for value in row if value is not None]
    greatest = max(known, default=0)
    for index, name in enumerate(rows):
        y = top + index * _ROW
        label = wrapped(name, _LABELS - 16, most=2)
        for number, text in enumerate(label):
            canvas.text(
                _LABELS - 12, y + 23 - 8.5 * (len(label) - 1) + 17 * number, text, anchor="end"
            )
        for column, value in enumerate(values[index]):
            _cell(canvas, _LABELS + column * wide, y, wide, value, greatest)
    description = _in_words(rows, columns, values, unit)
    series = [
        Series(column, tuple(row[index] for row in values)) for index, column in enumerate(columns)
    ]
    svg = canvas.finish(top + len(rows) * _ROW + 6, title, description)
    return Chart(title, description, svg, *tabled(list(rows), series, first))


def _cell(canvas: Canvas, x: float, y: float, wide: float, value: Value, greatest: float) -> None:
    step = 0 if not value else 1 + min(int(value / (greatest or 1) * 4.999), 4)
    if value is None:
        canvas.withheld(x + 2, y + 2, wide - 4, _ROW - 4)
    else:
        canvas.add(
            "rect",
            x=x + 1,
            y=y + 1,
            width=wide - 2,
            height=_ROW - 2,
            rx=4,
            fill=_STEPS[step],
            stroke=GRID,
        )
    text = "\u2013" if value is None else said(value)
    colour = PAPER if step >= 4 else INK
    canvas.text(x + wide / 2, y + 23, text, anchor="middle", fill=colour, font_weight="bold")


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
    return told
