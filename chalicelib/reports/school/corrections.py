"""What was corrected between two reports of the same period: told from what both of them show.

A number that either of them hides is not compared, or the difference would tell it (R-GOV 2).
"""

from collections.abc import Iterator

from chalicelib.reports.document import Cell, Column, Document, Kind, Section, Sentence, Table, said
from chalicelib.web import words

CAPTION = "What was corrected"
_NUMBERS = {Kind.COUNT, Kind.PERCENT, Kind.MINUTES}


def since(before: Document, after: Document) -> Section:
    """A section that says which numbers differ from the report that was approved before."""
    rows = tuple(_differences(before, after))
    when = words.london_date(before.counted_at)
    if not rows:
        text = f"Nothing was corrected: these are the figures that were reported on {when}."
        return Section("corrected", "Corrected since", (Sentence(text, (), "none"),))
    text = f"{words.counted(len(rows), 'number')} changed since the report of {when}, as records "
    return Section(
        "corrected",
        "Corrected since",
        (Sentence(f"{text}were added or put right.", (CAPTION,), "some"),),
        tables=(
            Table(
                CAPTION,
                (
                    Column("Table", Kind.TEXT),
                    Column("Line", Kind.TEXT),
                    Column("Column", Kind.TEXT),
                    Column("Was", Kind.TEXT),
                    Column("Is", Kind.TEXT),
                ),
                rows,
            ),
        ),
    )


def _differences(before: Document, after: Document) -> Iterator[tuple[str, ...]]:
    old = dict(_cells(before))
    for place, (cell, kind) in _cells(after):
        was = old.get(place, (0, kind))[0]
        if cell is not None and was is not None and cell != was and isinstance(cell, int):
            yield (*place, said(was, kind), said(cell, kind))


def _cells(document: Document) -> Iterator[tuple[tuple[str, str, str], tuple[Cell, Kind]]]:
    for _, _, table in document.tables():
        for row in table.lines:
            for column, cell in zip(table.columns[1:], row[1:], strict=True):
                if column.kind in _NUMBERS:
                    yield (table.caption, str(row[0]), column.heading), (cell, column.kind)
