"""What follows a broken rule: two tables of actions, for pupils and for staff (S372 to S407).

The policies' own tables are the starting set; a school edits its own by version, and what
contradicts itself is flagged for the school to settle (index F). A record suggests the rows that
its types call for, and the row of continued infringements once the person has earlier incidents.
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from chalicelib.tenancy.matrix import Audience, Line, Matrix, Version
from chalicelib.tenancy.matrix.shared import sanctions

HERE = Path(__file__).parent
CONTINUED = "continued"


class Whose(StrEnum):
    PUPILS = "pupils"
    STAFF = "staff"

    @property
    def matrix(self) -> Matrix:
        return sanctions()[self]

    @property
    def audience(self) -> Audience:
        return self.matrix.audience(self)


@dataclass(frozen=True)
class Suggested:
    """A row that a record calls for, and why."""

    line: Line
    why: str


def suggested(
    whose: Whose, version: Version, types: Collection[str], *, earlier: int
) -> tuple[Suggested, ...]:
    """The rows of a school's table that an incident of these types calls for (2.6, 2.7)."""
    found = []
    line = version.line(CONTINUED)
    if earlier and line:
        times = "1 earlier incident" if earlier == 1 else f"{earlier} earlier incidents"
        found.append(Suggested(line, f"{times} of this person, as the one who did it"))
    rows = _suggestions()[whose]
    called = [each for each in version.lines if set(rows.get(each.key, ())) & set(types)]
    return (*found, *(Suggested(each, "What was reported calls for it") for each in called))


def never_marked(whose: Whose, version: Version) -> tuple[str, ...]:
    """Columns that no row marks: the policies have four such (index F 12)."""
    return whose.audience.never_marked(version.lines)


@cache
def _suggestions() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads((HERE / "suggested.toml").read_text(encoding="utf-8"))
