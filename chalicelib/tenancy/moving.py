"""A school joins a trust or leaves it. Both sides agree; access and settings follow at once.

The school's own record is what counts: guards and routing read its trust there with each request.
"""

from chalicelib import audit, clock
from chalicelib.errors import Conflict, NotFound
from chalicelib.ids import SchoolId, TrustId
from chalicelib.storage import Transaction, tenants, transaction
from chalicelib.tenancy import repository
from chalicelib.tenancy.model import Change, Choices
from chalicelib.tenancy.rows import SchoolRow, TrustRow


def join(school: SchoolId, trust: TrustId, *, by: str, tx: Transaction) -> None:
    """Bring a school that stands alone into a trust. The scope covers both.

    Its own choices stay its own, the trust's are laid beneath. Raises NotFound, and Conflict when
    it is in a trust already; the transaction does when the trust decides otherwise meanwhile.
    """
    row, trust_row = _school(school), repository.trust_row(trust)
    if trust_row is None:
        raise NotFound
    if row.trust:
        raise Conflict("This school is in a trust already. It has to leave that one first.")
    row.trust = trust
    row.trust_choices = repository.from_choices(repository.to_choices(trust_row.choices))
    tx.check(TrustRow, trust, repository.TRUST, repository.unchanged(trust_row))
    tx.replace(row)
    repository.list_school(tx, trust, repository.to_school(row))
    for tenant in (school, trust):
        audit.record(tx, tenant, by=by, action="school.joined_trust", about=f"school/{school}")


def ask_to_leave(school: SchoolId, trust: TrustId, *, side: str, by: str) -> None:
    """One side asks that a school leaves: `side` is `school` or `trust`. Twice is once."""
    with tenants({school, trust}):
        row = _own(school, trust)
        if row.leaving:
            return
        row.leaving = f"{side} {by}"
        _write(row, trust, "school.leaving_asked", by=by)


def keep(school: SchoolId, trust: TrustId, *, by: str) -> None:
    """Either side thinks better of it."""
    with tenants({school, trust}):
        row = _own(school, trust)
        if row.leaving:
            row.leaving = None
            _write(row, trust, "school.leaving_dropped", by=by)


def leave(school: SchoolId, trust: TrustId, *, side: str, by: str) -> None:
    """The other side confirms: the school stands alone from the next request on.

    What was in force stays in force, as its own choice. Raises Conflict unless the other side has
    asked, or when the same person asks and confirms.
    """
    with tenants({school, trust}):
        row = _own(school, trust)
        asked, _, asker = (row.leaving or "").partition(" ")
        if not asked or asked == side:
            raise Conflict("The other side has not asked for this.")
        if asker == by:
            raise Conflict("Somebody else must confirm it: two people agree that a school leaves.")
        own = repository.to_choices(row.choices)
        theirs = repository.to_choices(row.trust_choices)
        kept = {name: v for name, v in own.values.items() if name not in theirs.locked}
        choices = Choices({**theirs.values, **kept})
        row.trust, row.leaving, row.trust_choices = None, None, None
        row.choices = repository.from_choices(choices)
        row.changes = int(row.changes or 0) + 1
        with transaction() as tx:
            tx.replace(row)
            repository.add_change(tx, school, Change(int(row.changes), choices, by, clock.now()))
            repository.drop_from_list(tx, trust, school)
            for tenant in (school, trust):
                audit.record(
                    tx, tenant, by=by, action="school.left_trust", about=f"school/{school}"
                )


def _write(row: SchoolRow, trust: TrustId, action: str, *, by: str) -> None:
    with transaction() as tx:
        tx.replace(row)
        repository.list_school(tx, trust, repository.to_school(row))
        for tenant in (row.tenant, trust):
            audit.record(tx, tenant, by=by, action=action, about=f"school/{row.tenant}")


def _own(school: SchoolId, trust: TrustId) -> SchoolRow:
    row = _school(school)
    if row.trust != trust:
        raise NotFound
    return row


def _school(school: SchoolId) -> SchoolRow:
    row = repository.school_row(school)
    if row is None:
        raise NotFound
    return row
