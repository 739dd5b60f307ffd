"""A school's settings: read everywhere, changed by version, with the trust's above its own."""

from contextlib import suppress
from dataclasses import dataclass

from chalicelib import audit, clock
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.ids import SchoolId, TrustId
from chalicelib.storage import Also, Transaction, nothing_more, tenants, transaction
from chalicelib.tenancy import model, repository
from chalicelib.tenancy.model import Change, Choices, Settings
from chalicelib.tenancy.rows import SchoolRow, TrustRow

_SCHOOLS_AT_ONCE = 45  # writes in one transaction, two for each school, and room to spare


@dataclass(frozen=True)
class Decided:
    """What the settings page shows: both levels' choices, and the version that a save must meet."""

    school: Choices
    trust: Choices
    version: int

    @property
    def in_force(self) -> Settings:
        return model.in_force(self.school, self.trust)


def read(school: SchoolId) -> Settings:
    """What is in force at a school now. Raises NotFound."""
    return decided(school).in_force


def decided(school: SchoolId) -> Decided:
    """What a school and its trust decided. Raises NotFound."""
    row = _school_row(school)
    return Decided(
        school=repository.to_choices(row.choices),
        trust=repository.to_choices(row.trust_choices),
        version=int(row.version or 0),
    )


def history(tenant: SchoolId | TrustId) -> list[Change]:
    """Every version of a school's or a trust's own choices, newest first."""
    return repository.changes(tenant)


def restored(school: SchoolId, number: int) -> Choices:
    """A school's own choices as a version had them, without what its trust has locked since.

    Raises NotFound.
    """
    trust = repository.to_choices(_school_row(school).trust_choices)
    found = _version(school, number)
    return Choices({s: v for s, v in found.values.items() if s not in trust.locked})


def restored_at_trust(trust: TrustId, number: int) -> Choices:
    """A trust's choices and locks as a version had them. Raises NotFound."""
    return _version(trust, number)


def _version(tenant: SchoolId | TrustId, number: int) -> Choices:
    for each in history(tenant):
        if each.number == number:
            return each.choices
    raise NotFound


def change(
    school: SchoolId, choices: Choices, *, version: int, by: str, also: Also = nothing_more
) -> Settings:
    """Replace a school's own choices, and write in the same transaction what `also` writes.

    Raises Invalid for a value out of bounds or one the trust has locked, and Conflict when
    somebody else saved since `version` was read.
    """
    row = _school_row(school)
    trust = repository.to_choices(row.trust_choices)
    problems = model.out_of_bounds(choices.values)
    for setting in choices.values.keys() & trust.locked:
        problems[setting.value] = ["Your trust has set this for all its schools"]
    if problems:
        raise Invalid(problems)
    with transaction() as tx:
        _write(tx, row, choices, version=version, by=by)
        also(tx)
    return model.in_force(choices, trust)


def of_trust(trust: TrustId) -> tuple[Choices, int]:
    """What a trust decided for its schools, and the version. Raises NotFound."""
    row = _trust_row(trust)
    return repository.to_choices(row.choices), int(row.version or 0)


def change_trust(trust: TrustId, choices: Choices, *, version: int, by: str) -> None:
    """Replace what a trust decided, and hand it to each of its schools.

    The trust's own row is written first and is what counts: handing on can be done again, and is
    by the next save. Raises Invalid and Conflict as `change` does.
    """
    if problems := model.out_of_bounds(choices.values):
        raise Invalid(problems)
    if missing := choices.locked - choices.values.keys():
        text = "Decide this before you lock it"
        raise Invalid({setting.value: [text] for setting in missing})
    row = _trust_row(trust)
    with transaction() as tx:
        _write(tx, row, choices, version=version, by=by)
    schools = [school.id for school in repository.schools_of(trust)]
    for start in range(0, len(schools), _SCHOOLS_AT_ONCE):
        some = schools[start : start + _SCHOOLS_AT_ONCE]
        try:
            _hand_on(trust, some, choices, by=by)
        except Conflict:  # one of them has left: the others get it all the same
            for school in some:
                with suppress(Conflict):
                    _hand_on(trust, [school], choices, by=by)


def _hand_on(trust: TrustId, schools: list[SchoolId], choices: Choices, *, by: str) -> None:
    """Write a trust's choices into its schools. The one place where a trust's work reaches them.

    Raises Conflict when one of them is the trust's no more: nothing is written then.
    """
    with tenants(schools), transaction() as tx:
        for school in schools:
            tx.update(
                SchoolRow,
                school,
                repository.SCHOOL,
                set={"trust_choices": repository.from_choices(choices)},
                add={"version": 1},
                condition=SchoolRow.trust == trust,
            )
            audit.record(
                tx, school, by=by, action="settings.changed_by_trust", about=f"school/{school}"
            )


def _write(
    tx: Transaction, row: SchoolRow | TrustRow, choices: Choices, *, version: int, by: str
) -> None:
    if int(row.version or 0) != version:
        raise Conflict
    row.choices = repository.from_choices(choices)
    row.changes = int(row.changes or 0) + 1
    tx.replace(row)
    change = Change(int(row.changes), choices, by, clock.now())
    repository.add_change(tx, row.tenant, change)
    about = f"settings/{change.number}"
    audit.record(tx, row.tenant, by=by, action="settings.changed", about=about)


def _school_row(school: SchoolId) -> SchoolRow:
    row = repository.school_row(school)
    if row is None:
        raise NotFound
    return row


def _trust_row(trust: TrustId) -> TrustRow:
    row = repository.trust_row(trust)
    if row is None:
        raise NotFound
    return row
