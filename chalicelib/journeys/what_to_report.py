"""One door for everything that staff report. What happened to somebody becomes an incident; what is
not about a person goes to its own people, in the register where it is dealt with (features 1.15,
1.16): a suspect mail (S31), a security breach (S280), lost data (S249), a fault of the filter
(S121, S284), a site to be blocked (S253, S273).
"""

from dataclasses import dataclass

from chalicelib.identity.access import SchoolAccess, school
from chalicelib.identity.permissions import Permission, Role
from chalicelib.registers.model.definition import ADDER, Definition
from chalicelib.registers.service import definitions, hands
from chalicelib.web import Pages, Response, page, words

pages = Pages(__name__)


@dataclass(frozen=True)
class Door:
    """Something to report that is not about a person, and the register it goes to."""

    register: str
    title: str
    says: str


@dataclass(frozen=True)
class Shown:
    """A door as the page shows it; `to` says who is told at once."""

    title: str
    says: str
    path: str
    to: str


DOORS = (
    Door(
        "security_reports",
        "A suspect email, or a worry about security",
        "A mail that looks wrong, a known password, a virus. Do not open or forward it.",
    ),
    Door(
        "data_breaches",
        "Personal data was lost, or seen by the wrong person",
        "A letter to the wrong family, a lost laptop, an address that everybody could see. "
        "Say so at once: the school has 72 hours.",
    ),
    Door(
        "filter_faults",
        "The filter or the monitoring does not work",
        "Something came through that should be blocked, or nothing is noticed. If anybody saw "
        "something harmful, report that as an incident too.",
    ),
    Door(
        "unfilter_requests",
        "A website should be blocked, or is blocked and should not be",
        "Give its address. Do not open it again to check.",
    ),
)


@pages.get("/s/{school}/report", access=school(Permission.SUBMIT_INCIDENT))
def choose(staff: SchoolAccess) -> Response:
    hand, registers = hands.of(staff), definitions.of(staff.school)
    found = [(door, registers.find(door.register)) for door in DOORS]
    return page(
        "home/report",
        school=staff.school,
        doors=[
            _shown(staff, door, definition)
            for door, definition in found
            if definition and registers.is_on(door.register) and hands.may_add(hand, definition)
        ],
    )


def _shown(staff: SchoolAccess, door: Door, definition: Definition) -> Shown:
    path = f"/s/{staff.school}/registers/{door.register}/new"
    return Shown(door.title, door.says, path, _told(definition))


def _told(definition: Definition) -> str:
    """The roles that the register tells as soon as something is added, as people read them."""
    roles = [
        role
        for tell in definition.tells
        if tell.on == "added" and not tell.when
        for role in tell.to
        if role != ADDER and role in {*Role}
    ]
    return words.listed(Role(role).label.lower() for role in dict.fromkeys(roles))
