"""Opening trusts and schools, and keeping a school's terms."""

from collections.abc import Sequence

from chalicelib import audit, clock, ids
from chalicelib.errors import Conflict, NotFound
from chalicelib.ids import SchoolId, TrustId
from chalicelib.storage import keyring, tenants, transaction
from chalicelib.tenancy import calendar, repository
from chalicelib.tenancy.calendar import Calendar, Term
from chalicelib.tenancy.model import Choices, School, SchoolKind, Trust


def open_trust(name: str, *, by: str) -> TrustId:
    """Make a trust, its data key and its line in the register."""
    trust = Trust(TrustId(ids.tenant()), name)
    with tenants({trust.id}, global_holder="directory"), transaction() as tx:
        keyring.create(tx, trust.id)
        repository.add_trust(tx, trust, at=clock.stamp(clock.now()))
        audit.record(tx, trust.id, by=by, action="trust.opened", about=f"trust/{trust.id}")
    return trust.id


def open_school(
    name: str,
    *,
    kind: SchoolKind,
    pupil_number: int,
    trust: TrustId | None,
    by: str,
    record: SchoolId | None = None,
    setting_up: bool = False,
) -> SchoolId:
    """Make a school, on its own or in a trust whose settings it starts with.

    One that is being set up writes to no family until it goes live. Raises NotFound when there is
    no such trust, and Conflict when `record`, the id a form minted, is there already.
    """
    school = School(
        record or SchoolId(ids.tenant()), name, kind, pupil_number, trust, setting_up=setting_up
    )
    both = {school.id, *([trust] if trust else [])}
    with tenants(both, global_holder="directory"):
        choices = _choices_of(trust) if trust else Choices()
        with transaction() as tx:
            keyring.create(tx, school.id)
            repository.add_school(tx, school, at=clock.stamp(clock.now()), trust_choices=choices)
            for tenant in both:
                about = f"school/{school.id}"
                audit.record(tx, tenant, by=by, action="school.opened", about=about)
    return school.id


def go_live(school: SchoolId, trust: TrustId | None, *, by: str) -> None:
    """End a school's setting up, in its own record and in its trust's list. Twice is once."""
    with tenants({school, *([trust] if trust else [])}):
        row = repository.school_row(school)
        if row is None:
            raise NotFound
        if not row.setting_up:
            return
        with transaction() as tx:
            row.setting_up, row.live_at = None, clock.stamp(clock.now())
            tx.replace(row)
            if trust:
                repository.list_school(tx, trust, repository.to_school(row))
            audit.record(tx, school, by=by, action="school.went_live", about=f"school/{school}")


def set_terms(
    school: SchoolId, year: str, terms: Sequence[Term], *, version: int, by: str
) -> Calendar:
    """Replace one academic year's terms. Raises Invalid when they cannot be, and Conflict when
    somebody else changed the calendar since `version` was read.
    """
    entered = calendar.checked(terms, year)
    current, stored_version = repository.calendar(school)
    if stored_version != version:
        raise Conflict
    others = [term for term in current.terms if term.academic_year != year]
    new = Calendar(tuple(sorted([*others, *entered], key=lambda term: term.first_on)))
    with transaction() as tx:
        repository.put_calendar(tx, school, new, version=version)
        audit.record(tx, school, by=by, action="terms.changed", about=f"terms/{year}")
    return new


def calendar_of(school: SchoolId) -> Calendar:
    """The school's terms; the usual pattern stands for a year it has not entered."""
    return repository.calendar(school)[0]


def calendar_with_version(school: SchoolId) -> tuple[Calendar, int]:
    """The calendar, and the version that a change to it must meet."""
    return repository.calendar(school)


def _choices_of(trust: TrustId) -> Choices:
    row = repository.trust_row(trust)
    if row is None:
        raise NotFound
    return repository.to_choices(row.choices)
