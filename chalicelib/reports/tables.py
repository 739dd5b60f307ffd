"""The tables of a report over several schools, from numbers that may be shown."""

from collections.abc import Mapping, Sequence

from chalicelib.figures import Measure
from chalicelib.reports import wording
from chalicelib.reports.document import UNKNOWN, Cell, Column, Kind, Table
from chalicelib.reports.model import Correction, Figures
from chalicelib.reports.protect import Protected
from chalicelib.reports.rates import rate
from chalicelib.reports.suppression import Hidden

_SIDE_BY_SIDE = 8  # schools that fit as columns; with more they are the rows

ALL = "In all"
RATE_COLUMN = 5  # of the schools compared
SHARE_COLUMN = 4  # of agreements
_QUICK = 2  # the first groups of waits, up to a day


def by_kind_and_school(
    caption: str, found: Protected, labels: Mapping[str, str], *, first: str, note: str = ""
) -> Table:
    """How many of each kind at each school, with both totals."""
    kinds = [wording.of(labels, kind) for kind in found.kinds]
    shown, table = found.shown, found.shown.tables[1]
    rows: list[list[Cell]] = [
        [name, *cells, total]
        for name, cells, total in zip(found.names, table.rows, shown.row_totals, strict=True)
    ]
    if shown.apart:
        rows.append([together(found), *table.together, shown.apart_total])
    totals: list[Cell] = [ALL, *table.column_totals, shown.total]
    if len(found.names) <= _SIDE_BY_SIDE:
        return _turned(caption, first, [*kinds, "In all"], [*rows, totals], note)
    columns = [Column("School", Kind.TEXT), *map(Column, [*kinds, "In all"])]
    return Table(caption, tuple(columns), _fixed(rows), tuple(totals), heat=True, note=note)


def _turned(
    caption: str, first: str, headings: Sequence[str], rows: Sequence[Sequence[Cell]], note: str
) -> Table:
    """The same with schools side by side."""
    columns = [Column(first, Kind.TEXT), *(Column(str(row[0])) for row in rows)]
    lines = [[heading, *(row[n + 1] for row in rows)] for n, heading in enumerate(headings)]
    return Table(
        caption, tuple(columns), _fixed(lines[:-1]), tuple(lines[-1]), heat=True, note=note
    )


def together(found: Protected) -> str:
    """What the row of schools that are hidden whole is called."""
    return f"The {len(found.shown.apart)} hidden schools together"


def waits_by_school(
    caption: str, found: Protected, schools: Sequence[Figures], acknowledged: Measure
) -> Table:
    """How long they waited to be acknowledged, at each school and at all."""
    shown, table = found.shown, found.shown.tables[0]
    rows: list[list[Cell]] = []
    for each, cells, total in zip(schools, table.rows, shown.row_totals, strict=True):
        done = each.of(acknowledged)
        minutes = _mean(done.amount("minutes"), done.n, total, cells)
        rows.append([each.name, *cells, total, quick_share(cells, total), minutes])
    if shown.apart:
        cells, total = table.together, shown.apart_total
        rows.append([together(found), *cells, total, quick_share(cells, total), None])
    every = [each.of(acknowledged) for each in schools]
    minutes = _mean(
        sum(each.amount("minutes") for each in every),
        sum(each.n for each in every),
        shown.total,
        table.column_totals,
    )
    share = quick_share(table.column_totals, shown.total)
    return Table(
        caption,
        (
            Column("School", Kind.TEXT),
            *(Column(label) for label in wording.WAITS),
            Column(wording.NOT_YET),
            Column("In all"),
            Column("In a day or less", Kind.PERCENT),
            Column("Mean wait", Kind.MINUTES),
        ),
        _fixed(rows),
        (ALL, *table.column_totals, shown.total, share, minutes),
    )


def quick_share(waits: Sequence[Hidden], total: Hidden) -> Cell:
    """The part acknowledged within a day, in per cent."""
    quick = waits[:_QUICK]
    known = [n for n in quick if n is not None]
    if total is None or len(known) < len(quick):
        return None
    return round(100 * sum(known) / total) if total else UNKNOWN


def _mean(minutes: int, acknowledged: int, total: Hidden, waits: Sequence[Hidden]) -> Cell:
    """The mean wait, where neither the whole nor how many still wait is hidden."""
    if total is None or waits[-1] is None:
        return None
    return round(minutes / acknowledged) if acknowledged > 0 else UNKNOWN


def compared(
    caption: str, found: Protected, before: Protected | None, schools: Sequence[Figures]
) -> Table:
    """Schools side by side on one measure: how many, the change, and for each 100 pupils."""
    earlier = dict(zip(before.schools, before.by_school, strict=True)) if before else {}
    rows: list[list[Cell]] = []
    for each, total in zip(schools, found.by_school, strict=True):
        rows.append(_compared(each.name, each.pupils, total, earlier.get(each.school, UNKNOWN)))
    pupils = sum(each.pupils for each in schools)
    return Table(
        caption,
        (
            Column("School", Kind.TEXT),
            Column("Pupils"),
            Column("Incidents"),
            Column("Before"),
            Column("Change", Kind.CHANGE),
            Column("Each 100 pupils", Kind.RATE),
            Column("Range", Kind.TEXT),
        ),
        _fixed(rows),
        tuple(_compared(ALL, pupils, found.total, before.total if before else UNKNOWN)),
        note="The range is what chance alone leaves open: where the ranges of two schools meet, "
        "the difference between them may mean nothing. A small school has a wide range.",
    )


def _compared(name: str, pupils: int, total: Hidden, before: Cell) -> list[Cell]:
    found = rate(total, pupils) if total is not None else None
    change: Cell = UNKNOWN
    if total is None or before is None:
        change = None
    elif isinstance(before, int):
        change = total - before
    unknown: Cell = None if total is None else UNKNOWN
    return [
        name,
        pupils or UNKNOWN,
        total,
        before,
        change,
        round(found.each_hundred, 1) if found else unknown,
        f"{found.least:.1f} to {found.most:.1f}" if found else unknown,
    ]


def feeds(caption: str, found: Protected, schools: Sequence[Figures]) -> Table:
    """Deliveries, those that nobody could read, those that came late, and alarms of silence."""
    silent = [each.n(Measure.FEEDS_SILENT) for each in schools]
    shown, late = found.shown, found.kinds.index("late")
    unread, in_time = shown.tables
    rows: list[list[Cell]] = [
        [name, total, unread.rows[n][0], in_time.rows[n][late], silent[n]]
        for n, (name, total) in enumerate(zip(found.names, shown.row_totals, strict=True))
    ]
    if shown.apart:
        cells = unread.together[0], in_time.together[late]
        rows.append([together(found), shown.apart_total, *cells, UNKNOWN])
    totals = unread.column_totals[0], in_time.column_totals[late]
    return Table(
        caption,
        (
            Column("School", Kind.TEXT),
            Column("Deliveries"),
            Column("Not readable"),
            Column("Late"),
            Column("Alarms of silence"),
        ),
        _fixed(rows),
        (ALL, shown.total, *totals, sum(silent)),
        note="Deliveries of filters, not alerts; but one can be of one alert, so that small "
        "numbers are hidden here too.",
    )


def corrected(caption: str, found: Sequence[Correction]) -> Table:
    """School, measure, what was reported then and what is counted now."""
    return Table(
        caption,
        (
            Column("School", Kind.TEXT),
            Column("Measure", Kind.TEXT),
            Column("Then"),
            Column("Now"),
        ),
        tuple((each.name, each.measure, each.then, each.now) for each in found),
        note="Details are types, places, waiting times and outcomes: their numbers stand above as "
        "they are now. A number that is hidden in either report is hidden here.",
    )


def agreements(caption: str, schools: Sequence[Figures]) -> Table:
    """Sent, signed and waiting at each school. Forms, not incidents: nothing is hidden."""
    counts = [
        (each.name, each.n(Measure.AGREEMENTS_SENT), each.n(Measure.AGREEMENTS_SIGNED))
        for each in schools
    ]
    whole = ALL, sum(sent for _, sent, _ in counts), sum(signed for _, _, signed in counts)
    return signed_table(caption, "School", [signed_row(*each) for each in counts], whole)


def signed_table(
    caption: str, first: str, rows: Sequence[Sequence[Cell]], whole: tuple[str, int, int]
) -> Table:
    return Table(
        caption,
        (
            Column(first, Kind.TEXT),
            Column("Sent"),
            Column("Signed"),
            Column("Waiting"),
            Column("Share signed", Kind.PERCENT),
        ),
        _fixed(rows),
        tuple(signed_row(*whole)),
    )


def signed_row(name: str, sent: int, signed: int) -> list[Cell]:
    share: Cell = round(100 * signed / sent) if sent > 0 else UNKNOWN
    return [name, sent, signed, max(0, sent - signed), share]


def split(
    caption: str, first: str, parts: Mapping[str, Hidden], labels: Mapping[str, str], note: str = ""
) -> Table:
    """One list of counts, in the order of its labels."""
    order = [*labels, *(value for value in parts if value not in labels)]
    rows = [(wording.of(labels, value), parts[value]) for value in order if value in parts]
    return Table(caption, (Column(first, Kind.TEXT), Column("Number")), _fixed(rows), note=note)


def _fixed(rows: Sequence[Sequence[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(row) for row in rows)
