"""What leaves on paper, asked for here; and checking a certificate, for anybody who holds one."""

from chalicelib import audit
from chalicelib.agreements import campaigns, library, records
from chalicelib.agreements.followup import page_of
from chalicelib.agreements.model import RequestId
from chalicelib.agreements.papers import asked
from chalicelib.agreements.school_forms import LettersForm
from chalicelib.agreements.subjects import Audience, groups
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.storage import transaction
from chalicelib.web import Pages, Response, page, redirect
from chalicelib.web.fields import Option

pages = Pages(__name__)


@pages.post(
    "/s/{school}/agreements/{campaign}/pupils/{pupil}/certificate",
    access=school(Permission.READ_AGREEMENTS),
)
def certificate(staff: SchoolAccess, campaign: str, pupil: str) -> Response:
    year = campaigns.found(staff.school, campaign).year
    request_id = RequestId(year, campaign, pupil)
    records.whole(staff.school, request_id)
    with transaction() as tx:
        back = page_of(staff.school, request_id)
        job = asked.certificate(tx, staff.school, request_id, person=staff.person, back=back)
    return redirect(f"/s/{staff.school}/documents/{job}")


@pages.get("/s/{school}/agreements/letters", access=school(Permission.MANAGE_AGREEMENTS))
def choose(staff: SchoolAccess) -> Response:
    return _letters(staff, LettersForm.blank(options=_options(staff), who="no_email"))


@pages.post("/s/{school}/agreements/letters", access=school(Permission.MANAGE_AGREEMENTS))
def letters(staff: SchoolAccess) -> Response:
    form = LettersForm.read(staff.request, options=_options(staff))
    if form.problems:
        return _letters(staff, form, status=422)
    with transaction() as tx:
        job = asked.letters(tx, staff.school, form.classes.data, form.who.data, person=staff.person)
    return redirect(f"/s/{staff.school}/documents/{job}")


@pages.post("/s/{school}/agreements/export", access=school(Permission.READ_AGREEMENTS))
def export(staff: SchoolAccess) -> Response:
    """Who has signed what, as CSV and XLSX."""
    kind = staff.request.form.get("kind", "")
    known = {**library.kinds(Audience.PUPILS), **library.kinds(Audience.ADULTS)}
    with transaction() as tx:
        job = asked.standings(
            tx, staff.school, kind if kind in known else library.BY_AGE, person=staff.person
        )
        about = "agreements/standings"
        audit.record(tx, staff.school, by=staff.actor, action="agreements.exported", about=about)
    return redirect(f"/s/{staff.school}/documents/{job}")


def _options(staff: SchoolAccess) -> dict[str, list[Option]]:
    offered = groups(staff.school, Audience.PUPILS)
    return {"classes": [Option(each, name) for each, name in offered.items()]}


def _letters(staff: SchoolAccess, form: LettersForm, status: int = 200) -> Response:
    return page("agreements/letters", status=status, school=staff.school, form=form)
