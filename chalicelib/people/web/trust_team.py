"""Who works with a trust: inviting, roles, leaving (R19). Its schools' people are the schools'."""

from chalicelib import audit, clock
from chalicelib.errors import Invalid
from chalicelib.identity import invitations
from chalicelib.identity import service as identity
from chalicelib.identity.access import TrustAccess, trust
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import TRUST_ROLES, Permission, in_order
from chalicelib.ids import PersonId
from chalicelib.people import staffing, standing
from chalicelib.people.forms import NewMemberForm, RolesForm
from chalicelib.people.plan import reach
from chalicelib.web import Pages, Response, navigation, page, redirect
from chalicelib.web.fields import Option

pages = Pages(__name__)
_SEE = trust(Permission.MANAGE_TRUST)
_MANAGE = trust(Permission.MANAGE_TRUST, fresh=True)
navigation.register(
    navigation.Entry("People", "/t/{trust}/people", Permission.MANAGE_TRUST, order=60)
)
_ROLES = {"roles": [Option(role.value, role.label) for role in in_order(TRUST_ROLES)]}
_DONE = {
    "invited": "The invitation is on its way. It can be accepted for 72 hours.",
    "roles": "The roles are saved. They count from the next page that is opened.",
    "left": "They have no access to this trust any more.",
    "back": "They have their access back.",
}


@pages.get("/t/{trust}/people", access=_SEE)
def show(staff: TrustAccess) -> Response:
    audit.viewed(staff.trust, by=staff.actor, action="people.viewed", about="people/trust")
    now, today = clock.now(), clock.today()
    everybody = sorted(identity.everybody(staff.trust), key=lambda each: each.name)
    return page(
        "people/trust",
        trust=staff.trust,
        members=[(each, standing.of(each, now, today)) for each in everybody],
        done=_DONE.get(staff.request.query.get("done", ""), ""),
    )


@pages.get("/t/{trust}/people/new", access=_MANAGE)
def show_new(staff: TrustAccess) -> Response:
    return page("people/trust_new", trust=staff.trust, form=NewMemberForm.blank(options=_ROLES))


@pages.post("/t/{trust}/people/new", access=_MANAGE)
def add(staff: TrustAccess) -> Response:
    form = NewMemberForm.read(staff.request, options=_ROLES)
    if not form.problems:
        try:
            identity.invite(
                staff.trust,
                name=form.name.data,
                email=form.email.data,
                roles=form.chosen(),
                by=staff.actor,
                place_name=staff.trust_name,
                ends_on=form.ends_on.data,
            )
            return redirect(f"/t/{staff.trust}/people?done=invited")
        except Invalid as e:
            form.refuse_all(e.fields)
    return page("people/trust_new", trust=staff.trust, form=form, status=422)


@pages.get("/t/{trust}/people/{person}", access=_SEE)
def show_member(staff: TrustAccess, person: str) -> Response:
    member = identity.member(staff.trust, PersonId(person))
    audit.viewed(
        staff.trust, by=staff.actor, action="member.viewed", about=f"person/{member.person}"
    )
    form = RolesForm.blank(options=_ROLES, roles=[role.value for role in member.roles])
    return _page(staff, member, form)


@pages.post("/t/{trust}/people/{person}/roles", access=_MANAGE)
def change_roles(staff: TrustAccess, person: str) -> Response:
    member = identity.member(staff.trust, PersonId(person))
    form = RolesForm.read(staff.request, options=_ROLES)
    if not form.problems:
        try:
            identity.set_roles(staff.trust, member.person, form.chosen(), by=staff.actor)
            return redirect(f"/t/{staff.trust}/people?done=roles")
        except Invalid as e:
            form.refuse_all(e.fields)
    return _page(staff, member, form, status=422)


@pages.post("/t/{trust}/people/{person}/leave", access=_MANAGE)
def leave(staff: TrustAccess, person: str) -> Response:
    member = identity.member(staff.trust, PersonId(person))
    try:
        identity.leave(staff.trust, member.person, by=staff.actor)
    except Invalid as e:
        form = RolesForm.blank(options=_ROLES, roles=[role.value for role in member.roles])
        form.refuse_all(e.fields)
        return _page(staff, member, form, status=422)
    return redirect(f"/t/{staff.trust}/people?done=left")


@pages.post("/t/{trust}/people/{person}/invite", access=_MANAGE)
def invite_again(staff: TrustAccess, person: str) -> Response:
    invitations.send_again(
        staff.trust, PersonId(person), place_name=staff.trust_name, by=staff.actor
    )
    return redirect(f"/t/{staff.trust}/people?done=invited")


@pages.post("/t/{trust}/people/{person}/back", access=_MANAGE)
def let_back(staff: TrustAccess, person: str) -> Response:
    identity.member(staff.trust, PersonId(person))
    identity.change(
        staff.trust, PersonId(person), staffing.open_again, action="member.let_back", by=staff.actor
    )
    return redirect(f"/t/{staff.trust}/people?done=back")


@pages.post("/t/{trust}/people/{person}/mail-works", access=_SEE)
def mail_works(staff: TrustAccess, person: str) -> Response:
    """An administrator has put an address right: the task about it ends."""
    member = identity.member(staff.trust, PersonId(person))
    reach.mail_works(staff.trust, member.person, by=staff.actor)
    return redirect(f"/t/{staff.trust}/people/{person}")


def _page(staff: TrustAccess, member: Member, form: RolesForm, *, status: int = 200) -> Response:
    return page(
        "people/trust_member",
        status=status,
        trust=staff.trust,
        member=member,
        form=form,
        standing=standing.of(member, clock.now(), clock.today()),
        has_access=member.has_access(clock.today()),
        mail_failed_at=reach.of(staff.trust, member.person).mail_failed_at,
    )
