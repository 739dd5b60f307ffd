"""A trust's rules, and the events that no rule gave to a school."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib import clock
from chalicelib.alerts.formats import pieces
from chalicelib.alerts.formats.pieces import Piece
from chalicelib.alerts.intake_rows import RulesRow, UnmatchedRow
from chalicelib.alerts.matching import Rule, RuleField
from chalicelib.alerts.senders import RAW_KEPT
from chalicelib.errors import NotFound
from chalicelib.ids import SchoolId, TrustId
from chalicelib.storage import Page, Transaction, get, page_of


@dataclass(frozen=True, slots=True)
class Unmatched:
    """An event that waits for somebody to say whose it is."""

    id: str
    source: str
    received_at: datetime
    zone: str
    piece: Piece


def rules(trust: str, source: str) -> tuple[Rule, ...]:
    row = get(RulesRow, trust, f"rules#{source}", consistent=True)
    return _rules(row) if row else ()


def save_rules(
    tx: Transaction, trust: TrustId, source: str, changed: Sequence[Rule], *, before: int
) -> None:
    """Write a source's rules; `before` is how many there were. Raises Conflict for a stale page."""
    found = get(RulesRow, trust, f"rules#{source}", consistent=True)
    row = RulesRow(trust, f"rules#{source}", number=len(changed))
    row.seal({"rules": [[r.id, r.field, r.value, r.school] for r in changed]})
    if found is None:
        row.version = 1
        tx.create(row)
        return
    row.version = found.version if int(found.number) == before else -1
    tx.replace(row)


def wait(tx: Transaction, trust: str, event: Unmatched) -> None:
    """Keep an event until somebody says whose it is, for as long as raw bodies are kept."""
    row = UnmatchedRow(
        trust,
        f"unmatched#{event.id}",
        source=event.source,
        received_at=clock.stamp(event.received_at),
        zone=event.zone,
        expires=int((event.received_at + RAW_KEPT).timestamp()),
    )
    row.seal({"piece": pieces.packed([event.piece]).decode()})
    tx.put(row)


def waiting(trust: TrustId, *, limit: int = 50, cursor: str = "") -> Page[UnmatchedRow]:
    return page_of(UnmatchedRow, trust, "unmatched#", limit=limit, cursor=cursor)


def unmatched(trust: TrustId, event: str) -> Unmatched:
    """Raises NotFound, also when somebody was quicker."""
    row = get(UnmatchedRow, trust, f"unmatched#{event}", consistent=True)
    if row is None:
        raise NotFound
    return of_row(row)


def forget(tx: Transaction, trust: TrustId, event: str) -> None:
    tx.delete(UnmatchedRow, trust, f"unmatched#{event}", condition=UnmatchedRow.sk.exists())


def of_row(row: UnmatchedRow) -> Unmatched:
    [piece] = pieces.unpacked(str(row.unseal()["piece"]).encode()) or [Piece("")]
    return Unmatched(
        row.sk.partition("#")[2], row.source, clock.parse(row.received_at), row.zone, piece
    )


def _rules(row: RulesRow) -> tuple[Rule, ...]:
    return tuple(
        Rule(rule, RuleField(field), value, SchoolId(school))
        for rule, field, value, school in row.unseal()["rules"]
    )
