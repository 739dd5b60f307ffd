"""States in the trust's partition of the reports table: one row a school, the newest."""

from collections.abc import Collection

from chalicelib import clock
from chalicelib.errors import Conflict
from chalicelib.ids import SchoolId, TrustId
from chalicelib.reports.rows import StateRow
from chalicelib.reports.states.model import State
from chalicelib.storage import every, get, transaction
from chalicelib.tenancy import repository as tenancy
from chalicelib.tenancy.calendar import Calendar

_STATE = "state#"


def all_of(trust: TrustId) -> dict[SchoolId, State]:
    """Every school's state; one query."""
    found = map(_to_model, every(StateRow, trust, _STATE))
    return {each.school: each for each in found}


def found(trust: TrustId, school: SchoolId) -> State | None:
    row = get(StateRow, trust, _STATE + school)
    return _to_model(row) if row else None


def keep(trust: TrustId, state: State) -> None:
    """Write a state unless a newer one stands."""
    stamp = clock.stamp(state.at)
    try:
        with transaction() as tx:
            tx.update(
                StateRow,
                trust,
                _STATE + state.school,
                set={
                    "at": stamp,
                    "counts": {name: n for name, n in sorted(state.counts.items()) if n},
                    "terms": tenancy.from_terms(state.calendar.terms),
                },
                condition=StateRow.at.does_not_exist() | (StateRow.at < stamp),
            )
    except Conflict:
        return  # somebody looked later than we did


def forget(trust: TrustId, gone: Collection[SchoolId]) -> int:
    """Take away the states of schools that have left; gives how many there were."""
    left = set(all_of(trust)) & set(gone)
    for school in left:
        with transaction() as tx:
            tx.delete(StateRow, trust, _STATE + school)
    return len(left)


def _to_model(row: StateRow) -> State:
    return State(
        school=SchoolId(row.sk.removeprefix(_STATE)),
        at=clock.parse(row.at),
        counts={name: int(n) for name, n in row.counts.items()},
        calendar=Calendar(tenancy.to_terms(row.terms)),
    )
