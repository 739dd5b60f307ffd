"""A school's report of a period as a document: its figures, and how things stand (S91, S226).

Pure: the same figures, states and wording always give the same report.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from chalicelib.reports import narrative, tables, wording
from chalicelib.reports.compose import IN_PARTS
from chalicelib.reports.document import Document, Kind, Section, Sentence, Tile, said
from chalicelib.reports.protect import Protected
from chalicelib.reports.school import sections
from chalicelib.reports.school.model import Counted, Report
from chalicelib.reports.school.view import SchoolView
from chalicelib.reports.school.wording import worded
from chalicelib.reports.sections import AGREEMENTS, INCIDENT_WAITS, THEMES, TYPES, quick
from chalicelib.reports.suppression import Hidden
from chalicelib.reports.view import inside
from chalicelib.web import words

TITLE = "Online safety report to governors"
READERS = "For governors and senior leaders."


def drafted(counted: Counted, themes: Mapping[str, str], notes: tuple[str, ...] = ()) -> Document:
    """What the figures say by themselves, before anybody puts it otherwise."""
    view = SchoolView(counted, themes)
    name = view.schools[0].name
    opening = f"This report tells governors and leaders of {name} about {inside(view.period)}."
    return document(
        view,
        TITLE,
        [Sentence(opening, (), "opening"), *summary(view)],
        [*figures(view, themes), *counted.states],
        notes=notes,
        readers=READERS,
    )


def told(report: Report, counted: Counted, themes: Mapping[str, str]) -> Document:
    """The report as it reads: with its wording, and who approved it."""
    return worded(drafted(counted, themes, tuple(_approved(report))), report.wording)


def document(
    view: SchoolView,
    title: str,
    said_first: Sequence[Sentence],
    found: Sequence[Section],
    *,
    notes: Sequence[str] = (),
    readers: str,
) -> Document:
    """Sections as a document of the school. What the summary says is not said again below."""
    once = {each.text for each in said_first}
    return Document(
        title=title,
        owner=view.schools[0].name,
        period=view.period,
        counted_at=view.of.counted_at,
        tiles=tuple(tiles(view)),
        summary=tuple(said_first),
        sections=tuple(
            replace(each, sentences=tuple(s for s in each.sentences if s.text not in once))
            for each in found
        ),
        notes=(*notes, *hiding(view)),
        readers=readers,
    )


def figures(view: SchoolView, themes: Mapping[str, str]) -> list[Section]:
    """The sections that are read from counts."""
    return [
        sections.incidents(view),
        sections.handling(view),
        sections.alerts(view, themes),
        sections.agreements(view),
    ]


def summary(view: SchoolView) -> Iterator[Sentence]:
    """What to know first."""
    when = {"period": inside(view.period), "earlier": inside(view.earlier)}
    now, before = view.incidents, view.incidents_before
    yield from narrative.counted(
        "incident", now.total, before.total if before else None, table=TYPES, **when
    )
    yield from narrative.most_frequent(
        "incident", now.by_kind, now.total, wording.TYPES, table=TYPES
    )
    yield from quick("incident", now, INCIDENT_WAITS)
    now, before = view.alerts, view.alerts_before
    yield from narrative.counted(
        "alert", now.total, before.total if before else None, table=THEMES, **when
    )
    yield from narrative.signed(view.sent, view.signed, table=AGREEMENTS)


def tiles(view: SchoolView) -> Iterator[Tile]:
    """The numbers to see first."""
    now, before = view.incidents, view.incidents_before
    yield Tile(said(now.total, Kind.COUNT), "incidents", _change(now.total, before, view.earlier))
    share = tables.quick_share(now.waits, now.total)
    yield Tile(said(share, Kind.PERCENT), "acknowledged within a day", "of all incidents")
    alerts, then = view.alerts, view.alerts_before
    yield Tile(
        said(alerts.total, Kind.COUNT),
        "filtering and monitoring alerts",
        _change(alerts.total, then, view.earlier),
    )
    yield Tile(
        narrative.share(view.signed, view.sent) if view.sent else "\N{EN DASH}",
        "agreements signed",
        f"{words.number(view.signed)} of {words.number(view.sent)} sent",
    )


def hiding(view: SchoolView) -> Iterator[str]:
    """How the figures are to be understood."""
    yield (
        f"Numbers from 1 to {view.threshold - 1} are hidden, so that no child can be recognised "
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
    yield "Agreements are forms, not incidents: their numbers are never hidden."


def _approved(report: Report) -> Iterator[str]:
    yield (
        "The sentences were written from the tables, and may have been put in other words by the "
        "school. No child is named."
    )
    if report.approved_at:
        yield f"Approved by {report.approver} on {words.london_date(report.approved_at)}."


def _change(now: Hidden, before: Protected | None, earlier: str) -> str:
    then = before.total if before else None
    if now is None or then is None or not earlier:
        return ""
    if now == then:
        return f"as many as in {inside(earlier)}"
    way = "more" if now > then else "fewer"
    return f"{words.number(abs(now - then))} {way} than in {inside(earlier)}"
