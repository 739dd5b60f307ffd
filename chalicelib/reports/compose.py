"""Whole reports: of a trust over its schools, and of one school. Counts, and never children.

Pure: the same snapshot always gives the same report.
"""

from collections.abc import Iterator

from chalicelib.reports import narrative, school_sections, sections, tables, wording
from chalicelib.reports.document import Document, Kind, Sentence, Tile, said
from chalicelib.reports.model import Snapshot
from chalicelib.reports.sections import AGREEMENTS, INCIDENT_WAITS, THEMES, TYPES
from chalicelib.reports.suppression import Hidden
from chalicelib.reports.view import Labels, View, inside
from chalicelib.web import words

__all__ = ["Labels", "school_report", "trust_report"]


def trust_report(snapshot: Snapshot, labels: Labels) -> Document:
    """A trust's report: every school on the same measures."""
    view = View(snapshot, labels)
    schools = words.counted(len(view.schools), "school")
    return Document(
        title="Online safety report",
        owner=snapshot.trust,
        period=snapshot.period.label,
        counted_at=snapshot.counted_at,
        tiles=tuple(_tiles(view)),
        summary=(
            Sentence(f"This report covers {schools} of {snapshot.trust}."),
            *_summary(view),
        ),
        sections=(
            sections.incidents(view),
            sections.compared(view),
            sections.waits(view),
            sections.alerts(view),
            sections.agreements(view),
        ),
        notes=tuple(_notes(view)),
        missing=tuple(f"{each.name}: {each.why}" for each in snapshot.missing),
    )


def school_report(snapshot: Snapshot, labels: Labels) -> Document:
    """The figures of the one school in a snapshot, for its governors and leaders (S91, S226)."""
    view = View(snapshot, labels)
    return Document(
        title="Figures",
        owner=snapshot.schools[0].name,
        period=snapshot.period.label,
        counted_at=snapshot.counted_at,
        tiles=tuple(_tiles(view)),
        summary=tuple(_summary(view)),
        sections=(
            school_sections.incidents(view),
            school_sections.waits(view),
            school_sections.alerts(view),
            school_sections.agreements(view),
        ),
        notes=tuple(_notes(view)),
    )


def _tiles(view: View) -> Iterator[Tile]:
    before = view.incidents_before.total if view.incidents_before else None
    yield Tile(
        said(view.incidents.total, Kind.COUNT),
        "incidents",
        _change(view.incidents.total, before, view.earlier),
    )
    share = tables.quick_share(view.incidents.waits, view.incidents.total)
    yield Tile(said(share, Kind.PERCENT), "acknowledged within a day", "of all incidents")
    before = view.alerts_before.total if view.alerts_before else None
    yield Tile(
        said(view.alerts.total, Kind.COUNT),
        "filtering and monitoring alerts",
        _change(view.alerts.total, before, view.earlier),
    )
    yield Tile(
        narrative.share(view.signed, view.sent) if view.sent else "\N{EN DASH}",
        "agreements signed",
        f"{words.number(view.signed)} of {words.number(view.sent)} sent",
    )


def _summary(view: View) -> Iterator[Sentence]:
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


def _notes(view: View) -> Iterator[str]:
    yield (
        f"Numbers from 1 to {view.of.threshold - 1} are hidden, so that no child can be recognised "
        "from them. Others are hidden with them where a sum or a difference would bring one back: "
        "a hidden number need not be small."
    )
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
