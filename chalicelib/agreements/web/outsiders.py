"""People from outside: added at the desk, asked at once by the rules that are on (S80, S81, S8)."""

from dataclasses import replace
from datetime import date

from chalicelib.agreements.rules import service as rules
from chalicelib.agreements.school_forms import OutsiderForm
from chalicelib.agreements.subjects import outside
from chalicelib.agreements.subjects.model import Outsider
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.web import Pages, Response, page, redirect

pages = Pages(__name__)
_ALL = "/s/{school}/agreements/outside"


@pages.get(_ALL, access=school(Permission.READ_AGREEMENTS))
def index(staff: SchoolAccess) -> Response:
    cleared = {one.subject.id: one for one in rules.clearance(staff.school)}
    return page(
        "agreements/outside",
        school=staff.school,
        people=[(one, cleared.get(one.id)) for one in outside.here(staff.school)],
        may_send=staff.may(Permission.MANAGE_AGREEMENTS),
    )


@pages.get(f"{_ALL}/new", access=school(Permission.MANAGE_AGREEMENTS))
def new(staff: SchoolAccess) -> Response:
    return _form(staff, OutsiderForm.blank())


@pages.post(f"{_ALL}/new", access=school(Permission.MANAGE_AGREEMENTS))
def add(staff: SchoolAccess) -> Response:
    form = OutsiderForm.read(staff.request)
    if form.problems:
        return _form(staff, form, status=422)
    one = outside.add(staff.school, _read(form, form.record.data), by=staff.actor)
    rules.ask_due(staff.school, only=[one.id])
    return redirect(f"/s/{staff.school}/agreements/outside")


@pages.get(f"{_ALL}/{{outsider}}", access=school(Permission.MANAGE_AGREEMENTS))
def edit(staff: SchoolAccess, outsider: str) -> Response:
    one = outside.found(staff.school, outsider)
    until = _date(one.here_until)
    values = {name: getattr(one, name) for name in _FIELDS}
    return _form(staff, OutsiderForm.blank(record=one.id, here_until=until, **values), one=one)


@pages.post(f"{_ALL}/{{outsider}}", access=school(Permission.MANAGE_AGREEMENTS))
def change(staff: SchoolAccess, outsider: str) -> Response:
    one = outside.found(staff.school, outsider)
    form = OutsiderForm.read(staff.request)
    if form.problems:
        return _form(staff, form, one=one, status=422)
    after = replace(_read(form, one.id), version=one.version)
    outside.change(staff.school, after, by=staff.actor)
    rules.ask_due(staff.school, only=[one.id])
    return redirect(f"/s/{staff.school}/agreements/outside")


_FIELDS = ("kind", "name", "organisation", "email", "policy_seen", "uses_network")


def _read(form: OutsiderForm, outsider_id: str) -> Outsider:
    return Outsider(
        id=outsider_id,
        kind=form.kind.data,
        name=form.name.data,
        email=form.email.data or "",
        organisation=form.organisation.data or "",
        here_until=form.here_until.data.isoformat() if form.here_until.data else "",
        policy_seen=bool(form.policy_seen.data),
        uses_network=bool(form.uses_network.data),
    )


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _form(
    staff: SchoolAccess, form: OutsiderForm, *, one: Outsider | None = None, status: int = 200
) -> Response:
    return page("agreements/outsider", status=status, school=staff.school, form=form, outsider=one)
