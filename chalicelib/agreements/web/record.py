"""One child's agreement as the school sees it: who was asked, what they did, and the evidence."""

from chalicelib import audit
from chalicelib.agreements import asking, campaigns, records
from chalicelib.agreements.followup import page_of
from chalicelib.agreements.model import RequestId
from chalicelib.agreements.repository import requests
from chalicelib.agreements.school_forms import ReasonForm, SendForm
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.web import Pages, Response, page, redirect

pages = Pages(__name__)
PATH = "/s/{school}/agreements/{campaign}/pupils/{pupil}"


@pages.get(PATH, access=school(Permission.READ_AGREEMENTS))
def show(staff: SchoolAccess, campaign: str, pupil: str) -> Response:
    request_id = _request(staff, campaign, pupil)
    record = records.whole(staff.school, request_id)
    _note(staff, request_id, "agreement.viewed")
    return page(
        "agreements/record",
        school=staff.school,
        path=page_of(staff.school, request_id),
        record=record,
        may_send=staff.may(Permission.MANAGE_AGREEMENTS),
    )


@pages.get(PATH + "/evidence", access=school(Permission.READ_AGREEMENTS))
def evidence(staff: SchoolAccess, campaign: str, pupil: str) -> Response:
    """Every signature with all that was taken down, and each hash recomputed (R24, R25)."""
    request_id = _request(staff, campaign, pupil)
    proofs = records.proofs(staff.school, request_id)
    _note(staff, request_id, "agreement.evidence_viewed")
    return page(
        "agreements/evidence",
        school=staff.school,
        school_name=staff.school_name,
        path=page_of(staff.school, request_id),
        record=records.whole(staff.school, request_id),
        proofs=proofs,
    )


@pages.post(PATH + "/send", access=school(Permission.MANAGE_AGREEMENTS))
def send(staff: SchoolAccess, campaign: str, pupil: str) -> Response:
    request_id = _request(staff, campaign, pupil)
    form = SendForm.read(staff.request)
    asking.ask_again(staff.school, request_id, contact=form.contact.data or "", by=staff.person)
    return redirect(page_of(staff.school, request_id))


@pages.get(PATH + "/withdraw", access=school(Permission.MANAGE_AGREEMENTS))
def why_withdraw(staff: SchoolAccess, campaign: str, pupil: str) -> Response:
    request_id = _request(staff, campaign, pupil)
    asking.found(staff.school, request_id)
    return _withdrawing(staff, request_id, ReasonForm.blank())


@pages.post(PATH + "/withdraw", access=school(Permission.MANAGE_AGREEMENTS))
def withdraw(staff: SchoolAccess, campaign: str, pupil: str) -> Response:
    request_id = _request(staff, campaign, pupil)
    form = ReasonForm.read(staff.request)
    if form.problems:
        return _withdrawing(staff, request_id, form, status=422)
    asking.withdraw(staff.school, request_id, reason=form.reason.data, by=staff.person)
    return redirect(page_of(staff.school, request_id))


def _request(staff: SchoolAccess, campaign: str, pupil: str) -> RequestId:
    """Raises NotFound when the school has no such campaign."""
    return RequestId(campaigns.found(staff.school, campaign).year, campaign, pupil)


def _note(staff: SchoolAccess, request_id: RequestId, action: str) -> None:
    about = requests.about(request_id)
    audit.viewed(staff.school, by=staff.actor, action=action, about=about)


def _withdrawing(
    staff: SchoolAccess, request_id: RequestId, form: ReasonForm, status: int = 200
) -> Response:
    return page(
        "agreements/withdraw",
        status=status,
        school=staff.school,
        path=page_of(staff.school, request_id),
        form=form,
    )
