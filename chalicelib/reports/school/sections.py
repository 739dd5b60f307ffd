"""The sections of a school's report that are read from its figures, each with sentences, charts
and tables (S91, S226, S240). Every number is one that the view shows, so none of them is small.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from chalicelib.figures import Measure
from chalicelib.reports import school_sections, sections, tables, wording
from chalicelib.reports.document import (
    Cell,
    Column,
    Kind,
    Picture,
    Section,
    Table,
)
from chalicelib.reports.model import Figures
from chalicelib.reports.protect import Protected
from chalicelib.reports.school import sentences
from chalicelib.reports.school import words as said
from chalicelib.reports.school.view import LEFT, SchoolView
from chalicelib.reports.suppression import Counted as Numbers
from chalicelib.reports.suppression import Hidden, hide_together, total_of

TYPES, THEMES = sections.TYPES, sections.THEMES
_IN_ORDER = (
    said.YEAR,
    said.TOOK,
    said.SEVERITY,
    said.HOUR,
)  # shown as they are, not the most frequent first


@dataclass(frozen=True)
class Split:
    """One way to split what is counted. `several`: one thing may fall under several."""

    dimension: str
    caption: str
    first: str
    labels: Mapping[str, str]
    several: bool = False
    note: str = ""


_SEVERAL = "An incident can count under several of these, so they can come to more than there are."
_INCIDENTS = (
    Split("risk", "Incidents by the four Cs", "Risk", said.RISK, True, _SEVERAL),
    Split("place", "Incidents by place", "Place", wording.PLACES, True, sections.BOTH_PLACES),
    Split("platform", "Incidents by app or site", "App or site", said.PLATFORM, True, _SEVERAL),
    Split("year", "Incidents by year group", "Year group", said.YEAR, True, _SEVERAL),
    Split("severity", "Incidents by severity", "Severity", said.SEVERITY),
    Split("hour", "Incidents by time of day", "Time", said.HOUR),
)
_INCIDENTS_TOOK = Split("took", "Time to close incidents", "Closed", said.TOOK)
_INCIDENTS_BY = Split("by", "Who acknowledged incidents", "Who", said.HANDLER)
_INCIDENTS_ENDED = Split("outcome", "How incidents ended", "End", said.OUTCOME)
_ALERTS_BY = Split("by", "Who acknowledged alerts", "Who", said.HANDLER)
_ALERTS_ENDED = Split("outcome", "What alerts were", "End", said.RESPONSE)
_ALERTS = (
    Split("severity", sections.SEVERITIES, "Severity", said.SEVERITY),
    Split("action", "What the filter did", "Action", said.ACTION),
)


def incidents(view: SchoolView) -> Section:
    """By type against the term before, then every other way they are split."""
    found = view.incidents
    charts: list[Picture] = []
    if len(found.kinds) > 1:
        charts.append(sections.kinds_drawn("Incidents by type", found, wording.TYPES, "incidents"))
    charts += sections.over_time(view, "Incidents, term by term", "incidents")
    types = _against(
        TYPES, "Type", found, view.incidents_before, wording.TYPES, note=sections.SEVERAL_TYPES
    )
    more = list(_splits(view, "incidents", _INCIDENTS))
    return Section(
        "incidents",
        "Incidents",
        sentences=(
            *sections.kinds_said("incident", found, wording.TYPES, TYPES),
            *sentences.risen(found, view.incidents_before, wording.TYPES, TYPES, view.earlier),
            *sentences.where(more),
        ),
        charts=(*charts, *_drawn(more, "Incidents by the four Cs", "Incidents by year group")),
        tables=(types, *_by_term(view), *more),
    )


def handling(view: SchoolView) -> Section:
    """How long until somebody acknowledged and closed an incident, and who that was (5.6)."""
    waits = view.incidents
    found = [
        _list(sections.INCIDENT_WAITS, "Acknowledged", _waits(waits), waits.total),
        *_done(view, Measure.INCIDENTS_CLOSED, _INCIDENTS_TOOK, view.still_open),
        *_taken(view, Measure.INCIDENTS, Measure.INCIDENTS_ACKNOWLEDGED, _INCIDENTS_BY),
        *_done(view, Measure.INCIDENTS_CLOSED, _INCIDENTS_ENDED),
    ]
    return Section(
        "handling",
        "How incidents were handled",
        sentences=(
            *sections.quick("incident", waits, sections.INCIDENT_WAITS),
            *sentences.still_open(found),
            *sentences.mean(view, waits, Measure.INCIDENTS_ACKNOWLEDGED, sections.INCIDENT_WAITS),
        ),
        charts=tuple(_drawn(found, _INCIDENTS_TOOK.caption, _INCIDENTS_BY.caption)),
        tables=tuple(found),
    )


def alerts(view: SchoolView, themes: Mapping[str, str]) -> Section:
    """By theme, severity and what the filter did; then how quickly and how they ended."""
    found = view.alerts
    charts: list[Picture] = []
    if len(found.kinds) > 1:
        charts.append(sections.kinds_drawn("Alerts by theme", found, themes, "alerts"))
    charts += sections.over_time(view, "Alerts, term by term", "alerts")
    more = [
        *_splits(view, "alerts", _ALERTS),
        _list(sections.ALERT_WAITS, "Acknowledged", _waits(found), found.total),
        *_taken(view, Measure.ALERTS, Measure.ALERTS_ACKNOWLEDGED, _ALERTS_BY),
        *_done(view, Measure.ALERTS_CLOSED, _ALERTS_ENDED),
        *_sent(view),
    ]
    return Section(
        "alerts",
        "Filtering and monitoring alerts",
        sentences=(
            *sections.kinds_said("alert", found, themes, THEMES),
            *sentences.risen(found, view.alerts_before, themes, THEMES, view.earlier),
            *sections.quick("alert", found, sections.ALERT_WAITS),
            *sentences.mean(view, found, Measure.ALERTS_ACKNOWLEDGED, sections.ALERT_WAITS),
        ),
        charts=(*charts, *_drawn(more, "Alerts by severity", "What alerts were")),
        tables=(_against(THEMES, "Theme", found, view.alerts_before, themes), *more),
    )


def agreements(view: SchoolView) -> Section:
    """What was sent and signed in the period, and what families answered about consent (S291)."""
    found = school_sections.agreements(view)
    by_term = [_answers(term, view.threshold) for term in view.terms]
    rows = [
        (label, *(total_of(cells) for cells in zip(*(each[n] for each in by_term), strict=True)))
        for n, label in enumerate(said.CONSENT.values())
    ]
    if not any(row[1:] != (0, 0, 0) for row in rows):
        return found
    heads = [Column("Consent", Kind.TEXT), *(Column(h) for h in ("Yes", "No", "Withdrawn"))]
    table = Table(
        "Answers about consent", tuple(heads), tuple(rows), note="Small numbers are hidden here."
    )
    return replace(found, tables=(*found.tables, table))


def _answers(term: Figures, threshold: int) -> tuple[tuple[Hidden, ...], ...]:
    """Yes, no and withdrawn of each consent in a term, as they may be shown."""
    given = [
        term.of(each).of("channel")
        for each in (
            Measure.CONSENTS_GIVEN,
            Measure.CONSENTS_REFUSED,
            Measure.CONSENTS_WITHDRAWN,
        )
    ]
    counts = [[max(0, each.get(key, 0)) for each in given] for key in said.CONSENT]
    numbers = [sum(row) for row in counts]
    return hide_together(numbers, Numbers(counts), threshold=threshold).tables[0].rows


def _sent(view: SchoolView) -> Iterator[Table]:
    """What came from the filters at all."""
    silent = view.totals("feeds_silent")
    if view.totals("feeds").n or silent.n:
        rows = (
            ("Deliveries", view.feeds.total),
            ("of them unreadable", view.feeds.shown.tables[0].column_totals[0]),
            ("Times that a filter fell silent", silent.n),
        )
        columns = (Column("What", Kind.TEXT), Column("Number"))
        yield Table("What the filters sent", columns, rows)


def _splits(view: SchoolView, measure: str, ways: Sequence[Split]) -> Iterator[Table]:
    """The ways in which anything was counted; what nothing was counted under is no table."""
    for way in ways:
        shown = view.split(measure, way.dimension, several=way.several)
        if shown:
            rows = _named(shown, way.labels)
            yield _list(way.caption, way.first, rows, view.number(measure), way.note)


def _done(
    view: SchoolView,
    measure: Measure,
    way: Split,
    beside: Callable[[Figures], Hidden] | None = None,
) -> Iterator[Table]:
    """How things were over, with those that are still open."""
    of = Measure.INCIDENTS if measure is Measure.INCIDENTS_CLOSED else Measure.ALERTS
    yield from _with_rest(
        view, way, view.done(measure, way.dimension, of, beside=beside), of, said.OPEN
    )


def _taken(view: SchoolView, of: Measure, measure: Measure, way: Split) -> Iterator[Table]:
    """Who took things in hand, with those that nobody has."""
    shown = view.done(measure, way.dimension, of, beside=partial(view.nobody_took, of))
    yield from _with_rest(view, way, shown, of, said.NOBODY)


def _with_rest(
    view: SchoolView, way: Split, shown: Mapping[str, Hidden], of: Measure, rest: str
) -> Iterator[Table]:
    if shown:
        rows = _named(shown, {**way.labels, LEFT: rest})
        yield _list(way.caption, way.first, rows, view.number(of))


def _named(shown: Mapping[str, Hidden], labels: Mapping[str, str]) -> list[tuple[str, Hidden]]:
    """Values with their words: those with an order of their own in it, others the most first."""
    known = list(labels)
    ordered = any(labels is each or set(each) <= set(labels) for each in _IN_ORDER)

    def place(value: str) -> tuple[int, int, str]:
        at = known.index(value) if value in known else len(known)
        last = value in ("unknown", "unspecified", "none", LEFT)
        return (last, at if ordered else -(shown[value] or 0), wording.of(labels, value))

    return [(wording.of(labels, value), shown[value]) for value in sorted(shown, key=place)]


def _waits(found: Protected) -> list[tuple[str, Hidden]]:
    return list(zip([*wording.WAITS, wording.NOT_YET], found.waits, strict=True))


def _list(
    caption: str,
    first: str,
    rows: Sequence[tuple[str, Hidden]],
    total: Hidden,
    note: str = "",
) -> Table:
    columns = (Column(first, Kind.TEXT), Column("Number"))
    return Table(caption, columns, tuple(rows), (tables.ALL, total), note=note)


def _against(
    caption: str,
    first: str,
    found: Protected,
    before: Protected | None,
    labels: Mapping[str, str],
    note: str = "",
) -> Table:
    """A list with the same of the period before, where there is one."""
    now = found.by_kind
    if before is None:
        rows = [(wording.of(labels, kind), n) for kind, n in now.items()]
        columns = (Column(first, Kind.TEXT), Column("Number"))
        return Table(caption, columns, tuple(rows), (tables.ALL, found.total), note=note)
    then = before.by_kind
    lines = [
        _line(wording.of(labels, kind), now.get(kind, 0), then.get(kind, 0))
        for kind in [*now, *(kind for kind in then if kind not in now)]
    ]
    return Table(
        caption,
        (
            Column(first, Kind.TEXT),
            Column("Number"),
            Column("Before"),
            Column("Change", Kind.CHANGE),
        ),
        tuple(lines),
        _line(tables.ALL, found.total, before.total),
        note=note,
    )


def _line(name: str, now: Hidden, then: Hidden) -> tuple[Cell, ...]:
    change: Cell = None if now is None or then is None else now - then
    return name, now, then, change


def _by_term(view: SchoolView) -> Iterator[Table]:
    """Each type in each of the last terms, as that term's own report shows it."""
    terms = view.incidents_by_term
    if len(terms) < 2:
        return
    kinds = {kind for _, found in terms for kind in found.by_kind}
    ordered = [kind for kind in view.incidents.by_kind if kind in kinds]
    ordered += sorted(kinds - set(ordered))
    rows = [
        (wording.of(wording.TYPES, kind), *(found.by_kind.get(kind, 0) for _, found in terms))
        for kind in ordered
    ]
    columns = (Column("Type", Kind.TEXT), *(Column(name) for name, _ in terms))
    totals = (tables.ALL, *(found.total for _, found in terms))
    yield Table("Incidents by type, term by term", columns, tuple(rows), totals)


def _drawn(found: Sequence[Table], *captions: str) -> Iterator[Picture]:
    """Bars of some tables: where a table has something to show."""
    for table in found:
        values = [(str(row[0]), row[1]) for row in table.rows]
        numbers = [(name, n) for name, n in values if n is None or isinstance(n, int)]
        if table.caption in captions and len(numbers) > 1 and any(n for _, n in numbers):
            yield sections.bars(table.caption, numbers, first=table.columns[0].heading)
