"""What a paper is written from: a school, whoever asks, and the school year it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from chalicelib import clock
from chalicelib.ids import SchoolId
from chalicelib.incidents.service.wall import Reader
from chalicelib.reports import periods
from chalicelib.reports.compose import summary
from chalicelib.reports.document import Cell, Column, Document, Kind, Section, Sentence, Table, Tile
from chalicelib.reports.model import Period
from chalicelib.reports.school import compose, gathering
from chalicelib.reports.school.states import Look
from chalicelib.reports.school.view import SchoolView


@dataclass(frozen=True)
class Desk:
    """One paper being written, as of now. `year` is an academic year such as `2026-27`."""

    school: SchoolId
    name: str
    reader: Reader
    year: str
    themes: Mapping[str, str]

    @cached_property
    def today(self) -> date:
        return clock.today()

    @cached_property
    def period(self) -> Period:
        return periods.of_year(self.year, self.today)

    @cached_property
    def look(self) -> Look:
        return gathering.look_of(self.school, self.period)

    @cached_property
    def view(self) -> SchoolView:
        return SchoolView(gathering.figures_of(self.school, self.period), self.themes)

    def counted(
        self, title: str, sections: Sequence[Section], *, says: str, readers: str
    ) -> Document:
        """A paper with the figures of its year, and everything that is said about hiding."""
        opening = Sentence(says, (), "opening")
        first = [opening, *summary(self.view)]
        return compose.document(self.view, title, first, sections, readers=readers)

    def plain(
        self,
        title: str,
        period: str,
        sections: Sequence[Section],
        *,
        says: str,
        readers: str,
        tiles: Sequence[Tile] = (),
        notes: Sequence[str] = (),
    ) -> Document:
        """A paper that tells of things as they are."""
        return Document(
            title=title,
            owner=self.name,
            period=period,
            counted_at=clock.now(),
            tiles=tuple(tiles),
            summary=(Sentence(says, (), "opening"),),
            sections=tuple(sections),
            notes=tuple(notes),
            readers=readers,
        )


def listed(
    caption: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    numbers: Sequence[str] = (),
    note: str = "",
) -> tuple[Table, ...]:
    """A table of words, with the columns named in `numbers` as counts; none where it is empty."""
    if not rows:
        return ()
    columns = tuple(Column(h, Kind.COUNT if h in numbers else Kind.TEXT) for h in headings)
    return (Table(caption, columns, tuple(tuple(row) for row in rows), note=note),)


def section(key: str, heading: str, says: str, *tables: Table) -> Section:
    """A section with one sentence, which is read from its first table."""
    seen = (tables[0].caption,) if tables else ()
    return Section(key, heading, (Sentence(says, seen, key),), tables=tables)
