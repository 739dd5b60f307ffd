"""A fair share for every school: one that is used like a storm waits, and no other notices (R10).

Each tenant has a bucket of tokens for each kind of use, in the tables, for all processes. A
process counts by itself and takes tokens a lump at a time, so that a school at its usual pace costs
no trip; one that is past its share is refused from memory until tokens can be there again.
"""

from enum import StrEnum

from chalicelib import clock
from chalicelib.storage import rates

LUMP = 20
_SECONDS = 60


class Kind(StrEnum):
    """What a share is of. Stored words."""

    PAGE = "page"  # opened by somebody signed in
    ACT = "act"  # sent by somebody signed in
    OPEN = "open"  # links and open pages: families, visitors
    HOOK = "hook"  # alerts that have proven themselves, of all of a school's sources


# A minute's share. The largest schools at their busiest stay below a third of it: 150 adults on a
# page every ten seconds are 900, and 1,500 families who sign within half an hour are 200.
A_MINUTE: dict[Kind, int] = {Kind.PAGE: 3000, Kind.ACT: 1200, Kind.OPEN: 1800, Kind.HOOK: 12_000}
_IN_HAND = 4  # what may be used at once is this part of a minute's share


class _Minute:
    """What this process served in one minute, by tenant and kind; and until when who waits."""

    def __init__(self, window: int) -> None:
        self.window = window
        self.served: dict[tuple[str, Kind], int] = {}
        self.waits: dict[tuple[str, Kind], int] = {}


_minutes = [_Minute(0)]


def over(tenant: str, kind: Kind) -> int | None:
    """Count one use; the seconds to wait when the tenant is past its share, else None."""
    moment = int(clock.now().timestamp())
    minute, whose = _this_minute(moment // _SECONDS), (tenant, kind)
    if (until := minute.waits.get(whose, 0)) > moment:
        return until - moment
    served = minute.served[whose] = minute.served.get(whose, 0) + 1
    if served % LUMP:
        return None
    share = A_MINUTE[kind]
    wait = rates.take(
        f"share {kind}", tenant, tokens=LUMP, per_minute=share, most=max(LUMP, share // _IN_HAND)
    )
    if wait is not None:
        minute.waits[whose] = moment + wait
        minute.served[whose] -= 1  # and asks again before it serves more
    return wait


def forget() -> None:
    """Begin the minute anew."""
    _minutes[0] = _Minute(0)


def _this_minute(window: int) -> _Minute:
    if _minutes[0].window != window:
        waits, _minutes[0] = _minutes[0].waits, _Minute(window)
        _minutes[0].waits = {whose: until for whose, until in waits.items() if until > window * 60}
    return _minutes[0]
