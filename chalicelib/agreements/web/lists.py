"""Who has signed and who has not: by class for families, by role for everybody else (3.18)."""

from chalicelib import clock
from chalicelib.agreements import library, overview, profile
from chalicelib.agreements.campaign import Campaign
from chalicelib.agreements.repository import campaigns
from chalicelib.agreements.subjects import Audience
from chalicelib.errors import NotFound
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.tenancy import calendar
from chalicelib.web import Pages, Response, page

pages = Pages(__name__)


@pages.get("/s/{school}/agreements", access=school(Permission.READ_AGREEMENTS))
def index(staff: SchoolAccess) -> Response:
    year, kinds = calendar.academic_year(clock.today()), library.kinds(Audience.PUPILS)
    kind = _kind(staff, kinds)
    groups = overview.of_year(staff.school, year, kind)
    return page(
        "agreements/index",
        school=staff.school,
        year=profile.year_in_words(year),
        groups=groups,
        all=overview.together(groups),
        kind=kind,
        kinds=kinds,
        campaigns=_campaigns(staff, Audience.PUPILS),
        title_of=library.title,
        may_send=staff.may(Permission.MANAGE_AGREEMENTS),
    )


@pages.get("/s/{school}/agreements/adults", access=school(Permission.READ_AGREEMENTS))
def adults(staff: SchoolAccess) -> Response:
    year, kinds = calendar.academic_year(clock.today()), library.kinds(Audience.ADULTS)
    kind = _kind(staff, kinds)
    groups = overview.of_adults(staff.school, year, kind)
    return page(
        "agreements/adults",
        school=staff.school,
        year=profile.year_in_words(year),
        groups=groups,
        all=overview.together(groups),
        kind=kind,
        kinds=kinds,
        campaigns=_campaigns(staff, Audience.ADULTS),
        title_of=library.title,
        may_send=staff.may(Permission.MANAGE_AGREEMENTS),
    )


@pages.get("/s/{school}/agreements/classes/{group}", access=school(Permission.READ_AGREEMENTS))
def of_class(staff: SchoolAccess, group: str) -> Response:
    year, kinds = calendar.academic_year(clock.today()), library.kinds(Audience.PUPILS)
    kind = _kind(staff, kinds)
    found = overview.of_class(staff.school, group, year, kind)
    if found is None:
        raise NotFound
    return page(
        "agreements/class",
        school=staff.school,
        year=profile.year_in_words(year),
        group=found,
        title=kinds[kind],
        kind=kind,
        may_send=staff.may(Permission.MANAGE_AGREEMENTS),
    )


def _kind(staff: SchoolAccess, kinds: dict[str, str]) -> str:
    asked = staff.request.query.get("kind", "")
    return asked if asked in kinds else next(iter(kinds))


def _campaigns(staff: SchoolAccess, audience: Audience) -> list[Campaign]:
    everything = campaigns.all_of(staff.school)
    return [one for one in everything if library.audience(one.template) is audience]
