"""Where nobody at a school may read a report, or nobody does what it calls for: the trust's
safeguarding lead is told that it waits, and of nothing in it (1.17, S347). They can step in.
"""

from chalicelib.identity import service as identity
from chalicelib.identity.model import Member
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId, TrustId
from chalicelib.incidents.model.concerns import Post
from chalicelib.incidents.service.kept import Kept
from chalicelib.notifications import outbox
from chalicelib.notifications.outbox import Message
from chalicelib.storage import Transaction, tenants
from chalicelib.tenancy import directory

WAITING = "concern_waiting"


def tell(tx: Transaction, school: SchoolId, waiting: Kept, school_name: str) -> None:
    """Mail the trust's leads; its administrators, where the report is about the lead."""
    trust = directory.school(school).trust
    if trust is None:
        return
    about_lead = Post.TRUST in waiting.posts
    role = Role.TRUST_ADMINISTRATOR if about_lead else Role.TRUST_SAFEGUARDING_LEAD
    for each in _leads(trust, role):
        if each.person not in waiting.wall.without:
            outbox.add(tx, _mail(school, trust, waiting, each, school_name))


def _leads(trust: TrustId, role: Role) -> list[Member]:
    """The one read that leaves the school; it writes nothing."""
    with tenants({trust}, read_only=True):
        return identity.contacts_with(trust, role)


def _mail(school: SchoolId, trust: TrustId, waiting: Kept, to: Member, school_name: str) -> Message:
    return Message(
        tenant=school,
        template=WAITING,
        address=to.email,
        values={
            "school": school_name,
            "path": f"/t/{trust}/step-in/{school}",
            "reference": waiting.reference,
        },
        about=f"incident/{waiting.record}",
        why="trust",
        person="",  # no member of the school: asked at sending, they would never be told
    )
