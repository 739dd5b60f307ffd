"""Starting a campaign: which agreement and classes, a look at what will happen, then sending."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from chalicelib.agreements import (
    campaigns,
    editions,
    library,
    matching,
    overview,
    profile,
    rendering,
    subjects,
)
from chalicelib.agreements.matching import Matched
from chalicelib.agreements.model import Party
from chalicelib.agreements.profile import Profile
from chalicelib.agreements.school_forms import CampaignForm
from chalicelib.agreements.subjects import Audience
from chalicelib.agreements.wording import Part
from chalicelib.errors import Invalid
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.web import Pages, Request, Response, page, redirect
from chalicelib.web.fields import Option

pages = Pages(__name__)


@pages.get("/s/{school}/agreements/new", access=school(Permission.MANAGE_AGREEMENTS))
def choose(staff: SchoolAccess) -> Response:
    audience = Audience.ADULTS if staff.request.query.get("who") == "adults" else Audience.PUPILS
    return _choosing(staff, CampaignForm.blank(options=_options(staff, audience)), audience)


@pages.post("/s/{school}/agreements/new", access=school(Permission.MANAGE_AGREEMENTS))
def look(staff: SchoolAccess) -> Response:
    """What sending would do, with the mail and each kind of signer's page as they will see it."""
    form, audience = _read(staff, staff.request)
    people = _people(staff, form, audience)
    if form.problems:
        return _choosing(staff, form, audience, status=422)
    plan = campaigns.plan(staff.school, form.template.data, form.classes.data, people.found)
    profile_ = profile.of(staff.school)
    return page(
        "agreements/check",
        school=staff.school,
        school_name=staff.school_name,
        form=form,
        plan=plan,
        unknown=people.unknown,
        title=library.title(plan.template),
        adults=audience is Audience.ADULTS,
        previews=[_preview(staff, profile_, key, plan.year) for key in plan.keys],
    )


@pages.post("/s/{school}/agreements", access=school(Permission.MANAGE_AGREEMENTS))
def send(staff: SchoolAccess) -> Response:
    form, audience = _read(staff, staff.request)
    people = _people(staff, form, audience)
    if form.problems:
        return _choosing(staff, form, audience, status=422)
    try:
        campaign = campaigns.start(
            staff.school,
            form.record.data,
            form.template.data,
            form.classes.data,
            by=staff.person,
            people=people.found,
        )
    except Invalid as e:
        form.refuse_all(e.fields)
        return _choosing(staff, form, audience, status=422)
    campaigns.go_on(staff.school, campaign.id)
    return redirect(f"/s/{staff.school}/agreements/{campaign.id}")


@pages.get("/s/{school}/agreements/{campaign}", access=school(Permission.READ_AGREEMENTS))
def progress(staff: SchoolAccess, campaign: str) -> Response:
    found = campaigns.found(staff.school, campaign)
    return page(
        "agreements/campaign",
        school=staff.school,
        campaign=found,
        title=library.title(found.template),
        year=profile.year_in_words(found.year),
        adults=library.audience(found.template) is Audience.ADULTS,
        group=overview.of_campaign(
            staff.school, found.year, found.id, library.audience(found.template)
        ),
        may_send=staff.may(Permission.MANAGE_AGREEMENTS),
    )


@pages.post(
    "/s/{school}/agreements/{campaign}/continue", access=school(Permission.MANAGE_AGREEMENTS)
)
def go_on(staff: SchoolAccess, campaign: str) -> Response:
    """The rest goes out by itself within minutes; this is for whoever does not want to wait."""
    campaigns.go_on(staff.school, campaign)
    return redirect(f"/s/{staff.school}/agreements/{campaign}")


@dataclass(frozen=True)
class Preview:
    """One agreement as each kind of signer will see it."""

    title: str
    letter: Mapping[Part, Markup]
    pages: tuple[tuple[str, list[Markup]], ...]


_WHOSE = {
    Party.CHILD: "What the child reads",
    Party.PARENT: "What the parent or carer reads",
    Party.ADULT: "What the signer reads",
}


def _preview(staff: SchoolAccess, who: Profile, key: str, year: str) -> Preview:
    text = who.text_of(editions.current(staff.school, key), year)
    parts = rendering.parts(text)
    return Preview(
        title=library.title(key),
        letter={part: words for part, words in parts.items() if part in profile.LETTER},
        pages=tuple(
            (_WHOSE[party], [parts[part] for part in profile.PAGES[party] if part in parts])
            for party in library.entry(key).parties
        ),
    )


def _read(staff: SchoolAccess, request: Request) -> tuple[CampaignForm, Audience]:
    key = request.form.get("template", "")
    audience = library.audience(key) if library.is_key(key) else Audience.PUPILS
    return CampaignForm.read(request, options=_options(staff, audience)), audience


def _people(staff: SchoolAccess, form: CampaignForm, audience: Audience) -> Matched:
    return matching.people(staff.school, audience, form.people.data or "")


def _options(staff: SchoolAccess, audience: Audience) -> dict[str, list[Option]]:
    first = [library.BY_AGE] if audience is Audience.PUPILS else []
    keys = [*first, *(key for key in library.keys(audience) if not library.entry(key).in_room)]
    groups = subjects.groups(staff.school, audience)
    return {
        "template": [Option(key, library.title(key), library.about(key)) for key in keys],
        "classes": [Option(each, name) for each, name in groups.items()],
    }


def _choosing(
    staff: SchoolAccess, form: CampaignForm, audience: Audience, status: int = 200
) -> Response:
    return page(
        "agreements/new",
        status=status,
        school=staff.school,
        form=form,
        adults=audience is Audience.ADULTS,
        nobody=not subjects.everybody(staff.school, audience),
    )
