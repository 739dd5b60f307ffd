"""Those outside the school who are told when nobody inside can be: the one read that leaves it.

The trust's safeguarding leads, and a duty contact the trust may name. They have no role at the
school and see nothing of the alert: they are asked to ring it (R38).
"""

from chalicelib.identity import service as identity
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId
from chalicelib.people.model import Link
from chalicelib.people.plan import contact
from chalicelib.storage import tenants
from chalicelib.tenancy.model import School

_CONTACT = PersonId("duty-contact")


def leads(school: School) -> tuple[Link, ...]:
    """The trust's safeguarding leads."""
    if school.trust is None:
        return ()
    role = Role.TRUST_SAFEGUARDING_LEAD
    with tenants({school.trust}, read_only=True):
        found = identity.contacts_with(school.trust, role)
    return tuple(Link(each.person, each.name, each.email, role) for each in found)


def duty_contact(school: School) -> tuple[Link, ...]:
    """Whom the trust has named for when nobody answers, if it has."""
    if school.trust is None:
        return ()
    with tenants({school.trust}, read_only=True):
        named = contact.named(school.trust)
    if named is None:
        return ()
    link = Link(
        _CONTACT,
        named.name,
        named.email,
        Role.TRUST_SAFEGUARDING_LEAD,
        called="Trust's duty contact",
        text_to=named.phone,
        call_to=named.phone,
    )
    return (link,)


def is_outside(link: Link) -> bool:
    return link.role is Role.TRUST_SAFEGUARDING_LEAD
