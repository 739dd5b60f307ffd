"""CSV of any system: any headings, comma, semicolon or tab, the encodings that Excel writes."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.identity import addresses
from chalicelib.people.rosters.columns import CONTACTS, Column
from chalicelib.people.rosters.model import (
    Adult,
    Child,
    Gathered,
    Problem,
    Roster,
    Unreadable,
    year_group,
    yes,
)

_MOST_LINES = 20_000
_MOST_COLUMNS = 120
_LONGEST = 100  # characters of a name or a class
_DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class Sheet:
    """A table of text: its headings, and its rows as long as those."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def opened(body: bytes) -> Sheet:
    """A CSV file as a table. Raises Unreadable."""
    text = decoded(body)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as e:
        message = "This is not a CSV file that can be read. Save it again from your system as CSV"
        raise Unreadable(message) from e
    lines = [line for line in lines if any(cell.strip() for cell in line)]
    if len(lines) < 2:
        raise Unreadable("The file has no lines below its headings")
    if len(lines) > _MOST_LINES or len(lines[0]) > _MOST_COLUMNS:
        raise Unreadable(f"The file has more than {_MOST_LINES:,} lines or {_MOST_COLUMNS} columns")
    if len(lines[0]) < 2:
        raise Unreadable("The first line must be the headings, with a comma between them")
    width = len(lines[0])
    rows = [tuple(cell.strip() for cell in [*line, *[""] * width][:width]) for line in lines[1:]]
    return Sheet(tuple(cell.strip() for cell in lines[0]), tuple(rows))


def decoded(body: bytes) -> str:
    """Text in UTF-8, UTF-16 or what Windows writes. Raises Unreadable for what is no text."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable("This is not a text file. Save it from your system as CSV")


def read(sheet: Sheet, chosen: Mapping[int, str], *, only_responsible: bool = True) -> Roster:
    """The roster of a table whose columns mean `chosen`: column number to meaning."""
    gathered = Gathered()
    for number, row in enumerate(sheet.rows, 2):
        line = _Line(number, {meaning: row[column] for column, meaning in chosen.items()})
        child = line.child()
        if child is None:
            gathered.refuse(*line.problems, upn=line.upn, key=line.key, name=line.name)
            continue
        gathered.problems += line.problems
        gathered.add(number, child)
    return gathered.roster(only_responsible=only_responsible)


class _Line:
    """One line of the file, and what is wrong with it."""

    def __init__(self, number: int, cells: Mapping[str, str]) -> None:
        self.number = number
        self.cells = cells
        self.problems: list[Problem] = []

    @property
    def upn(self) -> str:
        return self.cells.get(Column.UPN, "").upper()

    @property
    def key(self) -> str:
        return self.cells.get(Column.KEY, "")

    @property
    def name(self) -> str:
        return f"{self.cells.get(Column.GIVEN, '')} {self.cells.get(Column.FAMILY, '')}"

    def child(self) -> Child | None:
        """The pupil of the line; None when something they must have is missing."""
        given, family, class_name = (
            self._needed(each) for each in (Column.GIVEN, Column.FAMILY, Column.CLASS)
        )
        year = year_group(self.cells.get(Column.YEAR, ""))
        if year is None:
            self._refuse(Column.YEAR, "Enter a year group from Nursery to 13")
        contacts = [found for n in range(1, CONTACTS + 1) if (found := self._contact(n))]
        if year is None or not (given and family and class_name):
            return None
        return Child(
            given,
            family,
            year,
            class_name,
            self.upn,
            self.key,
            tuple(contacts),
        )

    def _contact(self, number: int) -> Adult | None:
        """A contact of the line. One with a problem is left out; the pupil is not."""
        cells = {each: self.cells.get(f"{each} {number}", "") for each in Column if each.is_contact}
        parts = (cells[Column.CONTACT_GIVEN], cells[Column.CONTACT_FAMILY])
        name = cells[Column.CONTACT_NAME] or " ".join(filter(None, parts))
        if not name and not cells[Column.CONTACT_EMAIL]:
            return None
        if not name:
            self._refuse(Column.CONTACT_NAME, "Enter the name of this contact", number)
            return None
        if len(name) > _LONGEST:
            self._refuse(Column.CONTACT_NAME, f"Use {_LONGEST} characters or less", number)
            return None
        email = ""
        if cells[Column.CONTACT_EMAIL]:
            try:
                email = addresses.normal(cells[Column.CONTACT_EMAIL])
            except ValueError:
                message = "This is not an email address; the contact comes in without one"
                self._refuse(Column.CONTACT_EMAIL, message, number)
        responsible, barred = yes(cells[Column.RESPONSIBLE]), yes(cells[Column.BARRED])
        if responsible is None or barred is None:
            which = Column.RESPONSIBLE if responsible is None else Column.BARRED
            self._refuse(which, "Enter yes or no; the contact is left out", number)
            return None
        asked = f"{Column.RESPONSIBLE} {number}" in self.cells
        return Adult(
            name,
            email,
            cells[Column.RELATIONSHIP][:_LONGEST] or "Contact",
            responsible if asked else True,
            barred,
        )

    def _needed(self, column: Column) -> str:
        text = self.cells.get(column, "")
        if not text:
            self._refuse(column, "This must not be empty")
        elif len(text) > _LONGEST:
            self._refuse(column, f"Use {_LONGEST} characters or less")
            return ""
        return text

    def _refuse(self, column: Column, message: str, contact: int = 0) -> None:
        label = f"Contact {contact}: {column.label}" if contact else column.label
        self.problems.append(Problem(self.number, label, message))
