"""A school leaves its trust: both confirm, then nothing of the school stays in the trust's hands.

The figures that the trust had of it, the records it was let read, its counts of agreements and its
line on the board of registers are taken away; reports that were made stay as they are. What an
error leaves is taken away the next morning.
"""

from chalicelib.agreements.repository import boards as standings
from chalicelib.ids import SchoolId, TrustId
from chalicelib.incidents.service import sharing
from chalicelib.registers.repository import boards
from chalicelib.reports import copies
from chalicelib.reports.states import repository as states
from chalicelib.storage import tenants
from chalicelib.tenancy import directory, moving

_HELD = (copies, boards, standings, states, sharing)


def leave(school: SchoolId, trust: TrustId, *, side: str, by: str) -> None:
    """The other side confirms. Raises Conflict as `moving.leave` does."""
    moving.leave(school, trust, side=side, by=by)
    sharing.end_all(school, trust, by=by)
    forget(trust, {school})


def forget(trust: TrustId, gone: set[SchoolId]) -> int:
    """Take what a trust has of schools that have left it; gives how many rows that were."""
    with tenants({trust}):
        return sum(each.forget(trust, gone) for each in _HELD)


def forget_gone(trust: TrustId) -> int:
    """Each morning: what is left of schools that are no longer the trust's."""
    with tenants({trust}):
        own = {each.id for each in directory.schools_of(trust)}
        known = copies.schools_in(trust) | boards.schools_in(trust) | standings.schools_in(trust)
        known |= set(states.all_of(trust)) | sharing.schools_in(trust)
    return forget(trust, known - own) if known - own else 0
