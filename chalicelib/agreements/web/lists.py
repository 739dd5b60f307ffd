"""Who has signed and who has not: by class for families, by role for everybody else (3.18)."""

from chalicelib import audit, clock
from chalicelib.agreements import library, overview, profile, subjects
from chalicelib.agreements.campaign import Campaign
from chalicelib.agreements.repository import campaigns, requests
from chalicelib.agreements.standing import in_force
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
    years = staff.request.query.get("by") == "year"
    return page(
        "agreements/index",
        school=staff.school,
        year=profile.year_in_words(year),
        groups=overview.by_year(groups) if years else groups,
        years=years,
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


@pages.get("/s/{school}/agreements/people/{pupil}", access=school(Permission.READ_AGREEMENTS))
def of_person(staff: SchoolAccess, pupil: str) -> Response:
    """Everything that was asked of one person, over the years (3.18)."""
    subject = subjects.of_anybody(staff.school, pupil)
    asked = campaigns.asked_of(staff.school, pupil)
    records = [one for one in requests.several(staff.school, asked[-100:]) if one]
    if subject is None and not records:
        raise NotFound
    audit.viewed(staff.school, by=staff.actor, action="agreement.viewed", about=f"person/{pupil}")
    return page(
        "agreements/person",
        school=staff.school,
        person_name=subject.name if subject else records[0].request.child.first_name,
        group=subject.group_name if subject else "",
        lines=[
            (library.title(one.request.template), one, one.request.state(clock.now()))
            for one in reversed(records)
        ],
        held=in_force(staff.school, pupil, clock.today()),
    )


def _kind(staff: SchoolAccess, kinds: dict[str, str]) -> str:
    asked = staff.request.query.get("kind", "")
    return asked if asked in kinds else next(iter(kinds))


def _campaigns(staff: SchoolAccess, audience: Audience) -> list[Campaign]:
    everything = campaigns.all_of(staff.school)
    return [one for one in everything if library.audience(one.template) is audience]
