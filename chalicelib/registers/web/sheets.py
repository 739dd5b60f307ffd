"""Taking a register away: as a spreadsheet, after a fresh sign-in, or on paper."""

from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission
from chalicelib.registers import sheets
from chalicelib.registers.service import definitions, hands
from chalicelib.registers.web import paths
from chalicelib.registers.web.blueprint import OPEN, pages
from chalicelib.web import Response, page, redirect

FRESH = school(Permission.OPEN_SCHOOL, fresh=True)


@pages.get("/s/{school}/registers/{register}/download", access=OPEN)
def show_download(staff: SchoolAccess, register: str) -> Response:
    definition = definitions.of(staff.school).get(register)
    hands.require(hands.may_list(hands.of(staff), definition))
    return page(
        "registers/download",
        school=staff.school,
        definition=definition,
        here=paths.register(staff.school, register),
    )


@pages.post("/s/{school}/registers/{register}/download", access=FRESH)
def download(staff: SchoolAccess, register: str) -> Response:
    definition = definitions.of(staff.school).get(register)
    back = paths.register(staff.school, register)
    job = sheets.ask(hands.of(staff), definition, back=back)
    return redirect(f"/s/{staff.school}/documents/{job}")
