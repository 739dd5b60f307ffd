"""Telling many adults one thing by mail: each once, whoever dies in the middle (R31, 9.1).

A round is fixed when it starts: which adults, and about which of their children. Each turn is one
transaction: the round moves on from the number before, a link comes to be, its mail goes into the
outbox. The sweep goes on with a round that was left unfinished.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib import clock, ids
from chalicelib.agreements import profile, subjects
from chalicelib.agreements.campaign import Round
from chalicelib.agreements.model import RequestId
from chalicelib.agreements.repository import Raced, links, turn
from chalicelib.agreements.repository import rounds as kept
from chalicelib.agreements.repository.links import Link, Purpose
from chalicelib.agreements.subjects import Audience, Subject
from chalicelib.errors import Conflict, NotFound
from chalicelib.ids import SchoolId
from chalicelib.notifications import Message, clocks, outbox
from chalicelib.storage import Transaction, transaction
from chalicelib.tenancy import calendar, directory

CLOCK = "agreements.round"
TEMPLATES = frozenset({"agreement_class_shared", "agreement_event_asked"})
_PATHS = {Purpose.CLASS: "/a/{token}/class", Purpose.EVENT: "/c/{token}/event"}
_AT_ONCE = 40
_BY_THE_SWEEP = 200
_RACES = 50
_AGAIN_AFTER = timedelta(minutes=1)


Signs = Mapping[str, str]
"""The children an adult is told of, each with the contact that the adult is to them."""


def adults_of(people: Sequence[Subject]) -> list[Signs]:
    """Everybody who may be written to about these children, one for each address (10.2)."""
    found: dict[str, dict[str, str]] = {}
    for child in people:
        for adult in child.adults:
            found.setdefault(adult.email, {})[child.id] = adult.contact
    return list(found.values())


def start(tx: Transaction, school: SchoolId, asked: Round, adults: Sequence[Signs]) -> Round:
    """Fix a round in the caller's transaction; `go_on` sends it.

    Raises Conflict before the school is live: no family is written to until it is.
    """
    if directory.school(school).setting_up:
        raise Conflict(profile.NOT_LIVE)
    made = replace(asked, total=len(adults))
    kept.add(tx, school, made, adults)
    clocks.start(tx, school, kind=CLOCK, id=made.id, due_at=clock.now() + _AGAIN_AFTER)
    return made


def find(school: SchoolId, round_id: str) -> Round:
    """Raises NotFound."""
    found = kept.load(school, round_id) if ids.is_record(round_id) else None
    if found is None:
        raise NotFound
    return found


def people_of(school: SchoolId, round_id: str) -> set[tuple[str, str]]:
    """Each child and contact that a round is about."""
    return {pair for signs in kept.roll(school, round_id) for pair in signs.items()}


def go_on(school: SchoolId, round_id: str, *, most: int = _AT_ONCE) -> Round:
    """Write to the next adults of a round; gives how far it is then. Safe to call at once."""
    asked = find(school, round_id)
    roll = kept.roll(school, round_id)
    last = min(asked.done + most, asked.total)
    for _ in range(most + _RACES):
        if asked.done >= last:
            break
        try:
            _tell(school, asked, roll[asked.done])
            asked = replace(asked, done=asked.done + 1)
        except Raced:
            asked = find(school, round_id)
    return asked


def resume(tenant: str, round_id: str, now: datetime) -> None:
    """The sweep's turn: go on with a round that was left unfinished, then stop its clock."""
    school = SchoolId(tenant)
    asked = go_on(school, round_id, most=_BY_THE_SWEEP)
    with transaction() as tx:
        if asked.finished:
            clocks.stop(tx, school, kind=CLOCK, id=round_id)
        else:
            clocks.start(tx, school, kind=CLOCK, id=round_id, due_at=now + _AGAIN_AFTER)


def _tell(school: SchoolId, asked: Round, signs: Signs) -> None:
    """One adult's turn: whoever may no longer be written to is passed over (6.8, R5)."""
    emails = {who: _email(school, who, contact) for who, contact in signs.items()}
    now_here = {who: contact for who, contact in signs.items() if emails[who]}
    with turn() as tx:
        kept.move_on(tx, school, asked)
        if not now_here:
            return
        who, contact = next(iter(now_here.items()))
        token = f"{school}.{ids.secret()}"
        year = calendar.academic_year(clock.today())
        request = RequestId(year, asked.about.rpartition("/")[2], who)
        link = Link(ids.digest(token), request, contact, asked.ends_at, now_here)
        links.add(tx, school, link, asked.purpose)
        path = _PATHS[asked.purpose].format(token=token)
        outbox.add(
            tx,
            Message(
                tenant=school,
                template=asked.template,
                address=emails[who],
                values={"school": profile.name_of(school), "path": path, **asked.values},
                about=f"round/{asked.id}",
                why="parent",
            ),
        )


def _email(school: SchoolId, who: str, contact: str) -> str:
    adult = subjects.adult(school, Audience.PUPILS, who, contact)
    return adult.email if adult else ""
