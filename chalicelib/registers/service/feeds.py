"""Dates in one's own calendar: an address that only its owner knows, with what they have to do.

The address holds a secret of 256 bits, of which the digest alone is kept (R20). It gives titles of
tasks and their days, which name no child; a new one ends the old, and leaving the school ends it.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from chalicelib import audit, config, ids
from chalicelib.errors import NotFound
from chalicelib.identity import service as identity
from chalicelib.ids import PersonId, SchoolId
from chalicelib.registers.rows import FeedRow
from chalicelib.registers.service.hands import Hand
from chalicelib.storage import get, transaction
from chalicelib.tasks import service as tasks
from chalicelib.tasks.model import Task
from chalicelib.tenancy import directory

_WIDEST = 73  # octets of a line, as RFC 5545 folds them, with room for the space in front


def renew(hand: Hand) -> str:
    """Make a new address and end the old; gives the path, which is shown once."""
    token = f"{hand.school}.{ids.secret()}"
    owner = get(FeedRow, hand.school, _owner(hand.person))
    with transaction() as tx:
        if owner is not None:
            tx.delete(FeedRow, hand.school, _feed(owner.digest))
        tx.put(FeedRow(hand.school, _owner(hand.person), digest=ids.digest(token)))
        tx.put(FeedRow(hand.school, _feed(ids.digest(token)), person=hand.person))
        audit.record(
            tx, hand.school, by=hand.actor, action="calendar.renewed", about="calendar/own"
        )
    return f"/calendar/{token}"


def has_one(hand: Hand) -> bool:
    return get(FeedRow, hand.school, _owner(hand.person)) is not None


def calendar_of(tenant: str, digest: str) -> str:
    """The calendar behind an address. Raises NotFound when it is none, or its owner has left."""
    school = SchoolId(tenant)
    row = get(FeedRow, school, _feed(digest))
    if row is None or not row.person:
        raise NotFound
    member = identity.member(school, PersonId(row.person))
    mine = tasks.open_for(school, member.person, frozenset(member.roles))
    return _written(directory.school(school).name, mine)


def _written(school: str, mine: list[Task]) -> str:
    """RFC 5545, lines folded; each task a whole day."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Holdfast//Registers//EN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(f'Holdfast, {school}')}",
        *(line for task in mine for line in _event(task)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(task: Task) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{ids.digest(task.id)[:32]}@holdfast"
    yield f"DTSTAMP:{_day(task.due_on)}T000000Z"
    yield f"DTSTART;VALUE=DATE:{_day(task.due_on)}"
    yield f"DTEND;VALUE=DATE:{_day(task.due_on + timedelta(days=1))}"
    yield f"SUMMARY:{_text(task.title)}"
    yield f"DESCRIPTION:{_text(task.why)}"
    yield f"URL:{config.public_url()}{task.link}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _text(text: str) -> str:
    """A text value: what has a meaning there is escaped, a line break can start no property."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return text


def _folded(line: str) -> Iterator[str]:
    """No line longer than 75 octets; what goes on begins with a space."""
    start, part = "", b""
    for letter in line:
        octets = letter.encode()
        if len(part) + len(octets) > _WIDEST:
            yield start + part.decode()
            start, part = " ", b""
        part += octets
    yield start + part.decode()


def _owner(person: str) -> str:
    return f"feed-of#{person}"


def _feed(digest: str) -> str:
    return f"feed#{digest}"
