"""What an emailed link asks of a parent about an event: the event's own link, or the lasting one.

The event's own opens nothing but its question, ends some weeks after the event, and whoever got it
by mistake says so with one press (R20, R23). The lasting one shows all that they decide (S57).
"""

from dataclasses import dataclass

from chalicelib import audit, clock
from chalicelib.agreements.consents import service as consents
from chalicelib.agreements.consents.service import Holder, Line
from chalicelib.agreements.model import Refusal, Refused
from chalicelib.agreements.occasions import service as occasions
from chalicelib.agreements.occasions import tasks
from chalicelib.agreements.occasions.model import Occasion
from chalicelib.agreements.repository import links, retried
from chalicelib.agreements.repository.links import Link, Purpose
from chalicelib.audit import actors
from chalicelib.errors import NotFound
from chalicelib.ids import SchoolId
from chalicelib.storage import Transaction


@dataclass(frozen=True)
class Asked:
    """An event, and whoever holds the link with those of their children who take part.

    `people` keeps the numbers of the pages the same when one of them is taken out.
    """

    event: Occasion
    holder: Holder
    people: tuple[str, ...]

    def line(self, who: str) -> Line | None:
        return next((one for one in self.holder.lines if one.subject.id == who), None)

    @property
    def numbered(self) -> list[tuple[int, Line]]:
        return [(self.people.index(one.subject.id) + 1, one) for one in self.holder.lines]


def of_event(school: SchoolId, digest: str) -> Asked:
    """What an event's own link opens. Raises NotFound when it is none or nobody of theirs takes
    part, and Refused when it has run out or is none of theirs.
    """
    link = links.find(school, digest, Purpose.EVENT)
    if link is None:
        raise NotFound
    if clock.now() >= link.expires_at:
        raise Refused(Refusal.EXPIRED)
    if set(link.people) <= set(link.not_mine):
        raise Refused(Refusal.NOT_MINE)
    return _asked(school, link, occasions.find(school, link.request.campaign), link.people)


def of_lasting(school: SchoolId, digest: str, occasion_id: str) -> Asked:
    """The same by the link that always works. Raises NotFound."""
    link = links.find(school, digest, Purpose.CHOICES)
    if link is None:
        raise NotFound
    found = _asked(school, link, occasions.find(school, occasion_id))
    return Asked(found.event, found.holder, tuple(one.subject.id for one in found.holder.lines))


def not_mine(school: SchoolId, digest: str, who: str) -> None:
    """Whoever holds the link says that a child is none of theirs (R23); twice changes nothing.

    Raises NotFound when the link was never for that child.
    """

    def say(tx: Transaction) -> None:
        link = links.find(school, digest, Purpose.EVENT)
        if link is None or who not in link.people:
            raise NotFound
        if who in link.not_mine:
            return
        links.close(tx, school, link, who)
        event, by = occasions.find(school, link.request.campaign), actors.link(digest)
        audit.record(tx, school, by=by, action=tasks.NOT_MINE, about=f"event/{event.id}")
        tasks.open_one(tx, school, event, tasks.NOT_MINE, who, link.of(who).contact)

    retried(say)


def _asked(school: SchoolId, link: Link, event: Occasion, people: tuple[str, ...] = ()) -> Asked:
    found = consents.holder_of(school, link)
    taking = tuple(
        one
        for one in found.lines
        if one.subject.id not in link.not_mine and event.concerns(one.subject.groups)
    )
    if not taking:
        raise NotFound
    return Asked(event, Holder(school, link, taking), people)
