"""Who is at the page, as the services of alerts ask it."""

from chalicelib.alerts.service.sight import Hand
from chalicelib.identity.access import SchoolAccess


def hand(staff: SchoolAccess) -> Hand:
    return Hand(staff.person, staff.person_name, staff.roles)
