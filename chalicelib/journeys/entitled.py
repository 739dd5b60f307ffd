"""Whether a message may still be sent: identity is asked, and the feature that wrote it (R5)."""

from chalicelib.agreements import mails as agreements
from chalicelib.identity import entitled as identity
from chalicelib.incidents.service import concerns
from chalicelib.journeys.starting import joining, signing_up
from chalicelib.notifications.outbox import MessageRow


def still(tenant: str, message: MessageRow) -> bool:
    """Nobody is told for a place they left, about a child whose contact they may not be, or of a
    concern about staff that they may not read (1.17).
    """
    if message.template in agreements.TEMPLATES:
        return agreements.still(tenant, message)
    if message.template == signing_up.MAIL:
        return signing_up.still(message)
    if message.template == joining.MAIL:
        return joining.still(message)
    if message.person and concerns.is_one(message):
        return concerns.still(tenant, message)
    return identity.still(tenant, message)
