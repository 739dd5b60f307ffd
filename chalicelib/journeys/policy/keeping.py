"""What people confirmed of a policy, or turned down, kept with what was set from it."""

import base64
import binascii
import dataclasses
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute

from chalicelib import audit, clock, ids
from chalicelib.errors import BadRequest, Conflict, NotFound
from chalicelib.ids import SchoolId
from chalicelib.journeys.policy.model import Finding, Kind
from chalicelib.storage import (
    Also,
    Row,
    SealBroken,
    Table,
    Transaction,
    every,
    get,
    seal_bytes,
    table,
    transaction,
    unseal_bytes,
)

MOST = 90  # findings that one press keeps, two writes at most for all together and room to spare
_TRIES = 3
_PREFIX = "policy#"
_KEPT, _SET, _SETTLED, _TURNED_DOWN = "kept", "set", "settled", "turned_down"


class PolicyRow(Row):
    """Something that a school's policy says, confirmed by a person; or a doubt about it."""

    class Meta(Table):
        table_name = table("directory")

    kind = UnicodeAttribute()
    state = UnicodeAttribute()
    at = UnicodeAttribute()
    by = UnicodeAttribute()


@dataclass(frozen=True)
class Receipt:
    """What was set: in words before and after, by whom and when (UTC, as `clock.stamp` writes it).

    `back` is what it takes to set it back, of the kind's own: empty where there is no way back but
    what is kept at `path`.
    """

    now: str
    then: str
    by: str
    at: str
    back: tuple[str, ...] = ()
    path: str = ""


@dataclass(frozen=True)
class Item:
    """A finding that was kept. `note` says how it was settled."""

    id: str
    finding: Finding
    by: str
    at: datetime
    is_settled: bool = False
    note: str = ""
    receipt: Receipt | None = None  # what a press set, while it is set
    is_turned_down: bool = False


def carried(school: SchoolId, record: str, findings: Sequence[Finding]) -> str:
    """The findings as they travel with a form: sealed for this school and form, kept nowhere."""
    plain = json.dumps([[f.kind, f.what, f.value, f.sentence] for f in findings]).encode()
    sealed = seal_bytes(school, table("directory"), record, "policy", plain)
    return base64.urlsafe_b64encode(sealed).decode()


def brought(school: SchoolId, record: str, text: str) -> list[Finding]:
    """What `carried` was given. Raises BadRequest for anything else."""
    try:
        sealed = base64.urlsafe_b64decode(text.encode())
        plain = unseal_bytes(school, table("directory"), record, "policy", sealed)
    except (binascii.Error, ValueError, SealBroken) as e:
        raise BadRequest from e
    return [Finding(Kind(kind), *rest) for kind, *rest in json.loads(plain)]


def keep(school: SchoolId, record: str, chosen: Iterable[tuple[int, Finding]], *, by: str) -> None:
    """Keep what was confirmed, by its place in the form: what is there already stays as it is, so
    that a second press changes nothing and a press with more ticked adds those.
    """
    rows = {}
    for number, finding in chosen:
        row = PolicyRow(
            school,
            f"{_PREFIX}{record}.{number:03d}",
            kind=finding.kind,
            state=_KEPT,
            at=clock.stamp(clock.now()),
            by=by,
            version=1,
        )
        row.seal({"what": finding.what, "value": finding.value, "sentence": finding.sentence})
        rows[row.sk] = row
    for _ in range(_TRIES):
        for there in every(PolicyRow, school, f"{_PREFIX}{record}.", consistent=True):
            rows.pop(there.sk, None)
        if not rows:
            return
        with suppress(Conflict), transaction() as tx:  # another press has kept some of them
            for row in list(rows.values())[:MOST]:
                tx.create(row)
            audit.record(tx, school, by=by, action="policy.confirmed", about=f"policy/{record}")
            return
    raise Conflict


def items(school: SchoolId) -> list[Item]:
    """Everything kept of the school's policy, by kind, then oldest first."""
    found = [_item(row) for row in every(PolicyRow, school, _PREFIX)]
    kinds = list(Kind)
    return sorted(found, key=lambda each: (kinds.index(each.finding.kind), each.id))


def answered(school: SchoolId, findings: Sequence[Finding]) -> list[Finding]:
    """Those of some findings that were kept or turned down before, and are not asked again.

    A doubt comes again where it stands in other words: it was settled for the sentence it was in.
    """
    known = {_alike(each.finding) for each in items(school)}
    return [each for each in findings if _alike(each) in known]


def item(school: SchoolId, wanted: str) -> Item:
    """One kept finding. Raises NotFound."""
    return _item(_row(school, wanted))


def settle(school: SchoolId, item: str, note: str, *, by: str, is_wrong: bool = False) -> None:
    """Take something off the list with a note, or turn it down: it is not asked about again.

    Done again, nothing changes. Raises NotFound.
    """
    row = _row(school, item)
    if row.state in (_SETTLED, _TURNED_DOWN):
        return
    row.state = _TURNED_DOWN if is_wrong else _SETTLED
    row.seal({**row.unseal(), "note": note})
    action = "policy.turned_down" if is_wrong else "policy.settled"
    with transaction() as tx:
        tx.replace(row)
        audit.record(tx, school, by=by, action=action, about=f"policy/{item}")


def mark_set(school: SchoolId, item: str, receipt: Receipt, *, by: str) -> Also:
    """What writes down, with what sets it, that a finding was set. Raises NotFound, and the
    transaction Conflict when somebody else was quicker.
    """
    row = _row(school, item)
    row.state = _SET
    row.seal({**row.unseal(), "set": dataclasses.asdict(receipt)})
    return _writes(school, row, "policy.set", by=by)


def mark_unset(school: SchoolId, item: str, *, by: str) -> Also:
    """What writes down, with what sets it back, that a finding is set no more."""
    row = _row(school, item)
    row.state = _KEPT
    row.seal({key: value for key, value in row.unseal().items() if key != "set"})
    return _writes(school, row, "policy.set_back", by=by)


def _writes(school: SchoolId, row: PolicyRow, action: str, *, by: str) -> Also:
    def also(tx: Transaction) -> None:
        tx.replace(row)
        about = f"policy/{row.sk.removeprefix(_PREFIX)}"
        audit.record(tx, school, by=by, action=action, about=about)

    return also


def _alike(finding: Finding) -> tuple[str, ...]:
    sentence = finding.sentence if finding.kind is Kind.DOUBT else ""
    return (finding.kind, finding.what, finding.value, sentence)


def _row(school: SchoolId, item: str) -> PolicyRow:
    record, _, number = item.partition(".")
    known = ids.is_record(record) and number.isascii() and number.isdigit()
    row = get(PolicyRow, school, f"{_PREFIX}{item}") if known else None
    if row is None:
        raise NotFound
    return row


def _item(row: PolicyRow) -> Item:
    private = row.unseal()
    finding = Finding(Kind(row.kind), private["what"], private["value"], private["sentence"])
    return Item(
        row.sk.removeprefix(_PREFIX),
        finding,
        audit.actors.person_of(row.by) or "",
        clock.parse(row.at),
        row.state in (_SETTLED, _TURNED_DOWN),
        private.get("note", ""),
        Receipt(**private["set"]) if row.state == _SET else None,
        row.state == _TURNED_DOWN,
    )
