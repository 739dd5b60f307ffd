"""What an emailed link opens: for whom it is, and what may still be done with it (R21, R22).

A link's digest finds its requests, and the requests alone say what the link may still do. One link
may be for several children of one parent (10.2); a `Visit` is for one of them.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from chalicelib import clock
from chalicelib.agreements import library, profile, subjects
from chalicelib.agreements.classes import words
from chalicelib.agreements.library import Entry
from chalicelib.agreements.model import Asked, Party, Refusal, Request
from chalicelib.agreements.profile import Profile
from chalicelib.agreements.repository import confirmations, links, requests
from chalicelib.agreements.repository.confirmations import Naming
from chalicelib.agreements.repository.links import Link, Purpose
from chalicelib.agreements.repository.requests import Record
from chalicelib.agreements.subjects import Adult
from chalicelib.agreements.wording import Part, Template, Text
from chalicelib.errors import NotFound
from chalicelib.ids import SchoolId
from chalicelib.observability import failure


@dataclass(frozen=True)
class Visit:
    """What a link opens: a request, and the contact it was sent to."""

    school: SchoolId
    link: Link
    record: Record
    adult: Adult | None

    @cached_property
    def naming(self) -> Naming:
        """Whether the child has been named by whoever holds the link, where that is asked."""
        return confirmations.of(self.school, self.link)

    @property
    def request(self) -> Request:
        return self.record.request

    @property
    def entry(self) -> Entry:
        return library.entry(self.request.template)

    @cached_property
    def template(self) -> Template:
        return words.of(self.school, self.record)

    @property
    def asked(self) -> Asked | None:
        return self.request.of_link(self.link.digest)

    def refusal(self, party: Party, at: datetime) -> Refusal | None:
        """Why this link may not sign for the party; nobody signs whom the school may not ask."""
        if self.adult is None:
            return Refusal.WITHDRAWN
        return self.request.refusal(self.link.digest, party, at)

    @cached_property
    def profile(self) -> Profile:
        return profile.of(self.school)

    def text(self, *parts: Part) -> Text:
        return self.profile.text_of(self.template, self.request.id.year).only(*parts)


def visit(school: SchoolId, digest: str, who: str = "") -> Visit:
    """What a signing link opens for one person, whatever has become of it: the first unless named.

    Raises NotFound for a text that is no link, and for somebody the link is not for.
    """
    link = links.find(school, digest, Purpose.SIGN)
    if link is None or (who and who not in link.people):
        raise NotFound
    link = link.of(who or link.request.pupil)
    record = requests.request(school, link.request)
    if record is None:
        raise NotFound
    return Visit(school, link, record, _adult(school, record, link.contact))


def visits(school: SchoolId, digest: str) -> list[Visit]:
    """What a signing link opens for everybody it is for. Raises NotFound when it is none."""
    link = links.find(school, digest, Purpose.SIGN)
    if link is None:
        raise NotFound
    each = [link.of(who) for who in link.people]
    records = requests.several(school, [one.request for one in each])
    found = [
        Visit(school, one, record, _adult(school, record, one.contact))
        for one, record in zip(each, records, strict=True)
        if record
    ]
    if not found:
        raise NotFound
    return found


def note_open(visit: Visit) -> None:
    """Count a fetch of the page, if the store will take it: reading never fails for this (R21)."""
    try:
        links.note_open(visit.school, visit.link, clock.now())
    except Exception as e:  # noqa: BLE001  # a count of fetches is worth less than the page
        failure("link fetch not counted", e)


def _adult(school: SchoolId, record: Record, contact: str) -> Adult | None:
    audience = library.audience(record.request.template)
    return subjects.adult(school, audience, record.request.id.pupil, contact)
