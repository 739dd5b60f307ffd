"""Access that nobody uses: after 76 days its holder is told, after 90 it ends (R19).

Whoever a place cannot do without keeps it, and somebody else there is given a task. An
administrator lets anybody back. A person of whom nothing is known yet is counted from that day.
"""

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib import clock
from chalicelib.audit import actors
from chalicelib.errors import Invalid
from chalicelib.identity import repository, service, session_rows
from chalicelib.identity.model import Member, PlaceKind
from chalicelib.ids import PersonId, SchoolId, TrustId
from chalicelib.notifications import Message, outbox
from chalicelib.storage import Transaction, tenants, transaction
from chalicelib.web import words

ENDS_AFTER = timedelta(days=90)
TOLD_AFTER = timedelta(days=76)
_BETWEEN = ENDS_AFTER - TOLD_AFTER
_BY = actors.system("plan_day")


@dataclass(frozen=True)
class Use:
    """When somebody last signed in, and by what; `how` is empty for somebody who never did."""

    at: datetime
    how: str = ""


def last_use(members: Collection[Member]) -> Mapping[PersonId, Use]:
    """When each was last here: a sign-in, else when they were added. One trip for fifty.

    Of somebody who has no access there, because they have not accepted, were shut out or have
    ended, nothing is read: where they sign in is nobody's business there (R4).
    """
    today = clock.today()
    people = {each.person for each in members if each.has_access(today)}
    known = session_rows.last_sign_ins(people)
    return {
        each.person: Use(max(known[each.person][0], each.since), known[each.person][1])
        if each.person in known
        else Use(each.since)
        for each in members
    }


def end_unused(place: SchoolId | TrustId, place_name: str) -> list[Member]:
    """Tell and shut out whoever has not used it for so long; gives whom the place could not lose.

    Done again it changes nothing.
    """
    now = clock.now()
    members = repository.members(place)
    used, needed = _known(members, now), []
    for member in members:
        idle = now - used[member.person]
        if idle < TOLD_AFTER:
            continue
        told = member.warned_at
        if told is None or told < used[member.person]:
            _tell(place, member.person, place_name, now)
        elif idle >= ENDS_AFTER and now - told >= _BETWEEN and not _shut(place, member):
            needed.append(member)
    return needed


def _known(members: Collection[Member], now: datetime) -> dict[PersonId, datetime]:
    """When each last signed in; of whom nothing is known it begins to be counted."""
    people = {each.person for each in members}
    known = session_rows.last_sign_ins(people)
    for person in people - known.keys():
        with tenants({person}), transaction() as tx:
            session_rows.note_sign_in(tx, person, at=now, how="")
    return {each.person: max(known.get(each.person, (now, ""))[0], each.since) for each in members}


def _tell(place: SchoolId | TrustId, person: PersonId, place_name: str, now: datetime) -> None:
    """Warn somebody as they stand now: whoever lost their access meanwhile does not get it back."""
    with tenants({place, person}), transaction() as tx:
        turn = repository.turn(place)
        member = repository.member(place, person)
        if member is None or not member.has_access(clock.today()):
            return
        repository.take_turn(tx, turn)
        warned = dataclasses.replace(member, warned_at=now)
        repository.put_member(tx, place, PlaceKind.of(member.roles), warned)
        until = words.london_date(now + _BETWEEN)
        _write(tx, place, member, "access_unused", {"place": place_name, "until": until})


def _shut(place: SchoolId | TrustId, member: Member) -> bool:
    """Whether it could be done: never for the last administrator or safeguarding lead."""
    try:
        service.change(
            place,
            member.person,
            lambda now: dataclasses.replace(now, disabled_at=clock.now()),
            action="member.disabled",
            by=_BY,
        )
    except Invalid:
        return False
    return True


def _write(
    tx: Transaction, place: str, member: Member, template: str, values: Mapping[str, str]
) -> None:
    outbox.add(
        tx,
        Message(
            tenant=place,
            template=template,
            address=member.email,
            values=values,
            about=f"person/{member.person}",
            why="unused access",
            person=member.person,
        ),
    )
