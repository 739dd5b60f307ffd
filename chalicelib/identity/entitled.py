"""Whether somebody may still be told what waits in the outbox: asked as it is sent (R5, R19)."""

from chalicelib import clock
from chalicelib.identity import invitations, repository, sign_in
from chalicelib.ids import PersonId
from chalicelib.notifications.outbox import MessageRow


def still(tenant: str, message: MessageRow) -> bool:
    """Nobody is told for a place they have left, nor sent a sign-in that is over.

    A message to somebody who is no member of anything (a parent, say) is its feature's business.
    """
    if message.template == "sign_in_requested":
        return clock.now() < clock.parse(message.made_at) + sign_in.LIFE
    if not message.person:
        return True
    member = repository.member(tenant, PersonId(message.person))
    if member is None:
        return False
    if message.template == invitations.MAIL:
        return member.is_invited
    return member.has_access(clock.today())
