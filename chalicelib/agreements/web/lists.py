"""Who has signed and who has not: the school's first page of agreements, and each class."""

from chalicelib import clock
from chalicelib.agreements import library, overview, profile
from chalicelib.agreements.repository import campaigns
from chalicelib.errors import NotFound
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.tenancy import calendar
from chalicelib.web import Pages, Response, page

pages = Pages(__name__)


@pages.get("/s/{school}/agreements", access=school(Permission.READ_AGREEMENTS))
def index(staff: SchoolAccess) -> Response:
    year = calendar.academic_year(clock.today())
    groups = overview.of_year(staff.school, year)
    return page(
        "agreements/index",
        school=staff.school,
        year=profile.year_in_words(year),
        groups=groups,
        all=overview.together(groups),
        campaigns=list(campaigns.all_of(staff.school)),
        title_of=library.title,
        may_send=staff.may(Permission.MANAGE_AGREEMENTS),
    )


@pages.get("/s/{school}/agreements/classes/{group}", access=school(Permission.READ_AGREEMENTS))
def of_class(staff: SchoolAccess, group: str) -> Response:
    year = calendar.academic_year(clock.today())
    found = overview.of_class(staff.school, group, year)
    if found is None:
        raise NotFound
    return page(
        "agreements/class",
        school=staff.school,
        year=profile.year_in_words(year),
        group=found,
        may_send=staff.may(Permission.MANAGE_AGREEMENTS),
    )
