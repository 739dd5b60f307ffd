"""What somebody with a link says instead of signing: no, or that it is not for them (R23)."""

from chalicelib import clock
from chalicelib.agreements import counting, followup
from chalicelib.agreements.followup import DECLINED, NOT_MINE
from chalicelib.agreements.model import Party, Refused
from chalicelib.agreements.repository import Raced, requests, turn
from chalicelib.agreements.visits import visit
from chalicelib.audit import Event, actors
from chalicelib.errors import Unavailable
from chalicelib.ids import SchoolId

_TRIES = 12


def decline(school: SchoolId, digest: str, reason: str, who: str = "") -> None:
    """A contact says no, and why. Raises Refused when there is nothing for them to decline."""
    _say_no(school, digest, DECLINED, reason, who)


def not_mine(school: SchoolId, digest: str, who: str = "") -> None:
    """Somebody says that the mail or the child is not theirs (R23). Raises Refused as above."""
    _say_no(school, digest, NOT_MINE, "", who)


def _say_no(school: SchoolId, digest: str, event: str, reason: str, who: str) -> None:
    for _ in range(_TRIES):
        found, now = visit(school, digest, who), clock.now()
        link = found.link.digest
        if refusal := found.refusal(found.request.grown or Party.CHILD, now):
            raise Refused(refusal)
        if event == DECLINED:
            after = found.request.declined(link, now)
        else:
            after = found.request.not_mine(link, now)
        happened = Event(
            name=event,
            at=now,
            by=actors.link(link),
            open={"contact": found.link.contact},
            private={"reason": reason} if reason else {},
        )
        try:
            with turn() as tx:
                record = found.record.now(after)
                requests.save(tx, school, record, happened)
                counting.count(tx, school, found.record, record)
                followup.open_task(tx, school, found.request.id, found.link.contact, event)
        except Raced:
            continue
        return
    raise Unavailable
