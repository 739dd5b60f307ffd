"""The approved online services, for everybody at the school to search (S37, S96, S312)."""

from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.registers.service import approved, definitions, hands
from chalicelib.web import Pages, Request, Response, fields, page
from chalicelib.web.forms import Form

pages = Pages(__name__)
OPEN = school(Permission.OPEN_SCHOOL)


class SearchForm(Form):
    words = fields.Text("Name, provider or what it is for", most=100)
    purpose = fields.Choice("What for?", select=True)


@pages.get("/s/{school}/services", access=OPEN)
def show(staff: SchoolAccess) -> Response:
    return _page(staff, SearchForm.blank(options=_options(staff)))


@pages.post("/s/{school}/services", access=OPEN)
def search(staff: SchoolAccess) -> Response:
    """What is searched for stands in no address."""
    return _page(staff, _read(staff, staff.request))


def _read(staff: SchoolAccess, request: Request) -> SearchForm:
    return SearchForm.read(request, options=_options(staff))


def _options(staff: SchoolAccess) -> dict[str, list[tuple[str, str]]]:
    return {"purpose": [("", "Anything"), *approved.purposes(staff.school)]}


def _page(staff: SchoolAccess, form: SearchForm) -> Response:
    hand, registers = hands.of(staff), definitions.of(staff.school)
    definition = registers.get(approved.REGISTER)
    hands.require(hands.may_list_current(hand, definition))
    words, purpose = form.words.data or "", form.purpose.data or ""
    return page(
        "registers/services",
        status=422 if form.problems else 200,
        school=staff.school,
        form=form,
        searched=bool(words or purpose),
        services=approved.services(staff.school, text=words, purpose=purpose),
        may_add=registers.is_on(approved.REGISTER) and hands.may_add(hand, definition),
    )
