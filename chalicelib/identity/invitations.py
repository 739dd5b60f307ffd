"""Invitations: a named person, one place, 72 hours, and no access before they are accepted (R19).

The link in the mail is `/invited/<place>.<secret>`; the place keeps the secret's digest. Opening it
spends nothing. Accepting opens the membership and signs nobody in: a scanner that pressed every
button would have given a person what they were given anyway, and no more.
"""

import dataclasses
from dataclasses import dataclass
from datetime import timedelta

from chalicelib import audit, clock, ids
from chalicelib.errors import Conflict, NotFound
from chalicelib.identity import repository
from chalicelib.identity.model import Member, PlaceKind
from chalicelib.ids import PersonId, SchoolId, TrustId
from chalicelib.notifications import Message, outbox
from chalicelib.storage import Transaction, tenants, transaction
from chalicelib.tenancy import repository as tenancy
from chalicelib.tenancy.rows import SchoolRow, TrustRow
from chalicelib.web import words

LIFE = timedelta(hours=72)
MAIL = "sign_in_invited"


@dataclass(frozen=True)
class Invitation:
    """What somebody was invited to. `is_over` once they accepted, or its time has passed."""

    place: str
    place_name: str
    kind: PlaceKind
    member: Member
    is_over: bool

    @property
    def path(self) -> str:
        return self.kind.path(self.place)


def send(tx: Transaction, place: str, new: Member, *, place_name: str) -> Member:
    """Write the invitation and its mail; gives the member as somebody who has still to accept."""
    secret = ids.secret()
    until = clock.now() + LIFE
    invited = dataclasses.replace(
        new, invited_until=until, invitation=ids.digest(f"{place}.{secret}")
    )
    repository.add_invitation(tx, place, invited)
    outbox.add(
        tx,
        Message(
            tenant=place,
            template=MAIL,
            address=new.email,
            values={
                "place": place_name,
                "path": f"/invited/{place}.{secret}",
                "until": words.london(until),
            },
            about=f"person/{new.person}",
            why="invited",
            person=new.person,
        ),
    )
    return invited


def look(place: str, digest: str) -> Invitation:
    """What an invitation's link is for. Raises NotFound for none; resending voids."""
    found = repository.invitation(place, digest)
    if found is None:
        raise NotFound
    person, until = found
    member = repository.member(place, person)
    if member is None:
        raise NotFound
    kind = PlaceKind.of(member.roles)
    row: SchoolRow | TrustRow | None = (
        tenancy.school_row(SchoolId(place))
        if kind is PlaceKind.SCHOOL
        else tenancy.trust_row(TrustId(place))
    )
    if row is None:
        raise NotFound
    over = not member.is_invited or clock.now() >= until
    return Invitation(place, str(row.name), kind, member, over)


def accept(place: str, digest: str) -> Invitation:
    """Open the membership. Accepting twice changes nothing. Raises NotFound, and Conflict once its
    time has passed.
    """
    found = look(place, digest)
    member = found.member
    if not member.is_invited:
        return found
    if found.is_over:
        raise Conflict("This invitation is over. Ask whoever sent it for a new one.")
    with tenants({place, member.person}), transaction() as tx:
        turn = repository.turn(place)
        now = repository.member(place, member.person)
        if now is None or now.invitation != digest:
            raise NotFound
        opened = dataclasses.replace(now, invited_until=None)
        repository.take_turn(tx, turn)
        repository.put_member(tx, place, found.kind, opened)
        by = audit.actors.person(member.person)
        audit.record(
            tx, place, by=by, action="invitation.accepted", about=f"person/{member.person}"
        )
    return found


def send_again(place: str, person: PersonId, *, place_name: str, by: str) -> None:
    """Invite somebody anew who has not accepted: the link before stops working. Raises NotFound."""
    with tenants({place, person}), transaction() as tx:
        turn = repository.turn(place)
        now = repository.member(place, person)
        if now is None or not now.is_invited:
            raise NotFound
        repository.take_turn(tx, turn)
        repository.drop_invitation(tx, place, now.invitation)
        again = send(tx, place, now, place_name=place_name)
        repository.put_member(tx, place, PlaceKind.of(now.roles), again)
        audit.record(tx, place, by=by, action="invitation.sent_again", about=f"person/{person}")
