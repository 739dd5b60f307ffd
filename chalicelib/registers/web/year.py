"""The school year as a picture, and what is missing for an inspection."""

from chalicelib import clock
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.registers.service import definitions, hands, ready, year
from chalicelib.web import Pages, Response, page

pages = Pages(__name__)
OPEN = school(Permission.OPEN_SCHOOL)
READ = school(Permission.READ_REPORTS)


@pages.get("/s/{school}/year", access=OPEN)
def show(staff: SchoolAccess) -> Response:
    """What falls when, of the registers one may read."""
    hand = hands.of(staff)
    on = definitions.of(staff.school).on
    mine = {key: each for key, each in on.items() if hands.may_list(hand, each)}
    found = year.of_school(staff.school, mine, clock.today())
    return page("registers/year", school=staff.school, year=found)


@pages.get("/s/{school}/ready", access=READ)
def inspection(staff: SchoolAccess) -> Response:
    """Ready for inspection: every question with its answer, what is missing first (R-GOV 3)."""
    checks = ready.checks(staff.school, clock.today())
    groups: dict[str, list[ready.Check]] = {}
    for each in checks:
        groups.setdefault(each.group, []).append(each)
    return page(
        "registers/ready",
        school=staff.school,
        groups=groups,
        counts={stand: sum(each.stand is stand for each in checks) for stand in ready.Stand},
        stands=ready.Stand,
        today=clock.today(),
    )
