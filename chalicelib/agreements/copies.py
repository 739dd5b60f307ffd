"""A signer's own copy: the text they signed, to the byte, and both signatures as far as given."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib import clock
from chalicelib.agreements.evidence import Signature
from chalicelib.agreements.model import Child, Party
from chalicelib.agreements.repository import links, requests, signatures
from chalicelib.agreements.repository.links import Purpose
from chalicelib.errors import NotFound
from chalicelib.ids import SchoolId


@dataclass(frozen=True)
class Copy:
    """What one adult signed. The child's signature is shown once it is there."""

    child: Child
    text: str
    own: Signature
    childs: Signature | None
    with_child: bool
    kept_until: datetime


def of_link(school: SchoolId, digest: str) -> Copy:
    """The copy that a link shows. Raises NotFound for a link that is none, or has run out."""
    link = links.find(school, digest, Purpose.COPY)
    if link is None or clock.now() >= link.expires_at:
        raise NotFound
    record = requests.request(school, link.request)
    grown = (record.request.grown if record else None) or Party.PARENT
    own = signatures.of(school, link.request, grown, link.contact)
    if record is None or own is None:
        raise NotFound
    return Copy(
        child=record.request.child,
        text=signatures.text(school, own.text_sha256),
        own=own,
        childs=signatures.of(school, link.request, Party.CHILD, ""),
        with_child=Party.CHILD in record.request.parties,
        kept_until=link.expires_at,
    )
