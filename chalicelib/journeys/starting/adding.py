"""A trust adds a school: made at once, with what another school has already decided."""

import hashlib
from dataclasses import dataclass, replace

from chalicelib import clock, ids
from chalicelib.errors import Conflict, Invalid
from chalicelib.identity import addresses
from chalicelib.identity import service as identity
from chalicelib.identity.access import TrustAccess
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.people.plan import service as plans
from chalicelib.people.plan.model import After, Outside
from chalicelib.storage import tenants
from chalicelib.tenancy import calendar, directory
from chalicelib.tenancy import service as tenancy
from chalicelib.tenancy.model import SchoolKind


@dataclass(frozen=True)
class New:
    """A school that a trust adds. `record` is the id that its form minted."""

    record: str
    name: str
    phase: SchoolKind
    pupils: int
    head_name: str
    head_email: str
    copy_from: str = ""
    help_along: bool = False


def add(staff: TrustAccess, new: New) -> SchoolId:
    """Make the school, copy what can be copied, invite its headteacher.

    Sending the form again finds the school that is there and finishes what lacks, until the school
    is live or has a headteacher: from then on it says for itself who works there (R19). Raises
    Invalid at `head_email`.
    """
    try:
        addresses.of_a_person(new.head_email)
    except Invalid as e:
        raise Invalid({"head_email": e.fields["email"]}) from e
    made = school_of(staff.trust, new.record)
    try:
        tenancy.open_school(
            new.name,
            kind=new.phase,
            pupil_number=new.pupils,
            trust=staff.trust,
            by=staff.actor,
            record=made,
            setting_up=True,
        )
    except Conflict:
        found = {each.id: each for each in directory.schools_of(staff.trust)}.get(made)
        if found is None:
            raise  # made by this form and has left the trust since
        if not found.setting_up:
            return made
    if new.copy_from in {each.id for each in directory.schools_of(staff.trust)}:
        _copy(SchoolId(new.copy_from), made, by=staff.actor)
    _people(staff, made, new)
    return made


def school_of(trust: str, record: str) -> SchoolId:
    """The id of the school that a form makes: the same for the same form, so that it is one."""
    letters = "0123456789abcdefghjkmnpqrstvwxyz"
    digest = hashlib.sha256(f"school|{trust}|{record}".encode()).digest()
    return SchoolId("".join(letters[byte % 32] for byte in digest[: ids.TENANT_LENGTH]))


def _copy(source: SchoolId, made: SchoolId, *, by: str) -> None:
    """Term dates of this year and the next, and the plan without the people it names."""
    with tenants({source}):
        terms, plan = tenancy.calendar_of(source), plans.current(source)
    with tenants({made}):
        for year in calendar.years_around(clock.today()):
            own, version = tenancy.calendar_with_version(made)
            if terms.has(year) and not own.has(year):
                tenancy.set_terms(made, year, terms.terms_of(year), version=version, by=by)
        if plan.has_out_of_hours and not plans.current(made).version:
            plans.start_with(
                made,
                replace(plan, evenings=_nameless(plan.evenings), holidays=_nameless(plan.holidays)),
                by=by,
            )


def _nameless(outside: Outside) -> Outside:
    return Outside() if outside.mode is After.NAMED else outside


def _people(staff: TrustAccess, made: SchoolId, new: New) -> None:
    with tenants({made}):
        everybody = identity.everybody(made)
    if any(Role.HEADTEACHER in each.roles for each in everybody):
        return
    there = {each.email for each in everybody}
    if new.help_along and staff.person_email not in there:
        same = staff.person_email == addresses.normal(new.head_email)
        identity.add_member(
            made,
            name=staff.person_name,
            email=staff.person_email,
            roles={Role.HEADTEACHER if same else Role.OFFICE},
            by=staff.actor,
            sets_up=True,
        )
        there.add(staff.person_email)
    if addresses.normal(new.head_email) not in there:
        identity.invite(
            made,
            name=new.head_name,
            email=new.head_email,
            roles={Role.HEADTEACHER},
            by=staff.actor,
            place_name=new.name,
        )
