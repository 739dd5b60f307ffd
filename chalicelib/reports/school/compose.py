"""A school's report of a period as a document: its figures, and how things stand (S91, S226).

Pure: the same figures, states and wording always give the same report.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from chalicelib.reports import compose
from chalicelib.reports.document import Document, Section, Sentence
from chalicelib.reports.school import sections
from chalicelib.reports.school.model import Counted, Report
from chalicelib.reports.school.view import SchoolView
from chalicelib.reports.school.wording import worded
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
        [Sentence(opening, (), "opening"), *compose.summary(view)],
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
        tiles=tuple(tile for _, tile in compose.tiles(view)),
        summary=tuple(said_first),
        sections=tuple(
            replace(each, sentences=tuple(s for s in each.sentences if s.text not in once))
            for each in found
        ),
        notes=(*notes, *compose.notes(view)),
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


def _approved(report: Report) -> Iterator[str]:
    yield (
        "The sentences were written from the tables, and may have been put in other words by the "
        "school. No child is named."
    )
    if report.approved_at:
        yield f"Approved by {report.approver} on {words.london_date(report.approved_at)}."
