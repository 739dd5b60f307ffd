"""Who works at a school: the list, adding somebody, their roles, their leaving."""

from chalicelib import audit, clock
from chalicelib.errors import Invalid
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.model import Member, still_to_name
from chalicelib.identity.permissions import Permission, in_order, may_give
from chalicelib.ids import PersonId
from chalicelib.people import duty, staffing
from chalicelib.people.forms import NewMemberForm, RolesForm, roles_to_give
from chalicelib.people.plan import reach
from chalicelib.web import Pages, Response, navigation, page, redirect

pages = Pages(__name__)
_MANAGE = school(Permission.MANAGE_PEOPLE, fresh=True)  # who may read children's records (R16)
navigation.register(
    navigation.Entry("People", "/s/{school}/people", Permission.READ_PEOPLE, order=60)
)


@pages.get("/s/{school}/people", access=school(Permission.READ_PEOPLE))
def show(staff: SchoolAccess) -> Response:
    audit.viewed(staff.school, by=staff.actor, action="people.viewed", about="people/staff")
    members = identity.members(staff.school)
    return page(
        "people/staff",
        school=staff.school,
        members=sorted(members, key=lambda each: each.name),
        away=duty.away(staff.school, clock.now()),
        missing=still_to_name(members),
        may_manage=staff.may(Permission.MANAGE_PEOPLE),
    )


@pages.get("/s/{school}/people/new", access=_MANAGE)
def show_new(staff: SchoolAccess) -> Response:
    form = NewMemberForm.blank(options=roles_to_give(staff.roles))
    return page("people/new", school=staff.school, form=form)


@pages.post("/s/{school}/people/new", access=_MANAGE)
def add(staff: SchoolAccess) -> Response:
    form = NewMemberForm.read(staff.request, options=roles_to_give(staff.roles))
    if not form.problems:
        try:
            staffing.invite(
                staff.school,
                school_name=staff.school_name,
                name=form.name.data,
                email=form.email.data,
                roles=form.chosen(),
                by=staff.actor,
                own=staff.roles,
            )
            return redirect(f"/s/{staff.school}/people")
        except Invalid as e:
            form.refuse_all(e.fields)
    return page("people/new", school=staff.school, form=form, status=422)


@pages.get("/s/{school}/people/{person}", access=school(Permission.READ_PEOPLE))
def show_member(staff: SchoolAccess, person: str) -> Response:
    member = identity.member(staff.school, PersonId(person))
    audit.viewed(
        staff.school, by=staff.actor, action="member.viewed", about=f"person/{member.person}"
    )
    form = RolesForm.blank(
        options=roles_to_give(staff.roles), roles=[role.value for role in member.roles]
    )
    return _member_page(staff, member, form)


@pages.post("/s/{school}/people/{person}/roles", access=_MANAGE)
def change_roles(staff: SchoolAccess, person: str) -> Response:
    member = identity.member(staff.school, PersonId(person))
    form = RolesForm.read(staff.request, options=roles_to_give(staff.roles))
    if not form.problems:
        # What one may not give was not on the page, and stays as it is.
        kept = {role for role in member.roles if not may_give(staff.roles, role)}
        try:
            staffing.change_roles(
                staff.school,
                member.person,
                form.chosen() | kept,
                by=staff.actor,
                own=staff.roles,
            )
            return redirect(f"/s/{staff.school}/people")
        except Invalid as e:
            form.refuse_all(e.fields)
    return _member_page(staff, member, form, status=422)


@pages.post("/s/{school}/people/{person}/leave", access=_MANAGE)
def leave(staff: SchoolAccess, person: str) -> Response:
    member = identity.member(staff.school, PersonId(person))
    try:
        staffing.change_roles(staff.school, member.person, (), by=staff.actor, own=staff.roles)
    except Invalid as e:
        form = RolesForm.blank(
            options=roles_to_give(staff.roles), roles=[role.value for role in member.roles]
        )
        form.refuse_all(e.fields)
        return _member_page(staff, member, form, status=422)
    return redirect(f"/s/{staff.school}/people")


def _member_page(
    staff: SchoolAccess, member: Member, form: RolesForm, *, status: int = 200
) -> Response:
    fixed = [role for role in in_order(member.roles) if not may_give(staff.roles, role)]
    may_manage = staff.may(Permission.MANAGE_PEOPLE)
    return page(
        "people/member",
        status=status,
        school=staff.school,
        member=member,
        form=form,
        fixed=[role.label for role in fixed],
        may_manage=may_manage,
        mail_failed_at=reach.of(staff.school, member.person).mail_failed_at,
        may_remove=may_manage and not fixed,
    )
