"""Starting a campaign: which agreement and classes, a look at what will happen, then sending."""

from chalicelib.agreements import campaigns, families, library, overview, profile, rendering
from chalicelib.agreements.forms import CampaignForm
from chalicelib.agreements.model import Party
from chalicelib.errors import Invalid
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.web import Pages, Request, Response, page, redirect
from chalicelib.web.fields import Option

pages = Pages(__name__)


@pages.get("/s/{school}/agreements/new", access=school(Permission.MANAGE_AGREEMENTS))
def choose(staff: SchoolAccess) -> Response:
    return _choosing(staff, CampaignForm.blank(options=_options(staff)))


@pages.post("/s/{school}/agreements/new", access=school(Permission.MANAGE_AGREEMENTS))
def look(staff: SchoolAccess) -> Response:
    """What sending would do, with the mail and both pages as the family will see them."""
    form = _read(staff, staff.request)
    if form.problems:
        return _choosing(staff, form, status=422)
    plan = campaigns.plan(staff.school, form.template.data, form.classes.data)
    text = profile.of(staff.school).text_of(library.template(plan.template), plan.year)
    return page(
        "agreements/check",
        school=staff.school,
        school_name=staff.school_name,
        form=form,
        plan=plan,
        title=library.titles()[plan.template],
        parts=rendering.parts(text),
        pages={party.value: profile.PAGES[party] for party in Party},
    )


@pages.post("/s/{school}/agreements", access=school(Permission.MANAGE_AGREEMENTS))
def send(staff: SchoolAccess) -> Response:
    form = _read(staff, staff.request)
    if form.problems:
        return _choosing(staff, form, status=422)
    try:
        campaign = campaigns.start(
            staff.school,
            form.record.data,
            form.template.data,
            form.classes.data,
            by=staff.person,
        )
    except Invalid as e:
        form.refuse_all(e.fields)
        return _choosing(staff, form, status=422)
    campaigns.go_on(staff.school, campaign.id)
    return redirect(f"/s/{staff.school}/agreements/{campaign.id}")


@pages.get("/s/{school}/agreements/{campaign}", access=school(Permission.READ_AGREEMENTS))
def progress(staff: SchoolAccess, campaign: str) -> Response:
    found = campaigns.found(staff.school, campaign)
    return page(
        "agreements/campaign",
        school=staff.school,
        campaign=found,
        title=library.titles()[found.template],
        year=profile.year_in_words(found.year),
        group=overview.of_campaign(staff.school, found.year, found.id),
        may_send=staff.may(Permission.MANAGE_AGREEMENTS),
    )


@pages.post(
    "/s/{school}/agreements/{campaign}/continue", access=school(Permission.MANAGE_AGREEMENTS)
)
def go_on(staff: SchoolAccess, campaign: str) -> Response:
    """The rest goes out by itself within minutes; this is for whoever does not want to wait."""
    campaigns.go_on(staff.school, campaign)
    return redirect(f"/s/{staff.school}/agreements/{campaign}")


def _read(staff: SchoolAccess, request: Request) -> CampaignForm:
    return CampaignForm.read(request, options=_options(staff))


def _options(staff: SchoolAccess) -> dict[str, list[Option]]:
    names = families.classes(staff.school)
    return {"classes": [Option(each, name) for each, name in names.items()]}


def _choosing(staff: SchoolAccess, form: CampaignForm, status: int = 200) -> Response:
    return page("agreements/new", status=status, school=staff.school, form=form)
