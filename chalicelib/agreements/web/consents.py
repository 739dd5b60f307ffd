"""Consents as the school sees them: by class, the do-not-publish list, settling, the history."""

from chalicelib import audit
from chalicelib.agreements.consents import service as consents
from chalicelib.agreements.consents.model import IMAGES, OF_PUPILS, OF_STAFF, Consent, Holds
from chalicelib.agreements.forms import ChoicesForm, OwnChoicesForm, ProtectForm, SettleForm, says
from chalicelib.agreements.subjects import Audience
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.web import Pages, Response, page, redirect

pages = Pages(__name__)
_ONE = "/s/{school}/consents/{pupil}"


@pages.get("/s/{school}/consents", access=school(Permission.READ_AGREEMENTS))
def index(staff: SchoolAccess) -> Response:
    adults = staff.request.query.get("who") == "adults"
    found = consents.lines(staff.school, Audience.ADULTS if adults else Audience.PUPILS)
    return page(
        "agreements/consents",
        school=staff.school,
        lines=found,
        kinds=OF_STAFF if adults else OF_PUPILS,
        adults=adults,
        conflicts=[one for one in found if one.conflicts],
        protected=[one for one in found if one.choices.protected],
        may_send=staff.may(Permission.MANAGE_AGREEMENTS),
    )


@pages.get("/s/{school}/do-not-publish", access=school(Permission.READ_IMAGE_LIST))
def do_not_publish(staff: SchoolAccess) -> Response:
    """Whose picture must not be published, for everybody who might publish one (S304).

    Names and channels; never a reason (S60).
    """
    found = []
    for one in consents.lines(staff.school, Audience.PUPILS):
        closed = [kind for kind in IMAGES if one.holds(kind) is not Holds.YES]
        if closed:
            found.append((one, closed, one.choices.protected))
    audit.viewed(
        staff.school, by=staff.actor, action="consents.list_viewed", about="consents/do-not-publish"
    )
    return page("agreements/do_not_publish", school=staff.school, found=found, kinds=IMAGES)


@pages.get(_ONE, access=school(Permission.READ_AGREEMENTS))
def show(staff: SchoolAccess, pupil: str) -> Response:
    return _shown(staff, pupil)


@pages.post(f"{_ONE}/settle", access=school(Permission.MANAGE_AGREEMENTS))
def settle(staff: SchoolAccess, pupil: str) -> Response:
    form = SettleForm.read(staff.request)
    consents.line(staff.school, pupil)
    if form.problems or form.kind.data not in list(Consent):
        return _shown(staff, pupil, settling=form, status=422)
    kind = Consent(form.kind.data)
    yes = form.yes.data.value == "yes"
    consents.settle(staff.school, pupil, kind, yes=yes, why=form.why.data, by=staff.actor)
    return redirect(f"/s/{staff.school}/consents/{pupil}")


@pages.post(f"{_ONE}/protect", access=school(Permission.WORK_INCIDENTS))
def protect(staff: SchoolAccess, pupil: str) -> Response:
    """On or off the do-not-publish list: for safeguarding leads, who alone see the reason."""
    form = ProtectForm.read(staff.request)
    line = consents.line(staff.school, pupil)
    if form.problems:
        return _shown(staff, pupil, protecting=form, status=422)
    on = not line.choices.protected
    consents.protect(staff.school, pupil, on=on, why=form.why.data, by=staff.actor)
    return redirect(f"/s/{staff.school}/consents/{pupil}")


@pages.post(f"{_ONE}/paper/{{contact}}", access=school(Permission.MANAGE_AGREEMENTS))
def paper(staff: SchoolAccess, pupil: str, contact: str) -> Response:
    """An answer given on paper or aloud, with who entered it (3.16)."""
    line = consents.line(staff.school, pupil)
    kind = ChoicesForm if line.subject.audience is Audience.PUPILS else OwnChoicesForm
    form = kind.read(staff.request)
    if form.problems or contact not in line.subject.deciders:
        return _shown(staff, pupil, paper=form, paper_of=contact, status=422)
    said = consents.Said(contact, says(form), staff.actor, how="paper")
    consents.say(staff.school, pupil, said)
    return redirect(f"/s/{staff.school}/consents/{pupil}")


def _shown(
    staff: SchoolAccess,
    who: str,
    *,
    settling: SettleForm | None = None,
    protecting: ProtectForm | None = None,
    paper: ChoicesForm | OwnChoicesForm | None = None,
    paper_of: str = "",
    status: int = 200,
) -> Response:
    line = consents.line(staff.school, who)
    secret = staff.may(Permission.WORK_INCIDENTS)
    about = f"consent/{who}"
    audit.viewed(staff.school, by=staff.actor, action="consents.viewed", about=about)
    blank = ChoicesForm if line.subject.audience is Audience.PUPILS else OwnChoicesForm
    return page(
        "agreements/consent",
        status=status,
        school=staff.school,
        line=line,
        names={adult.contact: adult.name for adult in line.subject.adults},
        events=list(reversed(consents.events_of(staff.school, who))),
        settling=settling or SettleForm.blank(),
        protecting=protecting or ProtectForm.blank(),
        paper=paper or blank.blank(),
        paper_of=paper_of,
        labels={kind.value: kind.label for kind in Consent},
        may_send=staff.may(Permission.MANAGE_AGREEMENTS),
        may_protect=secret,
        form=settling or protecting or paper or SettleForm.blank(),
    )
