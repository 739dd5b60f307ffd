"""People from outside who sign something: kept by the office, without an account (S80, S81, S8)."""

from collections.abc import Iterator

from chalicelib import audit, clock
from chalicelib.agreements.rows import OutsiderRow
from chalicelib.agreements.subjects.model import OutsideKind, Outsider
from chalicelib.errors import Conflict, NotFound
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction, every, get, transaction

_SEALED = ("name", "email", "organisation")


def add(school: SchoolId, outsider: Outsider, *, by: str) -> Outsider:
    """Note somebody from outside. A second press of the button gives the first."""
    row = _row(school, outsider)
    row.version = 0
    try:
        with transaction() as tx:
            tx.create(row)
            _note(tx, school, outsider, "outsider.added", by)
    except Conflict:
        return found(school, outsider.id)
    return outsider


def change(school: SchoolId, outsider: Outsider, *, by: str) -> None:
    """Correct what is known of somebody. Raises Conflict when somebody else just did."""
    row = _row(school, outsider)
    row.version = outsider.version
    with transaction() as tx:
        tx.replace(row)
        _note(tx, school, outsider, "outsider.changed", by)


def found(school: SchoolId, outsider_id: str) -> Outsider:
    """Raises NotFound."""
    row = get(OutsiderRow, school, _key(outsider_id))
    if row is None:
        raise NotFound
    return _outsider(row)


def of_id(school: SchoolId, outsider_id: str) -> Outsider | None:
    row = get(OutsiderRow, school, _key(outsider_id))
    return _outsider(row) if row else None


def here(school: SchoolId) -> Iterator[Outsider]:
    """Everybody from outside whose time at the school is not over."""
    today = clock.today().isoformat()
    for row in every(OutsiderRow, school, "outsider#", consistent=True):
        outsider = _outsider(row)
        if not outsider.here_until or outsider.here_until >= today:
            yield outsider


def _note(tx: Transaction, school: SchoolId, outsider: Outsider, action: str, by: str) -> None:
    audit.record(tx, school, by=by, action=action, about=f"outsider/{outsider.id}")


def _row(school: SchoolId, outsider: Outsider) -> OutsiderRow:
    row = OutsiderRow(
        school,
        _key(outsider.id),
        kind=outsider.kind.value,
        here_until=outsider.here_until,
        policy_seen=outsider.policy_seen,
        uses_network=outsider.uses_network,
    )
    row.seal({name: getattr(outsider, name) for name in _SEALED})
    return row


def _outsider(row: OutsiderRow) -> Outsider:
    private = row.unseal()
    return Outsider(
        id=row.sk.removeprefix("outsider#"),
        kind=OutsideKind(row.kind),
        here_until=row.here_until or "",
        policy_seen=bool(row.policy_seen),
        uses_network=bool(row.uses_network),
        version=int(row.version or 0),
        **{name: private.get(name, "") for name in _SEALED},
    )


def _key(outsider_id: str) -> str:
    return f"outsider#{outsider_id}"
