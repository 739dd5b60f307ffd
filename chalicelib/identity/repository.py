"""Keys of people, members and invitations, and their way from rows to models and back."""

from collections.abc import Collection
from datetime import date, datetime

from chalicelib import clock
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.identity import addresses
from chalicelib.identity.model import Grant, Member, PlaceKind
from chalicelib.identity.permissions import Role, in_order
from chalicelib.identity.rows import (
    AddressRow,
    GrantRow,
    InvitationRow,
    MemberRow,
    PersonRow,
    TurnRow,
)
from chalicelib.ids import PersonId
from chalicelib.storage import Key, Transaction, every, get

Turn = TurnRow

PERSON = "person"
TURN = "turn"


class AddressTaken(Conflict):
    """Somebody else made a person of this address a moment ago: look again."""


# --- people ---


def person_of(address: str) -> PersonId | None:
    """Who reads an address. Only for work that holds the GLOBAL partitions."""
    row = get(AddressRow, _address_tenant(address), PERSON)
    return PersonId(row.person) if row else None


def add_person(tx: Transaction, person: PersonId, *, name: str, address: str) -> None:
    row = PersonRow(person, PERSON, version=0, made_at=clock.stamp(clock.now()))
    row.seal({"name": name, "email": address})
    tx.create(row)
    tx.create(AddressRow(_address_tenant(address), PERSON, person=person), error=AddressTaken())


def address_of(person: PersonId) -> str:
    """Where mail to a person goes. Raises NotFound for nobody."""
    row = get(PersonRow, person, PERSON)
    if row is None:
        raise NotFound
    return str(row.unseal()["email"])


def _address_tenant(address: str) -> str:
    return f"GLOBAL#email#{addresses.digest(address)}"


# --- who holds what where ---


def grant_key(person: PersonId, place: str) -> Key:
    return Key(GrantRow, person, f"grant#{place}")


def member_key(place: str, person: PersonId) -> Key:
    return Key(MemberRow, place, f"member#{person}")


def to_grant(row: GrantRow) -> Grant:
    return Grant(
        place=row.sk.partition("#")[2],
        kind=PlaceKind(row.kind),
        roles=_roles(row.roles),
        shut=bool(row.shut),
        ends_on=_date(row.ends_on),
    )


def to_member(row: MemberRow, *, only: frozenset[Role] | None = None) -> Member:
    """The member, with no roles but the ones in `only` when it is given."""
    private, roles = row.unseal(), _roles(row.roles)
    return Member(
        person=PersonId(row.sk.partition("#")[2]),
        name=private["name"],
        email=private["email"],
        roles=roles if only is None else roles & only,
        since=clock.parse(row.since),
        sets_up=bool(row.sets_up),
        invited_until=clock.parse(row.invited_until) if row.invited_until else None,
        invitation=row.invitation or "",
        ends_on=_date(row.ends_on),
        disabled_at=clock.parse(row.disabled_at) if row.disabled_at else None,
        warned_at=clock.parse(row.warned_at) if row.warned_at else None,
    )


def grants(person: PersonId) -> list[Grant]:
    """All that a person holds, read consistently."""
    return [to_grant(row) for row in every(GrantRow, person, "grant#", consistent=True)]


def members(place: str) -> list[Member]:
    """Everybody who has access at a place now, longest there first, read consistently."""
    today = clock.today()
    return [each for each in everybody(place) if each.has_access(today)]


def everybody(place: str) -> list[Member]:
    """`members`, and whoever was invited and has not accepted, was shut out, or has ended."""
    rows = every(MemberRow, place, "member#", consistent=True)
    return sorted((to_member(row) for row in rows), key=lambda each: (each.since, each.person))


def member(place: str, person: PersonId) -> Member | None:
    row = get(MemberRow, place, f"member#{person}")
    return to_member(row) if row else None


def add_member(tx: Transaction, place: str, kind: PlaceKind, new: Member) -> None:
    """Write a membership on both sides. Raises Invalid at `email` when they are there already."""
    twice = Invalid({"email": ["Somebody with this address is already on the list"]})
    tx.create(_grant_row(place, kind, new), error=twice)
    tx.create(_member_row(place, new), error=twice)


def put_member(tx: Transaction, place: str, kind: PlaceKind, changed: Member) -> None:
    """Write a membership anew on both sides. The caller has taken a turn."""
    tx.put(_grant_row(place, kind, changed))
    tx.put(_member_row(place, changed))


def drop_member(tx: Transaction, place: str, person: PersonId) -> None:
    """Take a membership away on both sides. The caller has taken a turn."""
    tx.delete(GrantRow, person, f"grant#{place}")
    tx.delete(MemberRow, place, f"member#{person}")


def add_invitation(tx: Transaction, place: str, new: Member) -> None:
    """Let a member's invitation be found by its digest until it is over."""
    until = clock.stamp(new.invited_until) if new.invited_until else ""
    tx.create(InvitationRow(place, _invited(new.invitation), person=new.person, until=until))


def drop_invitation(tx: Transaction, place: str, digest: str) -> None:
    tx.delete(InvitationRow, place, _invited(digest))


def invitation(place: str, digest: str) -> tuple[PersonId, datetime] | None:
    """Whose an invitation is, and until when it can be accepted."""
    row = get(InvitationRow, place, _invited(digest))
    return (PersonId(row.person), clock.parse(row.until)) if row else None


def _invited(digest: str) -> str:
    return f"invitation#{digest}"


def turn(place: str) -> TurnRow:
    """To be read before the members that a decision rests on, and taken with what it changes."""
    return get(TurnRow, place, TURN) or TurnRow(place, TURN, version=0)


def take_turn(tx: Transaction, row: TurnRow) -> None:
    """Refuse the transaction if anybody else took a turn since this one was read."""
    if not row.version:
        row.version = 1
        tx.create(row)
    else:
        tx.replace(row)


def _grant_row(place: str, kind: PlaceKind, each: Member) -> GrantRow:
    return GrantRow(
        each.person,
        f"grant#{place}",
        kind=kind,
        roles=_words(each.roles),
        shut=True if each.is_invited or each.disabled_at else None,
        ends_on=each.ends_on.isoformat() if each.ends_on else None,
    )


def _member_row(place: str, each: Member) -> MemberRow:
    row = MemberRow(
        place,
        f"member#{each.person}",
        roles=_words(each.roles),
        since=clock.stamp(each.since),
        sets_up=each.sets_up or None,
        invited_until=clock.stamp(each.invited_until) if each.invited_until else None,
        invitation=each.invitation or None,
        ends_on=each.ends_on.isoformat() if each.ends_on else None,
        disabled_at=clock.stamp(each.disabled_at) if each.disabled_at else None,
        warned_at=clock.stamp(each.warned_at) if each.warned_at else None,
    )
    row.seal({"name": each.name, "email": each.email})
    return row


def _date(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None


def _words(roles: Collection[Role]) -> list[str]:
    return [role.value for role in in_order(roles)]


def _roles(words: Collection[str]) -> frozenset[Role]:
    """A word this version does not know gives nothing."""
    known = {role.value: role for role in Role}
    return frozenset(known[word] for word in words if word in known)
