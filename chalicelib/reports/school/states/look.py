"""What a section reads from: which school, over which days; and tables of what was found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from chalicelib.ids import SchoolId
from chalicelib.registers.model.definition import Definition
from chalicelib.registers.repository import lines
from chalicelib.registers.repository.lines import Line
from chalicelib.registers.service import definitions
from chalicelib.registers.service.definitions import Registers
from chalicelib.reports.document import Cell, Column, Kind, Table


@dataclass(frozen=True)
class Look:
    """Which school, over which days, and as of when. All days are London's."""

    school: SchoolId
    first: date
    last: date
    today: date
    threshold: int

    def within(self, register: str) -> list[Line]:
        """A register's entries of the period."""
        return list(lines.between(self.school, register, self.first, self.last))

    @cached_property
    def registers(self) -> Registers:
        """The school's registers as they are now, read once."""
        return definitions.of(self.school)

    def definition(self, register: str) -> Definition | None:
        return self.registers.find(register)


def table_of(
    caption: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    counts: bool = False,
    note: str = "",
) -> Iterator[Table]:
    """A table where there is anything in it; `counts`: all but its first column are numbers."""
    if rows:
        kinds = [Kind.TEXT, *[Kind.COUNT if counts else Kind.TEXT] * (len(headings) - 1)]
        columns = tuple(Column(h, kind) for h, kind in zip(headings, kinds, strict=True))
        yield Table(caption, columns, tuple(tuple(row) for row in rows), note=note)
