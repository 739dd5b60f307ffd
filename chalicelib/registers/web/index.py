"""The registers of a school: what each is for, how it stands, and what is due to whom."""

from datetime import date, timedelta

from chalicelib import audit, clock
from chalicelib.identity.access import SchoolAccess
from chalicelib.identity.permissions import Permission
from chalicelib.registers.repository import lines
from chalicelib.registers.service import definitions, hands, reading, standing
from chalicelib.registers.service.counting import Due
from chalicelib.registers.web import shown
from chalicelib.registers.web.blueprint import OPEN, pages
from chalicelib.web import Response, fields, page
from chalicelib.web.forms import Form

_AHEAD = timedelta(days=42)


class SearchForm(Form):
    words = fields.Text(
        "Search in all registers you may read",
        most=100,
        hint="A name, a site, a reference: entries with all of these words are found",
        required="Enter what to search for",
    )


@pages.get("/s/{school}/registers", access=OPEN)
def index(staff: SchoolAccess) -> Response:
    hand, today = hands.of(staff), clock.today()
    registers = definitions.of(staff.school)
    mine = {key: each for key, each in registers.on.items() if hands.may_open(hand, each)}
    stand, due = standing.of_school(staff.school, mine, today)
    return page(
        "registers/index",
        school=staff.school,
        groups=standing.by_group(mine),
        stand=stand,
        due=shown.to_do(_soon(hand, due, today), today),
        own=lines.own(staff.school, staff.person),
        on=registers.on,
        may_list={key for key, each in mine.items() if hands.may_list_current(hand, each)},
        may_manage=staff.may(Permission.MANAGE_REGISTERS),
        pages_=_pages(staff),
    )


@pages.get("/s/{school}/registers/board", access=OPEN)
def board(staff: SchoolAccess) -> Response:
    """Red, amber and green, and everything that is late, of the registers one may list."""
    hand, today = hands.of(staff), clock.today()
    on = definitions.of(staff.school).on
    mine = {key: each for key, each in on.items() if hands.may_list(hand, each)}
    stand, due = standing.of_school(staff.school, mine, today)
    soon = today + standing.SOON
    return page(
        "registers/board",
        school=staff.school,
        groups=standing.by_group(mine),
        stand=stand,
        late=shown.to_do([each for each in due if each.is_overdue(today)], today),
        soon=shown.to_do([each for each in due if today <= each.due_on <= soon], today),
        today=today,
    )


@pages.get("/s/{school}/registers/search", access=OPEN)
def show_search(staff: SchoolAccess) -> Response:
    return page("registers/search", school=staff.school, form=SearchForm.blank(), found=None)


@pages.post("/s/{school}/registers/search", access=OPEN)
def search(staff: SchoolAccess) -> Response:
    """What is searched for may be a name: it stands in no address, and is not written down."""
    form, found = SearchForm.read(staff.request), None
    if not form.problems:
        audit.viewed(
            staff.school, by=staff.actor, action="registers.searched", about="registers/search"
        )
        found = reading.search(hands.of(staff), form.words.data)
    return page(
        "registers/search",
        status=422 if form.problems else 200,
        school=staff.school,
        form=form,
        found=found,
    )


def _pages(staff: SchoolAccess) -> set[str]:
    """The pages beside the registers that somebody may open."""
    found = {"year", "training", "policies", "services", "tables"}
    if staff.may(Permission.READ_REPORTS):
        found |= {"ready", "working-group"}
    if staff.may(Permission.KEEP_PHONES):
        found.add("phones")
    return found


def _soon(hand: hands.Hand, due: list[Due], today: date) -> list[Due]:
    """What is theirs and due in the next weeks; the rest is on the board and in the year."""
    until = today + _AHEAD
    return [each for each in due if is_for(hand, each) and each.due_on <= until][:10]


def is_for(hand: hands.Hand, due: Due) -> bool:
    return due.owner == hand.person or (not due.owner and hand.holds(due.roles))
