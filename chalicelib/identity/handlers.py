"""In which part somebody dealt with something, for figures: DSL or deputy, head, or another."""

from collections.abc import Iterable

from chalicelib.identity.permissions import DUTY_ORDER, Role

UNKNOWN, OTHER = "unknown", "other"
_PARTS = (*DUTY_ORDER, Role.ONLINE_SAFETY_LEAD, Role.CHAIR_OF_GOVERNORS)
HANDLERS = (*(role.value for role in _PARTS), OTHER, UNKNOWN)


def handler(roles: Iterable[str]) -> str:
    """One word of `HANDLERS` for whoever holds these roles: the first in the order of duty.

    Nobody's roles, as of what Holdfast itself did or was not written down, are `unknown`.
    """
    held = set(roles)
    if not held:
        return UNKNOWN
    return next((role.value for role in _PARTS if role in held), OTHER)
