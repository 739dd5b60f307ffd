"""What a table of permissions or sanctions is, and what in it contradicts itself.

Nothing here corrects: the policies these tables come from hold crosses in two columns and rules
that are looser for children than for adults, and a school has to see that to decide (index F).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime


@dataclass(frozen=True)
class Column:
    """Something to mark. A lower `rank` is looser; one that stands `alone` excludes the others.

    A column with `letters` is marked with some of them instead of a tick (S389): such a mark is
    kept as `column:letter`.
    """

    key: str
    label: str
    colour: str = "grey"
    rank: int = 0
    alone: bool = False
    letters: tuple[tuple[str, str], ...] = ()

    @property
    def marks(self) -> tuple[tuple[str, str], ...]:
        """Every mark that may stand in it, and how it reads."""
        if not self.letters:
            return ((self.key, self.label),)
        return tuple((f"{self.key}:{letter}", said) for letter, said in self.letters)


@dataclass(frozen=True)
class Audience:
    """Whom some columns are about: staff and other adults, pupils, everybody."""

    key: str
    label: str
    columns: tuple[Column, ...]

    @property
    def marks(self) -> Mapping[str, Column]:
        """The column of every mark that this audience may have."""
        return {mark: column for column in self.columns for mark, _ in column.marks}

    def said(self, marked: Collection[str]) -> list[tuple[str, str]]:
        """What is marked, in words and with its colour, in the order of the columns."""
        return [
            (words, column.colour)
            for column in self.columns
            for mark, words in column.marks
            if mark in marked
        ]

    def never_marked(self, lines: "Iterable[Line]") -> tuple[str, ...]:
        """Columns that no line marks: the policies' sanctions have four such (index F 12)."""
        marked = {mark for line in lines for mark in line.marked(self.key)}
        return tuple(
            column.label
            for column in self.columns
            if not marked & {mark for mark, _ in column.marks}
        )


@dataclass(frozen=True)
class Line:
    """One row. `source` is where it comes from: the number of a requirement, or the school."""

    key: str
    label: str
    marks: Mapping[str, frozenset[str]] = field(default_factory=dict)
    note: str = ""
    source: str = ""

    def marked(self, audience: str) -> frozenset[str]:
        return self.marks.get(audience, frozenset())


@dataclass(frozen=True)
class AtOdds:
    """A mark that goes against another rule of the school or of the country, and why."""

    line: str
    audience: str
    marks: frozenset[str]
    says: str


@dataclass(frozen=True)
class Contradiction:
    """What does not go together, for a person to decide."""

    line: str
    says: str


@dataclass(frozen=True)
class Matrix:
    """A table as it ships. `looser` names an audience that may not be freer than another."""

    key: str
    title: str
    intro: str
    edition: str
    audiences: tuple[Audience, ...]
    lines: tuple[Line, ...]
    looser: tuple[str, str] | None = None
    blank_is_an_answer: bool = False
    at_odds: tuple[AtOdds, ...] = ()

    def audience(self, key: str) -> Audience:
        return next(each for each in self.audiences if each.key == key)

    def contradictions(self, lines: Sequence[Line]) -> list[Contradiction]:
        """All that does not go together in some lines, in their order."""
        return [found for line in lines for found in self._in_line(line)]

    def _in_line(self, line: Line) -> Iterator[Contradiction]:
        for audience in self.audiences:
            marked = line.marked(audience.key)
            columns = list(dict.fromkeys(audience.marks[mark] for mark in sorted(marked)))
            alone = [column for column in columns if column.alone]
            if alone and len(columns) > 1:
                others = " and ".join(f"“{c.label}”" for c in columns if c not in alone)
                yield Contradiction(
                    line.key,
                    f"{audience.label}: marked “{alone[0].label}” and also {others}.",
                )
            if not columns and not self.blank_is_an_answer:
                yield Contradiction(line.key, f"{audience.label}: nothing is marked.")
        yield from self._looser(line)
        for rule in self.at_odds:
            if rule.line == line.key and rule.marks & line.marked(rule.audience):
                yield Contradiction(line.key, rule.says)

    def _looser(self, line: Line) -> Iterator[Contradiction]:
        if self.looser is None:
            return
        freer, than = (self.audience(key) for key in self.looser)
        ranks = [
            [audience.marks[mark].rank for mark in line.marked(audience.key)]
            for audience in (freer, than)
        ]
        if all(ranks) and min(ranks[0]) < min(ranks[1]):
            yield Contradiction(
                line.key, f"{freer.label} are given more freedom here than {than.label.lower()}."
            )

    def known(self, lines: Sequence[Line]) -> tuple[Line, ...]:
        """Lines with only the marks that this edition has."""
        return tuple(
            replace(
                line,
                marks={
                    audience.key: line.marked(audience.key) & audience.marks.keys()
                    for audience in self.audiences
                },
            )
            for line in lines
        )


@dataclass(frozen=True)
class Version:
    """A table as a school has it: number 0 is what shipped, and nobody there has checked it."""

    number: int
    lines: tuple[Line, ...]
    at: datetime | None = None
    by: str = ""
    why: str = ""

    def line(self, key: str) -> Line | None:
        return next((line for line in self.lines if line.key == key), None)

    def with_line(self, line: Line) -> tuple[Line, ...]:
        """The lines with one changed, or added at the end."""
        if self.line(line.key) is None:
            return (*self.lines, line)
        return tuple(line if each.key == line.key else each for each in self.lines)

    def without(self, key: str) -> tuple[Line, ...]:
        return tuple(each for each in self.lines if each.key != key)
