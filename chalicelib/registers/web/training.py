"""Training for the school and for each person, with what people asked for (S78, S257 to S261)."""

from chalicelib import audit, clock
from chalicelib.errors import NotFound
from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.registers.service import definitions, hands, training
from chalicelib.web import Pages, Response, charts, page

pages = Pages(__name__)
OPEN = school(Permission.OPEN_SCHOOL)


@pages.get("/s/{school}/training", access=OPEN)
def show(staff: SchoolAccess) -> Response:
    """The whole school for whoever may read the register; for everybody else their own line."""
    hand = hands.of(staff)
    may_list = hands.may_list(hand, definitions.of(staff.school).get(training.REGISTER))
    found = training.overview(staff.school, clock.today())
    mine = next((row for row in found.rows if row.person == staff.person), None)
    if mine is None:
        raise NotFound
    if may_list:
        audit.viewed(
            staff.school, by=staff.actor, action="training.viewed", about="register/training"
        )
    return page(
        "registers/training",
        school=staff.school,
        found=found,
        mine=mine,
        may_list=may_list,
        picture=_picture(found) if may_list else None,
    )


def _picture(found: training.Overview) -> charts.Chart:
    """How far each topic has come."""
    labels = [label for _, label in found.topics]
    cells = list(zip(*(row.cells for row in found.rows), strict=True))
    states = (("Done", "green"), ("To do", "amber"), ("Overdue", "red"))
    return charts.stacked(
        "How far training has come",
        labels,
        [
            charts.Series(name, tuple(sum(c.colour == colour for c in cell) for cell in cells))
            for name, colour in states
        ],
        unit="people",
        first="Training",
    )
