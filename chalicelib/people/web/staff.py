"""Who works at a school: the list, adding somebody, their roles, their leaving."""

from chalicelib import audit, clock
from chalicelib.errors import Invalid
from chalicelib.identity import service as identity
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.model import Member, still_to_name
from chalicelib.identity.permissions import Permission, gives, in_order
from chalicelib.ids import PersonId
from chalicelib.people import duty, staffing, standing
from chalicelib.people.forms import EndForm, NewMemberForm, RolesForm, roles_to_give
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
    everybody, now = identity.everybody(staff.school), clock.now()
    return page(
        "people/staff",
        school=staff.school,
        members=[
            (each, standing.of(each, now, clock.today()))
            for each in sorted(everybody, key=lambda each: each.name)
        ],
        away=duty.away(staff.school, now),
        missing=still_to_name(everybody),
        may_manage=staff.may(Permission.MANAGE_PEOPLE),
        may_review=staff.may(Permission.MANAGE_ROLES),
        done=_DONE.get(staff.request.query.get("done", ""), ""),
    )


_DONE = {
    "invited": "The invitation is on its way. It can be accepted for 72 hours.",
    "roles": "The roles are saved. They count from the next page that is opened.",
    "left": "They have no access to this school any more.",
    "end": "The last day is saved.",
    "back": "They have their access back.",
}


@pages.get("/s/{school}/people/new", access=_MANAGE)
def show_new(staff: SchoolAccess) -> Response:
    form = NewMemberForm.blank(options=roles_to_give(staff.permissions))
    return page("people/new", school=staff.school, form=form)


@pages.post("/s/{school}/people/new", access=_MANAGE)
def add(staff: SchoolAccess) -> Response:
    form = NewMemberForm.read(staff.request, options=roles_to_give(staff.permissions))
    if not form.problems:
        try:
            staffing.invite(
                staff.school,
                school_name=staff.school_name,
                name=form.name.data,
                email=form.email.data,
                roles=form.chosen(),
                by=staff.actor,
                own=staff.permissions,
                ends_on=form.ends_on.data,
            )
            return redirect(f"/s/{staff.school}/people?done=invited")
        except Invalid as e:
            form.refuse_all(e.fields)
    return page("people/new", school=staff.school, form=form, status=422)


@pages.get("/s/{school}/people/{person}", access=school(Permission.READ_PEOPLE))
def show_member(staff: SchoolAccess, person: str) -> Response:
    member = identity.member(staff.school, PersonId(person))
    audit.viewed(
        staff.school, by=staff.actor, action="member.viewed", about=f"person/{member.person}"
    )
    return _member_page(staff, member, _roles_form(staff, member))


@pages.post("/s/{school}/people/{person}/roles", access=_MANAGE)
def change_roles(staff: SchoolAccess, person: str) -> Response:
    member = identity.member(staff.school, PersonId(person))
    form = RolesForm.read(staff.request, options=roles_to_give(staff.permissions))
    if not form.problems:
        # What one may not give was not on the page, and stays as it is.
        kept = {role for role in member.roles if not gives(staff.permissions, role)}
        try:
            staffing.change_roles(
                staff.school,
                member.person,
                form.chosen() | kept,
                by=staff.actor,
                own=staff.permissions,
            )
            return redirect(f"/s/{staff.school}/people?done=roles")
        except Invalid as e:
            form.refuse_all(e.fields)
    return _member_page(staff, member, form, status=422)


@pages.post("/s/{school}/people/{person}/invite", access=_MANAGE)
def invite_again(staff: SchoolAccess, person: str) -> Response:
    staffing.send_again(
        staff.school,
        PersonId(person),
        school_name=staff.school_name,
        by=staff.actor,
        own=staff.permissions,
    )
    return redirect(f"/s/{staff.school}/people?done=invited")


@pages.post("/s/{school}/people/{person}/end", access=_MANAGE)
def set_end(staff: SchoolAccess, person: str) -> Response:
    """Until when a guest has access (S281)."""
    member = identity.member(staff.school, PersonId(person))
    form = EndForm.read(staff.request)
    if not form.problems:
        try:
            staffing.set_end(
                staff.school,
                member.person,
                form.ends_on.data,
                by=staff.actor,
                own=staff.permissions,
            )
            return redirect(f"/s/{staff.school}/people?done=end")
        except Invalid as e:
            form.refuse_all(e.fields)
    return _member_page(staff, member, _roles_form(staff, member), end=form, status=422)


@pages.post("/s/{school}/people/{person}/back", access=_MANAGE)
def let_back(staff: SchoolAccess, person: str) -> Response:
    """An administrator lets somebody back who had not used Holdfast for long (R19)."""
    staffing.let_back(staff.school, PersonId(person), by=staff.actor, own=staff.permissions)
    return redirect(f"/s/{staff.school}/people?done=back")


def _roles_form(staff: SchoolAccess, member: Member) -> RolesForm:
    return RolesForm.blank(
        options=roles_to_give(staff.permissions), roles=[role.value for role in member.roles]
    )


def _member_page(
    staff: SchoolAccess,
    member: Member,
    form: RolesForm,
    *,
    end: EndForm | None = None,
    status: int = 200,
) -> Response:
    fixed = [role for role in in_order(member.roles) if not gives(staff.permissions, role)]
    may_manage = staff.may(Permission.MANAGE_PEOPLE)
    has_access = member.has_access(clock.today())
    return page(
        "people/member",
        status=status,
        school=staff.school,
        member=member,
        form=end if end and end.problems else form,
        roles_form=form,
        end_form=end or EndForm.blank(ends_on=member.ends_on),
        standing=standing.of(member, clock.now(), clock.today()),
        has_access=has_access,
        fixed=[role.label for role in fixed],
        may_manage=may_manage,
        mail_failed_at=reach.of(staff.school, member.person).mail_failed_at,
        may_remove=may_manage and not fixed,
        may_see_sign_in=has_access and staff.may(Permission.MANAGE_ROLES),
        may_read_agreements=staff.may(Permission.READ_AGREEMENTS),
    )
