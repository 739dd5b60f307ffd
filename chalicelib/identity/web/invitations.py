"""An invitation's page: what somebody was invited to, and accepting it (R19)."""

from chalicelib.identity import invitations
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
    """Accepting signs nobody in: they go on to prove that they read this mailbox."""
    found = invitations.accept(holder.tenant, holder.digest)
    return redirect(f"/signin?next={found.path}")
