"""The parts of a record, each a row of its own under the record's key."""

from chalicelib import clock
from chalicelib.ids import SchoolId
from chalicelib.incidents.model.parts import Kind, Part, Said
from chalicelib.incidents.repository.times import instant, stamp
from chalicelib.incidents.rows import FoundRow, PartRow
from chalicelib.storage import Transaction, every

MARK = "#part#"


def put(tx: Transaction, school: SchoolId, record: str, part: Part) -> None:
    """Write a part. The record's own version, in the same transaction, makes writers queue."""
    row = PartRow(
        school,
        f"incident#{record}{MARK}{part.id}",
        kind=part.kind,
        at=clock.stamp(part.at),
        by=part.by,
        changed_at=stamp(part.changed_at),
    )
    row.seal(
        {
            "title": part.title,
            "said": [[each.question, each.answer] for each in part.said],
            "who": part.who,
            "values": dict(part.values),
            "struck": part.struck,
        }
    )
    tx.put(row)


def of_record(school: SchoolId, record: str) -> tuple[Part, ...]:
    """All parts of a record, oldest first."""
    prefix = f"incident#{record}{MARK}"
    return tuple(opened(row) for row in every(PartRow, school, prefix, consistent=True))


def opened(row: PartRow | FoundRow) -> Part:
    private = row.unseal()
    return Part(
        id=row.sk.rpartition("#")[2],
        kind=Kind(row.kind),
        title=private["title"],
        said=tuple(Said(question, answer) for question, answer in private["said"]),
        at=clock.parse(row.at),
        by=row.by,
        who=private["who"],
        values=private["values"],
        changed_at=instant(row.changed_at),
        struck=private["struck"],
    )
