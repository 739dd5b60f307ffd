"""Whether whoever holds a link has named the child, and how often they tried (R23)."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib import clock
from chalicelib.agreements import evidence
from chalicelib.agreements.repository.links import Link
from chalicelib.agreements.rows import ConfirmRow
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction, get

MOST = 5


@dataclass(frozen=True)
class Naming:
    """How far naming the child has come for one link; nothing is asked of most links."""

    asked: bool = False
    tries: int = 0
    confirmed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the agreement may be shown and signed."""
        return not self.asked or self.confirmed_at is not None

    @property
    def is_shut(self) -> bool:
        """Whether the tries are used up: only a new link from the school helps."""
        return not self.is_open and self.tries >= MOST

    @property
    def says(self) -> str:
        """What the evidence says of it."""
        return evidence.FAMILY_NAME if self.confirmed_at else ""


def of(school: SchoolId, link: Link) -> Naming:
    if not link.confirm:
        return Naming()
    row = get(ConfirmRow, school, _key(link))
    if row is None:
        return Naming(asked=True)
    at = clock.parse(row.confirmed_at) if row.confirmed_at else None
    return Naming(True, int(row.tries), at)


def tried(tx: Transaction, school: SchoolId, link: Link, before: Naming, *, right: bool) -> None:
    """Count a try, right or wrong: a Conflict when another came first."""
    row = ConfirmRow(
        school,
        _key(link),
        tries=before.tries + 1,
        confirmed_at=clock.stamp(clock.now()) if right else None,
    )
    row.version = max(before.tries - 1, 0)
    if before.tries == 0:
        tx.create(row)
    else:
        tx.replace(row)


def _key(link: Link) -> str:
    return f"confirm#{link.digest}#{link.request.pupil}"
