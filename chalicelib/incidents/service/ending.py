"""Closed records whose time may be over: which they are, and taking one away (R-RET 1 to 3)."""

from collections.abc import Collection, Iterator, Sequence

from chalicelib import figures
from chalicelib.errors import Conflict, NotFound
from chalicelib.ids import SchoolId
from chalicelib.incidents.model.record import Status
from chalicelib.incidents.repository import index, records, removing
from chalicelib.incidents.repository.records import Stored
from chalicelib.incidents.service import counting
from chalicelib.storage import transaction

_TOGETHER = 100


def closed(school: SchoolId) -> Iterator[Stored]:
    """Every closed record, concerns about staff too: no page of anybody's."""
    ids = [card.id for card in index.cards(school) if card.status is Status.CLOSED]
    for stored in some(school, ids):
        if not stored.incident.is_open:
            yield stored


def some(school: SchoolId, ids: Sequence[str]) -> Iterator[Stored]:
    """Some records, a hundred a trip; one that is gone is left out."""
    for start in range(0, len(ids), _TOGETHER):
        yield from records.load_some(school, ids[start : start + _TOGETHER])


def find(school: SchoolId, record: str) -> Stored | None:
    try:
        return records.load(school, record)
    except NotFound:
        return None


def readable(
    school: SchoolId, ids: Sequence[str], person: str, roles: Collection[str], *, concerns: bool
) -> set[str]:
    """Those of some records that somebody may know of: the wall of each says (2.15, R-KCSIE 8)."""
    found = [each.incident for each in some(school, ids)]
    return {
        each.id
        for each in found
        if each.wall.lets(person, roles) and (concerns or not each.wall.area)
    }


def take_away(school: SchoolId, record: str, fingerprint: str) -> bool:
    """Take everything of a record away; False when it has changed since and stands.

    Figures stay: they were counted when it happened. Safe to repeat after a death in between.
    """
    stored = find(school, record)
    if stored is not None:
        if stored.incident.is_open or stored.head.hash != fingerprint:
            return False
        try:
            with transaction() as tx:
                removing.remove(tx, school, stored)
                figures.leave_behind(tx, school, counting.counted(stored.incident))
        except Conflict:
            return False
    removing.remove_rest(school, record)
    return True
