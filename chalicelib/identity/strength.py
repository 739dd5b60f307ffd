"""Who must sign in with more than mail, and from when: as a school or trust decided (R12, R13).

Read from the place's own row at the moment of use, so that it counts on the next request (R5).
"""

from collections.abc import Collection
from datetime import date

from chalicelib import clock
from chalicelib.identity.model import Method
from chalicelib.identity.permissions import Role
from chalicelib.storage import Row
from chalicelib.tenancy import repository
from chalicelib.tenancy.rows import SchoolRow, TrustRow

# Who reads cases or decides who may: what a mailbox alone must not open for long.
LEADS = frozenset(
    {
        Role.HEADTEACHER,
        Role.DSL,
        Role.DEPUTY_DSL,
        Role.TRUST_ADMINISTRATOR,
        Role.TRUST_SAFEGUARDING_LEAD,
    }
)


def more_from(roles: Collection[Role], place: Row | None) -> date | None:
    """From which day (London) these roles need more than mail at a place; None is never."""
    if not isinstance(place, SchoolRow | TrustRow):
        return None
    decided = repository.settings_in(place)
    if not decided.email_sign_in:
        return date.min
    return decided.passkeys_from if LEADS.intersection(roles) else None


def is_enough(method: Method, roles: Collection[Role], place: Row | None) -> bool:
    """Whether somebody who signed in like this may use these roles at a place today."""
    if method.is_strong:
        return True
    start = more_from(roles, place)
    return start is None or clock.today() < start
