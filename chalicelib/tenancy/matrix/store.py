"""The versions of a school's tables: all are kept, the newest is in force.

The number of a version is in its key, so that two people who change the same one meet: the second
is told, and nothing is lost.
"""

from collections.abc import Sequence
from typing import Any

from pynamodb.attributes import UnicodeAttribute

from chalicelib import audit, clock
from chalicelib.ids import SchoolId
from chalicelib.storage import Row, Table, every, query, table, transaction
from chalicelib.tenancy.matrix.model import Line, Matrix, Version


class MatrixRow(Row):
    """A version. What a school wrote into it is sealed: a note may name somebody."""

    class Meta(Table):
        table_name = table("directory")

    at = UnicodeAttribute()
    by = UnicodeAttribute()


def current(school: SchoolId, matrix: Matrix) -> Version:
    """What is in force: the school's newest, else what shipped as number 0."""
    rows, _ = query(MatrixRow, school, _prefix(matrix), newest_first=True, limit=1, consistent=True)
    return _version(rows[0], matrix) if rows else Version(0, matrix.lines)


def history(school: SchoolId, matrix: Matrix) -> list[Version]:
    """Every version the school made, newest first."""
    rows = every(MatrixRow, school, _prefix(matrix), newest_first=True)
    return [_version(row, matrix) for row in rows]


def change(
    school: SchoolId,
    matrix: Matrix,
    lines: Sequence[Line],
    *,
    after: int,
    why: str,
    by: str,
) -> Version:
    """Put new lines in force. Raises Conflict when somebody saved since number `after` was read."""
    version = Version(after + 1, tuple(lines), clock.now(), by, why)
    row = MatrixRow(
        school, f"{_prefix(matrix)}{version.number:06d}", at=clock.stamp(clock.now()), by=by
    )
    row.seal({"lines": [_stored(line) for line in lines], "why": why})
    with transaction() as tx:
        tx.create(row)
        about = f"matrix/{matrix.key}/{version.number}"
        audit.record(tx, school, by=by, action="matrix.changed", about=about)
    return version


def _prefix(matrix: Matrix) -> str:
    return f"matrix#{matrix.key}#"


def _stored(line: Line) -> dict[str, Any]:
    return {
        "key": line.key,
        "label": line.label,
        "note": line.note,
        "source": line.source,
        "marks": {audience: sorted(marks) for audience, marks in line.marks.items()},
    }


def _version(row: MatrixRow, matrix: Matrix) -> Version:
    private = row.unseal()
    lines = tuple(
        Line(
            key=each["key"],
            label=each["label"],
            marks={audience: frozenset(marks) for audience, marks in each["marks"].items()},
            note=each["note"],
            source=each["source"],
        )
        for each in private.get("lines", ())
    )
    number = int(row.sk.rpartition("#")[2])
    return Version(
        number, matrix.known(lines), clock.parse(row.at), row.by, str(private.get("why", ""))
    )
