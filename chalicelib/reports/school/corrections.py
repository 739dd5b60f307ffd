"""What was corrected between two reports of the same period: told from what both of them show.

A number that either of them hides is not compared, or the difference would tell it (R-GOV 2).
"""

from collections.abc import Iterator

from chalicelib.reports.document import Cell, Column, Document, Kind, Section, Sentence, Table, said
from chalicelib.web import words

CAPTION = "What was corrected"
Place = tuple[str, str, str]  # a table, a line and a column
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
    old, new = dict(_cells(before)), dict(_cells(after))
    both = {table for table, _, _ in old} & {table for table, _, _ in new}
    for place in [*new, *(each for each in old if each not in new)]:
        kind = (new.get(place) or old[place])[1]
        was, now = (each.get(place, (_none(kind), kind))[0] for each in (old, new))
        if place[0] in both and was is not None and isinstance(now, int) and now != was:
            yield (*place, said(was, kind), said(now, kind))


def _none(kind: Kind) -> Cell:
    """What a line that is not in a table comes to: a nought. A table that is not there at all may
    have been left out, and tells nothing.
    """
    return 0 if kind is Kind.COUNT else None


def _cells(document: Document) -> Iterator[tuple[Place, tuple[Cell, Kind]]]:
    for _, _, table in document.tables():
        for row in table.lines:
            for column, cell in zip(table.columns[1:], row[1:], strict=True):
                if column.kind in _NUMBERS:
                    yield (table.caption, str(row[0]), column.heading), (cell, column.kind)
