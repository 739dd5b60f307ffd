"""The school's policies for everybody: what holds, its next review, and having read it (S260)."""

from chalicelib import clock, ids
from chalicelib.errors import NotFound
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.registers import service as registers
from chalicelib.registers.service import definitions, hands, policies
from chalicelib.storage import transaction
from chalicelib.web import Pages, Response, fields, page, redirect
from chalicelib.web.forms import Form

pages = Pages(__name__)
OPEN = school(Permission.OPEN_SCHOOL)


class ReadForm(Form):
    record = fields.RecordId()
    understood = fields.Tick(
        "I have read it, and I know what it asks of me",
        required="Tick to say that you have read it",
    )


@pages.get("/s/{school}/policies", access=OPEN)
def show(staff: SchoolAccess) -> Response:
    hand = hands.of(staff)
    found = policies.overview(staff.school, staff.person, clock.today())
    definition = definitions.of(staff.school).get(policies.REGISTER)
    return page(
        "registers/policies",
        school=staff.school,
        found=found,
        may_list=hands.may_list(hand, definition),
        may_add=hands.may_add(hand, definition),
        done=staff.request.query.get("done", "") == "read",
    )


@pages.get("/s/{school}/policies/{policy}/read", access=OPEN)
def show_read(staff: SchoolAccess, policy: str) -> Response:
    return _read_page(staff, _policy(staff, policy), ReadForm.blank())


@pages.post("/s/{school}/policies/{policy}/read", access=OPEN)
def read(staff: SchoolAccess, policy: str) -> Response:
    """Write down that this person has read it: an entry of its own register (S260, S243)."""
    found = _policy(staff, policy)
    form = ReadForm.read(staff.request)
    if form.problems:
        return _read_page(staff, found, form, status=422)
    if not found.read_by_me:
        with transaction() as tx:
            registers.add(
                tx,
                staff.school,
                register=policies.READINGS,
                values={
                    "person": {"id": staff.person, "name": staff.person_name},
                    "policy": {"id": found.id, "name": found.name},
                    "read_on": clock.today().isoformat(),
                    "how": "read",
                    "understood": True,
                },
                by=staff.actor,
                record=form.record.data or ids.new(),
            )
    return redirect(f"/s/{staff.school}/policies?done=read")


def _policy(staff: SchoolAccess, policy: str) -> policies.Policy:
    found = policies.overview(staff.school, staff.person, clock.today()).policies
    for each in found:
        if each.id == policy:
            return each
    raise NotFound


def _read_page(
    staff: SchoolAccess, found: policies.Policy, form: ReadForm, *, status: int = 200
) -> Response:
    return page(
        "registers/policy_read", status=status, school=staff.school, policy=found, form=form
    )
