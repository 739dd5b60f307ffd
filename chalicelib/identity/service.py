"""Who belongs where: adding, changing and removing members of schools and trusts (R19).

A membership stands on both sides, with the person and at the place, and both are written in one
transaction. Whatever takes something away goes one at a time at each place, because whether a
place may lose somebody depends on everybody else there.
"""

import dataclasses
from collections.abc import Callable, Collection, Sequence
from datetime import date

from chalicelib import audit, clock, ids
from chalicelib.errors import Invalid, NotFound
from chalicelib.identity import addresses, invitations, repository, session_rows
from chalicelib.identity.model import Grant, Member, PlaceKind, missing_without
from chalicelib.identity.permissions import Role
from chalicelib.ids import PersonId, SchoolId, TrustId
from chalicelib.storage import (
    Also,
    Key,
    Row,
    Transaction,
    keyring,
    nothing_more,
    tenants,
    transaction,
)
from chalicelib.tenancy import repository as tenancy

Place = SchoolId | TrustId
Refuse = Callable[[list[Member]], None]
Change = Callable[[Member], Member | None]


def _nothing(_: list[Member]) -> None:
    """Nothing more speaks against a change."""


def add_member(
    place: Place,
    *,
    name: str,
    email: str,
    roles: Collection[Role],
    by: str,
    sets_up: bool = False,
) -> PersonId:
    """Give somebody roles at a place; whoever is not known yet by that address becomes a person.

    Nothing tells the place whether they were known. Raises Invalid for an address that cannot be
    one person's, for roles of another kind of place, or when they are there already.
    """
    new = Member(_NOBODY, name, email, frozenset(roles), clock.now(), sets_up=sets_up)
    return _join(place, new, by=by, invite="")


def invite(
    place: Place,
    *,
    name: str,
    email: str,
    roles: Collection[Role],
    by: str,
    place_name: str,
    ends_on: date | None = None,
) -> PersonId:
    """`add_member`, once they accept: they get a mail whose link lasts 72 hours (R19).

    A guest's last day is `ends_on`, a London date.
    """
    new = Member(_NOBODY, name, email, frozenset(roles), clock.now(), ends_on=ends_on)
    return _join(place, new, by=by, invite=place_name)


def member(place: Place, person: PersonId) -> Member:
    """Raises NotFound."""
    found = repository.member(place, person)
    if found is None:
        raise NotFound
    return found


def members(place: Place) -> list[Member]:
    """Everybody who has access at a place, longest there first."""
    return repository.members(place)


def everybody(place: Place) -> list[Member]:
    """`members`, and whoever was invited, shut out or has ended: for lists of people."""
    return repository.everybody(place)


def contacts_with(place: Place, *roles: Role) -> list[Member]:
    """Those who hold any of the roles, in the order of the roles asked, then longest there first.

    Each person once, however many of the roles they hold (S6).
    """
    everybody = repository.members(place)
    found = [each for role in roles for each in everybody if role in each.roles]
    return list({each.person: each for each in found}.values())


def turn(place: Place) -> repository.Turn:
    """To be read before anything that decides on a place's members, and taken when it is done."""
    return repository.turn(place)


def take_turn(tx: Transaction, taken: repository.Turn) -> None:
    """Conflict, when anybody else took a turn at the place since this one was read."""
    repository.take_turn(tx, taken)


def grants(person: PersonId) -> list[Grant]:
    """What a person holds, and where."""
    return repository.grants(person)


def set_roles(
    place: Place,
    person: PersonId,
    roles: Collection[Role],
    *,
    by: str,
    refuse: Refuse = _nothing,
    also: Also = nothing_more,
) -> None:
    """Replace what a member holds; it counts on their next request (R5). No roles: they leave.

    `refuse` is asked about the members as they would be then, and raises what speaks against it.
    Raises NotFound, and Invalid at `roles` when the place would lose somebody it needs (R19).
    """

    def give(now: Member) -> Member | None:
        if not _kind_of(now.roles).roles.issuperset(roles):
            raise _no_roles()
        return dataclasses.replace(now, roles=frozenset(roles)) if roles else None

    action = "member.roles_changed" if roles else "member.left"
    change(place, person, give, action=action, by=by, refuse=refuse, also=also)
    if not roles:
        _end_all_if_nothing_left(person, by=by)


def change(
    place: Place,
    person: PersonId,
    to: Change,
    *,
    action: str,
    by: str,
    refuse: Refuse = _nothing,
    also: Also = nothing_more,
) -> None:
    """Change one membership, or end it where `to` gives None, in turn with all others there.

    What `also` writes is written with it.

    Raises NotFound, and Invalid at `roles` when the place would lose somebody it needs (R19).
    """
    with tenants({place, person}), transaction() as tx:
        turn_here = repository.turn(place)
        before = repository.everybody(place)
        now = _found(before, person)
        kind, changed = _kind_of(now.roles), to(now)
        after = [each for each in before if each is not now] + ([changed] if changed else [])
        today = clock.today()
        if missing := missing_without(before, after, today):
            raise Invalid({"roles": [missing]})
        refuse([each for each in after if each.has_access(today)])
        repository.take_turn(tx, turn_here)
        if now.invitation and (changed is None or changed.invitation != now.invitation):
            repository.drop_invitation(tx, place, now.invitation)
        if changed:
            repository.put_member(tx, place, kind, changed)
        else:
            repository.drop_member(tx, place, person)
        audit.record(tx, place, by=by, action=action, about=f"person/{person}")
        audit.record(tx, person, by=by, action=action, about=f"{kind}/{place}")
        also(tx)


def leave(place: Place, person: PersonId, *, by: str, refuse: Refuse = _nothing) -> None:
    """Take everything a member holds at a place, at once (R19). Raises as `set_roles` does."""
    set_roles(place, person, (), by=by, refuse=refuse)


def _join(place: Place, wanted: Member, *, by: str, invite: str) -> PersonId:
    address, kind = addresses.of_a_person(wanted.email), _kind_of(wanted.roles)
    for _ in range(3):
        with tenants((), global_holder="directory"):
            known = repository.person_of(address)
        person = known or PersonId(ids.tenant())
        new = dataclasses.replace(wanted, person=person, email=address)
        try:
            with tenants({place, person}, global_holder="directory"), transaction() as tx:
                if known is None:
                    add_person(tx, person, name=wanted.name, address=address)
                tx.check(*_place_key(place, kind), Row.sk.exists(), error=_no_roles())
                if invite:
                    new = invitations.send(tx, place, new, place_name=invite)
                join(tx, place, kind, new, by=by)
        except repository.AddressTaken:
            continue
        return person
    raise repository.AddressTaken


def add_person(tx: Transaction, person: PersonId, *, name: str, address: str) -> None:
    """Make a person of an address that belongs to nobody yet. The scope holds the directory."""
    keyring.create(tx, person)
    repository.add_person(tx, person, name=name, address=address)


def join(tx: Transaction, place: Place, kind: PlaceKind, new: Member, *, by: str) -> None:
    """Write a new membership on both sides, and that it was, in the transaction of a use case."""
    repository.add_member(tx, place, kind, new)
    audit.record(tx, place, by=by, action="member.added", about=f"person/{new.person}")
    audit.record(tx, new.person, by=by, action="member.added", about=f"{kind}/{place}")


_NOBODY = PersonId("")  # until the address says who it is


def _place_key(place: Place, kind: PlaceKind) -> Key:
    if kind is PlaceKind.SCHOOL:
        return tenancy.school_key(SchoolId(place))
    return tenancy.trust_key(TrustId(place))


def _kind_of(roles: Collection[Role]) -> PlaceKind:
    try:
        return PlaceKind.of(roles)
    except ValueError as e:
        raise _no_roles() from e


def _no_roles() -> Invalid:
    return Invalid({"roles": ["Choose at least one role"]})


def _found(everybody: Sequence[Member], person: PersonId) -> Member:
    for each in everybody:
        if each.person == person:
            return each
    raise NotFound


def _end_all_if_nothing_left(person: PersonId, *, by: str) -> None:
    """Somebody who belongs nowhere any more has no session either."""
    with tenants({person}):
        if repository.grants(person):
            return
        with transaction() as tx:
            for session in session_rows.sessions(person):
                session_rows.drop_session(tx, person, session.id)
            audit.record(tx, person, by=by, action="sessions.ended", about=f"person/{person}")
