"""Whole reports: of a trust over its schools, and of one school. Counts, and never children.

Pure: the same snapshot always gives the same report.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from chalicelib.reports import narrative, school_sections, sections, tables, wording
from chalicelib.reports.document import Document, Kind, Section, Sentence, Tile, said
from chalicelib.reports.layout import WHOLE, Layout
from chalicelib.reports.model import Snapshot
from chalicelib.reports.sections import AGREEMENTS, INCIDENT_WAITS, THEMES, TYPES
from chalicelib.reports.suppression import Hidden
from chalicelib.reports.view import Labels, View, inside
from chalicelib.web import words

__all__ = ["Labels", "school_report", "trust_report"]
_FIGURES = replace(WHOLE, title="Figures")
IN_PARTS = (
    "What is hidden in one of the terms or months is hidden in the whole: or the others would "
    "tell it."
)

_OF_TRUST: Mapping[str, Callable[[View], Section]] = {
    "incidents": sections.incidents,
    "schools": sections.compared,
    "waits": sections.waits,
    "alerts": sections.alerts,
    "agreements": sections.agreements,
    "feeds": sections.feeds,
    "registers": sections.registers,
}
_OF_SCHOOL: Mapping[str, Callable[[View], Section]] = {
    "incidents": school_sections.incidents,
    "waits": school_sections.waits,
    "alerts": school_sections.alerts,
    "agreements": school_sections.agreements,
}

# The measures that a school's report in a set can show: others are hidden over all schools at once,
# and what they come to at one of them is told nowhere.
OF_EACH = frozenset({"types", "incident_waits", "alert_waits", "themes", "agreements"})
NONE_OF_EACH = (
    "This template has nothing that a report of each school can show. Choose one with types, "
    "waiting times, alerts by theme or agreements"
)


def trust_report(snapshot: Snapshot, labels: Labels, layout: Layout = WHOLE) -> Document:
    """A trust's report: every school on the same measures, as a template lays it out (5.12)."""
    view = View(snapshot, labels)
    schools = words.counted(len(view.schools), "school")
    covers = Sentence(f"This report covers {schools} of {snapshot.trust}.")
    return replace(
        _laid(view, layout, _OF_TRUST, covers),
        owner=snapshot.trust,
        missing=tuple(f"{each.name}: {each.why}" for each in snapshot.missing),
    )


def school_report(snapshot: Snapshot, labels: Labels, layout: Layout = _FIGURES) -> Document:
    """The figures of one school of a snapshot, for its governors and leaders (S91, S226).

    What is hidden is decided over all the schools in the snapshot.
    """
    return _laid(View(snapshot, labels), layout, _OF_SCHOOL)


def _laid(
    view: View, layout: Layout, known: Mapping[str, Callable[[View], Section]], *first: Sentence
) -> Document:
    """The sections of a layout in its order, with the measures it wants and what they say."""
    chosen = [each for each in layout.sections if each.key in known]
    shown = {sections.MEASURES[each] for section in chosen for each in section.measures}
    parts = [_only(known[each.key](view), shown) for each in chosen]
    parts += sections.corrected(view)
    there = {table.caption for part in parts for table in part.tables}
    keys = {each.key for each in chosen}
    return Document(
        title=layout.title,
        owner=view.schools[0].name if view.schools else view.of.trust,
        period=view.period,
        counted_at=view.of.counted_at,
        tiles=tuple(tile for key, tile in tiles(view) if key in keys),
        summary=(*first, *_told(summary(view), there)),
        sections=tuple(replace(part, sentences=_told(part.sentences, there)) for part in parts),
        notes=tuple(notes(view)),
    )


def _only(section: Section, captions: Collection[str]) -> Section:
    """A section without the measures that are not wanted, nor the charts that draw them alone."""
    return replace(
        section,
        tables=tuple(each for each in section.tables if each.caption in captions),
        charts=tuple(each for each in section.charts if not each.table or each.table in captions),
    )


def _told(sentences: Iterable[Sentence], captions: Collection[str]) -> tuple[Sentence, ...]:
    """Only the sentences whose numbers are there to be looked up."""
    return tuple(each for each in sentences if set(each.tables) <= set(captions))


def tiles(view: View) -> Iterator[tuple[str, Tile]]:
    """The numbers to see first, each with the section it belongs to."""
    before = view.incidents_before.total if view.incidents_before else None
    yield (
        "incidents",
        Tile(
            said(view.incidents.total, Kind.COUNT),
            "incidents",
            _change(view.incidents.total, before, view.earlier),
        ),
    )
    share = tables.quick_share(view.incidents.waits, view.incidents.total)
    yield "waits", Tile(said(share, Kind.PERCENT), "acknowledged within a day", "of all incidents")
    before = view.alerts_before.total if view.alerts_before else None
    yield (
        "alerts",
        Tile(
            said(view.alerts.total, Kind.COUNT),
            "filtering and monitoring alerts",
            _change(view.alerts.total, before, view.earlier),
        ),
    )
    yield (
        "agreements",
        Tile(
            narrative.share(view.signed, view.sent) if view.sent else "\N{EN DASH}",
            "agreements signed",
            f"{words.number(view.signed)} of {words.number(view.sent)} sent",
        ),
    )


def summary(view: View) -> Iterator[Sentence]:
    """What to know first."""
    now, before = view.incidents, view.incidents_before
    when = {"period": inside(view.period), "earlier": inside(view.earlier)}
    yield from narrative.counted(
        "incident", now.total, before.total if before else None, table=TYPES, **when
    )
    yield from narrative.most_frequent(
        "incident", now.by_kind, now.total, wording.TYPES, table=TYPES
    )
    yield from sections.quick("incident", now, INCIDENT_WAITS)
    now, before = view.alerts, view.alerts_before
    yield from narrative.counted(
        "alert", now.total, before.total if before else None, table=THEMES, **when
    )
    yield from narrative.signed(view.sent, view.signed, table=AGREEMENTS)


def notes(view: View) -> Iterator[str]:
    """How the figures are to be understood."""
    yield (
        f"Numbers from 1 to {view.of.threshold - 1} are hidden, so that no child can be recognised "
        "from them. Others are hidden with them where a sum or a difference would bring one back: "
        "a hidden number need not be small."
    )
    if view.in_parts > 1:
        yield IN_PARTS
    yield (
        "An incident counts on the day it happened, an alert on the day it came, an agreement on "
        "the day it was sent, and what was done about each on that same day. A record that was put "
        "right since is counted as it stands now."
    )
    if view.incidents.shown.apart or view.alerts.shown.apart:
        yield (
            "A school with so few records that its total is hidden is counted together with at "
            "least one more, so that the total of all schools stays right."
        )
    yield "Agreements are forms, not incidents: their numbers are never hidden."


def _change(now: Hidden, before: Hidden, earlier: str) -> str:
    if now is None or before is None or not earlier:
        return ""
    if now == before:
        return f"as many as in {inside(earlier)}"
    way = "more" if now > before else "fewer"
    return f"{words.number(abs(now - before))} {way} than in {inside(earlier)}"
