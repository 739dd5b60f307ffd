"""What becomes of reports that were held: read, let through, discarded, and brought back.

Whoever reads them meets the same walls as at a record: nobody reads what is about them (1.17).
"""

from collections.abc import Iterable

from chalicelib import audit, clock
from chalicelib.errors import Conflict, NotFound
from chalicelib.identity import service as identity
from chalicelib.ids import SchoolId
from chalicelib.incidents import held
from chalicelib.incidents.held import Discarded, Held
from chalicelib.incidents.service import submitting, wall
from chalicelib.incidents.service.community import sender_of
from chalicelib.incidents.service.submitting import Released, Reporter
from chalicelib.incidents.service.wall import Reader
from chalicelib.storage import transaction


def waiting(school: SchoolId, *, reader: Reader) -> list[Held]:
    """The held reports, oldest first. They name people, so reading them is audited."""
    audit.viewed(school, by=reader.actor, action="incident.held_viewed", about="held")
    return _readable(school, held.of_school(school), reader)


def discarded(school: SchoolId, *, reader: Reader) -> list[Held]:
    """Those that were discarded, newest first."""
    return _readable(school, held.discarded_at(school), reader)


def release(school: SchoolId, record: str, *, by: Reporter, reader: Reader) -> bool:
    """Make a held report the record it would have been, with its mails and its task; one that was
    discarded too. Gives False when it is not held: an earlier press released it.
    """
    found = held.find(school, record)
    if found is None:
        return False
    to = submitting.route_of(school, found.report)
    wall.let_in(to.wall, reader)
    sender = sender_of(found.report, key=found.receipt, school_name=by.school_name, by=found.by)
    released = Released(found.at, found.reference, by.sender.actor, by.name)
    try:
        with transaction() as tx:
            submitting.add(tx, school, found.report, record=record, by=sender, to=to, held=released)
            held.remove(tx, school, found)
    except Conflict:
        return False
    return True


def discard(school: SchoolId, record: str, *, why: str, by: Reporter, reader: Reader) -> bool:
    """Say that a held report is none, and why. Gives False when it does not wait any more."""
    found = held.find(school, record)
    if found is None or found.discarded:
        return False
    if found not in _readable(school, [found], reader):
        raise NotFound
    gone = Discarded(clock.now(), by.sender.actor, by.name, why)
    try:
        with transaction() as tx:
            held.discard(tx, school, found, gone)
            audit.record(
                tx, school, by=gone.by, action="incident.discarded", about=f"incident/{record}"
            )
    except Conflict:
        return False
    return True


def _readable(school: SchoolId, found: Iterable[Held], reader: Reader) -> list[Held]:
    listed = list(found)
    members = identity.members(school) if listed else []
    return [
        each
        for each in listed
        if submitting.route_among(school, each.report, members).wall.lets(
            reader.person, reader.roles
        )
    ]
