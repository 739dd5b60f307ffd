"""Whether a message may still be sent: identity is asked, and the feature that wrote it (R5)."""

from chalicelib.agreements import mails as agreements
from chalicelib.identity import entitled as identity
from chalicelib.notifications.outbox import MessageRow


def still(tenant: str, message: MessageRow) -> bool:
    """Nobody is told for a place they left, nor about a child whose contact they may not be."""
    if message.template in agreements.TEMPLATES:
        return agreements.still(tenant, message)
    return identity.still(tenant, message)
