"""An invitation's page: what somebody was invited to, and accepting it (R19)."""

from chalicelib.identity import invitations, sessions
from chalicelib.identity.access import LinkAccess, link
from chalicelib.web import Pages, Response, page, redirect

pages = Pages(__name__)
_INVITED = link("invitation")


@pages.get("/invited/{token}", access=_INVITED)
def show(holder: LinkAccess) -> Response:
    """Opening it spends nothing: a mail scanner opens everything."""
    found = invitations.look(holder.tenant, holder.digest)
    return page("identity/invited", found=found, token=holder.token)


@pages.post("/invited/{token}", access=_INVITED)
def accept(holder: LinkAccess) -> Response:
    """Accepting signs nobody in: they go on to prove that they read this mailbox, unless this
    browser is theirs already.
    """
    found = invitations.accept(holder.tenant, holder.digest)
    here = sessions.carried(holder.request)
    if here is not None and here.person == found.member.person:
        return redirect(found.path)
    return redirect(f"/signin?next={found.path}")
